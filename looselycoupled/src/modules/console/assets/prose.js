// Documentation as it stands in the source: paragraphs, lists, code. Links of rustdoc lead nowhere here, so only their text stays.

import { el } from "./dom.js";

const LINK = /\[((?:`[^`]*`|[^\]])*)\](?:\([^)]*\)|\[[^\]]*\])?/g;

/** Nodes of a line: words and `code`. */
export function inline(text) {
  return text.replace(LINK, "$1").split("`").map((part, place) => (place % 2 ? el("code", { text: part }) : part)).filter((part) => part !== "");
}

/** Nodes of a whole documentation. */
export function prose(text) {
  const nodes = [];
  (text ?? "").split(/^\s*```.*$/m).forEach((block, place) => {
    if (place % 2) return nodes.push(el("pre", { tabindex: "0", text: block.replace(/^\n|\s+$/g, "") }));
    for (const paragraph of block.split(/\n\s*\n/)) {
      if (paragraph.trim() === "") continue;
      if (/^\s*\|/.test(paragraph)) nodes.push(el("pre", { tabindex: "0", text: paragraph.trim() }));
      else if (/^\s*[-*] /.test(paragraph)) nodes.push(list(paragraph));
      else nodes.push(el("p", {}, inline(paragraph.trim().replace(/^#+ /, "").replace(/\s*\n\s*/g, " "))));
    }
  });
  return nodes;
}

function list(paragraph) {
  const items = paragraph.trim().split(/\n\s*[-*] /).map((item) => item.replace(/^[-*] /, "").replace(/\s*\n\s*/g, " "));
  return el("ul", {}, items.map((item) => el("li", {}, inline(item))));
}

/** The first sentence. */
export const summary = (text) => (text ?? "").split(/\n\s*\n/)[0].replace(/\s*\n\s*/g, " ").replace(LINK, "$1");
