import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { Tangled } from "../../../source/source-tree.ts";
import { HOLE, unescaped } from "../reading/literal.ts";
import { numberSaid } from "./arithmetic.ts";
import { filteredBy } from "./filters.ts";
import { bounded, TEXT_CHARS_MAX } from "./bounded.ts";
import { BETWEEN, copied, folded, give, lettered, type Shell, step } from "./words.ts";

const DEPTH_MAX = 60;
const WORDS_MAX = 10_000;
const WORDS_OF_COMMAND = /^(?:command_name|variable_assignment|file_redirect|herestring_redirect)$/;

/**
 * What a command, or several, would print of constants; a hole where that is not known.
 * @param given What it is given to read.
 * @throws Tangled where that would take too long.
 */
export function printedBy(node: SyntaxNode, given: string, shell: Shell, depth: number): string {
  step(shell, depth > DEPTH_MAX);
  return lettered(said(node, given, shell, depth), shell);
}

function said(node: SyntaxNode, given: string, shell: Shell, depth: number): string {
  const children = node.namedChildren().filter((child) => child.kind() !== "comment");
  switch (node.kind()) {
    case "command_substitution":
    case "compound_statement":
    case "subshell":
    case "do_group":
    case "list":
      return children.map((child) => printedBy(child, given, shell, depth + 1)).join("");
    case "variable_assignment": {
      const [name, value] = [node.field("name"), node.field("value")];
      if (name && value) give(shell.textOf(name), folded(value, shell, depth + 1), shell);
      return "";
    }
    case "declaration_command":
      for (const child of children) printedBy(child, given, shell, depth + 1);
      return "";
    case "pipeline":
      return children.reduce((read, child) => printedBy(child, read, shell, depth + 1), given);
    case "redirected_statement": {
      const body = node.field("body");
      const read = children
        .map((child) => handedOver(child, shell, depth))
        .find((said) => said !== null);
      return body ? printedBy(body, read ?? given, shell, depth + 1) : (read ?? HOLE);
    }
    case "command":
      return ofCommand(node, given, shell, depth);
    default:
      return HOLE;
  }
}

/** What `<<< text` and `<<END` hand over. */
export function handedOver(redirect: SyntaxNode, shell: Shell, depth: number): string | null {
  if (redirect.kind() === "herestring_redirect") {
    const [word] = redirect.namedChildren();
    return word ? folded(word, shell, depth + 1) : null;
  }
  if (redirect.kind() !== "heredoc_redirect") return null;
  const body = redirect.namedChildren().find((child) => child.kind() === "heredoc_body");
  if (!body) return null;
  const isPlain = /^<<-?\s*["'\\]/.test(shell.textOf(redirect));
  const written = shell.textOf(body);
  if (isPlain) return written;
  const from = body.range().start.index;
  let text = "";
  let at = 0;
  for (const part of body.namedChildren()) {
    if (part.kind() === "heredoc_content") continue;
    const { start, end } = part.range();
    text += written.slice(at, start.index - from) + folded(part, shell, depth + 1);
    at = end.index - from;
  }
  return text + written.slice(at);
}

/**
 * The words that a command is given, its own name first.
 * @throws Tangled for more than anybody writes.
 */
export function wordsOf(command: SyntaxNode, shell: Shell, depth: number): string[] {
  const name = command.field("name");
  const given = command.namedChildren().filter((child) => !WORDS_OF_COMMAND.test(child.kind()));
  const words: string[] = [];
  for (const part of name ? [name, ...given] : given) {
    for (const word of folded(part, shell, depth + 1).split(BETWEEN)) words.push(word);
    if (words.length > WORDS_MAX)
      throw new Tangled("a command of it has too many words to be read");
  }
  return words;
}

function ofCommand(node: SyntaxNode, given: string, shell: Shell, depth: number): string {
  const read = node
    .namedChildren()
    .map((child) => handedOver(child, shell, depth))
    .find((said) => said !== null);
  for (const child of node.namedChildren()) {
    if (child.kind() === "variable_assignment") printedBy(child, "", shell, depth + 1);
  }
  const [name = "", ...words] = wordsOf(node, shell, depth);
  const own = shell.functions.get(name);
  if (own) return called(own, words, read ?? given, shell, depth);
  if (name === "echo") {
    const said = words.filter((word, at) => at > 0 || !/^-[neE]+$/.test(word)).join(" ");
    return unescaped(said);
  }
  if (name === "printf") return formatted(words[0] === "--" ? words.slice(1) : words);
  return filteredBy(name, words, read ?? given);
}

/** What a function of the script prints when it is told these words. */
function called(
  body: SyntaxNode,
  words: readonly string[],
  given: string,
  shell: Shell,
  depth: number,
) {
  const values = copied(shell);
  for (const [at, word] of words.entries()) values.set(`${at + 1}`, word);
  values.set("@", words.join(BETWEEN)).set("*", words.join(BETWEEN));
  return printedBy(body, given, { ...shell, values }, depth + 1);
}

/** A format is used as often as there are words for it. */
export function formatted([format = "", ...words]: readonly string[]): string {
  const places = format.match(PLACE)?.length ?? 0;
  const plain = unescaped(octal(format));
  if (places === 0) return plain;
  let text = "";
  let next = 0;
  do {
    let at = 0;
    for (const { index, 0: place, 1: flags = "", 2: width = "" } of plain.matchAll(PLACE)) {
      const said = placed(bounded(words[next++] ?? ""), place.at(-1) ?? "");
      const length = Math.min(Number(width), WIDTH_MAX);
      text += plain.slice(at, index);
      text += flags.includes("-")
        ? said.padEnd(length)
        : said.padStart(length, flags.includes("0") ? "0" : " ");
      at = index + place.length;
      if (text.length > TEXT_CHARS_MAX) return bounded(text);
    }
    text += plain.slice(at);
  } while (next < words.length);
  return bounded(text);
}

const PLACE = /%([-0+# ]*)([1-9]\d*)?(?:\.\d+)?[sdbcqiuxXo]/g;
const WIDTH_MAX = 100;

/** What a word becomes in a place of a format: numbers of any base are told in the one asked for. */
function placed(word: string, letter: string): string {
  if (letter === "b") return unescaped(octal(word));
  if (letter === "c") return word.slice(0, 1);
  if (!/[diuxXo]/.test(letter)) return word;
  const number = /^["']./.test(word) ? word.charCodeAt(1) : numberSaid(word);
  if (Number.isNaN(number)) return word;
  const said = number.toString(letter === "o" ? 8 : /x/i.test(letter) ? 16 : 10);
  return letter === "X" ? said.toUpperCase() : said;
}

const octal = (text: string) => text.replaceAll(/\\0([0-7]{3})/g, "\\$1");
