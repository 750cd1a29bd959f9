import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { grownTree, Tangled } from "../../../source/source-tree.ts";
import { HOLE } from "../reading/literal.ts";
import { keyFileMeant } from "../places.ts";
import { reckoned, stepped } from "./arithmetic.ts";
import { formatted, handedOver, wordsOf } from "./output.ts";
import { BETWEEN, copied, folded, give, heldBy, type Shell, step } from "./words.ts";

const PUT_TOGETHER =
  /^(?:concatenation|string|raw_string|ansi_c_string|simple_expansion|expansion|word|command_substitution)$/;
const TIMES_MAX = 1_000;
const STEPS_MAX = 200_000;
const LETTERS_MAX = 20_000_000;
const DEPTH_MAX = 200;
/** Characters that a word may come to, and all of a file's beside what was written. */
const WORD_CHARS_MAX = 1_000;
const ROOM = 1_000_000;
/** Where a loop that counts says from where, how far and how. */
const HEAD_CHARS_MAX = 1_000;

/** What stands in a script for what is written there, by where it begins. */
type Read = Map<number, { end: number; said: string }>;

type Reading = { shell: Shell; read: Read; depth: number };

/**
 * A shell script as its shell would read it: quotes within words gone, constants put in, so that
 * `e""val`, `$a$b` and `\curl` are what they come to. Lines stay where they are.
 * @throws Tangled where that would take too long.
 */
export function shellAsRead(path: string, text: string): string {
  const tree = grownTree("shell", path, text);
  const { textOf } = tree;
  const read: Read = new Map();
  const first = shellOf(new Map(), textOf);
  walked(tree.root, first, read);
  // What is told further down is known in the second reading.
  if (![...first.missed].some((name) => first.values.has(name))) return putIn(text, read);
  read.clear();
  walked(tree.root, shellOf(first.values, textOf), read);
  return putIn(text, read);
}

function shellOf(last: ReadonlyMap<string, string>, textOf: Shell["textOf"]): Shell {
  return {
    values: new Map(),
    last,
    functions: new Map(),
    missed: new Set(),
    steps: { left: STEPS_MAX },
    letters: { left: LETTERS_MAX },
    room: { left: ROOM },
    textOf,
  };
}

function putIn(text: string, read: Read): string {
  let known = "";
  let at = 0;
  for (const [start, { end, said }] of [...read].sort(([one], [other]) => one - other)) {
    if (start < at) continue;
    known += text.slice(at, start) + said;
    at = end;
  }
  return known + text.slice(at);
}

/** Reads a script from its beginning to its end, as if it ran. */
function walked(node: SyntaxNode, shell: Shell, read: Read, depth = 0): void {
  step(shell, depth > DEPTH_MAX);
  const kind = node.kind();
  switch (kind) {
    case "comment":
      return;
    case "variable_assignment":
      assigned(node, shell);
      break;
    case "function_definition": {
      const [name, body] = [node.field("name"), node.field("body")];
      if (name && body) told(shell.textOf(name), body, { shell, read, depth });
      return;
    }
    case "for_statement":
      return eachWord(node, { shell, read, depth });
    case "redirected_statement":
      if (eachLine(node, { shell, read, depth })) return;
      break;
    case "c_style_for_statement":
      return counted(node, { shell, read, depth });
    case "command":
      done(node, shell);
      break;
    default:
      if (PUT_TOGETHER.test(kind) && isPut(node, shell, read)) return;
  }
  for (const child of node.namedChildren()) walked(child, shell, read, depth + 1);
}

