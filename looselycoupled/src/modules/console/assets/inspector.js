// One event: what it carries, what changed, and what else stems from the same cause.

import { copyButton, el } from "./dom.js";
import { brief, clock, several } from "./format.js";
import { link } from "./link.js";
import { hrefOf } from "./tabs.js";
import { difference, tree } from "./tree.js";

const nameOf = (row) => row.frame.event_name;

/** The event of the same name before this one. */
function previous(row, rows) {
  const isBefore = (other) => other.frame && other.number < row.number && nameOf(other) === nameOf(row) && other.frame.source === row.frame.source;
  return rows.findLast(isBefore);
}

function changes(row, rows) {
  const before = previous(row, rows);
  if (!before) return el("p", { class: "muted", text: "It is the first of its name and source here." });
  const all = difference(before.frame.data, row.frame.data);
  if (all.length === 0) return el("p", { class: "muted", text: `The same as at ${clock(before.frame.timestamp)}.` });
  const line = ({ path, before: old, after }) => el("li", {}, el("code", { text: path }), " ",
    old === undefined ? null : el("del", { text: brief(old, 60) }), old === undefined || after === undefined ? null : " → ",
    after === undefined ? null : el("ins", { text: brief(after, 60) }));
  return el("ul", { class: "plain diff" }, all.slice(0, 100).map(line));
}

/** All events of a transaction, gathered by the message during whose handling they were sent. */
function family(row, rows) {
  const kin = rows.filter((other) => other.frame?.transaction === row.frame.transaction);
  const groups = new Map();
  for (const each of kin) {
    const { parent } = each.frame;
    if (!groups.has(parent)) groups.set(parent, []);
    groups.get(parent).push(each);
  }
  return { kin, groups: [...groups].sort(([one], [other]) => Number(one !== null) - Number(other !== null)) };
}

function chain(row, rows, choose) {
  const { kin, groups } = family(row, rows);
  const item = (each) => el("li", {},
    el("button", { type: "button", class: "quiet", "aria-current": each === row ? "true" : null, onclick: () => choose(each) },
      el("span", { class: "muted small", text: clock(each.frame.timestamp) }), " ", el("strong", { text: nameOf(each) }), " ", el("code", { text: brief(each.frame.data ?? {}, 60) })));
  const branch = ([parent, members]) => {
    const source = members[0].frame.source ?? "outside";
    const text = parent === null ? `at the beginning, from ${source}` : `while ${source} handled message ${parent}`;
    return el("li", { class: parent === null ? "origin" : "" }, el("span", { class: "muted", text }), el("ul", {}, members.map(item)));
  };
  return [
    el("p", { class: "muted small" }, `${several(kin.length, "event")} of transaction `, el("code", { text: row.frame.transaction }), " ", copyButton("copy", () => row.frame.transaction)),
    el("ul", { class: "plain chain" }, groups.map(branch)),
  ];
}

/** The card of an event; `choose` shows another one. */
export function inspect(row, rows, choose) {
  const { event_name: name, data, error, source, priority, timestamp, parent } = row.frame;
  const known = link.description?.events.find((event) => event.name === name);
  const facts = [
    ["from", source ? el("a", { href: hrefOf("overview", source), text: source }) : "outside"], ["at", clock(timestamp)], ["priority", priority ?? "normal"],
    ["sent during", parent === null || parent === undefined ? "nothing: it began something" : `message ${parent}`],
    ["heard by", known?.listeners.map((listener) => listener.module).join(", ") || "not known"],
  ];
  const close = el("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => choose(null) }, "×");
  return el("section", { class: "card inspector", "aria-labelledby": "event-title" },
    el("div", { class: "bar" }, el("h2", { id: "event-title", text: name }), close),
    el("dl", { class: "facts" }, facts.map(([term, what]) => el("div", {}, el("dt", {}, term), el("dd", {}, what)))),
    el("h3", {}, "Content"), error === undefined ? tree(data ?? null, {}) : el("p", { class: "bad", text: `It cannot be shown: ${error}` }),
    el("h3", {}, "Changes since the one before"), changes(row, rows),
    el("h3", {}, "What belongs together"), chain(row, rows, choose));
}
