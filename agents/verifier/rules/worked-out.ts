import type { SyntaxNode } from "../../source/syntax-node.ts";
import { type SourceTree, Tangled } from "../../source/source-tree.ts";
import { secretsIn } from "../secrets.ts";
import { isTest } from "../languages.ts";
import type { Finding, Surroundings } from "./finding.ts";
import { HOLE } from "./reading/literal.ts";
import { HOST_ENDINGS, hostsIn, isHarmless, isHook, isKeyFile, isOutside } from "./places.ts";
import type { Reader } from "./reading/reader.ts";
import { couldBeSought } from "./sought.ts";
import { usesTricks } from "./texts/tricks.ts";
import { lettersOf, type Value } from "./reading/value.ts";

/** A part of a token: letters and digits in one literal. */
export const TOKEN_PART = /["'`](?=(?:[^"'`\n\d]*\d){3})(?=[^"'`\n]*[A-Za-z])[\w+/=.-]{8,}["'`]/;
/** Functions that make a text of other things. */
const MAKES =
  /(?:fromC\w+|chr|[dD]ecode\w*|\w+[dD]ecode|[rR]everse\w*|rev|pack|unpack1?|tr|translate|[jJ]oin|concat|[fF]ormat|\w*printf|unescape\w*|unquote\w*|Unquote|atob|\w*hex\w*|\w*[bB](?:ase)?_?(?:16|32|64|85)\w*|BASE64\w*|STANDARD\w*|decode\w*|bytes\w*|[sS]tring|collect|rot13|gsub|[rR]eplace\w*|reduce|inject|fold|from_utf8\w*)$/;
