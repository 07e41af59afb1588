// The ecosystem map: draws what the page carries as JSON; fetches nothing.
import Graph from "graphology";
import Sigma from "sigma";
import { EdgeRectangleProgram, NodeCircleProgram } from "sigma/rendering";

const data = JSON.parse(document.getElementById("data").textContent);
const ui = data.ui;
const $ = (id) => document.getElementById(id);
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
const GREY = dark ? "#6d6a66" : "#b3aea6";
const FADED = dark ? "#2c2a28" : "#e7e3db";
// Paul Tol's muted scheme: told apart by colour-blind people.
const MUTED = [dark ? "#8f83e0" : "#332288", "#88CCEE", "#44AA99", dark ? "#3fa35c" : "#117733", "#999933", "#DDCC77", "#CC6677", dark ? "#c2668f" : "#882255", "#AA4499"];
const TIER = { macro: "#CC6677", magic_middle: dark ? "#8f83e0" : "#332288", micro: "#44AA99" };
const SCORES = ["influence", "reach", "resonance", "relevance", "pagerank", "followers"];
const TABLE_ROWS = 200;
const DRAWN_TIES = 15000; // more would be a grey sheet; those of a chosen person are always drawn

const people = data.people;
const state = { segment: 0, colour: "community", size: "influence", search: "", least: 0, tiers: new Set(["macro", "magic_middle", "micro", "none"]), groups: new Set(), chosen: null, near: new Set() };

const onSegment = (p) => p.s[state.segment];
const tierOf = (p) => onSegment(p)?.tier || "none";
const scoreOf = (p) => (state.size in p ? p[state.size] : onSegment(p)?.[state.size]) ?? null;
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const say = (value, digits = 0) => value === null || value === undefined ? ui.unknown : value.toLocaleString(data.lang, { maximumFractionDigits: digits });

function colourOf(p) {
  if (state.colour === "tier") return TIER[tierOf(p)] || GREY;
  return p.g >= 0 && p.g < MUTED.length ? MUTED[p.g] : GREY;
}

function groupOf(p) {
  return state.colour === "tier" ? tierOf(p) : String(p.g >= 0 && p.g < MUTED.length ? p.g : -1);
}

function visible(p) {
  if (data.segments.length && !onSegment(p)) return false;
  if (!state.tiers.has(tierOf(p)) || state.groups.has(groupOf(p))) return false;
  if (state.least > 0 && !((onSegment(p)?.influence ?? -1) >= state.least)) return false;
  return !state.search || p.find.includes(state.search);
}

const graph = new Graph({ multi: false, type: "directed" });
people.forEach((p, at) => {
  p.find = fold(p.name + " " + (p.handle || ""));
  graph.addNode(at, { x: p.x, y: p.y, label: p.name });
});
const { s: from, t: to, w: weight } = data.ties;
// Only the strongest ties are handed to the drawing; those of a chosen person join them for as long as they are chosen.
const touching = people.map(() => []);
from.forEach((source, at) => {
  touching[source].push(at);
  if (to[at] !== source) touching[to[at]].push(at);
  if (at < DRAWN_TIES) tie(at);
});
function tie(at) {
  return graph.hasDirectedEdge(from[at], to[at]) ? null : graph.addDirectedEdge(from[at], to[at], { weight: weight[at], place: at });
}
let lent = [];
function lend(person) {
  lent.forEach((edge) => graph.dropEdge(edge));
  lent = person === null ? [] : touching[person].filter((at) => at >= DRAWN_TIES).map(tie).filter((edge) => edge !== null);
}

const big = people.length > 5000 ? 9 : people.length > 150 ? 11 : 16;
const sizes = new Map();
function measure() {
  const values = people.map(scoreOf);
  const known = values.filter((v) => v !== null).sort((a, b) => a - b);
    values.forEach((v, at) => {
    let place = 0;
    if (v !== null && known.length) {
      let low = 0, high = known.length;
      while (low < high) { const mid = (low + high) >> 1; if (known[mid] <= v) low = mid + 1; else high = mid; }
      place = low / known.length;
    }
    sizes.set(at, (big / 6) + big * 0.83 * place ** 3);
  });
}
measure();

