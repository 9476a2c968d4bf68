// The modules as a picture: solid lines are calls, dashed ones events.

import { el, keyed, say, svg, table } from "./dom.js";
import { OUTSIDE, edges } from "./edges.js";
import { health } from "./figures.js";
import { brief, count, rate } from "./format.js";
import { layers } from "./layout.js";
import { link } from "./link.js";
import { hrefOf } from "./tabs.js";

const [WIDTH, HEIGHT] = [128, 36];
const [BETWEEN_LAYERS, BETWEEN_NODES, BETWEEN_HELPERS] = [96, 18, 14];
const MARGIN = 16;

const drawing = svg("svg", { class: "graph", role: "group", "aria-label": "Modules, calls and events" });
const told = el("p", { class: "told", role: "status" });
const rows = el("tbody");
const unused = el("input", { type: "checkbox", checked: true, onchange: () => refresh() });
const filter = el("input", { type: "search", placeholder: "Filter modules", "aria-label": "Filter modules", "data-filter": "", autocomplete: "off", oninput: () => refresh() });

let visible = false;
let shape = "";
let lines = new Map();
let nodes = new Map();
let current = [];

function places(rowsOfNames) {
  const isHelper = (name) => name.startsWith("\n");
  const heightOf = (name) => (isHelper(name) ? BETWEEN_HELPERS : HEIGHT + BETWEEN_NODES);
  const heights = rowsOfNames.map((row) => row.reduce((sum, name) => sum + heightOf(name), 0));
  const most = Math.max(...heights, 0);
  const at = new Map();
  rowsOfNames.forEach((row, layer) => {
    let y = MARGIN + (most - heights[layer]) / 2;
    for (const name of row) {
      at.set(name, { x: MARGIN + layer * (WIDTH + BETWEEN_LAYERS), y: y + heightOf(name) / 2 });
      y += heightOf(name);
    }
  });
  return { at, width: 2 * MARGIN + rowsOfNames.length * (WIDTH + BETWEEN_LAYERS) - BETWEEN_LAYERS, height: 2 * MARGIN + most };
}

/** A line through all points of a chain, aside a little so that calls and events of the same two do not cover each other. */
function pathOf(chain, at, turned, aside) {
  const points = chain.flatMap((name, place) => {
    const { x, y } = at.get(name);
    if (place === 0) return [[x + WIDTH, y + aside]];
    return place === chain.length - 1 ? [[x, y + aside]] : [[x, y + aside], [x + WIDTH, y + aside]];
  });
  const way = turned ? points.toReversed() : points;
  return way.slice(1).reduce((path, [x, y], place) => {
    const [fromX, fromY] = way[place];
    const half = (x - fromX) / 2;
    return `${path}C${fromX + half} ${fromY} ${x - half} ${y} ${x} ${y}`;
  }, `M${way[0].join(" ")}`);
}

/** A line to itself. */
const loopPath = ({ x, y }) => `M${x + WIDTH - 34} ${y - HEIGHT / 2}c0 -20 22 -20 22 0`;

