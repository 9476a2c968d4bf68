// The tasks of all modules, and a page for each, from which it can be called.

import { el, keyed } from "./dom.js";
import { several } from "./format.js";
import { link } from "./link.js";
import { summary } from "./prose.js";
import { hrefOf } from "./tabs.js";
import { taskPage } from "./task.js";

const filter = el("input", { type: "search", placeholder: "Filter tasks", "aria-label": "Filter tasks", "data-filter": "", autocomplete: "off", oninput: () => refresh() });
const list = el("ul", { class: "plain list" });
const number = el("p", { class: "muted small", role: "status" });
const page = el("div", { class: "page" });
const view = el("div", { class: "split" }, el("nav", { class: "card chooser", "aria-label": "Tasks" }, filter, number, list), page);

/** Pages stay as they were left. */
let pages = new Map();
let chosen = "";

function row(task) {
  const anchor = el("a", { href: hrefOf("tasks", task.address) }, el("strong", {}, task.address), el("span", { class: "muted small" }, summary(task.documentation)));
  return Object.assign(el("li", {}, anchor), { anchor });
}

function update(node, task) {
  if (task.address === chosen) node.anchor.setAttribute("aria-current", "page");
  else node.anchor.removeAttribute("aria-current");
}

const callable = () => (link.description?.modules ?? []).flatMap((module) => module.tasks.filter((task) => !task.local));

function refresh() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const all = callable();
  const fitting = all.filter((task) => words.every((word) => `${task.address} ${task.documentation}`.toLowerCase().includes(word)));
  keyed(list, fitting, (task) => task.address, row, update);
  number.textContent = fitting.length === all.length ? several(all.length, "task") : `${fitting.length} of ${several(all.length, "task")}`;
}

function choose(address) {
  chosen = address;
  view.classList.toggle("has-choice", Boolean(address));
  const task = callable().find((each) => each.address === address);
  if (task && !pages.has(address)) pages.set(address, taskPage(task));
  if (!link.description) return;
  const missing = address ? `There is no task ${address}.` : "Choose a task to see what it does, and to call it.";
  page.replaceChildren(pages.get(address) ?? el("p", { class: "card muted", text: missing }));
  refresh();
}

export const tasks = {
  mount: (panel) => panel.replaceChildren(view),
  show: choose,
  described: () => {
    pages = new Map();
    list.replaceChildren();
    keyed(list, [], () => "", row);
    choose(chosen);
  },
};
