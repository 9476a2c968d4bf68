// The log, and who may say how much in it.

import { get, put } from "./api.js";
import { announce, el, keyed, say } from "./dom.js";
import { clock, count } from "./format.js";
import { link } from "./link.js";

const LEVELS = ["trace", "debug", "info", "warn", "error", "off"];
const EVERY = 1000;
const KEPT = 2000;

const list = el("div", { class: "rows log", role: "log", "aria-live": "off", tabindex: "0", "aria-label": "Lines of the log, the newest first" });
const note = el("p", { class: "muted small" });
const filter = el("input", { type: "search", placeholder: "Filter lines", "aria-label": "Filter lines", "data-filter": "", autocomplete: "off" });
const least = el("select", { "aria-label": "Lowest level shown" }, LEVELS.slice(0, 5).map((level) => el("option", { value: level }, level)));
const whose = el("select", { "aria-label": "Module" }, el("option", { value: "" }, "all modules"));
const pauseButton = el("button", { type: "button", "aria-pressed": "false", title: "space" }, "Pause");
const clearButton = el("button", { type: "button" }, "Clear");
const levels = el("div", { class: "levels" });
const problem = el("p", { class: "bad", role: "alert" });

let lines = [];
let after = 0;
let timer = 0;
let visible = false;
let isPaused = false;
let known = { default: "info", modules: {} };
/** Answers to what was asked for an application that is gone are of no use. */
let era = 0;

const rank = (level) => LEVELS.indexOf(String(level).toLowerCase());
const textOf = (line) => (line.text ??= `${line.message} ${line.target} ${line.module ?? ""} ${JSON.stringify(line.fields)}`.toLowerCase());

function fits(line) {
  if (line.notice) return true;
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  return rank(line.level) >= rank(least.value) && (whose.value === "" || line.module === whose.value) && words.every((word) => textOf(line).includes(word));
}

/** The last part of a path says the most. */
const shortened = (target) => (target.split("::").length > 2 ? `…${target.split("::").slice(-2).join("::")}` : target);

function nodeOf(line) {
  if (line.notice) return el("div", { class: "row notice" }, line.notice);
  const fields = Object.entries(line.fields ?? {}).flatMap(([name, value]) => [" ", el("span", { class: "field-name", text: `${name}=` }), el("span", { text: value })]);
  return el("div", { class: "row", dataset: { level: line.level.toLowerCase() } },
    el("span", { class: "time", text: clock(line.time) }), el("span", { class: "level", text: line.level.toUpperCase() }),
    el("span", { class: "source", title: line.target, text: line.module ?? shortened(line.target) }), el("span", { class: "message" }, line.message, fields));
}

function redraw() {
  list.replaceChildren(...lines.filter(fits).map(nodeOf).reverse());
  tell();
}

function tell() {
  const nothing = lines.length === 0 ? ` · no line yet; modules log at \`${known.default}\`, change the level below` : "";
  say(note, `${isPaused ? "paused" : "following"} · ${count(list.childElementCount)} of ${count(lines.length)} lines shown${nothing}`);
}

function add(fresh) {
  if (fresh.length === 0) return;
  lines.push(...fresh);
  list.prepend(...fresh.filter(fits).map(nodeOf).reverse());
  if (lines.length > KEPT) {
    lines = lines.slice(-KEPT);
    redraw();
  }
}

async function look() {
  clearTimeout(timer);
  if (!visible || isPaused || link.status !== "up") return;
  const mine = era;
  try {
    const answer = await get(`/api/v1/log?after=${after}`);
    if (mine !== era) return;
    after = answer.next;
    const missed = answer.missed > 0 && lines.length > 0 ? [{ notice: `${count(answer.missed)} lines missed: they came faster than this page reads` }] : [];
    add([...missed, ...answer.lines]);
    if (JSON.stringify(answer.levels) !== JSON.stringify(known)) showLevels(answer.levels);
    tell();
  } catch (error) {
    say(note, error.message);
  }
  clearTimeout(timer);
  timer = setTimeout(look, EVERY);
}

function levelField(name) {
  const select = el("select", { id: `level-${name}` }, el("option", { value: "" }, "default"), LEVELS.map((level) => el("option", { value: level }, level)));
  select.addEventListener("change", () => change(name, select.value || null));
  return Object.assign(el("div", { class: "level-field" }, el("label", { for: `level-${name}` }, name), select), { select });
}

/** A module may be called as something that every object has. */
const levelOf = (name) => (Object.hasOwn(known.modules, name) ? known.modules[name] : undefined);

function showLevels(given = known) {
  known = given;
  const names = (link.description?.modules ?? []).map((module) => module.name);
  keyed(levels, names, (name) => name, levelField, (node, name) => {
    const level = levelOf(name)?.toLowerCase() ?? "";
    if (document.activeElement !== node.select) node.select.value = level;
    say(node.select.options[0], `default (${String(known.default).toLowerCase()})`);
    node.classList.toggle("set", level !== "");
  });
}

async function change(module, level) {
  try {
    await put(`/api/v1/log/${encodeURIComponent(module)}`, { level });
    const others = Object.entries(known.modules).filter(([name]) => name !== module);
    showLevels({ ...known, modules: Object.fromEntries(level === null ? others : [...others, [module, level]]) });
    say(problem, "");
    announce(`${module} logs at ${level ?? "the default level"}`);
  } catch (error) {
    say(problem, error.message);
  }
}

function togglePause() {
  isPaused = !isPaused;
  pauseButton.setAttribute("aria-pressed", String(isPaused));
  pauseButton.textContent = isPaused ? "Go on" : "Pause";
  announce(isPaused ? "Paused" : "Following");
  tell();
  look();
}

function clear() {
  lines = [];
  redraw();
}

export const log = {
  mount: (panel) => {
    const controls = el("div", { class: "bar" }, el("h2", {}, "Log"), el("label", { class: "inline" }, "from ", least), whose, filter, pauseButton, clearButton);
    panel.replaceChildren(el("div", { class: "stack" },
      el("section", { class: "card", "aria-label": "Log" }, controls, note, list),
      el("section", { class: "card", "aria-labelledby": "levels-title" }, el("h2", { id: "levels-title" }, "How much each module says"), problem, levels)));
    filter.addEventListener("input", redraw);
    least.addEventListener("change", redraw);
    whose.addEventListener("change", redraw);
    pauseButton.addEventListener("click", togglePause);
    clearButton.addEventListener("click", clear);
    link.changed.on((status) => status === "up" && look());
    link.restarted.on(() => {
      era += 1;
      after = 0;
      lines.push({ notice: "the application was started anew" });
      redraw();
      look();
    });
  },
  show: () => {
    visible = true;
    look();
  },
  hide: () => {
    visible = false;
    clearTimeout(timer);
  },
  pause: togglePause,
  described: (description) => {
    const chosen = whose.value;
    whose.replaceChildren(el("option", { value: "" }, "all modules"), ...description.modules.map((module) => el("option", { value: module.name }, module.name)));
    whose.value = chosen;
    showLevels();
  },
};