// Names shown from afar: magic-middle people and bridges, best first.
function notable() {
  const wanted = people.map((p, at) => at).filter((at) => tierOf(people[at]) === "magic_middle" || people[at].role === "bridge");
  const kept = [];
  for (const at of wanted.sort((a, b) => (scoreOf(people[b]) ?? -1) - (scoreOf(people[a]) ?? -1)).slice(0, 400)) {
    const p = people[at];
    // names are wider than they are high
    if (kept.every((k) => Math.abs(people[k].x - p.x) > 0.45 || Math.abs(people[k].y - p.y) > 0.08)) kept.push(at);
    if (kept.length === 14) break;
  }
  return new Set(kept);
}
let named = notable();

const shown = new Set();
function refilter() {
  shown.clear();
  people.forEach((p, at) => { if (visible(p)) shown.add(at); });
}
refilter();

// A name that would cover another is left out until there is room: zooming in brings it back.
let taken = [];
function fits(x, y, width, always) {
  const box = { left: x - 2, right: x + width + 2, top: y - 11, bottom: y + 5 };
  if (!always && taken.some((b) => box.left < b.right && b.left < box.right && box.top < b.bottom && b.top < box.bottom)) return false;
  taken.push(box);
  return true;
}
const ink = getComputedStyle(document.body).color;
// Who is under the pointer is worked out below: nothing is drawn a second time to be read back.
class Nodes extends NodeCircleProgram { constructor(gl, picking, renderer) { super(gl, null, renderer); } }
class Edges extends EdgeRectangleProgram { constructor(gl, picking, renderer) { super(gl, null, renderer); } }
const sigma = new Sigma(graph, $("map"), {
  allowInvalidContainer: true,
  nodeProgramClasses: { circle: Nodes },
  edgeProgramClasses: { line: Edges },
  defaultEdgeType: "line",
  labelColor: { color: ink },
  labelFont: "system-ui, sans-serif",
  labelSize: 12,
  labelDensity: 0.6,
  labelRenderedSizeThreshold: people.length > 800 ? big + 1 : 7,
  zIndex: true,
  defaultDrawNodeHover: drawHover,
  defaultDrawNodeLabel: drawLabel,
  nodeReducer(key, attributes) {
    const at = Number(key), p = people[at];
    if (!shown.has(at)) return { ...attributes, hidden: true };
    const faded = state.chosen !== null && at !== state.chosen && !state.near.has(at);
    return { ...attributes, size: sizes.get(at), color: faded ? FADED : colourOf(p), label: faded ? "" : p.name, zIndex: faded ? 0 : at === state.chosen ? 3 : 1, forceLabel: at === state.chosen || (state.chosen === null && named.has(at)), highlighted: at === state.chosen };
  },
  edgeReducer(edge, attributes) {
    const [a, b] = graph.extremities(edge).map(Number);
    if (!shown.has(a) || !shown.has(b)) return { ...attributes, hidden: true };
    if (state.chosen === null && attributes.place >= DRAWN_TIES) return { ...attributes, hidden: true };
    if (state.chosen === null) return { ...attributes, size: 0.3, color: dark ? "#34312e" : "#e9e5dd" };
    if (a !== state.chosen && b !== state.chosen) return { ...attributes, hidden: true };
    return { ...attributes, size: Math.min(0.6 + Math.log1p(attributes.weight) / 2, 3), color: a === state.chosen ? "#CC6677" : "#44AA99", zIndex: 1 };
  },
});

sigma.on("beforeRender", () => { taken = []; });

