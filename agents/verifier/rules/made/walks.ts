import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { appliedTo, isFunction } from "../reading/functions.ts";
import { replacedUpTo } from "../reading/growth.ts";
import { literalText } from "../reading/literal.ts";
import type { Made } from "./made.ts";
import { byLetters } from "./walked.ts";
import { elementsOf, isList, lettersOf, numberOf, type Value } from "../reading/value.ts";

const CHARS_MAX = 2_000;
/** One class of letters, as often as is said: a pattern like that costs no more than the text. */
const PLAIN =
  /^\/((?:\[[^\]\n\\]{1,40}\]|\\[wdDWsS]|\.)(?:\+|\{\d{1,2}\})?|\.{1,8}|(?:\\[wd]){1,8}|[:#@%]\[[^\]\n\\]{1,40}\]\+|[:#@%]\(\[[^\]\n\\]{1,40}\]\+\))\/g?$/;

/** What JavaScript's own methods of lists and texts walk through: parted, filtered, in order. */
export function walksMade(made: Made): Value | null {
  const { method, given, receiver, value } = made;
  switch (method) {
    case "match":
    case "matchAll": {
      const pattern = patternOf(given[0], made);
      const text = pattern ? lettersOf(receiver()) : null;
      return pattern && text !== null ? (text.slice(0, CHARS_MAX).match(pattern) ?? null) : null;
    }
    case "replace":
    case "replaceAll":
      return replacedBy(made);
    case "filter":
      return filtered(made);
    case "flat":
      return elementsOf(receiver())?.flatMap((each) => (isList(each) ? each : [each])) ?? null;
    case "sort":
    case "toSorted":
      return given.length === 0 ? printedInOrder(receiver()) : null;
    case "toReversed":
      return elementsOf(receiver())?.toReversed() ?? null;
    case "indexOf": {
      const [one, list] = [value(0), receiver()];
      if (typeof list === "string" && typeof one === "string") return list.indexOf(one);
      return one !== null && isList(list) ? list.indexOf(one) : null;
    }
    case "with":
    case "toSpliced":
      return spliced(made);
    default:
      return null;
  }
}

/** A list as scripts sort it: by what is printed of each. */
export function printedInOrder(list: Value | null): readonly (Value | null)[] | null {
  return isList(list) ? list.toSorted(byLetters) : null;
}

function patternOf(node: SyntaxNode | undefined, { reader }: Made): RegExp | null {
  const source = node?.kind() === "regex" ? PLAIN.exec(reader.textOf(node))?.[1] : undefined;
  try {
    return source === undefined ? null : new RegExp(source, "g");
  } catch {
    // `/[z-a]/` is none.
    return null;
  }
}

/** `text.replace(/../g, (pair) => …)` */
function replacedBy(made: Made): Value | null {
  const { given, receiver, reader, depth } = made;
  const [, by] = given;
  if (!by || !isFunction(by)) return null;
  const pattern = patternOf(given[0], made);
  const text = pattern ? lettersOf(receiver()) : null;
  if (!pattern || text === null) return null;
  let isKnown = true;
  const said = replacedUpTo(text.slice(0, CHARS_MAX), pattern, (found, groups) => {
    const parts = [found, ...groups.map((group) => group ?? null)];
    const put = lettersOf(appliedTo(by, parts, reader, depth + 1));
    isKnown &&= put !== null;
    return put ?? "";
  });
  return isKnown ? said : null;
}

function filtered({ given, receiver, reader, depth }: Made): Value | null {
  const list = elementsOf(receiver());
  const [by] = given;
  if (!list || !by) return list;
  if (reader.textOf(by) === "Boolean") return list.filter((each) => each !== null && each !== "");
  const kept = list.map((each, at) => numberOf(appliedTo(by, [each, at], reader, depth + 1)));
  return kept.every((each) => each === null) ? list : list.filter((_, at) => kept[at] !== 0);
}

function spliced({ method, receiver, values }: Made): Value | null {
  const list = elementsOf(receiver());
  const [from, many, ...more] = values();
  if (!list || typeof from !== "number") return list;
  if (method === "with") {
    const at = Math.trunc(from);
    return at < list.length && at >= -list.length ? list.with(at, many ?? null) : list;
  }
  return list.toSpliced(from, typeof many === "number" ? many : list.length, ...more);
}

const NAMED = /^(?:class|function|generator_function|method_definition)/;

/** What a pattern, a function or a symbol is called: `/evil/.source`, `evil.name`. */
export function calledSo(
  node: SyntaxNode,
  property: string,
  made: Pick<Made, "reader">,
): string | null {
  const { reader } = made;
  const { textOf, values } = reader;
  const written = textOf(node);
  const known = values.get(written).at(-1) ?? reader.functionOf(written);
  const held = node.kind() === "identifier" ? known : node;
  if (!held) return null;
  const kind = held.kind();
  if (property === "source" && kind === "regex") return textOf(held).replace(/^\/|\/\w*$/g, "");
  if (property === "name" && NAMED.test(kind)) {
    const name = held.field("name");
    return name ? textOf(name) : null;
  }
  const said = /^Symbol(?:\.for)?\((["'][^"']*["'])\)$/.exec(textOf(held).slice(0, CHARS_MAX))?.[1];
  return property === "description" && said !== undefined ? literalText(said) : null;
}
