// What keys do.

import { byId } from "./dom.js";
import { current, go, tabOf } from "./tabs.js";

/** How long after `g` a letter counts. */
const LEADER = 1500;

let leader = 0;

const isTyping = (node) => node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName);
/** A space on something that reacts to it is meant for that. */
const isPressed = (node) => /^(BUTTON|SUMMARY)$/.test(node.tagName) || node.getAttribute("role") === "tab";

function onKey(event) {
  const node = event.target instanceof Element ? event.target : document.body;
  if (event.key === "Escape" && isTyping(node)) return node.blur();
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(node) || byId("help").open) return;
  if (take(event.key, node)) event.preventDefault();
}

function take(key, node) {
  if (performance.now() - leader < LEADER) {
    leader = 0;
    const tab = tabOf(key);
    if (tab && !/\d/.test(key)) return open(tab);
  }
  if (key === "g") leader = performance.now();
  else if (key === "?") byId("help").showModal();
  else if (key === "/") return focusFilter();
  else if (key === " ") return !isPressed(node) && pause();
  else if (/^[1-7]$/.test(key)) return open(tabOf(key));
  else return false;
  return true;
}

function open(tab) {
  go(tab);
  return true;
}

function pause() {
  const { view } = current();
  view?.pause?.();
  return Boolean(view?.pause);
}

function focusFilter() {
  const filter = byId(current().tab)?.querySelector("[data-filter]");
  filter?.focus();
  filter?.select();
  return Boolean(filter);
}

export function beginKeys() {
  addEventListener("keydown", onKey);
  byId("help-open").addEventListener("click", () => byId("help").showModal());
}