// A large map is not drawn again for every frame of a move: what was drawn is shifted and scaled as a picture, and drawn
// anew at rest or when the view has gone far. So a move costs next to nothing, on slow graphics too.
const LARGE = 3000, REST = 9; // people; frames without a move, so that slow graphics get more time
const camera = sigma.getCamera();
const draw = sigma.render.bind(sigma), renew = sigma.refresh.bind(sigma);
const canvases = sigma.getCanvases(), layers = [canvases.edges, canvases.nodes, canvases.labels];
const bare = [canvases.edgeLabels, canvases.hovers, canvases.hoverNodes]; // left out of the picture: fewer to lay over one another
layers.forEach((canvas) => { canvas.style.transformOrigin = "0 0"; });
let drawn = null, due = true, sliding = false, resting;
sigma.refresh = (options) => { due = true; return renew(options); };
sigma.render = () => {
  const shift = due || people.length < LARGE ? null : shiftOf(camera.getState());
  sliding = shift !== null;
  layers.forEach((canvas) => { canvas.style.transform = sliding ? shift : ""; });
  bare.forEach((canvas) => { canvas.style.visibility = sliding ? "hidden" : ""; });
  cancelAnimationFrame(resting);
  if (sliding) {
    if (sigma.renderFrame) cancelAnimationFrame(sigma.renderFrame);
    sigma.renderFrame = null; // as a drawing does: the next frame may be asked for
    rest(REST);
  }
  else {
    draw();
    drawn = camera.getState();
    due = false;
  }
  return sigma;
};
function rest(frames) {
  resting = requestAnimationFrame(() => {
    if (frames > 0) return rest(frames - 1);
    due = true;
    sigma.scheduleRender();
  });
}
function shiftOf(now) {
  const { width, height } = sigma.getDimensions();
  if (!drawn || now.angle !== drawn.angle || (now.x === drawn.x && now.y === drawn.y && now.ratio === drawn.ratio)) return null;
  const place = (x, cameraState) => sigma.framedGraphToViewport({ x, y: 0.5 }, { cameraState });
  const scale = drawn.ratio / now.ratio, before = place(0.5, drawn), after = place(0.5, now);
  const x = after.x - scale * before.x, y = after.y - scale * before.y;
  if (scale < 0.4 || scale > 2.5 || Math.abs(x) > scale * width || Math.abs(y) > scale * height) return null;
  return `matrix(${scale}, 0, 0, ${scale}, ${x}, ${y})`;
}

sigma.getNodeAtPosition = ({ x, y }) => {
  if (sliding) return null;
  const point = sigma.viewportToFramedGraph({ x, y }), beside = sigma.viewportToFramedGraph({ x: x + 1, y });
  const pixel = Math.hypot(beside.x - point.x, beside.y - point.y);
  let found = null, level = -1, nearest = Infinity;
  for (const at of shown) {
    const node = sigma.getNodeDisplayData(at);
    if (!node) continue;
    const away = Math.hypot(node.x - point.x, node.y - point.y) / pixel;
    if (away > sigma.scaleSize(node.size) + 1 || node.zIndex < level || (node.zIndex === level && away >= nearest)) continue;
    found = String(at); level = node.zIndex; nearest = away;
  }
  return found;
};

function drawLabel(context, node, settings) {
  if (!node.label) return;
  context.font = `${settings.labelSize}px ${settings.labelFont}`;
  if (!fits(node.x + node.size + 3, node.y + 4, context.measureText(node.label).width, node.highlighted)) return;
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = dark ? "#191715" : "#fffdf9";
  context.strokeText(node.label, node.x + node.size + 3, node.y + 4);
  context.fillStyle = ink;
  context.fillText(node.label, node.x + node.size + 3, node.y + 4);
}

function drawHover(context, node, settings) {
  context.font = `600 ${settings.labelSize}px ${settings.labelFont}`;
  const width = context.measureText(node.label || "").width;
  context.fillStyle = dark ? "#191715" : "#fffdf9";
  context.strokeStyle = ink;
  context.beginPath();
  context.arc(node.x, node.y, node.size + 2.5, 0, 2 * Math.PI);
  context.stroke();
  if (!node.label) return;
  context.fillRect(node.x + node.size + 4, node.y - 10, width + 8, 20);
  context.fillStyle = ink;
  context.fillText(node.label, node.x + node.size + 8, node.y + 4);
}

