import type { Rule } from "@ast-grep/napi";
import type { SyntaxNode } from "../../source/syntax-node.ts";
import { argumentsOf, calleeOf } from "./reading/called.ts";
import { joinedUpTo } from "./reading/growth.ts";
import type { Grammar } from "./reading/grammar.ts";
import { HOLE } from "./reading/literal.ts";
import { receiverOf } from "./made/made.ts";
import { Tangled } from "../../source/source-tree.ts";
import type { Reader } from "./reading/reader.ts";
import { isFields, isList, lettersOf, textsOf, type Value } from "./reading/value.ts";

/** Letters of one text that a call is given which its rules look at, and of all that it is given. */
const TEXT_CHARS_MAX = 4_000;
const SAID_CHARS_MAX = 16_000;
const TOO_MUCH = "it gives a call more than can be looked through";
const CALLED_CHARS_MAX = 200;
/** A name, or names with dots between. */
export const SIMPLE = /^[\w$]+(?:(?:\??\.|::)[\w$]+)*$/;
/** What sends the name of a method of Ruby. */
export const SENDS = /(^|\.)(?:send|public_send|__send__)$/;

/** What a call is given, as rules look at it. */
export type Given = {
  said: string;
  texts: string[];
  on: string;
  /** Whether something of it is not known. */
  isOpen: boolean;
};

/** A known text or list as a rule's pattern sees it, and no more of it than that sees. */
function written(value: Value | null): string {
  if (isList(value)) return `[${joinedUpTo(value.map(written), ", ")}]`;
  if (typeof value === "number") return JSON.stringify(value);
  return JSON.stringify((lettersOf(value) ?? HOLE).slice(0, TEXT_CHARS_MAX));
}

/** @throws Tangled where that is more than rules look at: nothing passes because it was not seen. */
export function givenTo(node: SyntaxNode, reader: Reader): Given {
  const texts: string[] = [];
  const numbers: number[] = [];
  let left = SAID_CHARS_MAX;
  let isOpen = false;
  const shape = reader.grammar.calls[node.kind()];
  const callee = shape && node.field("whole" in shape ? shape.whole : shape.receiver);
  const called = callee ? reader.textOf(callee).slice(0, CALLED_CHARS_MAX) : "";
  const asksAddress = ADDRESSES.test(called);
  // The name that is sent is no argument of what it calls.
  const isSent = reader.language === "ruby" && SENDS.test(calleeOf(node, reader));
  const said = argumentsOf(node)
    .slice(isSent ? 1 : 0)
    // A block that is handed over is none of them.
    .filter((argument) => argument.kind() !== "block_argument")
    .map((argument) => {
      const name = argument.field("name") ?? argument.field("key");
      // Only what is given by name has a value of its own: a part of a list has one too.
      const value = name ? (argument.field("value") ?? argument) : argument;
      const known = reader.evaluate(value);
      isOpen ||= !isWhole(known);
      texts.push(...textsOf(known));
      if (typeof known === "number") numbers.push(known);
      if (isFields(known) && /splat/.test(argument.kind())) {
        if (known.entries.size > PARTS_MAX) throw new Tangled(TOO_MUCH);
        return [...known.entries]
          .map(([key, entry]) => `${key}=${code(entry, reader, texts)}`)
          .join(", ");
      }
      const isKnown =
        typeof known === "string" ||
        (isList(known) && (asksAddress || !areNumbers(known)) && textsOf(known).length > 0);
      const said = isKnown
        ? written(known)
        : code(value, reader, texts) + workedOut(known, value, reader);
      left -= said.length;
      if (left < 0) throw new Tangled(TOO_MUCH);
      return name && value !== argument ? `${reader.textOf(name)}=${said}` : said;
    });
  const isAddress = asksAddress && numbers.length === said.length && isFour(numbers);
  const four = isAddress ? `; ${numbers.join(", ")}` : "";
  const on = receiverOf(node, reader) ?? callee;
  if (on) {
    if (callee && !SIMPLE.test(reader.textOf(callee))) code(on, reader, texts);
    texts.push(...textsOf(reader.evaluate(on)));
  }
  const all = `${joinedUpTo(said, ", ")}${four}`;
  texts.push(...texts.flatMap((text) => (asksAddress ? bytesAsAddress(text) : [])));
  return { said: all, texts, on: called, isOpen };
}

/** Who is given numbers for an address: others are given bytes of all kinds. */
const ADDRESSES = /[aA]ddr|inet|IPv4|\bIP\b|[cC]onnect|[dD]ial/;

const areNumbers = (list: readonly (Value | null)[]): boolean =>
  list.every((each) => each === null || typeof each === "number");

/** The address that four letters are which nobody would write as letters. */
function bytesAsAddress(text: string): string[] {
  if (text.length !== 4 || !/[^\x20-\x7E\n]/.test(text) || text.includes(HOLE)) return [];
  return [Array.from(text, (letter) => letter.charCodeAt(0)).join(".")];
}

