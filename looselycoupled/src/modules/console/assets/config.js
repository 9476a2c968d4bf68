// The configuration: what is set, by whom, and what stands in where nobody says anything.

import { get } from "./api.js";
import { el, table } from "./dom.js";
import { several } from "./format.js";
import { write } from "./json.js";
import { link } from "./link.js";
import { inline, prose, summary } from "./prose.js";
import { resolve, within } from "./schema.js";

const FRAMEWORK = "looselycoupled";

const place = el("div", { class: "stack" });
const note = el("p", { class: "muted small", role: "status" });
const filter = el("input", { type: "search", placeholder: "Filter keys and values", "aria-label": "Filter keys and values", "data-filter": "", autocomplete: "off", oninput: () => draw() });

let config = { file: null, entries: [] };

/** The keys of a path: `gpio.inputs.bell`. Names with dots in them are no keys that a file can have here. */
const keysOf = (path) => path.split(".");

/** Keys of a section that have a default and are not set. */
function defaults(section, schema, set) {
  const properties = Object.entries(resolve(schema, schema)?.properties ?? {});
  const isSet = (key) => set.some((entry) => entry.path === `${section}.${key}` || entry.path.startsWith(`${section}.${key}.`));
  return properties.filter(([key, property]) => property?.default !== undefined && !isSet(key)).map(([key, property]) => ({ path: `${section}.${key}`, value: property.default, isDefault: true }));
}

function sections() {
  const found = new Map();
  const section = (name) => {
    if (!found.has(name)) found.set(name, { name, entries: [], documentation: "", schema: null, module: null });
    return found.get(name);
  };
  for (const entry of config.entries) section(keysOf(entry.path)[0]).entries.push(entry);
  for (const module of link.description?.modules ?? []) {
    if (!module.config) continue;
    const { schema } = module.config;
    const at = Object.assign(section(module.name), { schema, module, documentation: resolve(schema, schema)?.description ?? "" });
    at.entries.push(...defaults(module.name, schema, at.entries));
  }
  return [...found.values()];
}

function originOf(entry) {
  if (entry.isDefault) return "default";
  return entry.line ? `${config.file ?? "file"}:${entry.line}` : "code";
}

/** What the schema of a section says of a key. */
function meaning(section, entry) {
  return section.schema ? summary(within(section.schema, keysOf(entry.path).slice(1))?.description) : "";
}

function row(section, entry, isExplained) {
  const keys = keysOf(entry.path).slice(1);
  const value = entry.masked ? el("span", { class: "muted", title: "a secret" }, "••••••") : el("code", { class: entry.isDefault ? "muted" : "" }, typeof entry.value === "string" ? entry.value : write(entry.value));
  return el("tr", {}, el("th", { scope: "row" }, el("code", {}, keys.join(".") || entry.path)), el("td", {}, value), el("td", { class: "origin", dataset: { origin: entry.isDefault ? "default" : entry.line ? "file" : "code" } }, originOf(entry)),
    isExplained ? el("td", { class: "long muted" }, inline(meaning(section, entry))) : null);
}

function card(section, entries) {
  const whose = section.name === FRAMEWORK ? "of the framework" : section.module ? `read as ${section.module.config.type_name}` : "";
  const documentation = prose(section.documentation);
  const isExplained = entries.some((entry) => meaning(section, entry) !== "");
  const columns = ["Key", "Value", "From", ...(isExplained ? ["Meaning"] : [])];
  return el("section", { class: "card tight", "aria-label": `Section ${section.name}` },
    el("div", { class: "bar" }, el("h2", {}, section.name), el("span", { class: "muted small" }, whose)),
    documentation.length > 1 ? el("details", {}, el("summary", {}, inline(summary(section.documentation))), documentation.slice(1)) : documentation,
    entries.length ? table(`Section ${section.name}`, columns, el("tbody", {}, entries.map((entry) => row(section, entry, isExplained)))) : el("p", { class: "muted" }, "Nothing is set."));
}

function draw() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (entry) => words.every((word) => `${entry.path} ${entry.masked ? "" : write(entry.value)} ${originOf(entry)}`.toLowerCase().includes(word));
  const cards = sections().map((section) => [section, section.entries.filter(fits)]).filter(([, entries]) => words.length === 0 || entries.length > 0);
  place.replaceChildren(...cards.map(([section, entries]) => card(section, entries)));
  note.textContent = `${config.file ? `from ${config.file}` : "no file"} · ${several(cards.reduce((sum, [, entries]) => sum + entries.length, 0), "key")}`;
}

async function read() {
  try {
    config = await get("/api/v1/config");
    draw();
  } catch (error) {
    note.textContent = error.message;
  }
}

export const configuration = {
  mount: (panel) => panel.replaceChildren(el("div", { class: "stack" }, el("div", { class: "bar loose" }, el("h2", {}, "Configuration"), filter, note), place)),
  show: read,
  described: read,
};
