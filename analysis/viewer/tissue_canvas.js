// Paints frames of tissue: WebGL2, or Canvas 2D where there is none. The layout of the bytes is told in packing.py.
// Python sends a frame by raising `seq`; this side answers with `ack` once it is painted, and only then comes the next.

const THEMES = {
  light: { ground: [0.984, 0.973, 0.953], frame: [0.93, 0.93, 0.935], ink: "#1d2530", halo: "rgba(255,255,255,0.9)",
           broken: [0.98, 0.93, 0.9], intact: [0.42, 0.48, 0.56], edge: [0.29, 0.34, 0.4], lumen: [0.945, 0.875, 0.94],
           mark: [0.84, 0.0, 0.55], bond: "#111827" },
  dark: { ground: [0.075, 0.09, 0.115], frame: [0.035, 0.045, 0.06], ink: "#e6eaf0", halo: "rgba(10,14,20,0.9)",
          broken: [0.19, 0.15, 0.15], intact: [0.47, 0.54, 0.63], edge: [0.62, 0.69, 0.77], lumen: [0.24, 0.16, 0.25],
          mark: [1.0, 0.35, 0.85], bond: "#f8fafc" },
};
const VESSEL = 2, MARKED = 1, RADIUS_UNIT = 0.25, LUMEN = 6.0;

const CELL_VERTEX = `#version 300 es
precision highp float;
precision highp int;
layout(location=0) in vec2 corner;
layout(location=1) in vec2 place;
layout(location=2) in uvec4 kind;            // colour, radius, type, flags
uniform vec2 extent, centre, scale;          // um, um, clip units per um
uniform float pixels;                        // device pixels per um
uniform uint hidden;
uniform int layer;                           // 0 lumen, 1 cells
uniform float slim;                          // share of the radius that is painted
uniform sampler2D palette;
out vec2 at;
flat out vec3 paint;
flat out float reach;                        // radius in device pixels
flat out float marked;
void main() {
  float radius = float(kind.y) * ${RADIUS_UNIT} * slim;
  bool off = ((hidden >> min(kind.z, 31u)) & 1u) == 1u || (layer == 0 && (kind.w & ${VESSEL}u) == 0u);
  marked = float(kind.w & ${MARKED}u);
  if (layer == 0) radius += ${LUMEN.toFixed(1)};
  else if (marked > 0.5) radius = max(radius * 1.25, radius + 1.5 / pixels);
  radius = max(radius, 0.55 / pixels);
  reach = radius * pixels;
  at = corner * (1.0 + 1.0 / reach);
  paint = texelFetch(palette, ivec2(int(kind.x), 0), 0).rgb;
  vec2 um = place * extent - centre + at * radius;
  gl_Position = off ? vec4(2.0, 2.0, 2.0, 1.0) : vec4(um * scale, 0.0, 1.0);
}`;
const CELL_FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
in vec2 at;
flat in vec3 paint;
flat in float reach, marked;
uniform int layer;
uniform vec3 lumen, mark;
uniform float opacity;
out vec4 colour;
void main() {
  float d = length(at), soft = 1.0 / max(reach, 1.0);
  float cover = 1.0 - smoothstep(1.0 - soft, 1.0 + soft, d);
  if (cover <= 0.0) discard;
  if (layer == 0) { colour = vec4(lumen, 1.0) * cover; return; }
  float width = clamp(1.1 / reach, 0.07, 0.3);
  float rim = smoothstep(1.0 - width - soft, 1.0 - width, d) * smoothstep(1.2, 3.0, reach);
  vec3 body = paint * (1.05 - 0.16 * d * d);
  vec3 edge = marked > 0.5 ? mark : paint * 0.62;
  if (marked > 0.5) rim = smoothstep(0.62 - soft, 0.62 + soft, d);
  float alpha = cover * mix(opacity, 1.0, max(rim * 0.6, marked));
  colour = vec4(mix(body, edge, rim), 1.0) * alpha;
}`;
const GROUND_VERTEX = `#version 300 es
precision highp float;
precision highp int;
layout(location=0) in vec2 corner;
uniform vec2 extent, centre, scale;
out vec2 uv;
void main() { uv = corner * 0.5 + 0.5; gl_Position = vec4((uv * extent - centre) * scale, 0.0, 1.0); }`;
const GROUND_FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
in vec2 uv;
uniform sampler2D field, capsule, ramp;
uniform vec3 ground, broken, intact, edge;
uniform bool has_field, has_capsule;
out vec4 colour;
void main() {
  vec3 c = ground;
  if (has_field) c = texture(ramp, vec2(texture(field, uv).r * (255.0 / 256.0) + 0.5 / 256.0, 0.5)).rgb;
  if (has_capsule) {
    vec2 s = texture(capsule, uv).rg;        // integrity x laid, laid
    float laid = smoothstep(0.45, 0.55, s.g), whole = s.r / max(s.g, 0.05);
    c = mix(c, mix(broken, intact, whole), laid * (has_field ? 0.55 : 0.95));
    float line = abs(s.g - 0.5) / max(fwidth(s.g), 1e-4);
    c = mix(c, edge, (1.0 - smoothstep(0.5, 1.4, line)) * 0.9);
  }
  colour = vec4(c, 1.0);
}`;

