// The modules at a glance.

import { get } from "./api.js";
import { el, keyed, say, table } from "./dom.js";
import { callRate, eventRate, health, p95 } from "./figures.js";
import { clock, count, duration, rate, several } from "./format.js";
import { lines } from "./lines.js";
import { link } from "./link.js";
import { moduleDetails } from "./module.js";
import { inline } from "./prose.js";
import { hrefOf } from "./tabs.js";

const COLUMNS = [
  "Module", "State", "Health", ["Calls/s", "number"], ["Events/s", "number"], ["In flight", "number"], ["Queued", "number"],
  ["p95, 30 s", "number"], ["Failures", "number"], ["Restarts", "number"],
];

const body = el("tbody");
const lints = el("ul", { class: "plain" });
const lintCard = el("section", { class: "card", "aria-labelledby": "lints-title", hidden: true }, el("h2", { id: "lints-title" }, "What looks like a mistake"), lints);
const letters = el("tbody");
const letterNote = el("p", { class: "muted" });
const letterTable = table("Dead letters", ["When", "Kind", "To", "Why", "Transaction"], letters);
const letterCard = el("section", { class: "card", "aria-labelledby": "letters-title" }, el("h2", { id: "letters-title" }, "Dead letters"), letterNote, letterTable);
const filter = el("input", { type: "search", placeholder: "Filter modules", "aria-label": "Filter modules", "data-filter": "", autocomplete: "off", oninput: () => refresh() });
const details = el("div", { class: "details-place" });

let chosen = "";
let visible = false;
let lettersKnown = -1;

function row(module) {
  const cells = Object.fromEntries(["state", "health", "calls", "events", "running", "queued", "p95", "failed", "restarts"].map((name) => [name, el("td")]));
  for (const name of ["calls", "events", "running", "queued", "p95", "failed", "restarts"]) cells[name].className = "number";
  const badge = el("span", { class: "badge" });
  cells.health.append(badge);
  const name = el("a", { href: hrefOf("overview", module.name), text: module.name });
  const node = el("tr", {}, el("th", { scope: "row" }, name), Object.values(cells));
  node.addEventListener("click", (event) => {
    if (!event.target.closest("a") && getSelection().isCollapsed) name.click();
  });
  return Object.assign(node, { figures: cells, badge, link: name });
}

function update(node, module) {
  const { history } = link;
  const { figures: cells } = node;
  const { state, why } = health(history, module);
  say(cells.state, module.phase);
  say(node.badge, state);
  node.badge.dataset.state = state;
  node.badge.title = why;
  say(cells.calls, rate(callRate(history, module.name)));
  say(cells.events, rate(eventRate(history, module.name)));
  say(cells.running, count(module.running));
  say(cells.queued, count(module.queued));
  say(cells.p95, duration(p95(history, module.name)));
  say(cells.failed, count(module.failed));
  say(cells.restarts, count(module.restarts));
  for (const cell of Object.values(cells)) cell.classList.toggle("zero", ["0", "–"].includes(cell.textContent));
  cells.failed.classList.toggle("bad", module.failed > 0);
  node.classList.toggle("chosen", module.name === chosen);
  if (module.name === chosen) node.link.setAttribute("aria-current", "true");
  else node.link.removeAttribute("aria-current");
}

function refresh() {
  const { history } = link;
  if (!visible || !history.now) return;
  const text = filter.value.trim().toLowerCase();
  const modules = history.now.state.modules.filter((module) => module.name.toLowerCase().includes(text));
  keyed(body, modules, (module) => module.name, row, update);
  details.firstChild?.refresh?.(history);
  const known = history.now.state.dead_letters;
  if (known !== lettersKnown) readLetters(known);
}

async function readLetters(known) {
  lettersKnown = known;
  letterTable.hidden = known === 0;
  say(letterNote, known === 0 ? "None: every message has found its handler." : "");
  if (known === 0) return;
  const { letters: all, overwritten } = await get("/api/v1/dead_letters").catch(() => ({ letters: [], overwritten: 0 }));
  const older = overwritten > 0 ? `, ${count(overwritten)} older ones are no longer kept` : "";
  say(letterNote, `${several(known, "message")} that nobody handled${older}.`);
  letters.replaceChildren(...all.toReversed().slice(0, 200).map((letter) => el(
    "tr", {}, el("td", {}, clock(letter.when)), el("td", {}, letter.kind), el("td", {}, el("code", {}, letter.address)), el("td", {}, letter.reason), el("td", {}, letter.transaction ?? "–"),
  )));
}

function choose(name) {
  chosen = name;
  const module = link.description?.modules.find((each) => each.name === name);
  details.replaceChildren(...(module ? [moduleDetails(module)] : []));
  refresh();
}

export const overview = {
  mount: (panel) => {
    const modules = el("section", { class: "card", "aria-labelledby": "modules-title" },
      el("div", { class: "bar" }, el("h2", { id: "modules-title" }, "Modules"), filter), table("Modules", COLUMNS, body));
    panel.replaceChildren(el("div", { class: "overview" }, el("div", { class: "stack" }, lintCard, modules, letterCard), el("div", { class: "stack side" }, details, lines.node)));
    link.sampled.on(refresh);
  },
  show: (rest) => {
    visible = true;
    lines.show();
    choose(rest);
    if (rest) details.firstChild?.scrollIntoView?.({ block: "nearest" });
  },
  hide: () => {
    visible = false;
    lines.hide();
  },
  described: (description) => {
    lettersKnown = -1;
    lintCard.hidden = description.lints.length === 0;
    lints.replaceChildren(...description.lints.map((lint) => el("li", {}, el("code", { class: "code" }, lint.code), " ", inline(lint.message))));
    lines.described(description);
    choose(chosen);
  },
};
