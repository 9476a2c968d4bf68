// The same call in other words.

import { taskPath } from "./api.js";

const PRIORITIES = { highest: "Highest", high: "High", normal: "Normal", low: "Low", lowest: "Lowest" };
const UNITS = { ms: "from_millis", s: "from_secs", m: "from_secs", h: "from_secs" };
const SECONDS = { m: 60, h: 3600 };

function rustValue(value) {
  if (typeof value === "string") return JSON.stringify(value).replace(/\\u([0-9a-f]{4})/g, "\\u{$1}").replace(/\\b/g, "\\u{8}").replace(/\\f/g, "\\u{c}");
  return value === null || typeof value === "object" ? `json!(${JSON.stringify(value)})` : String(value);
}

function rustDuration(text) {
  const [, number, unit] = /^\s*(\d+)\s*(ms|s|m|h)\s*$/.exec(text) ?? [];
  return unit ? `Duration::${UNITS[unit]}(${Number(number) * (SECONDS[unit] ?? 1)})` : `/* ${text.replaceAll("*/", "")} */ Duration::from_secs(1)`;
}

/** As a module, or whoever has a handle, would write it. */
export function asRust(address, parameters, { mode, priority, timeout }) {
  const given = Object.entries(parameters).map(([name, value]) => `${name}: ${rustValue(value)}`).join(", ");
  const verb = mode === "queue" ? "enqueue_task" : "exec_task";
  const options = [
    priority === "normal" ? "" : `\n    .priority(Priority::${PRIORITIES[priority]})`,
    timeout && mode !== "queue" ? `\n    .timeout(${rustDuration(timeout)})` : "",
  ].join("");
  const call = `handle.${verb}("${address}", args! { ${given} })${options}`.replace("{  }", "{}");
  return `${mode === "queue" ? "" : "let reply = "}${call}${options ? "\n    " : ""}.await?;`;
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** As a shell would. */
export function asCurl(address, parameters, options) {
  const body = quoted(JSON.stringify(parameters));
  return `curl -sS -H 'content-type: application/json' -d ${body} \\\n  ${quoted(location.origin + taskPath(address, options))}`;
}

/** As a frame for the WebSocket. */
export function asFrame(address, parameters, { mode, priority, timeout }) {
  const frame = { id: 1, type: mode === "queue" ? "enqueue" : "call", task: address, arguments: parameters };
  if (priority !== "normal") frame.priority = priority;
  if (timeout) frame.timeout = timeout;
  return JSON.stringify(frame, null, 2);
}
