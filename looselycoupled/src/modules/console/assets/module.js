// One module: what it is, where it stands, and what its tasks and handlers have done.

import { el, say, table } from "./dom.js";
import { health } from "./figures.js";
import { count, duration, place } from "./format.js";
import { handlerKey, taskKey } from "./history.js";
import { prose } from "./prose.js";
import { hrefOf } from "./tabs.js";

const COLUMNS = [["Done", "number"], ["Failed", "number"], ["p50", "number"], ["p95", "number"]];

function policyText(policy) {
  if (typeof policy === "string") return policy;
  const { budget, within } = policy.restart ?? {};
  return budget === undefined ? JSON.stringify(policy) : `restart, ${budget} times within ${within}`;
}

function loopText(module) {
  const kind = [module.thread ? "a thread of its own" : "", module.concurrent ? "concurrent" : "", module.pinned ? "pinned" : ""].filter(Boolean);
  return `${module.event_loop}${kind.length ? ` (${kind.join(", ")})` : ""}`;
}

/** Counters and durations of one task or handler, in four cells that stay. */
function figures(read) {
  const cells = ["done", "failed", "p50", "p95"].map(() => el("td", { class: "number" }));
  const refresh = (history) => {
    const entry = read(history.now);
    const bad = entry ? entry.count - entry.ok : 0;
    const [half, most] = history.quantiles((sample) => [read(sample)], [0.5, 0.95]);
    const texts = [count(entry?.ok ?? 0), count(bad), duration(half), duration(most)];
    texts.forEach((text, index) => say(cells[index], text));
    cells[1].classList.toggle("bad", bad > 0);
  };
  return { cells, refresh };
}

/** The card of a module; its `refresh` takes the history. */
export function moduleDetails(module) {
  const [state, balance] = [el("span", { class: "badge" }), el("p", { class: "muted small" })];
  const rows = [];
  const row = (name, read) => {
    const part = figures(read);
    rows.push(part.refresh);
    return el("tr", {}, el("th", { scope: "row" }, name), part.cells);
  };
  const tasks = module.tasks.map((task) => row(
    task.local ? el("span", { title: "by its stub only", text: `${task.name} (local)` }) : el("a", { href: hrefOf("tasks", task.address), text: task.name }),
    (sample) => sample.tasks?.get(taskKey({ module: module.name, task: task.name })),
  ));
  const handlers = module.handlers.map((handler) => row(
    el("span", { title: place(handler.location), text: handler.hears }),
    (sample) => sample.handlers?.get(handlerKey({ module: module.name, event: handler.hears })),
  ));
  const facts = [
    ["type", module.type_name], ["loop", loopText(module)], ["when it panics", policyText(module.policy)],
    ["sends", module.emits.join(", ") || "–"], ["section", module.config?.type_name ?? "–"], ["source", place(module.location)],
  ];
  const node = el(
    "section", { class: "card", "aria-labelledby": "module-title" },
    el("div", { class: "bar" }, el("h2", { id: "module-title" }, module.name), state, el("a", { class: "close", href: "#/overview", "aria-label": `Close ${module.name}` }, "×")),
    prose(module.documentation),
    el("dl", { class: "facts" }, facts.map(([name, text]) => el("div", {}, el("dt", {}, name), el("dd", {}, text)))),
    tasks.length ? table(`Tasks of ${module.name}`, ["Task", ...COLUMNS], el("tbody", {}, tasks)) : null,
    handlers.length ? table(`Handlers of ${module.name}`, ["Hears", ...COLUMNS], el("tbody", {}, handlers)) : null,
    balance,
  );
  node.refresh = (history) => {
    const now = history.now.modules.get(module.name);
    if (!now) return;
    const { state: how, why } = health(history, now);
    say(state, how);
    state.dataset.state = how;
    state.title = why;
    const lost = ["expired", "cancelled", "dropped", "undelivered", "refused"].filter((name) => now[name] > 0).map((name) => `${count(now[name])} ${name}`);
    say(balance, [why, `${count(now.accepted)} accepted`, `${count(now.handled)} handled`, `${count(now.failed)} failed`, ...lost].join(" · "));
    rows.forEach((refresh) => refresh(history));
  };
  return node;
}
