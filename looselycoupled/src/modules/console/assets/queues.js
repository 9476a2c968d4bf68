// What waits, and for how long.

import { el, keyed, say, table } from "./dom.js";
import { count, duration, rate } from "./format.js";
import { link } from "./link.js";
import { sparkline } from "./sparkline.js";

const PRIORITIES = ["highest", "high", "normal", "low", "lowest"];

const loops = el("tbody");
const waits = el("tbody");
const filter = el("input", { type: "search", placeholder: "Filter loops", "aria-label": "Filter loops", "data-filter": "", autocomplete: "off", oninput: () => refresh() });
const note = el("p", { class: "muted small" });

let visible = false;

const depth = (each) => PRIORITIES.reduce((total, priority) => total + each.queued[priority], 0);
const sumOf = (counter, each) => (sample) => each.modules.reduce((total, name) => total + (sample.modules.get(name)?.[counter] ?? 0), 0);

function loopRow(each) {
  const cells = Object.fromEntries([...PRIORITIES, "depth", "room", "in", "out"].map((name) => [name, el("td", { class: "number" })]));
  const modules = el("td", { class: "long muted" });
  const picture = sparkline(`Depth of ${each.name} in the last two minutes`);
  const node = el("tr", {}, el("th", { scope: "row" }, each.name), modules, el("td", {}, picture), Object.values(cells));
  return Object.assign(node, { figures: cells, picture, modules });
}

function updateLoop(node, each) {
  const { history } = link;
  const { figures: cells } = node;
  const accepted = sumOf("accepted", each);
  const waiting = (sample) => sumOf("queued", each)(sample) + sumOf("delayed", each)(sample);
  say(node.modules, each.modules.length === 1 && each.modules[0] === each.name ? "its own" : each.modules.join(", "));
  for (const priority of PRIORITIES) say(cells[priority], count(each.queued[priority]));
  say(cells.depth, count(depth(each)));
  say(cells.room, `${roomText(each.capacity)}${each.waiting_for_room ? ` (${each.waiting_for_room} wait)` : ""}`);
  say(cells.in, rate(history.rate(accepted)));
  say(cells.out, rate(history.rate((sample) => accepted(sample) - waiting(sample))));
  for (const cell of Object.values(cells)) cell.classList.toggle("zero", cell.textContent === "0");
  cells.room.classList.toggle("bad", each.waiting_for_room > 0);
  node.picture.draw(history.samples.filter((sample) => sample.loops.has(each.name)).map((sample) => [history.now.at - sample.at, depth(sample.loops.get(each.name))]));
}

const limit = (number) => (number === null || number === undefined ? "no bound" : count(number));
const roomText = ({ tasks, events }) => (tasks === events ? limit(tasks) : `${limit(tasks)} / ${limit(events)}`);

function waitRow(priority) {
  const cells = ["total", "rate", "p50", "p95"].map(() => el("td", { class: "number" }));
  return Object.assign(el("tr", {}, el("th", { scope: "row" }, priority), cells), { figures: cells });
}

function updateWait(node, priority) {
  const { history } = link;
  const read = (sample) => sample.waits?.[priority];
  const [half, most] = history.quantiles((sample) => [read(sample)], [0.5, 0.95]);
  const told = [count(read(history.now)?.count ?? 0), rate(history.rate((sample) => read(sample)?.count ?? 0)), duration(half), duration(most)];
  told.forEach((text, index) => {
    say(node.figures[index], text);
    node.figures[index].classList.toggle("zero", text === "0" || text === "–");
  });
}

function refresh() {
  const { history } = link;
  if (!visible || !history.now) return;
  const text = filter.value.trim().toLowerCase();
  const { state } = history.now;
  const fitting = state.loops.filter((each) => `${each.name} ${each.modules.join(" ")}`.toLowerCase().includes(text));
  keyed(loops, fitting, (each) => each.name, loopRow, updateLoop);
  keyed(waits, PRIORITIES, (priority) => priority, waitRow, updateWait);
  say(note, `${count(state.blocking)} of ${count(state.blocking_limit)} blocking threads in use · ${count(state.unheard_events)} events that nobody heard`);
}

export const queues = {
  mount: (panel) => {
    const columns = ["Loop", "Modules", "Depth, 2 min", ...PRIORITIES.map((name) => [name, "number"]), ["Depth", "number"], ["Capacity", "number"], ["In/s", "number"], ["Out/s", "number"]];
    panel.replaceChildren(el("div", { class: "stack" },
      el("section", { class: "card", "aria-labelledby": "loops-title" }, el("div", { class: "bar" }, el("h2", { id: "loops-title" }, "Queues of event loops"), filter), table("Queues of event loops", columns, loops), note),
      el("section", { class: "card", "aria-labelledby": "waits-title" }, el("h2", { id: "waits-title" }, "How long messages wait"),
        table("How long messages wait, by priority", ["Priority", ["Messages", "number"], ["In each second", "number"], ["p50, 30 s", "number"], ["p95, 30 s", "number"]], waits))));
    link.sampled.on(refresh);
  },
  show: () => {
    visible = true;
    refresh();
  },
  hide: () => { visible = false; },
};
