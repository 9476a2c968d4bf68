// The lines of simulated chips: buttons that can be pushed, and lamps that shine.

import { callTask, get } from "./api.js";
import { announce, el, keyed, say } from "./dom.js";
import { link } from "./link.js";

/** What a push leads to takes as long as it takes to be debounced and heard. */
const AFTER = [60, 400, 1000];

const inputs = el("div", { class: "inputs" });
const outputs = el("ul", { class: "outputs plain" });
const problem = el("p", { class: "bad", role: "alert" });
const node = el("section", { class: "card", "aria-labelledby": "lines-title", hidden: true },
  el("h2", { id: "lines-title" }, "Simulated lines"), inputs, outputs, problem);

let chips = [];
let visible = false;
/** What the chips had done when they were asked last. */
let known = "";

/** Chips whose section says that there is no device. */
async function find(description) {
  const candidates = description.modules.filter((module) => module.type_name === "Gpio" && module.tasks.some((task) => task.name === "simulate_input"));
  const config = candidates.length ? await get("/api/v1/config").catch(() => ({ entries: [] })) : { entries: [] };
  const isSimulated = (module) => config.entries.some((entry) => entry.path === `${module.name}.driver` && entry.value === "simulator");
  chips = candidates.filter(isSimulated).map((module) => module.name);
  node.hidden = chips.length === 0;
  look();
}

async function look() {
  if (!visible || chips.length === 0 || link.status !== "up") return;
  try {
    const answers = await Promise.all(chips.map((chip) => callTask(`${chip}.lines`, {})));
    const all = answers.flatMap(({ value }, place) => value.map((line) => ({ ...line, chip: chips[place] })));
    keyed(inputs, all.filter((line) => line.direction === "input"), keyOf, button, (at, line) => at.tell(line.active));
    keyed(outputs, all.filter((line) => line.direction === "output"), keyOf, lamp, shine);
    say(problem, "");
  } catch (error) {
    say(problem, error.message);
  }
}

/** Only a task or a push changes a line, so nobody is asked while neither is counted: each question is a call that the application logs. */
function lookIfChanged(history) {
  const { tasks, events } = history.now;
  const done = [...tasks.values()].filter((task) => chips.includes(task.module) && task.task !== "lines").map((task) => task.count);
  const told = [...events.values()].filter((event) => chips.includes(event.source)).map((event) => event.emitted);
  const now = [...done, "", ...told].join(" ");
  if (now === known) return;
  known = now;
  look();
}

const keyOf = (line) => `${line.chip} ${line.line}`;
const labelOf = (line) => (chips.length > 1 ? `${line.chip} ${line.name}` : line.name);

/** A button: the line is other than at rest for as long as it is held. */
function button(line) {
  const state = el("span", { class: "muted small" });
  const at = el("button", { type: "button", class: "push", "aria-pressed": "false" },
    el("strong", { text: labelOf(line) }), el("span", { class: "muted small", text: `line ${line.line}` }), state);
  let held = false;
  let atRest = line.active;
  // One after the other, so that a short push never ends before it has begun.
  let order = Promise.resolve();
  const hold = (isHeld) => {
    if (held === isHeld) return;
    held = isHeld;
    at.setAttribute("aria-pressed", String(held));
    const active = held !== atRest;
    say(state, words(active));
    order = order.then(() => callTask(`${line.chip}.simulate_input`, { line: line.line, active })).then(() => say(problem, ""), (error) => say(problem, error.message));
    if (!held) AFTER.forEach((wait) => setTimeout(look, wait));
  };
  const words = (active) => (active ? "active" : "inactive");
  at.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    at.setPointerCapture(event.pointerId);
    hold(true);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) at.addEventListener(end, () => hold(false));
  at.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (!event.repeat) hold(true);
  });
  at.addEventListener("keyup", (event) => {
    if (event.key === " " || event.key === "Enter") hold(false);
  });
  at.addEventListener("contextmenu", (event) => event.preventDefault());
  // Somebody else may change it as well; while it is held here, it is held.
  at.tell = (active) => {
    if (held) return;
    atRest = active;
    say(state, words(active));
  };
  return at;
}

function lamp() {
  const [bulb, name, state] = [el("span", { class: "bulb", "aria-hidden": "true" }), el("strong"), el("span", { class: "muted" })];
  return Object.assign(el("li", {}, bulb, name, " ", state), { bulb, name, state });
}

function shine(at, line) {
  say(at.name, labelOf(line));
  const before = at.state.textContent;
  say(at.state, `line ${line.line}: ${line.state ?? (line.active ? "on" : "off")}`);
  at.bulb.dataset.state = line.state ?? (line.active ? "on" : "off");
  if (before && before !== at.state.textContent) announce(`${labelOf(line)} ${at.state.textContent}`);
}

export const lines = {
  node,
  described: find,
  show: () => {
    visible = true;
    look();
  },
  hide: () => { visible = false; },
};
link.sampled.on(lookIfChanged);
link.changed.on((status) => status === "up" && look());
