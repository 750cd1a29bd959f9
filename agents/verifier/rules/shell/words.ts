import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { Tangled } from "../../../source/source-tree.ts";
import { HOLE, literalText, unescaped } from "../reading/literal.ts";
import { reckoned } from "./arithmetic.ts";
import { bounded, swapped } from "./bounded.ts";
import { printedBy } from "./output.ts";

/** A shell while its script is read: what its names hold, and its own functions. */
export type Shell = {
  values: Map<string, string>;
  /** What the names hold in the end: a function is read before what it is told is known. */
  last: ReadonlyMap<string, string>;
  functions: Map<string, SyntaxNode>;
  /** Names that were asked for before they were given anything. */
  missed: Set<string>;
  /** How much may still be read. */
  steps: { left: number };
  /** How many characters all that is read may still come to. */
  letters: { left: number };
  /** How many characters may still be put in. */
  room: { left: number };
  textOf: (node: SyntaxNode) => string;
};

const DEPTH_MAX = 60;
/** Between the elements of an array, which are told apart by it alone. */
export const BETWEEN = "\u0001";

/** Gives a name something to stand for. */
export function give(name: string, said: string, { values }: Shell): void {
  values.set(name, bounded(said));
}

/** The names as they are for a function, which costs as many steps as there are hundreds of them. */
export function copied({ values, steps }: Shell): Map<string, string> {
  steps.left -= Math.ceil(values.size / NAMES_A_STEP);
  return new Map(values);
}

const NAMES_A_STEP = 100;

/**
 * Counts one thing more that is read.
 * @throws Tangled where there are too many, or they are too deep in each other.
 */
export function step({ steps }: Shell, isTooDeep: boolean): void {
  if (steps.left-- > 0 && !isTooDeep) return;
  throw new Tangled("its steps are too many, or too deep in each other, to be read");
}

/**
 * What was read, counted.
 * @throws Tangled where all that is read comes to more than somebody would write.
 */
export function lettered(said: string, { letters }: Shell): string {
  letters.left -= said.length;
  if (letters.left < 0) throw new Tangled("its words come to more than can be read");
  return said;
}

export function heldBy(name: string, { values, last, missed }: Shell): string {
  const known = values.get(name) ?? last.get(name);
  if (known !== undefined) return known;
  missed.add(name);
  // Where somebody's own files are is not known; that it is there is enough.
  return name === "HOME" ? "$HOME" : HOLE;
}

/**
 * What a word comes to, with a hole where it is not known.
 * @throws Tangled where that would take too long.
 */
export function folded(node: SyntaxNode, shell: Shell, depth = 0): string {
  step(shell, depth > DEPTH_MAX);
  return lettered(wordOf(node, shell, depth), shell);
}