function choose(at, move = true) {
  state.chosen = at;
  state.near = new Set(at === null ? [] : touching[at].map((tied) => (from[tied] === at ? to[tied] : from[tied])));
  lend(at);
  sigma.refresh({ skipIndexation: true });
  describe();
  document.querySelectorAll("#people tr[data-at]").forEach((row) => row.classList.toggle("chosen", Number(row.dataset.at) === at));
  if (at !== null && move) {
    const place = sigma.getNodeDisplayData(at);
    if (place) sigma.getCamera().animate({ x: place.x, y: place.y, ratio: Math.min(sigma.getCamera().ratio, 0.45) }, { duration: still() ? 0 : 350 });
  }
}

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== undefined && text !== null) made.textContent = text;
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

function describe() {
  const box = $("detail");
  box.replaceChildren();
  if (state.chosen === null) { box.append(element("p", ui.pick, { class: "soft" })); return; }
  const p = people[state.chosen], s = onSegment(p) || {};
  const head = element("h2");
  head.append(element("bdi", p.name));
  box.append(head);
  const line = element("p", null, { class: "soft" });
  if (p.url) line.append(element("a", p.handle || p.url, { href: p.url, rel: "noopener noreferrer nofollow ugc", target: "_blank" }));
  else line.append(element("bdi", p.handle || ""));
  box.append(line);
  const facts = element("dl");
  const add = (term, text) => facts.append(element("dt", term), element("dd", text));
  add(ui.tier, ui.tiers[tierOf(p)]);
  if (s.rank) add(ui.rank, say(s.rank));
  SCORES.slice(0, 4).forEach((axis) => add(ui.axes[axis], say(s[axis]) + (axis === "influence" && s.low !== null && s.low !== undefined ? ` (${say(s.low)}–${say(s.high)})` : "")));
  add(ui.followers, say(p.followers));
  add(ui.community, p.g >= 0 ? data.communities[p.g].name : ui.unknown);
  if (p.role) add(ui.role, p.roleName);
  box.append(facts);
  const near = [...state.near].filter((at) => shown.has(at)).sort((a, b) => (scoreOf(people[b]) ?? -1) - (scoreOf(people[a]) ?? -1));
  box.append(element("h3", `${ui.neighbours} (${say(near.length)})`));
  const list = element("ul");
  near.slice(0, 12).forEach((at) => {
    const item = element("li"), button = element("button", people[at].name, { type: "button", class: "linklike" });
    button.addEventListener("click", () => choose(at));
    item.append(button);
    list.append(item);
  });
  box.append(list);
  const clear = element("button", ui.clear, { type: "button" });
  clear.addEventListener("click", () => choose(null));
  box.append(clear);
}

function listPeople() {
  const order = [...shown].sort((a, b) => (scoreOf(people[b]) ?? -1) - (scoreOf(people[a]) ?? -1) || a - b);
  $("count").textContent = ui.shown.replace("{n}", say(order.length)).replace("{all}", say(people.length)).replace("{top}", say(Math.min(order.length, TABLE_ROWS)));
  const body = $("people").tBodies[0];
  body.replaceChildren(...order.slice(0, TABLE_ROWS).map((at) => {
    const p = people[at], row = element("tr", null, { "data-at": at });
    if (at === state.chosen) row.classList.add("chosen");
    const name = element("th", null, { scope: "row" }), button = element("button", p.name, { type: "button", class: "linklike" });
    button.addEventListener("click", () => choose(at));
    name.append(button);
    row.append(name, element("td", ui.tiers[tierOf(p)]), element("td", p.g >= 0 ? data.communities[p.g].name : "–"), element("td", say(scoreOf(p), state.size === "pagerank" ? 5 : 0), { class: "r" }));
    return row;
  }));
  $("scorehead").textContent = ui.axes[state.size];
}

