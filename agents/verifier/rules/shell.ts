import { HOLE, literalText, unescaped, fromBase64, fromHex } from "./literal.ts";
import type { SgNode } from "@ast-grep/napi";
import { grownTree } from "../../source/source-tree.ts";

const DEPTH_MAX = 10;
/** Characters that a word may come to; a longer one is not put together. */
const TEXT_CHARS_MAX = 100_000;
/** Between the elements of an array, which are told apart by it alone. */
const BETWEEN = "\u0001";
const PUT_TOGETHER = {
  any: [
    "concatenation",
    "string",
    "raw_string",
    "ansi_c_string",
    "simple_expansion",
    "expansion",
    "word",
  ].map((kind) => ({ kind })),
};

/**
 * A shell script as its shell would read it: quotes within words gone, constants put in, so that
 * `e""val`, `$a$b` and `\curl` are what they come to. Lines stay where they are.
 * @throws Tangled where that would take too long.
 */
export function shellAsRead(path: string, text: string): string {
  const tree = grownTree("shell", path, text);
  const values = new Map<string, readonly SgNode[]>();
  for (const node of tree.root.findAll({ rule: { kind: "variable_assignment" } })) {
    const [name, value] = [node.field("name"), node.field("value")];
    if (!name || !value) continue;
    const said = tree.textOf(name);
    const isAdded = tree.textOf(node).startsWith(`${said}+=`);
    values.set(said, isAdded ? [...(values.get(said) ?? []), value] : [value]);
  }
  for (const [at, word] of positionals(tree.root).entries()) values.set(`${at + 1}`, [word]);
  const fold = (node: SgNode, depth: number): string => folded(node, values, tree.textOf, depth);
  let read = "";
  let at = 0;
  for (const node of tree.root.findAll({ rule: PUT_TOGETHER })) {
    const { start, end } = node.range();
    if (start.index < at) continue;
    const written = tree.textOf(node);
    if (!/["'\\$]/.test(written)) continue;
    const said = fold(node, 0);
    if (said.includes(HOLE) || said.includes(BETWEEN) || said.includes("\n") || said === "")
      continue;
    // A text with blanks stays one word: what is said is not what is run.
    if (/\s/.test(said) && node.parent()?.kind() !== "command_name") continue;
    read += text.slice(at, start.index) + said;
    at = end.index;
  }
  return read + text.slice(at);
}

/** The words of `set -- one two`, which are `$1` and `$2` from then on. */
function positionals(root: SgNode): readonly SgNode[] {
  const sets = root.findAll({ rule: { kind: "command", regex: "^set\\s+--\\s" } });
  return sets.at(-1)?.namedChildren().slice(2) ?? [];
}

function folded(
  node: SgNode,
  values: ReadonlyMap<string, readonly SgNode[]>,
  textOf: (node: SgNode) => string,
  depth: number,
): string {
  if (depth > DEPTH_MAX) return HOLE;
  const inner = (child: SgNode) => folded(child, values, textOf, depth + 1);
  const written = textOf(node);
  switch (node.kind()) {
    case "word":
      return written.replaceAll(/\\(.)/g, "$1");
    case "array":
      return node.namedChildren().map(inner).join(BETWEEN);
    case "string_content":
      return written;
    case "raw_string":
      return written.slice(1, -1);
    case "ansi_c_string":
      return unescaped(literalText(written.slice(1)));
    case "string":
    case "concatenation":
      return node.namedChildren().map(inner).join("");
    case "simple_expansion":
    case "expansion": {
      return expanded(written, (name) => {
        if (name === "IFS") return " ";
        return values.get(name)?.map(inner).join("") ?? HOLE;
      });
    }
    case "command_substitution":
      return printed(
        written.replaceAll(/\$(?:\w+|\{\w+\})/g, (name) => {
          const value = values.get(name.replaceAll(/[${}]/g, ""))?.map(inner).join("") ?? HOLE;
          return value.includes(HOLE) ? name : value;
        }),
      );
    default:
      return /^[\w./:=@%+,-]+$/.test(written) ? written : HOLE;
  }
}

const CHANGED = /^\$\{(\w+)(?:\[(\d+)\])?(:?[-=]|##?|%%?|\/\/?|\^\^?|,,?|:)?([^}]*)\}$/;

/** `$name`, `${name:-other}`, `${name#cut}`, `${name/from/to}`, `${name:2:3}`, `${name^^}` */
function expanded(written: string, held: (name: string) => string): string {
  const plain = /^\$(\w+)$/.exec(written)?.[1];
  if (plain !== undefined) return held(plain);
  const [, name = "", at, operator = "", rest = ""] = CHANGED.exec(written) ?? [];
  if (name === "") return HOLE;
  const whole = held(name);
  const text = at === undefined ? whole : (whole.split(BETWEEN)[Number(at)] ?? HOLE);
  if (/^:?[-=]$/.test(operator)) return text === HOLE ? (/[$`]/.test(rest) ? HOLE : rest) : text;
  if (text === HOLE || /[$`]/.test(rest)) return operator === "" ? text : HOLE;
  const cut = rest.replaceAll("*", "");
  switch (operator.charAt(0)) {
    case "#":
      return text.startsWith(cut) ? text.slice(cut.length) : text;
    case "%":
      return text.endsWith(cut) ? text.slice(0, text.length - cut.length) : text;
    case "/": {
      const [from = "", to = ""] = rest.split("/");
      if (text.length * (to.length + 1) > TEXT_CHARS_MAX) return HOLE;
      return operator === "//" ? text.replaceAll(from, to) : text.replace(from, to);
    }
    case "^":
      return operator === "^^" ? text.toUpperCase() : text.charAt(0).toUpperCase() + text.slice(1);
    case ",":
      return text.toLowerCase();
    case ":": {
      const [from = 0, length] = rest.split(":").map(Number);
      return text.slice(from, length === undefined ? undefined : from + length);
    }
    default:
      return text;
  }
}

/** What `$(echo …)` and `$(printf …)` of constants print, also through a decoder. */
function printed(written: string): string {
  const match =
    /^(?:\$\(|`)\s*(echo|printf)\s+((?:-\w+\s+)*(?:"[^"$`]*"|'[^']*'|[^\s|"'$`;&()]+|\s+)+?)\s*(?:\|\s*([^)`]+))?[)`]$/.exec(
      written,
    );
  if (!match) return HOLE;
  const [, command, said = "", piped] = match;
  const words = (said.match(/"[^"]*"|'[^']*'|\S+/g) ?? [])
    .filter((word, at) => at > 1 || !/^-[neE-]+$/.test(word))
    .map((word) => word.replace(/^(["'])(.*)\1$/s, "$2"));
  const text = unescaped(command === "printf" ? formatted(words) : words.join(" "));
  const through = piped?.trim();
  if (through === undefined) return text;
  if (/^base64\s+(?:-d|-D|--decode)$/.test(through)) return fromBase64(text) ?? HOLE;
  if (/^xxd\s+-r/.test(through)) return fromHex(text) ?? HOLE;
  if (through === "rev") return Array.from(text).reverse().join("");
  const one = /^tr\s+(?:-d\s+)?["']?([^"']{1,4}?)["']?(?:\s+["']?([^"'\s]{1,4})["']?)?$/.exec(
    through,
  );
  if (one && !one[1]?.includes("-")) return text.replaceAll(one[1] ?? "", one[2] ?? "");
  const sed = /^sed\s+(?:-e\s+)?["']?s(.)(.{1,20}?)\1(.{0,20}?)\1(g?)["']?$/.exec(through);
  return sed ? text.replaceAll(sed[2]?.replaceAll("\\", "") ?? "", sed[3] ?? "") : HOLE;
}

/** A format is used as often as there are words for it. */
function formatted([format = "", ...words]: readonly string[]): string {
  const places = format.match(/%[sdbc]/g)?.length ?? 0;
  if (places === 0) return format;
  const left = [...words];
  let text = "";
  do text += format.replaceAll(/%[sdbc]/g, () => left.shift() ?? "");
  while (left.length > 0);
  return text;
}
