// A value as a tree that folds, each part of which can be copied, or the path that leads there.

import { copyButton, el } from "./dom.js";
import { brief } from "./format.js";
import { write } from "./json.js";

/** So much of a list is shown at once; the rest when it is asked for. */
const PORTION = 200;
/** Trees are open as deep as that. */
const OPEN = 2;

const IDENTIFIER = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** The path of a part of what lies at another path. */
export function pathOf(path, key) {
  if (typeof key === "number") return `${path}[${key}]`;
  if (!IDENTIFIER.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path ? `${path}.${key}` : key;
}

const entriesOf = (value) => (Array.isArray(value) ? value.map((part, place) => [place, part]) : Object.entries(value));
const isBranch = (value) => value !== null && typeof value === "object" && entriesOf(value).length > 0;
const kindOf = (value) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value === "bigint" ? "number" : typeof value);

/** The tree of a value. */
export function tree(value, { path = "", name = null, depth = 0 } = {}) {
  if (!isBranch(value)) return leaf(value, path, name);
  const entries = entriesOf(value);
  const size = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  const heading = el(
    "summary", {},
    name === null ? null : el("span", { class: "key", text: name }),
    el("span", { class: "muted", text: `${size} ` }),
    el("span", { class: "preview", text: brief(value, 60) }),
  );
  const whole = el("details", { class: "branch", open: depth < OPEN }, heading, copies(value, path));
  const parts = el("div", { class: "parts" });
  const grow = (from) => {
    const portion = entries.slice(from, from + PORTION);
    parts.append(...portion.map(([key, part]) => tree(part, { path: pathOf(path, key), name: key, depth: depth + 1 })));
    if (from + PORTION >= entries.length) return;
    const more = el("button", { type: "button", class: "quiet" }, `${entries.length - from - PORTION} more`);
    more.addEventListener("click", () => {
      more.remove();
      grow(from + PORTION);
    });
    parts.append(more);
  };
  let grown = false;
  const once = () => {
    if (grown || !whole.open) return;
    grown = true;
    grow(0);
  };
  whole.addEventListener("toggle", once);
  once();
  whole.append(parts);
  return whole;
}

function leaf(value, path, name) {
  return el(
    "div", { class: "leaf" },
    name === null ? null : el("span", { class: "key", text: name }),
    el("span", { class: `value ${kindOf(value)}`, text: write(value) ?? "nothing" }),
    copies(value, path),
  );
}

function copies(value, path) {
  const text = () => (typeof value === "string" ? value : write(value, 2));
  return el("span", { class: "copies" }, path ? copyButton("path", () => path) : null, copyButton("value", text));
}

/** A key may be one that every object has. */
const part = (whole, key) => (Object.hasOwn(whole, key) ? whole[key] : undefined);

/** What differs between two values: path, before, after; `undefined` where there was nothing. */
export function difference(before, after, path = "") {
  if (Object.is(before, after)) return [];
  const both = [before, after];
  const alike = both.every((value) => value !== null && typeof value === "object") && Array.isArray(before) === Array.isArray(after);
  if (!alike) return [{ path: path || "the whole", before, after }];
  const keys = new Set(both.flatMap((value) => entriesOf(value).map(([key]) => key)));
  return [...keys].flatMap((key) => difference(part(before, key), part(after, key), pathOf(path, key)));
}
