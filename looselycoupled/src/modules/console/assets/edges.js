// Who calls whom and who hears whom: what has happened, and what is only declared.

import { matches } from "./figures.js";
import { callKey, eventKey } from "./history.js";

/** Calls and events from outside of every module. */
export const OUTSIDE = "outside";

/** All edges: from, to, kind (`call` or `event`), what goes there, how often, and how often in a second. */
export function edges(description, history) {
  const all = new Map();
  const edge = (from, to, kind) => {
    const key = `${kind} ${from} ${to}`;
    if (!all.has(key)) all.set(key, { key, from, to, kind, names: new Set(), number: 0, rate: 0 });
    return all.get(key);
  };
  calls(history, edge);
  const known = new Map(description.events.map((event) => [event.name, event]));
  for (const event of history.now.state.events) happened(event, known.get(event.event), description, history, edge);
  for (const event of description.events) declared(event, edge);
  forwards(description, edge);
  return [...all.values()];
}

function calls(history, edge) {
  for (const call of history.now.state.calls) {
    const at = edge(call.caller ?? OUTSIDE, call.module, "call");
    at.number += call.number;
    at.rate += history.rate((sample) => sample.calls.get(callKey(call))?.number ?? 0, 10);
  }
}

function happened(event, known, description, history, edge) {
  if (event.emitted === 0) return;
  const rate = history.rate((sample) => sample.events.get(eventKey(event))?.emitted ?? 0, 10);
  for (const to of listeners(event, known, description)) {
    const at = edge(event.source ?? OUTSIDE, to, "event");
    at.names.add(event.event);
    at.number += event.emitted;
    at.rate += rate;
  }
}

/** Who hears an event of a source; a name that the description lacks is compared with the patterns. */
function listeners(event, known, description) {
  const named = known
    ? known.listeners.filter((listener) => !listener.from || listener.from === event.source).map((listener) => listener.module)
    : description.modules.filter((module) => module.handlers.some((handler) => matches(handler.hears, event.event))).map((module) => module.name);
  return new Set(named.filter((name) => name !== event.source));
}

function declared(event, edge) {
  for (const { module: from } of event.emitters) {
    for (const listener of event.listeners) {
      if (listener.module !== from && (!listener.from || listener.from === from)) edge(from, listener.module, "event").names.add(event.name);
    }
  }
}

/** What is forwarded to the event of another module: it is that module's event from there on. */
function forwards(description, edge) {
  const names = new Set(description.modules.map((module) => module.name));
  for (const { from, to } of description.connections) {
    const [source, target] = [from.split("/")[0], to.split("/")[0]];
    if (to.includes("/") && names.has(source) && names.has(target) && source !== target) edge(source, target, "event").names.add(`${from} → ${to}`);
  }
}
