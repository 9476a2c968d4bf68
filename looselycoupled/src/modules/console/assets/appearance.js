// Light or dark, as the system has it or as somebody chose.

import { announce, byId, el } from "./dom.js";

const KEY = "looselycoupled.theme";
const NEXT = { system: "light", light: "dark", dark: "system" };

export function beginAppearance() {
  const button = byId("theme");
  let chosen = document.documentElement.dataset.theme ?? "system";
  const tell = () => {
    button.replaceChildren(el("span", { "aria-hidden": "true" }, "◐ "), chosen);
    button.setAttribute("aria-label", `Theme: ${chosen}`);
    button.title = "Light, dark, or as the system has it";
  };
  button.addEventListener("click", () => {
    chosen = NEXT[chosen];
    if (chosen === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    try {
      localStorage.setItem(KEY, chosen);
    } catch {
      // A browser that keeps nothing forgets this as well.
    }
    tell();
    announce(`Theme: ${chosen}`);
  });
  tell();
}
