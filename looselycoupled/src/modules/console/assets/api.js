// Requests to the application.

import { read, write } from "./json.js";

/** What the application, or the way to it, refused. */
export class Problem extends Error {
  constructor(problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
    this.status = problem.status;
  }
}

let token = null;

/** The token that every change bears. */
export function useToken(text) {
  token = text;
}

async function request(method, path, body, patience = 10000) {
  const headers = { accept: "application/json" };
  if (method !== "GET") {
    headers["content-type"] = "application/json";
    if (token) headers["x-csrf-token"] = token;
  }
  const answer = await fetch(path, {
    method,
    headers,
    body: method === "GET" ? undefined : write(body ?? {}),
    signal: patience ? AbortSignal.timeout(patience) : undefined,
    cache: "no-store",
    redirect: "error",
  });
  const content = answer.status === 204 ? null : await answer.text().then(read).catch(() => null);
  if (!answer.ok) throw new Problem(content ?? { status: answer.status, title: answer.statusText || `status ${answer.status}` });
  return content;
}

export const get = (path, patience) => request("GET", path, undefined, patience);
export const post = (path, body, patience) => request("POST", path, body, patience);
export const put = (path, body) => request("PUT", path, body);

/** The address of a task with what it is called with; no option is said that is not asked for. */
export function taskPath(address, { mode = "exec", priority = "normal", timeout = "" } = {}) {
  const options = new URLSearchParams();
  if (mode !== "exec") options.set("mode", mode);
  if (priority !== "normal") options.set("priority", priority);
  if (timeout) options.set("timeout", timeout);
  const query = options.size ? `?${options}` : "";
  return `/api/v1/tasks/${encodeURIComponent(address)}${query}`;
}

/** Calls a task. How long that takes is the task's matter, so nothing is broken off here. */
export const callTask = (address, parameters, options) => post(taskPath(address, options), parameters, 0);

export const emitEvent = (name, fields, priority = "normal") =>
  post(`/api/v1/events/${encodeURIComponent(name)}${priority === "normal" ? "" : `?priority=${priority}`}`, fields);
