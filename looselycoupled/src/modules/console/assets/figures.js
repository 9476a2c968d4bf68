// What the counters of the application mean for a module.

import { callKey } from "./history.js";

/** Reads one counter of a module; a module that was not there yet had counted nothing. */
const of = (name, counter) => (sample) => sample.modules.get(name)?.[counter] ?? 0;

/** Tasks or handlers of a module, of one look. */
const partsOf = (entries, name) => [...(entries?.values() ?? [])].filter((entry) => entry.module === name);

const sum = (entries) => entries.reduce((total, entry) => total + entry.count, 0);

/** Tasks that ended in each second. */
export const callRate = (history, name) => history.rate((sample) => sum(partsOf(sample.tasks, name)));
/** Handlers of events that ended in each second. */
export const eventRate = (history, name) => history.rate((sample) => sum(partsOf(sample.handlers, name)));

/** The duration that 95 of 100 tasks and handlers stayed below, over the last 30 seconds. */
export function p95(history, name) {
  const read = (sample) => [...partsOf(sample.tasks, name), ...partsOf(sample.handlers, name)];
  return history.quantiles(read, [0.95])[0];
}

/** What grew in the last minute and should not have. */
const WORRIES = [
  ["failed", "failed"], ["restarts", "was made again"], ["overdue", "kept its loop too long"], ["dropped", "messages dropped"], ["panicked", "panicked"],
];

/** How a module is, and why. */
export function health(history, module) {
  if (module.phase !== "active") return { state: "down", why: `it is ${module.phase}` };
  const worries = WORRIES.map(([counter, text]) => [history.growth(of(module.name, counter), 60), text]).filter(([growth]) => growth > 0);
  if (worries.length === 0) return { state: "ok", why: "nothing went wrong in the last minute" };
  return { state: "degraded", why: `in the last minute: ${worries.map(([growth, text]) => `${text} ${growth}×`).join(", ")}` };
}

/** The figures of the whole application. */
export function totals(history) {
  const state = history.now.state;
  const all = (counter) => state.modules.reduce((total, module) => total + module[counter], 0);
  return {
    modules: state.modules.length,
    active: state.modules.filter((module) => module.phase === "active").length,
    calls: history.rate((sample) => sum([...sample.tasks.values()])),
    events: history.rate((sample) => [...sample.events.values()].reduce((total, event) => total + event.emitted, 0)),
    running: all("running"),
    queued: all("queued"),
  };
}

/** How often one module called another in each of the last seconds. */
export const callerRate = (history, call) => history.rate((sample) => sample.calls.get(callKey(call))?.number ?? 0, 10);

/** The patterns of events: `*` stays within a segment, `**` does not. */
export function matches(pattern, name) {
  const parts = pattern.split(/(\*+)/).map((part) => {
    if (part === "*") return "[^.]*";
    return part.startsWith("**") ? "[^]*" : part.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`, "u").test(name);
}
