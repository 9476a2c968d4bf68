// The line to the application: it asks for the state each second, notices when nobody answers, and when somebody else does.

import { Problem, get, post, useToken } from "./api.js";
import { History } from "./history.js";
import { signal } from "./signal.js";

const EVERY = 1000;
/** A page that nobody sees asks less often. */
const HIDDEN = 5000;
const FIRST_RETRY = 250;
const LONGEST_RETRY = 2000;

export const link = {
  session: null,
  description: null,
  instance: null,
  history: new History(),
  /** `waiting`, `up`, `down` or `locked` (nobody is logged in). */
  status: "waiting",
  changed: signal(),
  described: signal(),
  sampled: signal(),
  restarted: signal(),
};

let timer = 0;
let retry = FIRST_RETRY;
let round = 0;

function become(status) {
  if (link.status === status) return;
  link.status = status;
  link.changed.tell(status);
}

/** Asks who is logged in, and goes on from there. */
export async function begin() {
  clearTimeout(timer);
  const mine = (round += 1);
  try {
    link.session = await get("/api/v1/session", 3000);
    useToken(link.session.csrf);
    if (link.session.login_required && !link.session.user) return become("locked");
    await look(mine);
  } catch (error) {
    fail(error, mine, begin);
  }
}

async function look(mine) {
  if (mine !== round) return;
  try {
    const state = await get("/api/v1/state", 3000);
    if (mine !== round) return;
    await meet(state);
    retry = FIRST_RETRY;
    link.history.add(state);
    become("up");
    link.sampled.tell(link.history);
    timer = setTimeout(() => look(mine), document.hidden ? HIDDEN : EVERY);
  } catch (error) {
    fail(error, mine, begin);
  }
}

/** Another instance is another application, even if its name is the same. */
async function meet(state) {
  if (state.instance === link.instance) return;
  const description = await get("/api/v1/description");
  const isAnother = link.instance !== null;
  link.instance = state.instance;
  link.description = description;
  link.history.clear();
  link.described.tell(description);
  if (isAnother) link.restarted.tell(state);
}

function fail(error, mine, again) {
  if (mine !== round) return;
  if (error instanceof Problem && error.status === 401) {
    link.session = { ...link.session, user: null, login_required: true };
    return become("locked");
  }
  if (!(error instanceof Problem) && !(error instanceof TypeError) && !(error instanceof DOMException)) console.error(error);
  become("down");
  timer = setTimeout(again, retry);
  retry = Math.min(retry * 1.6, LONGEST_RETRY);
}

export async function logIn(username, password) {
  link.session = await post("/api/v1/login", { username, password });
  useToken(link.session.csrf);
  await begin();
}

export async function logOut() {
  await post("/api/v1/logout");
  link.session = { ...link.session, user: null };
  round += 1;
  clearTimeout(timer);
  become("locked");
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden || link.status !== "up") return;
  clearTimeout(timer);
  look(round);
});