function arrowHead(id) {
  return svg("marker", { id, viewBox: "0 0 8 8", refX: "7", refY: "4", markerWidth: "8", markerHeight: "8", markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" }, svg("path", { d: "M0 0L8 4L0 8z" }));
}

function draw(names, all) {
  const { rows: layered, chains } = layers(names, all.map((edge) => [edge.from, edge.to]));
  const { at, width, height } = places(layered);
  const chainOf = new Map(chains.map((chain) => [`${chain.from}\n${chain.to}`, chain]));
  lines = new Map();
  nodes = new Map();
  const drawn = all.map((edge) => {
    const chain = chainOf.get(`${edge.from}\n${edge.to}`) ?? chainOf.get(`${edge.to}\n${edge.from}`);
    const isTurned = chain && chain.from !== edge.from;
    const d = chain ? pathOf(chain.chain, at, isTurned, (edge.kind === "call" ? -4 : 4) + (isTurned ? 8 : 0)) : loopPath(at.get(edge.from));
    const [line, catcher, title] = [svg("path", { class: "line", d, "marker-end": "url(#head)" }), svg("path", { class: "catch", d }), svg("title")];
    const group = svg("g", { class: `edge ${edge.kind}` }, title, catcher, line);
    group.addEventListener("pointerenter", () => tell(current.find((each) => each.key === edge.key)));
    lines.set(edge.key, { group, line, title });
    return group;
  });
  const boxes = names.map((name) => node(name, at.get(name)));
  drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  drawing.setAttribute("width", width);
  drawing.setAttribute("height", height);
  drawing.replaceChildren(svg("defs", {}, arrowHead("head")), ...drawn, ...boxes);
}

function node(name, { x, y }) {
  const label = name.length > 16 ? `${name.slice(0, 15)}…` : name;
  const box = svg("a", { class: `node ${name === OUTSIDE ? "outside" : ""}`, href: name === OUTSIDE ? "#/graph" : hrefOf("overview", name), "aria-label": name },
    svg("rect", { x, y: y - HEIGHT / 2, width: WIDTH, height: HEIGHT, rx: name === OUTSIDE ? HEIGHT / 2 : 8 }),
    svg("circle", { cx: x + 14, cy: y, r: 4 }), svg("text", { x: x + 26, y: y + 4 }, label), svg("title", {}, name));
  for (const begin of ["pointerenter", "focus"]) box.addEventListener(begin, () => light(name));
  for (const end of ["pointerleave", "blur"]) box.addEventListener(end, () => light(null));
  nodes.set(name, box);
  return box;
}

const sentence = (edge) => {
  const what = edge.kind === "call" ? "calls" : `tells ${[...edge.names].join(", ")}`;
  return edge.number === 0 ? `${edge.from} → ${edge.to}: ${what}; not yet` : `${edge.from} → ${edge.to}: ${what}; ${rate(edge.rate)}/s, ${count(edge.number)} in all`;
};

function tell(edge) {
  if (edge) say(told, sentence(edge));
}

/** A module with everything that leads to it and from it. */
function light(name) {
  drawing.classList.toggle("lit", name !== null);
  for (const edge of current) lines.get(edge.key)?.group.classList.toggle("on", edge.from === name || edge.to === name);
  const touching = new Set(current.filter((edge) => edge.from === name || edge.to === name).flatMap((edge) => [edge.from, edge.to]));
  for (const [each, box] of nodes) box.classList.toggle("on", each === name || touching.has(each));
  if (name === null) return;
  const sum = (select, kind) => rate(current.filter((edge) => select(edge) === name && edge.kind === kind).reduce((total, edge) => total + edge.rate, 0));
  say(told, `${name}: is called ${sum((edge) => edge.to, "call")}/s and calls ${sum((edge) => edge.from, "call")}/s; hears ${sum((edge) => edge.to, "event")}/s and tells ${sum((edge) => edge.from, "event")}/s`);
}

function paint(failing) {
  for (const edge of current) {
    const { group, line, title } = lines.get(edge.key);
    group.classList.toggle("unused", edge.number === 0);
    group.classList.toggle("bad", edge.kind === "call" && failing.get(edge.to) > 0 && edge.rate > 0);
    line.setAttribute("stroke-width", (edge.number === 0 ? 1 : 1.5 + Math.min(4.5, 1.5 * Math.log10(1 + edge.rate * 3))).toFixed(2));
    say(title, sentence(edge));
  }
  for (const [name, box] of nodes) {
    const module = link.history.now.modules.get(name);
    box.dataset.state = module ? health(link.history, module).state : "outside";
  }
}

function edgeRow(edge) {
  const cells = [el("td", {}, edge.to), el("td", {}, edge.kind === "call" ? "call" : "event"), el("td", { class: "long" }), el("td", { class: "number" }), el("td", { class: "number" })];
  return Object.assign(el("tr", {}, el("th", { scope: "row" }, edge.from), cells), { figures: cells });
}

function updateRow(node, edge) {
  say(node.figures[2], brief([...edge.names].join(", "), 200));
  say(node.figures[3], rate(edge.rate));
  say(node.figures[4], count(edge.number));
}

function refresh() {
  const { history, description } = link;
  if (!visible || !history.now || !description) return;
  const text = filter.value.trim().toLowerCase();
  const all = edges(description, history).filter((edge) => (unused.checked || edge.number > 0) && [edge.from, edge.to].some((name) => name.toLowerCase().includes(text)));
  const ends = new Set(all.flatMap((edge) => [edge.from, edge.to]));
  const names = [...description.modules.map((module) => module.name).filter((name) => ends.has(name) || name.toLowerCase().includes(text)), ...(ends.has(OUTSIDE) ? [OUTSIDE] : [])];
  current = all;
  const now = JSON.stringify([names, all.map((edge) => edge.key)]);
  if (now !== shape) {
    shape = now;
    draw(names, all);
  }
  paint(new Map(history.now.state.modules.map((module) => [module.name, history.growth((sample) => sample.modules.get(module.name)?.failed ?? 0, 30)])));
  keyed(rows, all, (edge) => edge.key, edgeRow, updateRow);
}

export const graph = {
  mount: (panel) => {
    const legend = el("p", { class: "legend muted small" }, [["call", "calls"], ["event", "events"], ["bad", "the called module fails"], ["unused", "declared, not used yet"]]
      .map(([kind, text]) => el("span", {}, el("i", { class: `key-${kind}` }), text)));
    panel.replaceChildren(el("div", { class: "stack" },
      el("section", { class: "card", "aria-labelledby": "graph-title" },
        el("div", { class: "bar" }, el("h2", { id: "graph-title" }, "Graph"), filter, el("label", { class: "inline" }, unused, " what is not used yet")), legend,
        el("div", { class: "scroll canvas", tabindex: "0", role: "group", "aria-label": "Graph of modules" }, drawing), told),
      el("section", { class: "card" }, el("details", {}, el("summary", {}, "The same as a table"), table("Calls and events", ["From", "To", "Kind", "Events", ["In each second", "number"], ["In all", "number"]], rows)))));
    link.sampled.on(refresh);
  },
  show: () => {
    visible = true;
    refresh();
  },
  hide: () => { visible = false; },
  described: () => { shape = ""; },
};
