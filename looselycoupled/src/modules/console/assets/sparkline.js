// A small picture of the last two minutes.

import { svg } from "./dom.js";

const WIDTH = 160;
const HEIGHT = 28;
const SECONDS = 120;

/** A picture whose `draw` takes points of `[seconds ago, value]`, the oldest first. */
export function sparkline(label) {
  const [area, line] = [svg("path", { class: "area" }), svg("path", { class: "line" })];
  const node = svg("svg", { class: "spark", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label, preserveAspectRatio: "none" }, area, line);
  node.draw = (points) => {
    const most = Math.max(1, ...points.map(([, value]) => value));
    const at = ([ago, value]) => `${(WIDTH * (1 - ago / SECONDS)).toFixed(1)} ${(HEIGHT - 2 - (HEIGHT - 4) * (value / most)).toFixed(1)}`;
    const shown = points.filter(([ago]) => ago <= SECONDS);
    if (shown.length < 2) return;
    const path = `M${shown.map(at).join("L")}`;
    line.setAttribute("d", path);
    area.setAttribute("d", `${path}L${WIDTH} ${HEIGHT}L${(WIDTH * (1 - shown[0][0] / SECONDS)).toFixed(1)} ${HEIGHT}Z`);
    node.setAttribute("aria-label", `${label}: now ${shown.at(-1)[1]}, at most ${Math.max(...shown.map(([, value]) => value))}`);
  };
  return node;
}