function legend() {
  const counts = new Map();
  people.forEach((p) => { if (!data.segments.length || onSegment(p)) counts.set(groupOf(p), (counts.get(groupOf(p)) || 0) + 1); });
  const keys = state.colour === "tier" ? ["macro", "magic_middle", "micro", "none"] : [...data.communities.keys()].slice(0, MUTED.length).map(String).concat("-1");
  $("legend").replaceChildren(...keys.filter((key) => counts.get(key)).map((key) => {
    const colour = state.colour === "tier" ? TIER[key] || GREY : key === "-1" ? GREY : MUTED[key];
    const item = element("li"), label = element("label"), box = element("input", null, { type: "checkbox" });
    box.checked = !state.groups.has(key);
    box.addEventListener("change", () => { box.checked ? state.groups.delete(key) : state.groups.add(key); update(); });
    const dot = element("span", null, { class: "dot", "aria-hidden": "true" });
    dot.style.background = colour;
    const name = state.colour === "tier" ? ui.tiers[key] : key === "-1" ? ui.others : data.communities[key].name;
    label.append(box, dot, element("bdi", name), element("span", " " + say(counts.get(key)), { class: "soft" }));
    item.append(label);
    return item;
  }));
}

function update() {
  refilter();
  if (state.chosen !== null && !shown.has(state.chosen)) choose(null);
  sigma.refresh({ skipIndexation: true });
  listPeople();
}

function options(select, pairs) {
  select.replaceChildren(...pairs.map(([value, text]) => element("option", text, { value })));
}

options($("segment"), data.segments.map((name, at) => [at, name]));
options($("colour"), [["community", ui.community], ["tier", ui.tier]]);
options($("size"), SCORES.map((name) => [name, ui.axes[name]]));
$("segment").addEventListener("change", (e) => { state.segment = Number(e.target.value); state.groups.clear(); measure(); named = notable(); legend(); update(); describe(); });
$("colour").addEventListener("change", (e) => { state.colour = e.target.value; state.groups.clear(); legend(); update(); });
$("size").addEventListener("change", (e) => { state.size = e.target.value; measure(); named = notable(); update(); });
$("least").addEventListener("input", (e) => { state.least = Number(e.target.value); $("leastout").textContent = e.target.value; update(); });
let waiting;
$("search").addEventListener("input", (e) => { clearTimeout(waiting); waiting = setTimeout(() => { state.search = fold(e.target.value.trim()); update(); }, 120); });
$("search").addEventListener("keydown", (e) => {
  if (e.key !== "Enter") return;
  clearTimeout(waiting);
  state.search = fold(e.target.value.trim());
  update();
  const first = $("people").querySelector("tr[data-at]");
  if (state.search && first) choose(Number(first.dataset.at));
});
document.querySelectorAll("[data-tier]").forEach((box) => box.addEventListener("change", () => { box.checked ? state.tiers.add(box.dataset.tier) : state.tiers.delete(box.dataset.tier); update(); }));
sigma.on("clickNode", ({ node }) => choose(Number(node), false));
sigma.on("clickStage", () => { if (state.chosen !== null) choose(null); });
sigma.on("enterNode", () => { $("map").style.cursor = "pointer"; });
sigma.on("leaveNode", () => { $("map").style.cursor = ""; });

function zoom(factor) {
  const camera = sigma.getCamera();
  camera.animate({ ratio: Math.min(Math.max(camera.ratio * factor, 0.01), 4) }, { duration: still() ? 0 : 150 });
}
function pan(dx, dy) {
  const camera = sigma.getCamera();
  camera.animate({ x: camera.x + dx * camera.ratio, y: camera.y + dy * camera.ratio }, { duration: still() ? 0 : 100 });
}
const keys = { "+": () => zoom(0.7), "=": () => zoom(0.7), "-": () => zoom(1.4), 0: () => sigma.getCamera().animatedReset(), ArrowLeft: () => pan(-0.1, 0), ArrowRight: () => pan(0.1, 0), ArrowUp: () => pan(0, 0.1), ArrowDown: () => pan(0, -0.1), Escape: () => choose(null) };
$("map").addEventListener("keydown", (e) => { if (keys[e.key]) { keys[e.key](); e.preventDefault(); } });
$("zoomin").addEventListener("click", () => zoom(0.7));
$("zoomout").addEventListener("click", () => zoom(1.4));
$("reset").addEventListener("click", () => sigma.getCamera().animatedReset());

