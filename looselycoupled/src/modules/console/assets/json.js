// JSON that loses nothing: integers that JavaScript would round are `BigInt`s here.

/** Browsers that tell a number's own digits, and write them. */
const isExact = typeof JSON.rawJSON === "function";
/** Reading with a reviver is slow, and few texts have so many digits. */
const MANY_DIGITS = /\d{16}/;

function exact(_, value, context) {
  const isRounded = typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "");
  return isRounded ? BigInt(context.source) : value;
}

/** What the application sent. */
export const read = (text) => (MANY_DIGITS.test(text) ? JSON.parse(text, exact) : JSON.parse(text));

/** A whole number that somebody wrote, or null where the browser would round it. */
export function whole(text) {
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  return isExact && /^-?\d+$/.test(text) ? BigInt(text) : null;
}

/** What somebody wrote by hand: what could not be sent as it stands is refused. */
export function readStrictly(text) {
  const twice = doubled(text);
  const value = JSON.parse(text, (key, value, context) => {
    if (value === Infinity || value === -Infinity) throw new SyntaxError(`${context?.source ?? "a number"} is too large for a number`);
    const read = exact(key, value, context);
    const mayBeRounded = typeof read === "number" && Number.isInteger(read) && !Number.isSafeInteger(read) && !isExact;
    if (mayBeRounded) throw new SyntaxError(`${read} is too large for this browser to be exact`);
    return read;
  });
  if (twice !== null) throw new SyntaxError(`\`${twice}\` stands twice`);
  return value;
}

/** The first key that stands twice in an object; the text may be no JSON at all. */
function doubled(text) {
  const open = [];
  for (const [sign, string, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (sign === "{" || sign === "[") open.push(new Set());
    else if (sign === "}" || sign === "]") open.pop();
    else if (colon && open.length) {
      const keys = open.at(-1);
      const key = plain(string);
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return null;
}

/** The same key may be written in several ways. */
function plain(string) {
  try {
    return JSON.parse(string);
  } catch {
    return string;
  }
}

const raw = (_, value) => (typeof value === "bigint" ? JSON.rawJSON(String(value)) : value);

/** As JSON, with all digits. */
export const write = (value, indent) => JSON.stringify(value, raw, indent);
