// The same call in other words.

import { taskPath } from "./api.js";
import { write } from "./json.js";
import { link } from "./link.js";

const PRIORITIES = { highest: "Highest", high: "High", normal: "Normal", low: "Low", lowest: "Lowest" };
const NANOSECONDS = new Map(Object.entries({ d: 86_400e9, h: 3_600e9, m: 60e9, s: 1e9, ms: 1e6, us: 1e3, "µs": 1e3, ns: 1 }));
const SIGNS = new Map([["\\", "\\\\"], ["\"", "\\\""], ["\n", "\\n"], ["\r", "\\r"], ["\t", "\\t"]]);

/** What cannot be seen is written by its number: the compiler warns of signs that turn the direction of a text. */
const rustSign = (sign) => SIGNS.get(sign) ?? `\\u{${sign.codePointAt(0).toString(16)}}`;
export const rustText = (text) => `"${text.replace(/\p{Cs}/gu, "\ufffd").replace(/["\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, rustSign)}"`;

/** A literal alone is an `i32`. */
export function rustNumber(number) {
  const is = (least, most) => number >= least && number <= most;
  if (typeof number === "number" && !Number.isSafeInteger(number)) return /[.e]/.test(String(number)) ? String(number) : `${number}_f64`;
  if (is(-(2 ** 31), 2 ** 31 - 1)) return String(number);
  if (is(-(2n ** 63n), 2n ** 63n - 1n)) return `${number}_i64`;
  return is(0, 2n ** 64n - 1n) ? `${number}_u64` : `${number}_f64`;
}

function rustValue(value) {
  if (typeof value === "string") return rustText(value);
  if (typeof value === "boolean") return String(value);
  return typeof value === "number" || typeof value === "bigint" ? rustNumber(value) : `Value::from_json_text(${rustText(write(value))})?`;
}

/** As the application reads it: numbers with units, which are added. */
export function rustDuration(text) {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-zµ]+)\s*/gy)];
  const isWhole = parts.length > 0 && parts.reduce((length, part) => length + part[0].length, 0) === text.length;
  const total = Math.round(parts.reduce((sum, [, number, unit]) => sum + Number(number) * (NANOSECONDS.get(unit) ?? NaN), 0));
  if (!isWhole || !Number.isSafeInteger(total)) return `/* ${text.replaceAll("*/", "")} */ Duration::from_secs(1)`;
  if (total % 1e9 === 0) return `Duration::from_secs(${total / 1e9})`;
  return total % 1e6 === 0 ? `Duration::from_millis(${total / 1e6})` : `Duration::from_nanos(${total})`;
}

/** As a module, or whoever has a handle, would write it. */
export function asRust(address, parameters, { mode, priority, timeout }) {
  const given = Object.entries(parameters).map(([name, value]) => `${name}: ${rustValue(value)}`).join(", ");
  const verb = mode === "queue" ? "enqueue_task" : "exec_task";
  const options = [
    priority === "normal" ? "" : `\n    .priority(Priority::${PRIORITIES[priority]})`,
    timeout && mode !== "queue" ? `\n    .timeout(${rustDuration(timeout)})` : "",
  ].join("");
  const call = `handle.${verb}(${rustText(address)}, args! { ${given} })${options}`.replace("{  }", "{}");
  return `${mode === "queue" ? "" : "let reply = "}${call}${options ? "\n    " : ""}.await?;`;
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** As a shell would. */
export function asCurl(address, parameters, options) {
  const token = link.session?.has_users ? " -H \"Authorization: Bearer $TOKEN\"" : "";
  return `curl -sS -H 'content-type: application/json'${token} -d ${quoted(write(parameters))} \\\n  ${quoted(location.origin + taskPath(address, options))}`;
}

/** As a frame for the WebSocket. */
export function asFrame(address, parameters, { mode, priority, timeout }) {
  const frame = { id: 1, type: mode === "queue" ? "enqueue" : "call", task: address, arguments: parameters };
  if (priority !== "normal") frame.priority = priority;
  if (timeout) frame.timeout = timeout;
  return write(frame, 2);
}