/** `name=value`, `name+=value`, `name[key]=value` */
function assigned(node: SyntaxNode, shell: Shell): void {
  const [name, value] = [node.field("name"), node.field("value")];
  if (!name) return;
  const written = shell.textOf(name);
  const key = written.replace(/^([^[]*)\[["']?(.*?)["']?\]$/, "$1[$2]");
  // What was given nothing before is nothing: `text="$text$part"`.
  const isFirst = /^[a-z]/.test(key) && !shell.values.has(key);
  if (isFirst && value && shell.textOf(value).includes(`$${key}`)) shell.values.set(key, "");
  const said = value ? folded(value, shell) : "";
  const isAdded = shell.textOf(node).startsWith(`${written}+=`);
  if (value?.kind() === "array") {
    for (const element of said.split(BETWEEN)) {
      const [, inner, held = ""] = /^\[(.+?)\]=([^]*)$/.exec(element) ?? [];
      if (inner !== undefined) give(`${key}[${inner}]`, held, shell);
    }
    const before = shell.values.get(key) ?? "";
    give(key, isAdded && before !== "" ? `${before}${BETWEEN}${said}` : said, shell);
  } else give(key, isAdded ? `${shell.values.get(key) ?? ""}${said}` : said, shell);
}

/** A function is told the words of the last call of it. */
function told(name: string, body: SyntaxNode, { shell, read, depth }: Reading): void {
  shell.functions.set(name, body);
  const values = copied(shell);
  if (!shell.last.has(callOf(name))) shell.missed.add(callOf(name));
  const words = shell.last.get(callOf(name))?.split(BETWEEN) ?? [];
  for (const at of POSITIONS) values.set(`${at}`, words[at - 1] ?? HOLE);
  const all = words.length === 0 ? HOLE : words.join(BETWEEN);
  values.set("@", all).set("*", all);
  walked(body, { ...shell, values }, read, depth + 1);
  // What a function sets is set for everybody.
  for (const [key, value] of values) if (!/^[\d@*]$/.test(key)) shell.values.set(key, value);
}

const POSITIONS = [1, 2, 3, 4, 5, 6, 7, 8, 9];
/** No variable is called so. */
const callOf = (name: string) => `${name}()`;

/** `for name in one two; do …; done` */
function eachWord(node: SyntaxNode, { shell, read, depth }: Reading): void {
  const [name, body] = [node.field("variable"), node.field("body")];
  if (!name || !body) return;
  const words = node
    .namedChildren()
    .filter((child) => child.id() !== name.id() && child.id() !== body.id())
    .flatMap((child) => {
      const said = folded(child, shell);
      // Without quotes blanks part words.
      return said.split(child.kind() === "string" ? BETWEEN : PARTED);
    });
  for (const word of words.length === 0 ? [HOLE] : turns(words)) {
    give(shell.textOf(name), /[?*[]/.test(word) ? (keyFileMeant(word) ?? word) : word, shell);
    walked(body, shell, read, depth + 1);
  }
}

const PARTED = new RegExp(`${BETWEEN}|\\s`);

/** What a loop is done for, each in its turn. */
function turns<T>(all: readonly T[]): readonly T[] {
  if (all.length > TIMES_MAX) throw new Tangled("a loop of it has too many turns to be read");
  return all;
}

/** `while read -r name; do …; done <<END`; whether it is one whose lines are known. */
function eachLine(node: SyntaxNode, { shell, read, depth }: Reading): boolean {
  const loop = node.field("body");
  if (loop?.kind() !== "while_statement") return false;
  const [condition, body] = [loop.field("condition"), loop.field("body")];
  const said = condition ? shell.textOf(condition) : "";
  const name = /^(?:IFS=\S*\s+)?read\s+(?:-r\s+)?([A-Za-z_]\w*)$/.exec(said)?.[1];
  const given = node.namedChildren().map((one) => handedOver(one, shell, 0));
  const text = given.find((one) => one !== null) ?? HOLE;
  if (!body || name === undefined || text.includes(HOLE)) return false;
  for (const line of turns(text.trimEnd().split("\n"))) {
    give(name, line.trim(), shell);
    walked(body, shell, read, depth + 1);
  }
  return true;
}

/** `for ((at = 0; at < 9; at++)); do …; done` */
function counted(node: SyntaxNode, { shell, read, depth }: Reading): void {
  const body = node.field("body");
  if (!body) return;
  const held = (name: string) => heldBy(name, shell);
  const plain = (text: string) =>
    text.replaceAll(/\$\{#(\w+)\}/g, (all, name: string) =>
      held(name) === HOLE ? all : `${held(name).length}`,
    );
  const [, first = "", condition = "", change = ""] =
    /\(\(([^;]*);([^;]*);([^;]*?)\)\)/.exec(shell.textOf(node).slice(0, HEAD_CHARS_MAX)) ?? [];
  const [, name = "", from = ""] = /^\s*(\w+)\s*=(.*)$/.exec(first) ?? [];
  const start = reckoned(plain(from), held);
  if (start !== null) shell.values.set(name, `${start}`);
  const isNamed = new RegExp(String.raw`\b${name}\b`).test(shell.textOf(body));
  for (let time = 0; reckoned(plain(condition), held) === 1; time++) {
    const before = time < TIMES_MAX || isNamed ? null : new Map(shell.values);
    walked(body, shell, read, depth + 1);
    // Turns that are all alike need not be counted to the last.
    if (before && [...shell.values].every(([key, value]) => before.get(key) === value)) return;
    if (time >= TIMES_MAX) throw new Tangled("a loop of it has too many turns to be read");
    const next = stepped(change, held);
    if (next === null) return;
    give(next.name, `${next.value}`, shell);
  }
  if (start === null) walked(body, shell, read, depth + 1);
}

/** Commands that give names something to stand for. */
function done(node: SyntaxNode, shell: Shell): void {
  const [name = "", ...words] = wordsOf(node, shell, 0);
  if (shell.functions.has(name) && words.length > 0) {
    give(callOf(name), words.join(BETWEEN), shell);
  }
  if (name === "set" && words[0] === "--") {
    for (const [at, word] of words.slice(1).entries()) give(`${at + 1}`, word, shell);
    for (const all of ["@", "*"]) give(all, words.slice(1).join(BETWEEN), shell);
  }
  if (name === "printf" && words[0] === "-v" && words[1] !== undefined) {
    give(words[1], formatted(words.slice(2)), shell);
  }
  if (name === "alias") {
    for (const word of words) {
      const [, short = "", meant = ""] = /^([\w-]+)=([^]*)$/.exec(word) ?? [];
      if (short !== "") give(aliasOf(short), meant, shell);
    }
  }
  if (name === "read" || name === "mapfile" || name === "readarray") readInto(node, words, shell);
}

const aliasOf = (name: string) => `alias ${name}`;

/** `read -r a b <<< "one two"` */
function readInto(node: SyntaxNode, words: readonly string[], shell: Shell): void {
  const around = node.parent();
  const isRedirected = around?.kind() === "redirected_statement";
  const redirects = [...node.namedChildren(), ...(isRedirected ? around.namedChildren() : [])];
  const given = redirects.map((one) => handedOver(one, shell, 0)).find((said) => said !== null);
  const names = words.filter((word) => /^[A-Za-z_]\w*$/.test(word));
  if (given === undefined || given === null || given.includes(HOLE)) return;
  const by = /(?:^|[\s;])IFS=["']?([^\s"';]+)/.exec(shell.textOf(node))?.[1];
  const parts = given.trim().split(by === undefined ? /\s+/ : by.charAt(0));
  const isList = words.some((word) => /^-\w*a/.test(word));
  for (const [at, name] of names.entries()) give(name, parts[at] ?? "", shell);
  const rest = parts.slice(Math.max(0, names.length - 1)).join(isList ? BETWEEN : (by ?? " "));
  for (const last of names.slice(-1)) give(last, rest, shell);
}

/** The one command that a function of the script's own is another name for. */
function commandOf(name: string, { functions, textOf }: Shell): string | undefined {
  const inside = functions.get(name)?.namedChildren() ?? [];
  const only = inside.find((child) => child.kind() !== "comment");
  if (!only || inside.length > 1 || only.kind() !== "command") return undefined;
  const said = textOf(only).replaceAll(/(?<!\s)\s*"?\$[@*]"?/g, "");
  return said.length > COMMAND_CHARS_MAX || said.includes("\n") ? undefined : said;
}

const COMMAND_CHARS_MAX = 200;

/** Puts in what a word comes to, where that is known and says something else. */
function isPut(node: SyntaxNode, shell: Shell, read: Read): boolean {
  const written = shell.textOf(node);
  const isCommand = node.parent()?.kind() === "command_name";
  const alias = isCommand
    ? (shell.values.get(aliasOf(written)) ?? commandOf(written, shell))
    : undefined;
  const isGlob = /^["']?(?:~|\$\{?HOME)[^\s]*[?*[]/.test(written);
  if (alias === undefined && !isGlob && !/["'\\$`]/.test(written)) return true;
  const meant = isGlob ? keyFileMeant(written.replaceAll(/["']/g, "")) : null;
  // The grammar takes the end of a line before a backslash for a part of the word.
  const lead = /^[\s\\]*\n\s*/.exec(written)?.[0] ?? "";
  const whole = (alias ?? meant ?? folded(node, shell)).trimStart();
  // Of a word that is too long it is seen how it begins, and that more was written.
  const isCut = whole.length > WORD_CHARS_MAX && !isList(node);
  const word = `${isCut ? written.trimStart() : ""}${whole.slice(0, WORD_CHARS_MAX)}`;
  const said = word.replaceAll(BETWEEN, isList(node) ? " " : BETWEEN);
  const { start, end } = node.range();
  const at = start.index + lead.length;
  if (said.includes(HOLE) || said.includes(BETWEEN) || said.includes("\n") || said === "") {
    read.delete(at);
    return false;
  }
  // A text with blanks stays one word: what is said is not what is run.
  if (/\s/.test(said) && !isCommand && !isList(node)) return node.kind() !== "command_substitution";
  // The same word may be read many times in a loop, and is put in once.
  shell.room.left -= said.length - (read.get(at)?.said.length ?? 0);
  if (shell.room.left < 0) throw new Tangled("its words come to more than can be put in");
  read.set(at, { end: end.index, said });
  return true;

  function isList(word: SyntaxNode): boolean {
    return (
      isCommand ||
      /^"?\$\{\w+\[[@*]\]\}"?$/.test(shell.textOf(word)) ||
      /^"?\$[@*]"?$/.test(shell.textOf(word))
    );
  }
}
