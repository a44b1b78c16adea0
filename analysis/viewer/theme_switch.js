// A button for light and dark: what was chosen last in this browser, else what the system prefers.
const KEY = "icam-theme", ASKED = window.matchMedia("(prefers-color-scheme: dark)");

function remembered() {
  try { return localStorage.getItem(KEY); } catch { return null; }
}
function render({ model, el }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "icam-theme";
  el.append(button);
  const show = () => {
    const dark = model.get("theme") === "dark";
    button.textContent = dark ? "☀" : "☾";
    button.title = dark ? "light page" : "dark page";
    button.setAttribute("aria-label", button.title);
  };
  const choose = (theme) => {
    if (model.get("theme") !== theme) { model.set("theme", theme); model.save_changes(); }
    show();
  };
  const prefer = () => choose(remembered() || (ASKED.matches ? "dark" : "light"));
  button.addEventListener("click", () => {
    const theme = model.get("theme") === "dark" ? "light" : "dark";
    try { localStorage.setItem(KEY, theme); } catch { /* a private window forgets */ }
    choose(theme);
  });
  ASKED.addEventListener("change", prefer);
  model.on("change:theme", show);
  prefer();
  return () => { ASKED.removeEventListener("change", prefer); model.off("change:theme", show); };
}
export default { render };
