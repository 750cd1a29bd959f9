import { rotated } from "./literal.ts";
import { unnamed, type Made } from "./made.ts";
import { isList, lettersOf, type Value } from "./value.ts";

const PLAIN_PATTERN = /^\/([^*+?{}()|[\]]{1,40})\/\w*$/;

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
  const insert = typeof to === "string" ? to : isOther || made.given.length < 2 ? "" : null;
  if (typeof from === "string" && from !== "")
    return insert === null ? text : text.replaceAll(from, insert);
  if (/\[a-z/i.test(written) && /\b13\b/.test(made.reader.textOf(made.node))) return rotated(text);
  const pattern =
    PLAIN_PATTERN.exec(written)?.[1] ?? /^\/(\[[^*+?{}()|[\]]{1,40}\])\+?\/\w*$/.exec(written)?.[1];
  if (pattern === undefined || insert === null) return text;
  try {
    return text.replaceAll(new RegExp(pattern, "g"), insert);
  } catch {
    return text;
  }
}

/** `strings.NewReplacer("#", ".", "|", "/").Replace(text)` */
function byPairs(text: string | null, pairs: readonly (string | null)[]): string | null {
  if (text === null) return null;
  let left = text;
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const from = pairs[at] ?? "";
    if (from !== "") left = left.replaceAll(from, pairs[at + 1] ?? "");
  }
  return left;
}

/** `tr("A-Za-z", "N-ZA-Mn-za-m")`, `translate(str.maketrans(a, b))` */
export function translated(made: Made): Value | null {
  const text = lettersOf(on(made));
  if (text === null) return null;
  const [first] = made.given;
  const table = first?.field("arguments")?.namedChildren();
  const [one, other] = table
    ? table.map((each) => made.reader.fold(unnamed(each), made.depth + 1))
    : made.values().map(lettersOf);
  if (typeof one !== "string" || typeof other !== "string") return text;
  const [from, to] = [ranged(one), ranged(other)];
  return Array.from(text, (letter) => {
    const at = from.indexOf(letter);
    return at === -1 ? letter : (to[at] ?? to.at(-1) ?? "");
  }).join("");
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