/** The four numbers of an address, however each is told. */
function isFour(numbers: readonly number[]): boolean {
  return numbers.length === 4 && numbers.every((each) => each >= 0 && each < 256);
}

/** A number as long as an address that stands nowhere as such: `high << 16 | low`. */
function workedOut(known: Value | null, node: SyntaxNode, { grammar }: Reader): string {
  if (typeof known !== "number" || known < ADDRESS_MIN || known >= ADDRESS_MIN * 256) return "";
  return /literal|integer|number/.test(node.kind()) || grammar.names.includes(node.kind())
    ? ""
    : ` 0x${known.toString(16).padStart(8, "0")}`;
}

const ADDRESS_MIN = 2 ** 24;

function isWhole(value: Value | null): boolean {
  if (typeof value === "string") return !value.includes(HOLE);
  return isList(value) ? value.every(isWhole) : value !== null;
}

/** Code as it is written, a name of something that is written out elsewhere as that. */
function code(node: SyntaxNode, reader: Reader, texts: string[]): string {
  const { grammar, values, textOf } = reader;
  const value = grammar.names.includes(node.kind()) ? values.get(textOf(node)).at(-1) : null;
  // What a function does that is handed over is looked at call by call.
  if (/function|lambda|closure|block/.test(node.kind())) return "function";
  // One letter more than may be seen is too much.
  let written = textOf(value ?? node).slice(0, SAID_CHARS_MAX + 1);
  if (value) written += later(textOf(node), reader);
  const inside = partsIn(node, reader);
  texts.push(...inside.strings.map((each) => reader.fold(each) ?? ""));
  for (const inner of inside.names) {
    const held = values.get(textOf(inner)).at(-1);
    if (!held) continue;
    const text = reader.fold(inner);
    if (text === null) texts.push(...stringsIn(held, reader).filter((said) => /[/:]/.test(said)));
    else texts.push(text);
    // What is spread, or taken by its place, stands where the name got it.
    if (!value && written.length < TEXT_CHARS_MAX) written += ` ${textOf(held).slice(0, 300)}`;
  }
  texts.push(...inside.binary.map((each) => reader.fold(each) ?? ""));
  return plainly(written);
}

/** What an object was given after it was made: `options.shell = true`. */
function later(name: string, { values, textOf }: Reader): string {
  const given = values.get(`${name}.shell`).at(-1);
  return given ? `, shell: ${textOf(given).slice(0, CALLED_CHARS_MAX)}` : "";
}

/** Keys and truth as most people write them: `["shell"]: !0` is `shell: true`. */
function plainly(written: string): string {
  return written
    .replaceAll(/\[\s*["'`](\w+)["'`]\s*\]\s*:/g, "$1:")
    .replaceAll(/([:=]\s*)(?:!0|!!1|Boolean\(1\)|!!["'`]\w+["'`]|1\s*===?\s*1)/g, "$1true")
    .replaceAll(/\s+/g, " ");
}

/** Strings, names or operators in one thing that is given; the most seen in a release were 127. */
const PARTS_MAX = 1_000;

type Parts = { strings: SyntaxNode[]; names: SyntaxNode[]; binary: SyntaxNode[] };

/** The strings, names and operators of an expression, itself among them. */
function partsIn(node: SyntaxNode, reader: Reader): Parts {
  const { grammar } = reader;
  const parts: Parts = { strings: [], names: [], binary: [] };
  const all = isLeaf(node, reader) ? [node] : node.findAll({ rule: partsOf(grammar) });
  for (const each of all) {
    const kind = each.kind();
    const some = grammar.strings.includes(kind)
      ? parts.strings
      : grammar.names.includes(kind)
        ? parts.names
        : parts.binary;
    if (some.length === PARTS_MAX) throw new Tangled(TOO_MUCH);
    some.push(each);
  }
  return parts;
}

/** A name, or a string without holes, has no other inside. */
function isLeaf(node: SyntaxNode, { grammar, textOf }: Reader): boolean {
  const kind = node.kind();
  if (grammar.names.includes(kind)) return true;
  return grammar.strings.includes(kind) && !/_string$|[{#]/.test(`${kind}${textOf(node)}`);
}

/** One question for all three: each goes through the whole expression. */
const askedOf = new Map<Grammar, Rule>();
function partsOf(grammar: Grammar): Rule {
  const { strings, names, binary } = grammar;
  const known = askedOf.get(grammar);
  const rule = known ?? { any: [...strings, ...names, ...binary].map((kind) => ({ kind })) };
  askedOf.set(grammar, rule);
  return rule;
}

function stringsIn(node: SyntaxNode, reader: Reader): string[] {
  return partsIn(node, reader).strings.map((each) => reader.fold(each) ?? "");
}