function render({ model, el }) {
  const root = div("tissue", el);
  let canvas = document.createElement("canvas");
  const over = document.createElement("canvas");
  root.append(canvas, over);
  over.className = "over";
  root.tabIndex = 0;
  const caption = div("caption", root), legend = div("legend", root), bars = div("bars", root);
  const tip = div("tip", root), tools = div("tools", root);
  root.setAttribute("role", "img");
  root.setAttribute("aria-label", "tissue");

  let painter = null, renderer = "";
  let frame = null;                          // the last frame, decoded
  let size = { w: 1, h: 1, dpr: 1 };
  const view = { x: 0.5, y: 0.5, zoom: 1 };
  let fitted = false, scheduled = false, owed = -1, drawn = 0;
  let pointer = null, hovered = -1, asked = "", presses = 0, closed = false;

  const theme = () => THEMES[model.get("theme")] || THEMES.light;
  const hidden = () => (model.get("hidden") || []).reduce((mask, code) => (mask | (1 << Math.min(code, 31))) >>> 0, 0);
  const perUm = () => view.zoom * Math.min(size.w / frame.width, size.h / frame.height);   // css pixels per um

  // ---- frames ----
  function decode() {
    const bytes = (name) => { const v = model.get(name); return new Uint8Array(v.buffer, v.byteOffset, v.byteLength); };
    const [width, height, nx, ny, followed] = model.get("geometry");
    const cells = aligned(bytes("cells"));
    frame = { seq: model.get("seq"), width, height, nx, ny, followed, cells, n: cells.byteLength >> 3,
              u16: new Uint16Array(cells.buffer, cells.byteOffset, cells.byteLength >> 1),
              field: bytes("field"), capsule: bytes("capsule"), palette: bytes("palette"), ramp: bytes("ramp"),
              lines: new Uint16Array(aligned(bytes("lines")).buffer) };
    if (!fitted && frame.seq > 0) { fitted = true; takeView(); }
    follow();
    frame.fresh = true;
  }
  function follow() {
    if (frame && frame.followed >= 0 && frame.followed < frame.n) {
      view.x = frame.u16[frame.followed * 4] / 65535 * frame.width;
      view.y = frame.u16[frame.followed * 4 + 1] / 65535 * frame.height;
    }
  }
  function takeView() {
    const v = model.get("view") || {};
    view.x = Number.isFinite(v.x) ? v.x : frame.width / 2;
    view.y = Number.isFinite(v.y) ? v.y : frame.height / 2;
    view.zoom = Number.isFinite(v.zoom) ? Math.min(Math.max(v.zoom, 0.5), 60) : 1;
  }
  function schedule() {
    if (!scheduled && !closed) { scheduled = true; requestAnimationFrame(paint); }
  }
  function paint() {
    scheduled = false;
    if (closed || !frame) return;
    if (frame.seq > 0) {
      if (!painter) open();
      painter.paint(frame, { view, size, theme: theme(), hidden: hidden(), perUm: perUm() });
      overlay();
      drawn += 1;
      root.dataset.drawn = String(drawn);
      root.dataset.seq = String(frame.seq);
    }
    if (owed >= 0) {
      const seq = owed;
      owed = -1;
      if (model.get("ack") !== seq) { model.set("ack", seq); model.save_changes(); }
    }
  }
  function arrived() {
    decode();
    owed = frame.seq;
    furnish();
    schedule();
    if (pointer) point();
  }
  function open() {
    try { painter = openGL(canvas); renderer = "webgl2"; } catch (fault) { painter = null; console.info("no WebGL2: " + fault.message); }
    if (!painter) {                          // a canvas has one kind of context for ever
      const plain = document.createElement("canvas");
      plain.width = canvas.width; plain.height = canvas.height;
      canvas.replaceWith(plain);
      canvas = plain;
      painter = openPlain(canvas);
      renderer = "canvas2d";
    }
    root.dataset.renderer = renderer;
    if (model.get("renderer") !== renderer) { model.set("renderer", renderer); model.save_changes(); }
  }

  // ---- what stands around the picture ----
  function furnish() {
    root.classList.toggle("dark", model.get("theme") === "dark");
    const gone = model.get("selected") && frame && frame.followed < 0;
    text(caption, model.get("caption") + (gone ? "   the followed cell is gone" : ""));
    const off = new Set(model.get("hidden") || []);
    const items = model.get("legend") || [];
    const known = items.map((i) => i.code).join();
    if (legend.dataset.known !== known) {
      legend.dataset.known = known;
      legend.replaceChildren(...items.map((item) => {
        const row = document.createElement("button");
        row.type = "button";
        row.dataset.code = item.code;
        row.title = "show or hide";
        row.append(span("dot"), span("name", item.label), span("count"));
        row.addEventListener("click", () => toggle(item.code));
        return row;
      }));
    }
    for (const row of legend.children) {
      const item = items.find((i) => String(i.code) === row.dataset.code);
      if (!item) continue;
      row.children[0].style.background = item.colour;
      text(row.children[2], item.count.toLocaleString("en"));
      row.classList.toggle("off", off.has(item.code));
      row.setAttribute("aria-pressed", String(!off.has(item.code)));
    }
    const scales = [model.get("bar"), model.get("field_bar")].filter((b) => b && b.label);
    const told = JSON.stringify(scales);
    if (bars.dataset.told !== told) {
      bars.dataset.told = told;
      bars.replaceChildren(...scales.map((b) => {
        const box = document.createElement("div");
        const strip = span("strip");
        strip.style.background = `linear-gradient(90deg, ${b.colours.join(", ")})`;
        const ends = span("ends");
        ends.append(span("", brief(b.low)), span("", brief(b.high)));
        box.append(span("what", b.unit ? `${b.label}, ${b.unit}` : b.label), strip, ends);
        return box;
      }));
    }
  }
  function toggle(code) {
    const off = new Set(model.get("hidden") || []);
    if (!off.delete(code)) off.add(code);
    model.set("hidden", [...off]);
    model.save_changes();
    furnish();
    schedule();
  }
  for (const [sign, title, act] of [["+", "zoom in", () => zoomBy(1.5)], ["−", "zoom out", () => zoomBy(1 / 1.5)],
                                    ["⤢", "all of it", () => { fitAll(); }]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.title = title;
    button.setAttribute("aria-label", title);
    button.addEventListener("click", act);
    tools.append(button);
  }

  function overlay() {
    const g = over.getContext("2d"), k = perUm(), t = theme();
    g.setTransform(size.dpr, 0, 0, size.dpr, 0, 0);
    g.clearRect(0, 0, size.w, size.h);
    const sx = (u) => (u / 65535 * frame.width - view.x) * k + size.w / 2;
    const sy = (u) => size.h / 2 - (u / 65535 * frame.height - view.y) * k;
    if (frame.lines.length) {
      g.lineCap = "round";
      for (const [width, colour] of [[Math.max(2.4, 2.2 * k), t.halo], [Math.max(1.2, 1.1 * k), t.bond]]) {
        g.lineWidth = width;
        g.strokeStyle = colour;
        g.beginPath();
        for (let i = 0; i + 3 < frame.lines.length; i += 4) {
          g.moveTo(sx(frame.lines[i]), sy(frame.lines[i + 1]));
          g.lineTo(sx(frame.lines[i + 2]), sy(frame.lines[i + 3]));
        }
        g.stroke();
      }
    }
    const ring = (index, colour, gap) => {
      if (index < 0 || index >= frame.n) return;
      const r = frame.cells[index * 8 + 5] * RADIUS_UNIT * k + gap;
      g.beginPath();
      g.arc(sx(frame.u16[index * 4]), sy(frame.u16[index * 4 + 1]), Math.max(r, 5), 0, 2 * Math.PI);
      g.lineWidth = 4; g.strokeStyle = t.halo; g.stroke();
      g.lineWidth = 2; g.strokeStyle = colour; g.stroke();
    };
    ring(hovered, t.ink, 1.5);
    ring(frame.followed, "#e6007e", 4);
    const steps = [5, 10, 20, 50, 100, 200, 500, 1000, 2000];
    const um = steps.filter((s) => s * k <= Math.min(180, size.w * 0.3)).pop() || 5;
    const label = um >= 1000 ? `${um / 1000} mm` : `${um} µm`, x = 16, y = size.h - 18;
    g.lineCap = "butt";
    for (const [width, colour] of [[7, t.halo], [3, t.ink]]) {
      g.lineWidth = width; g.strokeStyle = colour;
      g.beginPath(); g.moveTo(x, y); g.lineTo(x + um * k, y); g.stroke();
    }
    g.font = "600 12px system-ui, sans-serif";
    g.textAlign = "center";
    g.lineWidth = 4; g.strokeStyle = t.halo; g.strokeText(label, x + um * k / 2, y - 7);
    g.fillStyle = t.ink; g.fillText(label, x + um * k / 2, y - 7);
  }

  // ---- pan, zoom, point, click ----
  let told = 0;
  function moved() {
    clearTimeout(told);
    told = setTimeout(() => { model.set("view", { ...view }); model.save_changes(); }, 60);
    root.dataset.zoom = view.zoom.toFixed(3);
    schedule();
  }
  function zoomBy(factor, px = size.w / 2, py = size.h / 2) {
    if (!frame) return;
    const before = perUm(), ux = view.x + (px - size.w / 2) / before, uy = view.y - (py - size.h / 2) / before;
    view.zoom = Math.min(Math.max(view.zoom * factor, 0.5), 60);
    if (frame.followed < 0) {
      const k = perUm();
      view.x = ux - (px - size.w / 2) / k;
      view.y = uy + (py - size.h / 2) / k;
    }
    moved();
  }
  function fitAll() {
    if (!frame) return;
    unfollow();
    Object.assign(view, { x: frame.width / 2, y: frame.height / 2, zoom: 1 });
    moved();
  }
  function unfollow() {
    if (model.get("selected")) { model.set("clicked", { seq: frame.seq, index: -1, n: ++presses }); model.save_changes(); }
    if (frame) frame.followed = -1;
  }
  function nearest(px, py) {
    const k = perUm(), ux = view.x + (px - size.w / 2) / k, uy = view.y - (py - size.h / 2) / k;
    const fx = frame.width / 65535, fy = frame.height / 65535, mask = hidden();
    let best = -1, least = Infinity;
    for (let i = 0, a = 0; i < frame.n; i++, a += 4) {
      if ((mask >>> Math.min(frame.cells[i * 8 + 6], 31)) & 1) continue;
      const dx = frame.u16[a] * fx - ux, dy = frame.u16[a + 1] * fy - uy;
      const d = dx * dx + dy * dy;
      if (d <= least) { least = d; best = i; }   // of two, the one painted last
    }
    if (best < 0) return -1;
    return Math.sqrt(least) <= Math.max(frame.cells[best * 8 + 5] * RADIUS_UNIT * 1.15, 7 / k) ? best : -1;
  }
  let answerable = "", lastAsked = 0, later = 0;
  function point() {
    if (!frame || !frame.n) return;
    const found = pointer ? nearest(pointer.x, pointer.y) : -1;
    if (found !== hovered) { hovered = found; schedule(); }
    if (found < 0) { tip.classList.remove("on"); asked = ""; return; }
    const question = `${frame.seq}:${found}`;
    if (question === asked) return;
    const wait = 50 - (performance.now() - lastAsked);
    clearTimeout(later);
    if (wait > 0) { later = setTimeout(point, wait); return; }
    lastAsked = performance.now();
    asked = answerable = question;
    model.set("pointed", { seq: frame.seq, index: found });
    model.save_changes();
  }
  function answered() {
    const a = model.get("answer") || {};
    if (!pointer || hovered < 0 || !a.lines || `${a.seq}:${a.index}` !== answerable) return;
    tip.replaceChildren(...a.lines.map(([label, value]) => {
      const row = document.createElement("div");
      row.append(span("", label), span("", value));
      return row;
    }));
    tip.classList.add("on");
    const w = tip.offsetWidth, h = tip.offsetHeight;
    tip.style.left = `${pointer.x + 18 + w > size.w ? Math.max(pointer.x - w - 14, 4) : pointer.x + 18}px`;
    tip.style.top = `${Math.min(Math.max(pointer.y - h / 2, 4), Math.max(size.h - h - 4, 4))}px`;
  }
  const local = (event) => { const box = over.getBoundingClientRect(); return { x: event.clientX - box.left, y: event.clientY - box.top }; };
  let held = null;
  over.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !frame) return;
    over.setPointerCapture(event.pointerId);
    held = { ...local(event), vx: view.x, vy: view.y, far: false };
    root.focus({ preventScroll: true });
  });
  over.addEventListener("pointermove", (event) => {
    pointer = local(event);
    if (held) {
      const dx = pointer.x - held.x, dy = pointer.y - held.y;
      if (!held.far && Math.hypot(dx, dy) > 4) { held.far = true; unfollow(); tip.classList.remove("on"); }
      if (held.far) { const k = perUm(); view.x = held.vx - dx / k; view.y = held.vy + dy / k; moved(); }
      return;
    }
    point();
  });
  over.addEventListener("pointerup", (event) => {
    const was = held;
    held = null;
    if (!was || was.far || !frame) return;
    const p = local(event);
    model.set("clicked", { seq: frame.seq, index: nearest(p.x, p.y), n: ++presses });
    model.save_changes();
  });
  over.addEventListener("pointerleave", () => { pointer = null; hovered = -1; asked = ""; tip.classList.remove("on"); schedule(); });
  over.addEventListener("wheel", (event) => {
    event.preventDefault();
    const p = local(event);
    zoomBy(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), p.x, p.y);
  }, { passive: false });
  over.addEventListener("dblclick", fitAll);
  function keyed(event) {
    const name = { " ": "space", ArrowLeft: "left", ArrowRight: "right" }[event.key];
    if (event.key === "Escape") { unfollow(); schedule(); return; }
    if (!name || event.ctrlKey || event.metaKey || event.altKey) return;
    const on = event.target;
    const busy = "input, textarea, select, [contenteditable], [role=slider], [role=listbox]" + (name === "space" ? ", button, a" : "");
    if (on instanceof Element && on.closest(busy)) return;
    event.preventDefault();
    model.set("key", [name, ++presses]);
    model.save_changes();
  }
  document.addEventListener("keydown", keyed);

  // ---- coming and going ----
  const watcher = new ResizeObserver(measure);
  function measure() {
    const dpr = Math.min(window.devicePixelRatio || 1, 2);
    size = { w: Math.max(root.clientWidth, 1), h: Math.max(root.clientHeight, 1), dpr };
    for (const c of [canvas, over]) { c.width = Math.round(size.w * dpr); c.height = Math.round(size.h * dpr); }
    schedule();
  }
  watcher.observe(root);
  const resized = () => { root.style.height = model.get("height"); };
  const restore = () => { painter = null; frame.fresh = true; schedule(); };
  canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
  canvas.addEventListener("webglcontextrestored", restore);
  const heard = {
    "change:seq": arrived, "change:answer": answered, "change:height": resized,
    "change:hidden": () => { furnish(); schedule(); },
    "change:theme": () => { furnish(); schedule(); },
    "change:geometry": () => { if (frame && model.get("seq") === frame.seq) { frame.followed = model.get("geometry")[4]; follow(); furnish(); schedule(); } },
    "change:view": () => {
      const v = model.get("view") || {};
      if (frame && (v.x !== view.x || v.y !== view.y || v.zoom !== view.zoom)) { takeView(); schedule(); }
    },
  };
  for (const [name, act] of Object.entries(heard)) model.on(name, act);
  resized();
  if (model.get("seq") > 0) arrived(); else { decode(); furnish(); }
  return () => {
    closed = true;
    for (const [name, act] of Object.entries(heard)) model.off(name, act);
    document.removeEventListener("keydown", keyed);
    watcher.disconnect();
    clearTimeout(told);
    clearTimeout(later);
    if (painter) painter.close();
  };
}

