// The page of a task.

import { Problem, callTask } from "./api.js";
import { copyButton, el } from "./dom.js";
import { editor } from "./editor.js";
import { brief, clock, duration, place } from "./format.js";
import { fieldsOf } from "./form.js";
import { prose } from "./prose.js";
import { asCurl, asFrame, asRust } from "./snippets.js";
import { tree } from "./tree.js";

const PRIORITIES = ["highest", "high", "normal", "low", "lowest"];
const REMEMBERED = 50;

/** What was called in this session, the newest first, by the address of the task. */
const histories = new Map();

function facts(task) {
  const told = [
    ["returns", task.result], ["fails with", task.error ?? "nothing of its own"], ["runs", { async: "async", plain: "at once", blocking: "on a thread that may block" }[task.kind] ?? task.kind],
    ["deadline", task.timeout ?? "none"], ["source", place(task.location)],
  ];
  return el("dl", { class: "facts" }, told.map(([name, text]) => el("div", {}, el("dt", {}, name), el("dd", {}, text))));
}

/** How it is called: mode, priority, deadline. */
function optionFields() {
  const mode = el("select", { "aria-label": "Mode" }, el("option", { value: "exec" }, "call and wait"), el("option", { value: "queue" }, "put in line"));
  const priority = el("select", { "aria-label": "Priority" }, PRIORITIES.map((name) => el("option", { value: name, selected: name === "normal" }, name)));
  const timeout = el("input", { type: "text", placeholder: "deadline, as 5s", "aria-label": "Deadline", autocomplete: "off", class: "short" });
  return {
    nodes: [mode, priority, timeout],
    read: () => ({ mode: mode.value, priority: priority.value, timeout: timeout.value.trim() }),
    write: (options) => {
      [mode.value, priority.value, timeout.value] = [options.mode, options.priority, options.timeout];
    },
  };
}

/** The same call in three languages, made anew whenever something in the form changes. */
function otherWords(task) {
  const words = [["Rust", asRust], ["curl", asCurl], ["JSON", asFrame]];
  const blocks = words.map(([name, write]) => {
    const text = el("pre", { tabindex: "0", "aria-label": `The call as ${name}` });
    const node = el("div", { class: "snippet" }, el("div", { class: "bar" }, el("h4", {}, name), copyButton("copy", () => text.textContent)), text);
    return { node, write: (parameters, options) => { text.textContent = write(task.address, parameters, options); } };
  });
  const node = el("details", { class: "words" }, el("summary", {}, "The same call as Rust, curl and JSON"), blocks.map((block) => block.node));
  return { node, write: (...call) => blocks.forEach((block) => block.write(...call)) };
}

/** What came of a call. */
function outcome(call) {
  if (call.problem) {
    const { title, detail, code, status } = call.problem;
    return el("div", { class: "result", dataset: { outcome: "bad" } },
      el("p", {}, el("strong", { class: "bad", text: title ?? "It failed" }), " ", code ? el("code", { class: "code", text: code }) : null, " ", el("span", { class: "muted small", text: status ? `status ${status}` : "" })),
      detail ? el("p", { class: "detail", text: detail }) : null);
  }
  if (call.options.mode === "queue") return el("div", { class: "result", dataset: { outcome: "ok" } }, el("p", {}, el("strong", { class: "good" }, "It is in line.")));
  return el("div", { class: "result", dataset: { outcome: "ok" } },
    el("p", {}, el("strong", { class: "good" }, "Done"), el("span", { class: "muted", text: ` in ${duration(call.seconds)}` })), tree(call.value, { path: "value" }));
}

async function perform(task, parameters, options) {
  const call = { at: new Date().toISOString(), parameters, options };
  try {
    const answer = await callTask(task.address, parameters, options);
    return { ...call, value: answer?.value ?? null, seconds: answer?.duration_seconds };
  } catch (error) {
    return { ...call, problem: error instanceof Problem ? error.problem : { title: "no answer", detail: error.message } };
  }
}

function historyRow(call, again) {
  const text = call.problem ? `${call.problem.title ?? "failed"}: ${call.problem.detail ?? ""}` : call.options.mode === "queue" ? "in line" : brief(call.value, 80);
  const button = el("button", { type: "button", class: "quiet", onclick: again, "aria-label": `Call it again with ${brief(call.parameters, 60)}` }, "again");
  return el("li", {}, el("span", { class: "muted small", text: clock(call.at) }), el("code", { text: brief(call.parameters, 100) }),
    el("span", { class: call.problem ? "bad" : "good", text: `→ ${text}` }), button);
}

/** The page. */
export function taskPage(task) {
  const options = optionFields();
  const edited = editor(fieldsOf(task.parameters), "Arguments");
  const words = otherWords(task);
  const result = el("div", { class: "result-place", role: "status" });
  const history = el("ul", { class: "plain history" });
  const send = el("button", { type: "submit", class: "primary" }, "Call");
  const past = el("section", { "aria-label": "Calls of this session", hidden: true }, el("h3", {}, "Calls of this session"), history);
  const write = () => words.write(edited.peek() ?? {}, options.read());

  async function call() {
    const parameters = edited.read();
    if (parameters === null) return;
    send.disabled = true;
    result.replaceChildren(el("p", { class: "muted" }, "waiting for the answer …"));
    const done = await perform(task, parameters, options.read());
    send.disabled = false;
    result.replaceChildren(outcome(done));
    const all = [done, ...(histories.get(task.address) ?? [])].slice(0, REMEMBERED);
    histories.set(task.address, all);
    showHistory();
  }
  function showHistory() {
    const all = histories.get(task.address) ?? [];
    past.hidden = all.length === 0;
    history.replaceChildren(...all.map((done) => historyRow(done, () => {
      edited.write(done.parameters);
      options.write(done.options);
      write();
      call();
    })));
  }

  const form = el("form", { class: "call", onsubmit: (event) => { event.preventDefault(); call(); }, oninput: write, onchange: write, onclick: () => setTimeout(write) },
    edited.node, el("div", { class: "bar send" }, options.nodes, send));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  write();
  showHistory();
  return el("article", { class: "card", "aria-labelledby": "task-title" },
    el("a", { class: "back", href: "#/tasks" }, "← all tasks"), el("h2", { id: "task-title" }, task.address), prose(task.documentation), facts(task),
    el("h3", {}, "Call it"), form, result, words.node, past);
}
