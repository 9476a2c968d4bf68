// Which view is shown: what the address says behind its `#`.

import { byId } from "./dom.js";

const TABS = ["overview", "tasks", "events", "queues", "graph", "config", "log"];

let views = {};
let shown = null;

/** Where a view, and something in it, has its place. */
export const hrefOf = (tab, rest) => `#/${tab}${rest ? `/${encodeURIComponent(rest)}` : ""}`;

export function go(tab, rest) {
  location.hash = hrefOf(tab, rest);
}

/** The view that is shown, and its name. */
export const current = () => ({ tab: shown, view: views[shown] });

function read() {
  const [tab, ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  const found = TABS.includes(tab) ? tab : "overview";
  let part = rest.join("/");
  try {
    part = decodeURIComponent(part);
  } catch {
    // Somebody wrote a `%` of his own.
  }
  return [found, part];
}

function show() {
  const [tab, rest] = read();
  const isOther = tab !== shown;
  if (isOther) {
    views[shown]?.hide?.();
    for (const each of TABS) {
      const link = byId(`tab-${each}`);
      link.setAttribute("aria-selected", String(each === tab));
      link.tabIndex = each === tab ? 0 : -1;
      byId(each).hidden = each !== tab;
    }
    byId(`tab-${tab}`).scrollIntoView({ block: "nearest", inline: "nearest" });
    scrollTo(0, 0);
  }
  shown = tab;
  views[tab]?.show(rest, isOther);
}

/** Arrows lead from tab to tab, as in every list of tabs. */
function onKey(event) {
  const place = TABS.indexOf(event.target.id?.replace("tab-", ""));
  const next = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: TABS.length - 1 }[event.key];
  if (place < 0) return;
  if (event.key === " ") {
    event.preventDefault();
    event.target.click();
  }
  if (next === undefined) return;
  event.preventDefault();
  const link = byId(`tab-${TABS[(next + TABS.length) % TABS.length]}`);
  link.focus();
  go(link.id.replace("tab-", ""));
}

export function beginTabs(given) {
  views = given;
  for (const tab of TABS) views[tab]?.mount(byId(tab));
  byId("tablist").addEventListener("keydown", onKey);
  addEventListener("hashchange", () => {
    if (location.hash.startsWith("#/")) show();
  });
  show();
}

/** The tab of a number, from 1, or of a letter. */
export function tabOf(key) {
  return TABS[Number(key) - 1] ?? TABS.find((tab) => tab[0] === key);
}