// ---- painters ----

function openGL(canvas) {
  const gl = canvas.getContext("webgl2", { antialias: false, alpha: false, depth: false, powerPreference: "high-performance" });
  if (!gl) throw new Error("not supported");
  const cell = program(gl, CELL_VERTEX, CELL_FRAGMENT), ground = program(gl, GROUND_VERTEX, GROUND_FRAGMENT);
  const square = buffer(gl, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1])), cells = gl.createBuffer();
  const both = gl.createVertexArray();
  gl.bindVertexArray(both);
  gl.bindBuffer(gl.ARRAY_BUFFER, square);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  gl.bindBuffer(gl.ARRAY_BUFFER, cells);
  gl.enableVertexAttribArray(1);
  gl.vertexAttribPointer(1, 2, gl.UNSIGNED_SHORT, true, 8, 0);
  gl.vertexAttribDivisor(1, 1);
  gl.enableVertexAttribArray(2);
  gl.vertexAttribIPointer(2, 4, gl.UNSIGNED_BYTE, 8, 4);
  gl.vertexAttribDivisor(2, 1);
  const plain = gl.createVertexArray();
  gl.bindVertexArray(plain);
  gl.bindBuffer(gl.ARRAY_BUFFER, square);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  const textures = ["palette", "ramp", "field", "capsule"].map((name) => texture(gl, name !== "palette"));
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  function load(frame) {
    frame.fresh = false;
    gl.bindBuffer(gl.ARRAY_BUFFER, cells);
    gl.bufferData(gl.ARRAY_BUFFER, frame.cells, gl.DYNAMIC_DRAW);
    const put = (i, format, kind, w, h, data) => {
      if (!data.length || data.length < w * h) return;
      gl.activeTexture(gl.TEXTURE0 + i);
      gl.bindTexture(gl.TEXTURE_2D, textures[i]);
      gl.texImage2D(gl.TEXTURE_2D, 0, format, w, h, 0, kind, gl.UNSIGNED_BYTE, data);
    };
    put(0, gl.RGBA8, gl.RGBA, 256, 1, frame.palette);
    put(1, gl.RGBA8, gl.RGBA, 256, 1, frame.ramp);
    put(2, gl.R8, gl.RED, frame.nx, frame.ny, frame.field);
    put(3, gl.RG8, gl.RG, frame.nx, frame.ny, twofold(frame.capsule));
  }
  return {
    paint(frame, { view, size, theme, hidden, perUm }) {
      if (frame.fresh) load(frame);
      const k = perUm;
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.clearColor(...theme.frame, 1);
      gl.clear(gl.COLOR_BUFFER_BIT);
      const place = (p) => {
        gl.useProgram(p.it);
        gl.uniform2f(p.at("extent"), frame.width, frame.height);
        gl.uniform2f(p.at("centre"), view.x, view.y);
        gl.uniform2f(p.at("scale"), 2 * k / size.w, 2 * k / size.h);
      };
      textures.forEach((t, i) => { gl.activeTexture(gl.TEXTURE0 + i); gl.bindTexture(gl.TEXTURE_2D, t); });
      place(ground);
      for (const [i, name] of [[1, "ramp"], [2, "field"], [3, "capsule"]]) gl.uniform1i(ground.at(name), i);
      for (const name of ["ground", "broken", "intact", "edge"]) gl.uniform3fv(ground.at(name), theme[name]);
      const field = frame.field.length > 0;
      gl.uniform1i(ground.at("has_field"), field ? 1 : 0);
      gl.uniform1i(ground.at("has_capsule"), frame.capsule.length > 0 ? 1 : 0);
      gl.bindVertexArray(plain);
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
      if (!frame.n) return;
      place(cell);
      gl.uniform1i(cell.at("palette"), 0);
      gl.uniform1f(cell.at("pixels"), k * size.dpr);
      gl.uniform1ui(cell.at("hidden"), hidden);
      gl.uniform3fv(cell.at("lumen"), theme.lumen);
      gl.uniform3fv(cell.at("mark"), theme.mark);
      gl.uniform1f(cell.at("slim"), field ? 0.72 : 1.0);
      gl.uniform1f(cell.at("opacity"), field ? 0.62 : 1.0);
      gl.bindVertexArray(both);
      for (const layer of field ? [1] : [0, 1]) {
        gl.uniform1i(cell.at("layer"), layer);
        gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, frame.n);
      }
    },
    close() { const lose = gl.getExtension("WEBGL_lose_context"); if (lose) lose.loseContext(); },
  };
}

