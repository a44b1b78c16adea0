// A list of what happened. Lines are made once; the clock only moves a mark. Words are set as text, never as HTML.

function render({ model, el }) {
  const root = make("div", "events", el);
  const chips = make("div", "chips", root), list = make("div", "lines", root), note = make("div", "note", root);
  list.setAttribute("role", "list");
  let lines = [], now = -1, clicks = 0, touched = 0, closed = false;

  function dress() { root.classList.toggle("dark", model.get("theme") === "dark"); }
  function furnish() {
    const chosen = new Set(model.get("chosen") || []);
    chips.replaceChildren(...(model.get("kinds") || []).map(([kind, label, count, colour]) => {
      const chip = make("button", chosen.has(kind) ? "chip on" : "chip");
      chip.type = "button";
      chip.setAttribute("aria-pressed", String(chosen.has(kind)));
      const dot = make("span", "dot", chip);
      dot.style.background = colour;
      make("span", "", chip).textContent = label;
      make("span", "count", chip).textContent = count.toLocaleString("en");
      chip.addEventListener("click", () => {
        const next = new Set(model.get("chosen") || []);
        if (!next.delete(kind)) next.add(kind);
        model.set("chosen", [...next]);
        model.save_changes();
      });
      return chip;
    }));
  }
  function fill() {
    const rows = model.get("rows") || [];
    lines = rows.map(([day, label, words, colour], place) => {
      const line = make("button", "line");
      line.type = "button";
      line.title = label;
      make("span", "day", line).textContent = day.toFixed(2);
      const dot = make("span", "dot", line);
      dot.style.background = colour;
      make("span", "words", line).textContent = words;
      line.addEventListener("click", () => { model.set("picked", [place, ++clicks]); model.save_changes(); });
      return { day, line };
    });
    list.replaceChildren(...lines.map((l) => l.line));
    note.textContent = model.get("note") || (rows.length ? "" : "nothing of this kind happened");
    now = -1;
    tick();
  }
  function tick() {
    const day = model.get("day") + 1e-4;
    let low = 0, high = lines.length;
    while (low < high) { const mid = (low + high) >> 1; if (lines[mid].day <= day) low = mid + 1; else high = mid; }
    const place = low - 1;
    if (place === now) return;
    if (lines[now]) lines[now].line.classList.remove("now");
    now = place;
    if (lines[now]) {
      const own = lines[now].line;
      own.classList.add("now");
      if (Date.now() - touched > 1500) list.scrollTop = own.offsetTop - list.clientHeight / 2;
    } else if (Date.now() - touched > 1500) list.scrollTop = 0;
    list.style.setProperty("--past", String(now));
  }
  list.addEventListener("pointermove", () => { touched = Date.now(); });
  const heard = { "change:rows": fill, "change:note": fill, "change:day": tick, "change:kinds": furnish, "change:chosen": furnish, "change:theme": dress };
  for (const [name, act] of Object.entries(heard)) model.on(name, () => { if (!closed) act(); });
  dress(); furnish(); fill();
  return () => { closed = true; };
}
function make(tag, name, into) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (into) into.append(made);
  return made;
}
export default { render };
