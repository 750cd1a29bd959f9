import { applied, shapeOf } from "../reading/functions.ts";
import { joinedUpTo, replacedUpTo } from "../reading/growth.ts";
import { rotated } from "../reading/literal.ts";
import type { Made } from "./made.ts";
import { patternOf } from "../reading/patterns.ts";
import { type Fields, isFields, isList, lettersOf, printed, type Value } from "../reading/value.ts";

/** Texts in which something was put for something else. */
export function replaced(made: Made): Value | null {
  const isOther = /^(?:strings|bytes|re)\./.test(made.name);
  const pairs = made.name.includes("Replacer") ? made.receiver() : null;
  if (isList(pairs))
    return byPairs(
      lettersOf(made.value(0)),
      pairs.map((each) => lettersOf(each)),
    );
  const text = lettersOf(made.name.startsWith("re.") ? made.value(2) : on(made));
  if (text === null) return null;
  const at = /^(?:strings|bytes)\./.test(made.name) ? 1 : 0;
  const [from, to] = [made.value(at), made.value(at + 1)];
  const written = made.given[at] ? made.reader.textOf(made.given[at]) : "";
  const insert = insertOf(made, to) ?? (isOther || made.given.length < 2 ? () => "" : null);
  const pattern = patternOf(made.given[at], made.reader, text);
  const isPattern = made.name.startsWith("re.") && pattern !== null;
  if (typeof from === "string" && from !== "" && !isPattern)
    return insert === null ? text : replacedUpTo(text, from, insert);
  if (/\[a-z/i.test(written) && /\b13\b/.test(made.reader.textOf(made.node))) return rotated(text);
  if (pattern === null || insert === null) return text;
  return replacedUpTo(text, pattern, insert);
}

/** What is put in: a text, what a map has for what was found, or what a block makes of it. */
function insertOf(made: Made, to: Value | null): ((found: string) => string) | null {
  const { node, reader, depth } = made;
  if (typeof to === "string") return () => to;
  if (isFields(to)) {
    return (found) => {
      const entry = to.entries.get(found);
      return (entry && reader.fold(entry, depth + 1)) ?? found;
    };
  }
  const block = node.field("block");
  const shape = block ? shapeOf(block, reader) : null;
  if (!shape) return null;
  return (found) => lettersOf(applied(shape, [found], reader, depth + 1)) ?? found;
}

/** `strings.NewReplacer("#", ".", "|", "/").Replace(text)` */
function byPairs(text: string | null, pairs: readonly (string | null)[]): string | null {
  if (text === null) return null;
  let left = text;
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const [from, to] = [pairs[at] ?? "", pairs[at + 1] ?? ""];
    if (from !== "") left = replacedUpTo(left, from, () => to);
  }
  return left;
}

/** `tr("A-Za-z", "N-ZA-Mn-za-m")`, `translate(str.maketrans(a, b))` */
export function translated(made: Made): Value | null {
  const text = lettersOf(on(made));
  if (text === null) return null;
  const table = made.value(0);
  if (isFields(table)) return byTable(text, table, made);
  const [one, other, dropped] = (isList(table) ? table : made.values()).map((each) =>
    lettersOf(each),
  );
  if (typeof one !== "string" || typeof other !== "string") return text;
  const to = ranged(other);
  // What stands first holds.
  const places = new Map(
    ranged(one)
      .map((letter, at) => [letter, at] as const)
      .toReversed(),
  );
  return Array.from(text, (letter) => {
    if (dropped?.includes(letter)) return "";
    const at = places.get(letter);
    return at === undefined ? letter : (to[at] ?? to.at(-1) ?? "");
  }).join("");
}

/** A table has letters, or their numbers. */
function byTable(text: string, { entries }: Fields, { reader, depth }: Made): string {
  const letters = Array.from(text, (letter) => {
    const entry = entries.get(letter) ?? entries.get(`${letter.codePointAt(0) ?? 0}`);
    if (!entry) return letter;
    const value = reader.evaluate(entry, depth + 1);
    return value === null ? "" : (lettersOf(value) ?? printed(value));
  });
  return joinedUpTo(letters);
}

function ranged(set: string): string[] {
  const spelled = set.replaceAll(/([A-Za-z0-9])-([A-Za-z0-9])/g, (_, from: string, to: string) => {
    const [start, end] = [from.charCodeAt(0), to.charCodeAt(0)];
    return Array.from({ length: Math.max(0, end - start + 1) }, (__, at) =>
      String.fromCharCode(start + at),
    ).join("");
  });
  return Array.from(spelled);
}

/** What a method is called on, or what a function of a module is given first. */
export function on({ receiver, value, given, name }: Made): Value | null {
  const own = receiver();
  return (
    own ??
    (given.length > 0 &&
    /^(?:strings|bytes|StringUtils|_|lo|lodash|slices|str|string|stringutil)\./.test(name)
      ? value(0)
      : null)
  );
}
