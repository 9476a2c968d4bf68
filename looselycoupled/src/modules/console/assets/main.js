// The page: everything is put together here.

import { announce, byId, say } from "./dom.js";
import { beginAppearance } from "./appearance.js";
import { beginKeys } from "./keys.js";
import { beginTabs } from "./tabs.js";
import { beginLogin, showLogin } from "./login.js";
import { configuration } from "./config.js";
import { events } from "./events.js";
import { graph } from "./graph.js";
import { begin, link } from "./link.js";
import { log } from "./log.js";
import { overview } from "./overview.js";
import { queues } from "./queues.js";
import { rate, uptime } from "./format.js";
import { tasks } from "./tasks.js";
import { totals } from "./figures.js";

const views = { overview, tasks, events, queues, graph, config: configuration, log };

/** How long the page says that the application was started anew. */
const TOLD = 8000;

let bannerTimer = 0;

function banner(text, kind = "") {
  clearTimeout(bannerTimer);
  const node = byId("banner");
  node.hidden = text === "";
  node.dataset.kind = kind;
  say(node, text);
}

function showStatus(status) {
  const words = { waiting: "connecting", up: "live", down: "reconnecting…", locked: "logged out" };
  byId("link-state").dataset.state = status;
  say(byId("link-text"), words[status]);
  document.body.classList.toggle("stale", status === "down");
  if (status === "down") banner("The application does not answer; reconnecting…", "down");
  else if (byId("banner").dataset.kind === "down") banner("");
  byId("logout").hidden = !link.session?.user;
  showLogin(status === "locked");
}

function showTotals(history) {
  const { state } = history.now;
  const all = totals(history);
  say(byId("name"), state.name);
  say(byId("version"), `looselycoupled ${state.version}`);
  const title = `${state.name} · console`;
  if (document.title !== title) document.title = title;
  say(byId("total-uptime"), uptime(state.uptime_seconds));
  say(byId("total-modules"), all.active === all.modules ? all.modules : `${all.active} of ${all.modules}`);
  say(byId("total-calls"), rate(all.calls));
  say(byId("total-events"), rate(all.events));
  say(byId("total-running"), all.running);
  say(byId("total-queued"), all.queued);
}

link.changed.on(showStatus);
link.sampled.on(showTotals);
link.described.on((description) => Object.values(views).forEach((view) => view.described?.(description)));
beginAppearance();
beginKeys();
beginLogin();
beginTabs(views);
link.restarted.on(() => {
  banner("The application was started anew; this page goes on with it.", "anew");
  announce("The application was started anew");
  bannerTimer = setTimeout(() => banner(""), TOLD);
});
begin();