// What is on the screen, as circles, lines and names: both exports draw from this.
function scene() {
  const { width, height } = sigma.getDimensions();
  const circles = [...shown].map((at) => { const d = sigma.getNodeDisplayData(at); const v = sigma.framedGraphToViewport(d); return { ...v, r: sigma.scaleSize(d.size), colour: d.color, name: d.forceLabel || d.size > 9 ? d.label : "" }; });
  const lines = [];
  graph.forEachEdge((edge, attributes, a, b) => {
    const d = sigma.getEdgeDisplayData(edge);
    if (!d || d.hidden) return;
    lines.push({ a: sigma.framedGraphToViewport(sigma.getNodeDisplayData(a)), b: sigma.framedGraphToViewport(sigma.getNodeDisplayData(b)), colour: d.color, width: d.size });
  });
  circles.sort((a, b) => b.r - a.r);
  const onScreen = taken;
  taken = [];
  circles.forEach((c) => { if (c.name && !fits(c.x + c.r + 3, c.y + 4, 6.5 * c.name.length, false)) c.name = ""; });
  taken = onScreen;
  return { width, height, circles, lines };
}
const inside = (v, { width, height }) => v.x > -50 && v.y > -50 && v.x < width + 50 && v.y < height + 50;

function asSvg() {
  const view = scene(), escape = (t) => t.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`), f = (n) => n.toFixed(1);
  const parts = [`<svg xmlns="http://www.w3.org/2000/svg" width="${view.width}" height="${view.height}" viewBox="0 0 ${view.width} ${view.height}" font-family="sans-serif" font-size="12">`, `<rect width="100%" height="100%" fill="${dark ? "#191715" : "#fffdf9"}"/>`];
  view.lines.filter((l) => inside(l.a, view) || inside(l.b, view)).forEach((l) => parts.push(`<path d="M${f(l.a.x)} ${f(l.a.y)}L${f(l.b.x)} ${f(l.b.y)}" stroke="${l.colour}" stroke-width="${f(l.width)}"/>`));
  view.circles.filter((c) => inside(c, view)).forEach((c) => parts.push(`<circle cx="${f(c.x)}" cy="${f(c.y)}" r="${f(c.r)}" fill="${c.colour}"/>`));
  view.circles.filter((c) => c.name && inside(c, view)).forEach((c) => parts.push(`<text x="${f(c.x + c.r + 3)}" y="${f(c.y + 4)}" fill="${dark ? "#ece7de" : "#1d1b18"}">${escape(c.name)}</text>`));
  return new Blob([parts.join(""), "</svg>"], { type: "image/svg+xml" });
}

function asPng() {
  const view = scene(), canvas = document.createElement("canvas"), scale = 2;
  canvas.width = view.width * scale;
  canvas.height = view.height * scale;
  const c = canvas.getContext("2d");
  c.scale(scale, scale);
  c.fillStyle = dark ? "#191715" : "#fffdf9";
  c.fillRect(0, 0, view.width, view.height);
  view.lines.forEach((l) => { c.strokeStyle = l.colour; c.lineWidth = l.width; c.beginPath(); c.moveTo(l.a.x, l.a.y); c.lineTo(l.b.x, l.b.y); c.stroke(); });
  view.circles.forEach((n) => { c.fillStyle = n.colour; c.beginPath(); c.arc(n.x, n.y, n.r, 0, 2 * Math.PI); c.fill(); });
  c.fillStyle = ink;
  c.font = "12px sans-serif";
  view.circles.filter((n) => n.name).forEach((n) => c.fillText(n.name, n.x + n.r + 3, n.y + 4));
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

function save(blob, name) {
  const anchor = element("a", null, { href: URL.createObjectURL(blob), download: name });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10000);
}
$("png").addEventListener("click", async () => save(await asPng(), data.file + ".png"));
$("svg").addEventListener("click", () => save(asSvg(), data.file + ".svg"));

if (from.length > DRAWN_TIES) $("drawn").textContent = ui.drawn.replace("{n}", say(DRAWN_TIES)).replace("{all}", say(from.length));
legend();
listPeople();
describe();
document.body.dataset.ready = String(graph.order);
