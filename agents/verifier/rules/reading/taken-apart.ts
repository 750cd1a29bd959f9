const CHARS_MAX = 2_000;
const PARTS_MAX = 200;

/** All that is left of something that is taken apart. */
export const REST = "...";

/** A local name, the way to what it is, and the text that it is where nothing is there. */
type TakenOut = [local: string, path: string, otherwise: string | null];

/** `{ a, b: c = 1, ["d" + "e"]: f, g: { h: [i] }, ...rest }`: local names by where they stand. */
export function takenApart(written: string): TakenOut[] {
  const found: TakenOut[] = [];
  const text = written.slice(0, CHARS_MAX);
  const read = (from: number, path: string): number => {
    const isList = text[from] === "[";
    let at = from + 1;
    for (let place = 0; at < text.length && found.length < PARTS_MAX; place++) {
      at = skipped(text, at);
      const letter = text[at];
      if (letter === "}" || letter === "]") {
        // What is computed is a key, not the end.
        if ((letter === "]") === isList) return at + 1;
      }
      if (letter === ",") {
        at += 1;
        continue;
      }
      let key = `${place}`;
      if (!isList) {
        const end = keyEnd(text, at);
        key = text.slice(at, end).trim();
        at = skipped(text, end);
        if (text[at] === ":") at = skipped(text, at + 1);
        else {
          hold(key, key, path, otherwiseOf(text, at));
          at = partEnd(text, at);
          continue;
        }
      }
      const inner = joined(path, keyOf(key));
      if (text[at] === "{" || text[at] === "[") at = read(at, inner);
      else {
        const local = /^(?:\.\.\.)?[\w$]*/.exec(text.slice(at, at + NAME_CHARS_MAX))?.[0] ?? "";
        const other = otherwiseOf(text, at + local.length);
        if (local.startsWith(REST)) hold(local, local, path, null);
        else if (local !== "") found.push([local, inner, other]);
      }
      at = partEnd(text, at);
    }
    return at;
  };
  const hold = (local: string, key: string, path: string, other: string | null) => {
    if (local.startsWith(REST)) found.push([local.slice(REST.length), REST, null]);
    else if (/^[\w$]+$/.test(local)) found.push([local, joined(path, keyOf(key)), other]);
  };
  read(0, "");
  return found;
}

const OTHERWISE = /^\s*=\s*(["'`])([^"'`$\n]*)\1/;

function otherwiseOf(text: string, at: number): string | null {
  return OTHERWISE.exec(text.slice(at, at + OTHERWISE_CHARS_MAX))?.[2] ?? null;
}

const OTHERWISE_CHARS_MAX = 200;
const NAME_CHARS_MAX = 100;

function joined(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function skipped(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? "")) at += 1;
  return at;
}

function keyEnd(text: string, from: number): number {
  if (text[from] === "[") {
    const end = text.indexOf("]", from);
    return end === -1 ? text.length : end + 1;
  }
  const match = /^(?:\.\.\.)?(?:[\w$]+|"[^"]*"|'[^']*')/.exec(
    text.slice(from, from + NAME_CHARS_MAX),
  );
  return from + Math.max(1, match?.[0].length ?? 1);
}

/** Behind the part that begins here, and what it is when nothing is there. */
function partEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const letter = text[at] ?? "";
    if ("([{".includes(letter)) depth += 1;
    if (")]}".includes(letter)) {
      if (depth === 0) return at;
      depth -= 1;
    }
    if (letter === "," && depth === 0) return at + 1;
  }
  return text.length;
}

function keyOf(property: string): string {
  if (!property.startsWith("[")) return property.replaceAll(/["']/g, "");
  // A key that is more than constants put together is not known.
  const constants = /^\[(?:\s*(?:"[^"]*"|'[^']*'|`[^`$]*`)\s*\+?)+\]$/.test(property);
  return constants ? property.replaceAll(/[[\]"'`+\s]/g, "") : "?";
}
