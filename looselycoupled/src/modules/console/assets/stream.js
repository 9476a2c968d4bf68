// The stream of events over the WebSocket. It lasts as long as somebody listens, and comes back when the line was cut.

import { read } from "./json.js";
import { link } from "./link.js";
import { signal } from "./signal.js";

const FIRST_RETRY = 250;
const LONGEST_RETRY = 2000;

export const stream = { open: false, changed: signal(), told: signal() };

let socket = null;
let wanted = new Set();
let timer = 0;
let retry = FIRST_RETRY;

function become(open) {
  if (stream.open === open) return;
  stream.open = open;
  stream.changed.tell(open);
}

const send = (frame) => socket.send(JSON.stringify(frame));

/** From now on these patterns are heard, and no others. */
export function listen(patterns) {
  const before = wanted;
  wanted = new Set(patterns);
  if (wanted.size === 0) return close();
  if (!socket) return open();
  if (socket.readyState !== WebSocket.OPEN) return;
  for (const pattern of before) if (!wanted.has(pattern)) send({ type: "unsubscribe", event_name: pattern });
  for (const pattern of wanted) if (!before.has(pattern)) send({ type: "subscribe", event_name: pattern });
}

function open() {
  clearTimeout(timer);
  if (link.status !== "up" || wanted.size === 0 || socket) return;
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const mine = new WebSocket(`${scheme}//${location.host}/api/v1/ws`);
  socket = mine;
  mine.onopen = () => {
    retry = FIRST_RETRY;
    for (const pattern of wanted) send({ type: "subscribe", event_name: pattern });
    become(true);
  };
  mine.onmessage = (message) => {
    if (mine === socket) stream.told.tell(read(message.data));
  };
  mine.onclose = () => {
    if (mine !== socket) return;
    socket = null;
    become(false);
    timer = setTimeout(open, retry);
    retry = Math.min(retry * 1.6, LONGEST_RETRY);
  };
}

function close() {
  clearTimeout(timer);
  const old = socket;
  socket = null;
  old?.close();
  become(false);
}

// A socket to an application that has gone, or that nobody may use any more, is of no use; a browser may take minutes to notice.
link.changed.on((status) => {
  if (status === "up") open();
  else close();
});
link.restarted.on(() => {
  close();
  open();
});
