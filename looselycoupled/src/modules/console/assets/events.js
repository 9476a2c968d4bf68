// Events as they come.

import { announce, el } from "./dom.js";
import { brief, clock, count } from "./format.js";
import { inspect } from "./inspector.js";
import { write } from "./json.js";
import { emitter } from "./emit.js";
import { link } from "./link.js";
import { listen, stream } from "./stream.js";

/** So many rows are kept; the oldest go. */
const KEPT = 1000;
const OWN = "exception";

let numbered = 0;
/** Everything that is kept, the newest last. */
let rows = [];
/** What has come since the last frame, or while the stream is paused. */
let fresh = [];
let isPaused = false;
let chosen = null;
let asked = false;

const list = el("div", { class: "rows", role: "listbox", tabindex: "0", "aria-label": "Events, the newest first" });
const note = el("p", { class: "muted small", id: "events-note" });
const pattern = el("input", { type: "text", value: "**", "aria-label": "Pattern of events", title: "`*` stands for a part of a name, `**` for any", autocomplete: "off", spellcheck: "false", class: "pattern" });
const failures = el("input", { type: "checkbox", checked: true });
const filter = el("input", { type: "search", placeholder: "Filter rows", "aria-label": "Filter rows", "data-filter": "", autocomplete: "off" });
const pauseButton = el("button", { type: "button", "aria-pressed": "false", title: "space" }, "Pause");
const clearButton = el("button", { type: "button" }, "Clear");
const detail = el("div", { class: "details-place" });
const emitting = emitter();

const textOf = (row) => (row.text ??= row.frame ? `${row.frame.event_name} ${row.frame.source ?? "outside"} ${row.frame.transaction} ${row.frame.error ?? ""} ${write(row.frame.data)}`.toLowerCase() : "");
const fits = (row, text) => text === "" || !row.frame || textOf(row).includes(text);

function nodeOf(row) {
  const node = row.frame ? eventNode(row.frame) : el("div", { class: "row notice", role: "option", "aria-disabled": "true", "aria-selected": "false" }, row.notice);
  node.id = `row-${row.number}`;
  node.row = row;
  return node;
}

/** What an event carries; some of it cannot be written as JSON. */
const contentOf = ({ data, error }) => (error === undefined ? brief(data ?? {}, 300) : `cannot be shown: ${error}`);

function eventNode(frame) {
  const { event_name: name, source, timestamp, priority, transaction } = frame;
  return el("div", { class: `row ${name === OWN ? "failure" : ""}`, role: "option", "aria-selected": "false" },
    el("span", { class: "time", text: clock(timestamp) }), el("strong", { class: "event", text: name }),
    el("span", { class: "source", text: source ?? "outside" }),
    el("code", { class: frame.error === undefined ? "data" : "data bad", text: `${priority && priority !== "normal" ? `[${priority}] ` : ""}${contentOf(frame)}` }),
    el("span", { class: "tx muted", title: transaction, text: transaction?.split("-").at(-1) ?? "" }));
}

function add(row) {
  fresh.push({ ...row, number: (numbered += 1) });
  if (fresh.length > KEPT) fresh.splice(0, fresh.length - KEPT);
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    if (!isPaused) settle();
    tellNote();
  });
}

/** Moves what has come into the list. */
function settle() {
  const text = filter.value.trim().toLowerCase();
  rows.push(...fresh);
  const nodes = fresh.filter((row) => fits(row, text)).map(nodeOf).reverse();
  fresh = [];
  list.prepend(...nodes);
  if (rows.length > KEPT) rows.splice(0, rows.length - KEPT);
  const oldest = rows[0]?.number ?? 0;
  while (list.lastChild && list.lastChild.row.number < oldest) list.lastChild.remove();
}

function tellNote() {
  const state = stream.open ? (isPaused ? "paused" : "live") : "not connected";
  const waiting = isPaused && fresh.length ? ` · ${count(fresh.length)} waiting` : "";
  note.textContent = `${state} · ${count(list.childElementCount)} of ${count(rows.length)} shown${waiting}`;
}

function redraw() {
  const text = filter.value.trim().toLowerCase();
  list.replaceChildren(...rows.filter((row) => fits(row, text)).map(nodeOf).reverse());
  mark();
  tellNote();
}

function mark() {
  for (const node of list.querySelectorAll(".chosen, .kin")) {
    node.classList.remove("chosen", "kin");
    node.setAttribute("aria-selected", "false");
  }
  list.removeAttribute("aria-activedescendant");
  if (!chosen) return;
  for (const node of list.children) if (node.row.frame?.transaction === chosen.frame.transaction) node.classList.add("kin");
  const node = list.querySelector(`#row-${chosen.number}`);
  if (!node) return;
  node.classList.add("chosen");
  node.setAttribute("aria-selected", "true");
  list.setAttribute("aria-activedescendant", node.id);
}

function choose(row) {
  chosen = row;
  mark();
  list.querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
  detail.replaceChildren(...(row ? [inspect(row, rows, choose)] : []));
}

function step(by) {
  const nodes = [...list.children].filter((node) => node.row.frame);
  const at = nodes.findIndex((node) => node.row === chosen);
  const next = nodes[Math.min(Math.max(at + by, 0), nodes.length - 1)];
  if (next) choose(next.row);
}

function togglePause() {
  isPaused = !isPaused;
  pauseButton.setAttribute("aria-pressed", String(isPaused));
  pauseButton.textContent = isPaused ? "Go on" : "Pause";
  announce(isPaused ? "Paused" : "Live");
  if (!isPaused) settle();
  tellNote();
}

function clear() {
  [rows, fresh] = [[], []];
  choose(null);
  list.replaceChildren();
  tellNote();
}

function subscribe() {
  const text = pattern.value.trim();
  listen([text, failures.checked && text !== OWN ? OWN : ""].filter(Boolean));
}

function hear(frame) {
  if (frame.type === "event") add({ frame });
  else if (frame.type === "gap") add({ notice: `${count(frame.missed)} events missed (${frame.subscription}): they came faster than this page reads` });
  else if (frame.type === "error") add({ notice: frame.message });
  else if (frame.type === "subscribe_response" && !frame.success) add({ notice: `no such pattern: ${frame.event_name}` });
}

function listenToControls() {
  list.addEventListener("click", (event) => {
    const row = event.target.closest(".row")?.row;
    if (row?.frame && getSelection().isCollapsed) choose(row);
  });
  list.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -KEPT, End: KEPT }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    step(by);
  });
  pauseButton.addEventListener("click", togglePause);
  clearButton.addEventListener("click", clear);
  filter.addEventListener("input", redraw);
  pattern.addEventListener("change", subscribe);
  failures.addEventListener("change", subscribe);
}

export const events = {
  mount: (panel) => {
    const controls = el("div", { class: "bar" }, el("h2", {}, "Events"), el("label", { class: "inline" }, "pattern ", pattern),
      el("label", { class: "inline" }, failures, " exceptions"), filter, pauseButton, clearButton);
    panel.replaceChildren(el("div", { class: "split wide-left" },
      el("section", { class: "card", "aria-label": "Stream of events" }, controls, note, list),
      el("div", { class: "stack" }, detail, emitting.node)));
    listenToControls();
    stream.told.on(hear);
    stream.changed.on(tellNote);
    link.restarted.on(() => add({ notice: "the application was started anew" }));
    tellNote();
  },
  // What comes while another view is shown is kept as well.
  show: subscribe,
  pause: togglePause,
  described: (description) => emitting.described(description),
};