function openPlain(canvas) {
  const g = canvas.getContext("2d", { alpha: false });
  const css = (c) => `rgb(${c.map((v) => Math.round(v * 255)).join()})`;
  let colours = [], ground = null;
  function load(frame, theme) {
    frame.fresh = false;
    colours = Array.from({ length: 256 }, (_, i) => css([0, 1, 2].map((j) => frame.palette[i * 4 + j] / 255)));
    ground = null;
    if (!frame.nx || !(frame.field.length || frame.capsule.length)) return;
    ground = document.createElement("canvas");
    ground.width = frame.nx; ground.height = frame.ny;
    const pen = ground.getContext("2d"), image = pen.createImageData(frame.nx, frame.ny);
    for (let j = 0; j < frame.ny; j++) for (let i = 0; i < frame.nx; i++) {
      const from = j * frame.nx + i, to = ((frame.ny - 1 - j) * frame.nx + i) * 4;
      let c = theme.ground.map((v) => v * 255);
      if (frame.field.length) c = [0, 1, 2].map((m) => frame.ramp[frame.field[from] * 4 + m]);
      if (frame.capsule.length && frame.capsule[from]) {
        const whole = (frame.capsule[from] - 1) / 254, share = frame.field.length ? 0.55 : 0.95;
        c = c.map((v, m) => v * (1 - share) + share * 255 * (theme.broken[m] + (theme.intact[m] - theme.broken[m]) * whole));
      }
      image.data.set([...c, 255], to);
    }
    pen.putImageData(image, 0, 0);
  }
  return {
    paint(frame, { view, size, theme, hidden, perUm: k }) {
      if (frame.fresh) load(frame, theme);
      g.setTransform(size.dpr, 0, 0, size.dpr, 0, 0);
      g.fillStyle = css(theme.frame);
      g.fillRect(0, 0, size.w, size.h);
      const left = (0 - view.x) * k + size.w / 2, top = size.h / 2 - (frame.height - view.y) * k;
      g.fillStyle = css(theme.ground);
      g.fillRect(left, top, frame.width * k, frame.height * k);
      if (ground) g.drawImage(ground, left, top, frame.width * k, frame.height * k);
      const fx = frame.width / 65535 * k, fy = frame.height / 65535 * k, slim = frame.field.length ? 0.72 : 1;
      g.globalAlpha = frame.field.length ? 0.7 : 1;
      const draw = (lumen) => {
        let pen = -1;
        for (let i = 0, a = 0; i < frame.n; i++, a += 4) {
          const b = i * 8;
          if ((hidden >>> Math.min(frame.cells[b + 6], 31)) & 1 || (lumen && !(frame.cells[b + 7] & VESSEL))) continue;
          const x = frame.u16[a] * fx + left, y = size.h / 2 + view.y * k - frame.u16[a + 1] * fy;
          const r = (frame.cells[b + 5] * RADIUS_UNIT * (lumen ? 1 : slim) + (lumen ? LUMEN : 0)) * k;
          if (x < -r || y < -r || x > size.w + r || y > size.h + r) continue;
          if (!lumen && frame.cells[b + 4] !== pen) { pen = frame.cells[b + 4]; g.fillStyle = colours[pen]; }
          if (r < 2.2) { g.fillRect(x - r, y - r, 2 * r, 2 * r); continue; }
          g.beginPath();
          g.arc(x, y, r, 0, 2 * Math.PI);
          g.fill();
          if (!lumen && r > 3) {
            const marked = frame.cells[b + 7] & MARKED;
            g.lineWidth = marked ? 2.5 : 1;
            g.strokeStyle = marked ? css(theme.mark) : "rgba(0,0,0,0.3)";
            g.stroke();
          }
        }
      };
      if (!frame.field.length) { g.fillStyle = css(theme.lumen); draw(true); }
      draw(false);
      g.globalAlpha = 1;
    },
    close() {},
  };
}