/** What puts a text together of a list, or of the same over and over. */
const PUTS =
  /\.join\(\s*["'`][./:]?["'`]\s*\)|["'`][./:]?["'`]\.join\(|strings\.Join\((?:(?!strings\.Join\()[^\n])*"[./:]?"\)|String\.join\("[./:]?",|["'`\])]\.concat\(|[rR]epeat\(/;
const PUTS_BY_NAME = /(?:^|\.)(?:[jJ]oin|concat|[rR]epeat)$/;
const OF_PATHS = /path|File|\bfs\b|url/i;
/** Expressions of a file that are worked out; a release that was looked at had 283 at the most. */
const NODES_MAX = 5_000;
const WORD_CHARS_MIN = 4;
const SECRET_CHARS_MIN = 16;
const BARE_HOST = new RegExp(
  String.raw`^((?:[\w-]+\.)+(?:${HOST_ENDINGS})|\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?$`,
);
const SAID_CHARS_MAX = 300;
/** Names that open everything: nobody puts them together of parts. */
const POWERS =
  /^(?:eval|exec|execSync|execFile|spawn|spawnSync|system|popen|child_process|node:child_process|subprocess|Function|constructor|marshal|Marshal|pickle|builtins|__builtins__|__import__|instance_eval|class_eval|unsafe_load|unserialize|node-serialize|getRuntime|java\.lang\.\w+|java\.io\.ObjectInputStream|javax\.script\.\w+|bash|\/bin\/\w*sh|\/usr\/bin\/\w*sh|powershell|libloading|dlopen|Fiddle|ctypes|runInThisContext|runInNewContext|(?:core\.)?hooksPath|environb?)$/;

/**
 * Breaks that no line of a file says, but that its expressions come to.
 * @param calls All calls of the file, by what they call.
 * @throws Tangled where it puts more together than anybody writes in a file.
 */
export function workedOutFindings(
  tree: SourceTree,
  calls: readonly { node: SyntaxNode; name: string }[],
  reader: Reader,
  { path, hosts, sought }: Surroundings,
): Finding[] {
  const text = tree.text;
  // Tests are held to secrets alone.
  const looksFor = isTest(path) ? TOKEN_PART.test(text) : usesTricks(text) || TOKEN_PART.test(text);
  // Elsewhere texts are put together every day: only what does so by name is read.
  const puts = looksFor || isTest(path) ? null : PUTS;
  if (!looksFor && puts?.test(text) !== true) return [];
  const said = text.toLowerCase();
  const made = calls
    .filter(({ node, name }) => makes(name) || isOwnCall(name, node, reader))
    .map(({ node }) => node);
  const nodes =
    puts === null
      ? [...tree.root.findAll({ rule: putTogether(reader.grammar) }), ...made]
      : calls
          .filter(({ name }) => PUTS_BY_NAME.test(name) && !OF_PATHS.test(name))
          .map(({ node }) => node);
  const isSought = couldBeSought(text, sought);
  const grown = looksFor ? grownSecrets(said, reader, isSought) : [];
  if (nodes.length > NODES_MAX) throw new Tangled("it puts too much together to be read");
  const found = nodes.filter(isSought).flatMap((node): Finding[] => {
    const rule = ruleOf(reader.evaluate(node), { text: said, hosts });
    if (rule === null) return [];
    const line = node.range().start.line + 1;
    return [{ rule, line, text: reader.textOf(node), severe: rule === "secret" }];
  });
  return [...found, ...grown];
}

/** Names that are followed to what they hold in the end; the most seen in a release were 24. */
const GROWN_MAX = 2_000;

/**
 * Keys that a name comes to hold step by step: `line.push_str(&PARTS.concat())`.
 * @throws Tangled where more names do so than anybody writes in a file.
 */
function grownSecrets(
  said: string,
  reader: Reader,
  isSought: (node: SyntaxNode) => boolean,
): Finding[] {
  const grown = reader.grown();
  if (grown.length > GROWN_MAX) throw new Tangled("too many of its names grow to be read");
  const sought = grown.filter(({ node }) => isSought(node));
  return sought.flatMap(({ name, node }): Finding[] => {
    const held = lettersOf(reader.named(name)) ?? "";
    if (!isHiddenSecret(held, said)) return [];
    const line = node.range().start.line + 1;
    return [{ rule: "secret", line, text: reader.textOf(node), severe: true }];
  });
}

function isHiddenSecret(held: string, said: string): boolean {
  if (held.length < SECRET_CHARS_MIN) return false;
  return secretsIn(held).some(({ text }) => !said.includes(text.toLowerCase()));
}

const CALL_CHARS_MAX = 80;

/** A call of a function of the file's own that is given something written out. */
function isOwnCall(name: string, node: SyntaxNode, reader: Reader): boolean {
  const simple = /^(?:own\.|self\.|this\.)?(\w+)$/.exec(name)?.[1];
  if (simple === undefined || reader.functionOf(simple) === null) return false;
  return /\(\s*["'`[{\d]/.test(reader.textOf(node).slice(0, CALL_CHARS_MAX));
}

/** Names recur: each is looked at once. */
const makers = new Map<string, boolean>();
const MAKERS_MAX = 20_000;
/** What a chain of calls ends in tells what it makes. */
const NAME_CHARS = 200;
function makes(name: string): boolean {
  const known = makers.get(name);
  if (known !== undefined) return known;
  if (makers.size >= MAKERS_MAX) makers.clear();
  const found = MAKES.test(name.slice(-NAME_CHARS));
  makers.set(name, found);
  return found;
}

/** Expressions besides calls that make texts. */
function putTogether({ binary, strings, holes, subscripts }: Reader["grammar"]) {
  const parts = binary.map((kind) => ({ kind, regex: QUOTE }));
  const stepped = Object.keys(subscripts).map((kind) => ({ kind, regex: "::" }));
  const joined = strings.filter((kind) => SEVERAL.test(kind)).map((kind) => ({ kind }));
  const filled = strings.flatMap((kind) => holes.map((hole) => ({ kind, has: { kind: hole } })));
  return { any: [...parts, ...stepped, ...filled, ...joined] };
}

/** Texts that stand side by side as one: `"a" "b"`. */
const SEVERAL = /^(?:chained|concatenated)_string$/;

const QUOTE = "[\"'`]";

type Looked = {
  /** The whole file in small letters. */
  text: string;
  hosts: ReadonlySet<string>;
};

function ruleOf(value: Value | null, { text, hosts }: Looked): string | null {
  const said = lettersOf(value)?.slice(0, SAID_CHARS_MAX) ?? "";
  if (said.length < WORD_CHARS_MIN)
    return /^env$/i.test(said) && !text.includes("env") ? "credentials" : null;
  const isHidden = (part: string) => !text.includes(part.toLowerCase());
  if (!isHidden(said)) return null;
  if (said.length >= SECRET_CHARS_MIN && secretsIn(said).some((secret) => isHidden(secret.text))) {
    return "secret";
  }
  const bare = BARE_HOST.exec(said)?.[1];
  const foreign = [...hostsIn(said), ...(bare === undefined ? [] : [bare])].filter(
    (host) => isWhole(host) && !isHarmless(host, hosts),
  );
  if (foreign.some(isHidden)) return "unknown-host";
  if (isHook(said)) return "git-hook";
  if (isKeyFile(said)) return "credentials";
  if (isOutside(said) && isHidden(rootOf(said))) return "path-escape";
  return POWERS.test(said) || isDisguised(said, text) ? "hidden-code" : null;
}

/** A name of several labels, or a number. */
const isWhole = (host: string) => !host.includes(HOLE) && /[\w-]\.[a-z\d]|^(?:0x)?\d/.test(host);
const rootOf = (path: string) => /^(?:\/|~\/|\.\.\/)?[^/]*/.exec(path)?.[0] ?? path;

/** A text that can be read, and most of whose letters stand nowhere in the file in that order. */
function isDisguised(said: string, text: string): boolean {
  const plain = said.toLowerCase();
  if (!/^[\x20-\x7E\n\t]+$/.test(plain) || !/[a-z]{3}/.test(plain)) return false;
  const steps = plain.length - STEP + 1;
  let known = 0;
  for (let at = 0; at < steps; at++) if (text.includes(plain.slice(at, at + STEP))) known += 1;
  return known / steps < KNOWN_SHARE_MAX;
}

const STEP = 3;
const KNOWN_SHARE_MAX = 0.5;
