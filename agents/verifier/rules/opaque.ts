import type { SyntaxNode } from "../../source/syntax-node.ts";
import { anyOf } from "../any-of.ts";
import { argumentsOf } from "./reading/called.ts";
import { HOLE, literalText } from "./reading/literal.ts";
import { HOST_ENDINGS } from "./places.ts";
import { receiverOf, unnamed } from "./made/made.ts";
import { originOf } from "./origin.ts";
import type { Reader } from "./reading/reader.ts";
import { usesTricks } from "./texts/tricks.ts";
import { isFields, isList, type Value } from "./reading/value.ts";

/** What turns one text into another that nobody can read off. */
const TURNS =
  /fromCharCode|fromCodePoint|\batob\b|\bBuffer\.from\([^)\n]{0,400},\s*["'](?:hex|base64)|b(?:64|32|16|85)_?[dD]ecode|a85decode|hexlify|fromhex|hex\.[dD]ecode|decode_?(?:64|hex|base64)|[dD]ecode(?:64|Hex|Base64|String)|base64[\w:.]{0,80}::decode|\.unpack1?\b|\.pack\(|\bchr\(|\.chr\b|charCodeAt|codePointAt|\b\w+\)?\]?\s*\^=?\s*[(\w]|\bxor\b|\b[rR]everse[d!]?\b|toReversed|reverse_each|strings\.Map\b|\.rev\(\)|::\s*-1\]|zlib|inflate|gunzip|decompress|maketrans|\.translate\(|\.tr\(|\bas char\b|char::from|\(char\)|rot_?13|unquote\(|unescape\(|swapcase|Character\.toChars|string\(\[\]byte|\[\]byte\{|byte\[\]\s*\{|(?:\b\d{2,3},\s*){4}|(?:0x[\da-fA-F]{2},\s*){4}|decodeURIComponent\(["'`]/;
/** Literals that are a part of a place that no change has to reach, by what reaches it. */
const PARTS: Readonly<Record<string, RegExp>> = {
  "path-escape":
    /^(?:\/|~\/?)?(?:etc|home|root|usr|sbin|boot|Users|cron\.d|profile\.d|systemd|LaunchAgents|\.bashrc|\.zshrc|\.profile|\.bash_profile|\.config\/autostart)(?:\/|$)/,
  credentials:
    /^[~/]*(?:home\/\w+\/|root\/)?(?:\.ssh|\.aws|\.gnupg|\.kube|\.netrc|\.git-credentials|\.docker|id_rsa|id_ed25519|id_ecdsa|\.npmrc|\.pypirc|shadow|passwd|Keychains|Login Data)(?:\/|$)/,
  "git-hook": /^(?:\.git\/?)?hooks(?:\/|$)|^\.husky\/?|hooksPath/,
  "unknown-host": new RegExp(
    String.raw`^(?:[\w-]*\.)+(?:${HOST_ENDINGS})(?:[:/]\S*)?$|^(?:com|net|org|io|dev|xyz|example)$|^\d{1,3}(?:\.\d{1,3}){2,3}(?::\d+)?$`,
  ),
  shell: /^(?:\/(?:usr\/)?bin\/)?(?:ba|z|da|k)?sh$|^(?:-\w{0,2}c|powershell|cmd\.exe)$/,
};
/** Where the user's own files are, and the way up out of a project. */
const LEAVES = anyOf([
  /\bDir\.home\b|\bhomedir\(|\bPath\.home\(|\bUserHomeDir\b|["']user\.home["']|\bhome_dir\(|expanduser\(|["'](?:HOME|USERPROFILE|APPDATA|XDG_\w+_HOME)["']|\bENV\[["']HOME|\benv\.HOME\b/,
  // `..` three times, or as often as a number says.
  /["'`]\.\.\/?["'`](?:[^\n]{0,40}["'`]\.\.\/?["'`]){2}|["'`]\.\.[/\\]?["'`][^\n]{0,20}?(?:\brepeat\b|\bRepeat\b|\bfill\b|\btimes\b|[*;,]\s*[4-9]\b)|\b[4-9]\s*[,*]\s*\[?\s*["'`]\.\.|\brepeat\w*\(\s*["'`]\.\./,
  /\b(?:pardir|ParentDir)\b(?:[^\n]{0,40}\b(?:pardir|ParentDir)\b){2}|\b(?:pardir|ParentDir)[\s\])]*\*|[3-9]\s*\*\s*[[(]*[\w.]*pardir/,
  /\bfor\b[^\n]{0,80}\s[^\n]{0,80}\.push\(\s*["']\.\.["']|(?:\.push\(\s*["']\.\.["'][^]{0,80}){3}/,
]);
/** Parents of parents, or as many as a loop takes. */
const ABOVE = anyOf([
  /(?:\.(?:parent|getParent|dirname)\b(?:\(\)|\.unwrap\(\)|\?|!)*\s*){4}|\bparents\[(?:[4-9]|\w+)\]|(?:\b\w*(?:dirname|Dir)\(\s*){4}/,
  /\b(\w+)\s*=\s*(?:\w+\.)*(?:dirname|Dir)\(\s*\1\s*\)|\b(\w+)\s*=\s*\2\.(?:parent|getParent|dirname)\b/,
]);
const HARMLESS =
  /^(?:[\w-]*\.)*(?:example\.(?:com|org|net)|localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0)/;
const GIVEN_MAX = 3;

type Sink = { rule: string; wide?: true };

/**
 * Whether what a call reaches cannot be told, though the file itself turns it round, or puts it
 * together of parts that say enough: a host that comes out of a decoder is a secret host.
 */
export function isOpaque(node: SyntaxNode, sink: Sink, reader: Reader): boolean {
  if (!couldBe(sink.rule, sink.wide === true, reader)) return false;
  const on = receiverOf(node, reader);
  const given = argumentsOf(node).slice(0, GIVEN_MAX).map(unnamed);
  return [...(on ? [on] : []), ...given].some((part) => isOpaquePart(part, sink, reader));
}

/** The same of one thing that is handed over. */
export function isOpaquePart(part: SyntaxNode, { rule, wide }: Sink, reader: Reader): boolean {
  const kind = part.kind();
  if (reader.grammar.strings.includes(kind) || /function|lambda|closure|block/.test(kind)) {
    return false;
  }
  const origin = originOf(part, reader);
  if (literalsIn(origin).some((said) => isPart(said, rule))) return true;
  if (rule === "path-escape" && (LEAVES.test(origin) || (wide !== true && ABOVE.test(origin)))) {
    return true;
  }
  return wide !== true && TURNS.test(origin) && isOpen(reader.evaluate(part));
}

/** What a file says at all, looked for once: most files have nothing of it. */
const said = new WeakMap<object, { turns: boolean; parts: Map<string, boolean> }>();
function couldBe(rule: string, isWide: boolean, reader: Reader): boolean {
  let known = said.get(reader.values);
  if (!known) {
    known = { turns: usesTricks(reader.text()) && TURNS.test(reader.text()), parts: new Map() };
    said.set(reader.values, known);
  }
  if (known.turns && !isWide) return true;
  const found = known.parts.get(rule);
  if (found !== undefined) return found;
  const whole = reader.text();
  const leaves = rule === "path-escape" && (LEAVES.test(whole) || ABOVE.test(whole));
  const has = leaves || literalsIn(whole).some((each) => isPart(each, rule));
  known.parts.set(rule, has);
  return has;
}

function isPart(said: string, rule: string): boolean {
  return PARTS[rule]?.test(said) === true && !HARMLESS.test(said);
}

function literalsIn(written: string): string[] {
  return (written.match(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`/g) ?? []).map(
    literalText,
  );
}

function isOpen(value: Value | null): boolean {
  if (typeof value === "string") return value.includes(HOLE);
  if (isList(value)) return value.some(isOpen);
  return value === null || isFields(value);
}
