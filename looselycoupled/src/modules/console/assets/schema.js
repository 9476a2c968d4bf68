// What a JSON Schema asks for, as far as a form can ask it. What it cannot is asked for as JSON.

const RUST_INTEGERS = {
  u8: [0, 255], u16: [0, 65535], u32: [0, 4294967295], u64: [0, undefined], usize: [0, undefined],
  i8: [-128, 127], i16: [-32768, 32767], i32: [-2147483648, 2147483647], i64: [], isize: [],
};

/** Follows references; what is said beside one counts more than what it leads to. */
export function resolve(schema, root = schema, steps = 0) {
  if (schema === null || typeof schema !== "object" || !schema.$ref || steps > 16) return schema;
  const found = schema.$ref.split("/").slice(1).reduce((part, key) => part?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], root);
  const { $ref: _, ...beside } = schema;
  return { ...resolve(found ?? {}, root, steps + 1), ...beside };
}

/** What to ask for: `kind` is text, whole, number, truth, choice, line or json. */
export function question(schema, root = schema) {
  const plain = resolve(schema, root);
  if (plain === null || typeof plain !== "object") return { kind: "json" };
  const told = { documentation: plain.description, nullable: false, initial: plain.default, rustDefault: plain["x-rust-default"] };
  return { ...told, ...shape(plain, root) };
}

function shape(schema, root) {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(schema.enum)) return choice(schema.enum.map((value) => ({ value })));
  if (Array.isArray(alternatives)) return among(alternatives.map((each) => resolve(each, root)), root);
  if (schema["x-rust-type"] !== undefined && schema.type === undefined) return rust(schema["x-rust-type"]);
  return typed(schema);
}

function among(alternatives, root) {
  const rest = alternatives.filter((each) => each?.type !== "null");
  const nullable = rest.length < alternatives.length;
  if (rest.length === 1) return { ...question(rest[0], root), initial: undefined, nullable, ...pickInitial(rest[0]) };
  const choices = rest.flatMap((each) => {
    if (each && "const" in each) return [{ value: each.const, documentation: each.description }];
    return Array.isArray(each?.enum) ? each.enum.map((value) => ({ value })) : [null];
  });
  return choices.includes(null) ? { kind: "json", nullable } : { ...choice(choices), nullable };
}

const pickInitial = (schema) => (schema?.default === undefined ? {} : { initial: schema.default });

function choice(choices) {
  const nullable = choices.some(({ value }) => value === null);
  return { kind: "choice", choices: choices.filter(({ value }) => value !== null), nullable };
}

function typed(schema) {
  const types = [schema.type].flat().filter((type) => type !== undefined);
  const [rest, nullable] = [types.filter((type) => type !== "null"), types.includes("null")];
  const limits = {
    minimum: schema.minimum ?? (schema.exclusiveMinimum === undefined ? undefined : schema.exclusiveMinimum),
    maximum: schema.maximum ?? schema.exclusiveMaximum,
    exclusive: schema.exclusiveMinimum !== undefined && schema.minimum === undefined,
  };
  if (schema.const !== undefined) return choice([{ value: schema.const }]);
  if (rest.length === 2 && rest.includes("integer") && rest.includes("string")) return { kind: "line", nullable };
  if (rest.length !== 1) return { kind: "json", nullable };
  switch (rest[0]) {
    case "string": return { kind: "text", nullable, format: schema.format, longest: schema.maxLength };
    case "integer": return { kind: "whole", nullable, ...limits };
    case "number": return { kind: "number", nullable, ...limits };
    case "boolean": return { kind: "truth", nullable };
    default: return { kind: "json", nullable, shape: rest[0] };
  }
}

/** A type of Rust that says no more of itself than its name. */
export function rust(name) {
  const bare = String(name).replaceAll(" ", "");
  const inner = /^(?:core::option::|std::option::)?Option<(.+)>$/.exec(bare)?.[1];
  if (inner) return { ...rust(inner), nullable: true };
  const type = bare.replace(/^&(?:'static)?/, "").split("::").at(-1);
  if (Object.hasOwn(RUST_INTEGERS, type)) return { kind: "whole", nullable: false, minimum: RUST_INTEGERS[type][0], maximum: RUST_INTEGERS[type][1] };
  if (type === "f32" || type === "f64") return { kind: "number", nullable: false };
  if (type === "bool") return { kind: "truth", nullable: false };
  return type === "String" || type === "str" ? { kind: "text", nullable: false } : { kind: "json", nullable: false };
}

/** Where the schema of a section speaks of a key in it. */
export function within(schema, path) {
  let part = resolve(schema, schema);
  for (const key of path) {
    const options = [part, ...(part?.anyOf ?? []), ...(part?.oneOf ?? [])].map((each) => resolve(each, schema));
    const next = options.map((each) => property(each, key) ?? additional(each) ?? (/^\d+$/.test(key) ? each?.items : undefined));
    part = resolve(next.find((each) => each !== undefined), schema);
    if (part === undefined || typeof part !== "object") return undefined;
  }
  return part;
}

const property = (schema, key) => (Object.hasOwn(schema?.properties ?? {}, key) ? schema.properties[key] : undefined);
const additional = (schema) => (typeof schema?.additionalProperties === "object" ? schema.additionalProperties : undefined);