// ---- small things ----

function twofold(capsule) {
  const out = new Uint8Array(capsule.length * 2);
  for (let i = 0; i < capsule.length; i++) if (capsule[i]) { out[2 * i] = (capsule[i] - 1) * 255 / 254; out[2 * i + 1] = 255; }
  return out;
}
function program(gl, vertex, fragment) {
  const it = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(it, shader);
  }
  gl.linkProgram(it);
  if (!gl.getProgramParameter(it, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(it));
  const known = {};
  return { it, at: (name) => (name in known ? known[name] : (known[name] = gl.getUniformLocation(it, name))) };
}
function buffer(gl, data) {
  const made = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, made);
  gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
  return made;
}
function texture(gl, smooth) {
  const made = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, made);
  const how = smooth ? gl.LINEAR : gl.NEAREST;
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, how);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, how);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 1, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  return made;
}
function aligned(bytes) { return bytes.byteOffset % 8 === 0 && bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice(); }
function div(name, into) { const made = document.createElement("div"); made.className = name; into.append(made); return made; }
function span(name, words = "") { const made = document.createElement("span"); made.className = name; made.textContent = words; return made; }
function text(element, words) { if (element.textContent !== words) element.textContent = words; }
function brief(v) { return Number(v.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 6 }); }

export default { render };
