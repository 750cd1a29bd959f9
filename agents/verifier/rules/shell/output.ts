import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { HOLE, unescaped } from "../reading/literal.ts";
import { numberSaid } from "./arithmetic.ts";
import { filteredBy } from "./filters.ts";
import { BETWEEN, folded, type Shell } from "./words.ts";

const DEPTH_MAX = 12;
const WORDS_OF_COMMAND = /^(?:command_name|variable_assignment|file_redirect|herestring_redirect)$/;

/**
 * What a command, or several, would print of constants; a hole where that is not known.
 * @param given What it is given to read.
 */
export function printedBy(node: SyntaxNode, given: string, shell: Shell, depth: number): string {
  if (depth > DEPTH_MAX || shell.steps.left-- <= 0) return HOLE;
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
      if (name && value) shell.values.set(shell.textOf(name), folded(value, shell, depth + 1));
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
  let text = shell.textOf(body);
  if (isPlain) return text;
  const from = body.range().start.index;
  for (const part of body.namedChildren().toReversed()) {
    if (part.kind() === "heredoc_content") continue;
    const { start, end } = part.range();
    text =
      text.slice(0, start.index - from) +
      folded(part, shell, depth + 1) +
      text.slice(end.index - from);
  }
  return text;
}

/** The words that a command is given, its own name first. */
export function wordsOf(command: SyntaxNode, shell: Shell, depth: number): string[] {
  const name = command.field("name");
  const given = command
    .namedChildren()
    .filter((child) => !WORDS_OF_COMMAND.test(child.kind()))
    .flatMap((child) => folded(child, shell, depth + 1).split(BETWEEN));
  return [...(name ? folded(name, shell, depth + 1).split(BETWEEN) : []), ...given];
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
  const values = new Map(shell.values);
  for (const [at, word] of words.entries()) values.set(`${at + 1}`, word);
  values.set("@", words.join(BETWEEN)).set("*", words.join(BETWEEN));
  return printedBy(body, given, { ...shell, values }, depth + 1);
}

/** A format is used as often as there are words for it. */
export function formatted([format = "", ...words]: readonly string[]): string {
  const places = format.match(PLACE)?.length ?? 0;
  const plain = unescaped(octal(format));
  if (places === 0) return plain;
  const left = [...words];
  let text = "";
  do {
    text += plain.replaceAll(PLACE, (place: string, flags: string, width: string) => {
      const word = left.shift() ?? "";
      const said = placed(word, place.at(-1) ?? "");
      const length = Math.min(Number(width), WIDTH_MAX);
      if (flags.includes("-")) return said.padEnd(length);
      return said.padStart(length, flags.includes("0") ? "0" : " ");
    });
  } while (left.length > 0);
  return text;
}

const PLACE = /%([-0+# ]*)(\d*)(?:\.\d+)?[sdbcqiuxXo]/g;
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