function wordOf(node: SyntaxNode, shell: Shell, depth: number): string {
  const inner = (child: SyntaxNode) => folded(child, shell, depth + 1);
  const written = shell.textOf(node);
  switch (node.kind()) {
    case "word":
      return written.replace(/^[\s\\]*\n\s*/, "").replaceAll(/\\(.)/g, "$1");
    case "array":
      return node.namedChildren().map(inner).join(BETWEEN);
    case "string_content":
      return written.replaceAll(/\\(["$`\\])/g, "$1");
    case "raw_string":
      return written.slice(1, -1);
    case "ansi_c_string":
      return unescaped(literalText(written.slice(1)));
    case "string":
      return quoted(node, shell, depth);
    case "concatenation":
    case "command_name":
      return bounded(node.namedChildren().map(inner).join(""));
    case "simple_expansion":
    case "expansion":
      return expanded(node, shell, depth);
    case "arithmetic_expansion": {
      const number = reckoned(written.replace(/^\$\(\(|\)\)$/g, ""), (name) => heldBy(name, shell));
      return number === null ? HOLE : `${number}`;
    }
    case "command_substitution":
      return printedBy(node, "", shell, depth + 1).replace(/(?<!\n)\n+$/, "");
    default:
      return /^[\w./:=@%+,-]+$/.test(written) ? written : HOLE;
  }
}

/** What stands between double quotes, blanks between its parts and all. */
function quoted(node: SyntaxNode, shell: Shell, depth: number): string {
  const written = shell.textOf(node);
  const from = node.range().start.index;
  let text = "";
  let at = 1;
  for (const part of node.namedChildren()) {
    const { start, end } = part.range();
    text += written.slice(at, start.index - from) + folded(part, shell, depth + 1);
    at = end.index - from;
  }
  return bounded(text + written.slice(at, -1));
}

const CHANGED =
  /^\$\{(#|!)?(\w+|[@*])(?:\[([^\]]*)\])?(:?[-=+]|##?|%%?|\/[/#%]?|\^\^?|,,?|@|:)?([^]*)\}$/;

/** `$name`, `${name:-other}`, `${name#cut}`, `${name/from/to}`, `${name:2:3}`, `${name^^}` */
function expanded(node: SyntaxNode, shell: Shell, depth: number): string {
  const written = shell.textOf(node);
  const held = (name: string) => (name === "IFS" ? " " : heldBy(name, shell));
  const plain = /^\$(\w+|[@*])$/.exec(written)?.[1];
  // `$1st` is the first word, and letters behind it.
  const [, place, behind = ""] = /^(\d)(\w+)$/.exec(plain ?? "") ?? [];
  if (place !== undefined) return held(place) === HOLE ? HOLE : held(place) + behind;
  if (plain !== undefined) return listedOf(held(plain), plain, shell);
  const [, before, name = "", at, operator = "", said = ""] = CHANGED.exec(written) ?? [];
  if (name === "") return HOLE;
  const whole = at === undefined ? held(name) : elementOf(name, at, shell);
  if (before === "#") return whole === HOLE ? HOLE : `${whole.length}`;
  const text = before === "!" ? held(whole) : listedOf(whole, at ?? name, shell);
  const rest =
    said.includes("$") || said.includes("`") ? restOf(node, shell, depth) : unquotedText(said);
  if (/^:?[-=]$/.test(operator)) {
    if (text !== HOLE) return text;
    if (operator.endsWith("=") && rest !== HOLE) give(name, rest, shell);
    return rest;
  }
  if (/^:?\+$/.test(operator)) return text === HOLE ? HOLE : rest;
  return text === HOLE || rest.includes(HOLE)
    ? operator === ""
      ? text
      : HOLE
    : changed(text, operator, rest, held);
}

/** What stands behind the operator, where it is made of other names. */
function restOf(node: SyntaxNode, shell: Shell, depth: number): string {
  const [, ...parts] = node.namedChildren();
  return parts.map((part) => folded(part, shell, depth + 1)).join("");
}

const unquotedText = (said: string) => said.replace(/^(["'])([^]*)\1$/, "$2");

/** `${list[0]}`, `${table[key]}`, `${list[*]}` */
function elementOf(name: string, at: string, shell: Shell): string {
  if (at === "@" || at === "*") return heldBy(name, shell);
  const key = unquotedText(at).replaceAll(/\$\{?(\w+)\}?/g, (_, inner: string) =>
    heldBy(inner, shell),
  );
  const own = heldBy(`${name}[${key}]`, shell);
  if (own !== HOLE) return own;
  const index = /^-?\d+$/.test(key) ? Number(key) : reckoned(key, (each) => heldBy(each, shell));
  return index === null ? HOLE : (heldBy(name, shell).split(BETWEEN).at(index) ?? HOLE);
}

/** `${list[*]}` has what parts words between its elements. */
function listedOf(text: string, how: string, { values }: Shell): string {
  if (how !== "*") return text;
  return text.replaceAll(BETWEEN, values.get("IFS")?.charAt(0) ?? " ");
}

function changed(
  text: string,
  operator: string,
  rest: string,
  held: (name: string) => string,
): string {
  const cut = rest.replaceAll("*", "");
  switch (operator.charAt(0)) {
    case "#": {
      const end = operator === "##" && cut !== rest ? text.lastIndexOf(cut) : text.indexOf(cut);
      if (cut !== rest) return end === -1 ? text : text.slice(end + cut.length);
      return text.startsWith(cut) ? text.slice(cut.length) : text;
    }
    case "%": {
      const end = operator === "%%" && cut !== rest ? text.indexOf(cut) : text.lastIndexOf(cut);
      if (cut !== rest) return end === -1 ? text : text.slice(0, end);
      return text.endsWith(cut) ? text.slice(0, text.length - cut.length) : text;
    }
    case "/": {
      const [from = "", to = ""] = rest.split(/(?<!\\)\//).map((each) => each.replaceAll("\\", ""));
      return swapped(text, from, to, operator === "//");
    }
    case "^":
      return operator === "^^" ? text.toUpperCase() : text.charAt(0).toUpperCase() + text.slice(1);
    case ",":
      return text.toLowerCase();
    case ":": {
      const [from = 0, length] = rest.split(":").map((each) => reckoned(each, held) ?? Number.NaN);
      if (Number.isNaN(from) || Number.isNaN(length ?? 0)) return HOLE;
      return text.slice(
        from,
        length === undefined ? undefined : length < 0 ? length : from + length,
      );
    }
    default:
      return text;
  }
}
