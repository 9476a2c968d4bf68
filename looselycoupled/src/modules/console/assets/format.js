// How figures read.

import { write } from "./json.js";

/** A duration in seconds, with three digits at most. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return "–";
  if (seconds < 1e-3) return `${digits(seconds * 1e6)} µs`;
  if (seconds < 1) return `${digits(seconds * 1e3)} ms`;
  return `${digits(seconds)} s`;
}

function digits(number) {
  if (number >= 100) return number.toFixed(0);
  return number >= 10 ? number.toFixed(1) : number.toFixed(2);
}

/** A rate per second; nothing at all is a quieter sign than a zero. */
export function rate(perSecond) {
  if (!perSecond || perSecond < 0.005) return "0";
  if (perSecond >= 1e4) return `${(perSecond / 1e3).toFixed(1)}k`;
  return perSecond >= 100 ? perSecond.toFixed(0) : perSecond >= 10 ? perSecond.toFixed(1) : perSecond.toFixed(2);
}

/** A count with its thousands apart. */
export const count = (number) => number.toLocaleString("en-US").replaceAll(",", "\u202f");

/** How long something has been running. */
export function uptime(seconds) {
  const [days, hours, minutes] = [seconds / 86400, (seconds / 3600) % 24, (seconds / 60) % 60].map(Math.floor);
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${Math.floor(seconds % 60)} s` : `${Math.floor(seconds)} s`;
}

/** The time of day of a timestamp, in the time zone of whoever looks. */
export function clock(timestamp) {
  const time = new Date(timestamp);
  if (Number.isNaN(time.getTime())) return String(timestamp);
  const two = (number) => String(number).padStart(2, "0");
  const thousandths = String(time.getMilliseconds()).padStart(3, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${thousandths}`;
}

/** A value on one line, cut where it is long. */
export function brief(value, limit = 160) {
  const text = typeof value === "string" ? value : write(value) ?? "";
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

/** Several of something. */
export const several = (number, one, more = `${one}s`) => `${count(number)} ${number === 1 ? one : more}`;

/** A place in the source. */
export const place = (location) => (location ? `${location.file}:${location.line}` : "");
