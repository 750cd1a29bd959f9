import type { SgNode } from "@ast-grep/napi";
import { argumentsOf } from "./called.ts";
import { HOLE } from "./literal.ts";
import { unnamed } from "./made.ts";
import type { Reader } from "./reader.ts";
import { isFields, isList, type Value } from "./value.ts";

/** What turns one text into another that nobody can read off. */
const TURNS =
  /fromCharCode|fromCodePoint|\batob\b|\bBuffer\.from\([^)\n]*,\s*["'](?:hex|base64)|b(?:64|32|16|85)_?[dD]ecode|a85decode|hexlify|fromhex|hex\.[dD]ecode|decode_?(?:64|hex|base64)|[dD]ecode(?:64|Hex|Base64|String)|base64[\w:.]*::decode|\.unpack1?\b|\.pack\(|\bchr\(|\.chr\b|charCodeAt|codePointAt|\b\w+\)?\]?\s*\^=?\s*[(\w]|\bxor\b|\breverse\b|\breversed\b|\.rev\(\)|::\s*-1\]|zlib|inflate|gunzip|decompress|maketrans|\.translate\(|\.tr\(|\bas char\b|char::from|\(char\)|rot_?13|unquote\(|unescape\(|swapcase|Character\.toChars|string\(\[\]byte|\[\]byte\{|byte\[\]\s*\{|(?:\b\d{2,3},\s*){4}|(?:0x[\da-fA-F]{2},\s*){4}|decodeURIComponent\(["'`]/;
const GIVEN_MAX = 2;
const ROUNDS_MAX = 3;
const NAMES_MAX = 12;
const LINES_MAX = 30;
const LINE_CHARS_MAX = 400;

/**
 * Whether what a call reaches cannot be told, though the file itself turns it round: a host that
 * comes out of a decoder is a secret host.
 */
export function isOpaque(node: SgNode, reader: Reader): boolean {
  const given = argumentsOf(node).slice(0, GIVEN_MAX);
  return given.some((argument) => {
    const value = unnamed(argument);
    return isOpen(reader.evaluate(value)) && TURNS.test(originOf(value, reader));
  });
}

function isOpen(value: Value | null): boolean {
  if (typeof value === "string") return value.includes(HOLE);
  if (isList(value)) return value.some(isOpen);
  return value === null || isFields(value);
}

/** The lines of the file that an expression comes from, through the names in it. */
function originOf(node: SgNode, reader: Reader): string {
  const lines = reader.lines();
  let written = reader.textOf(node).slice(0, LINE_CHARS_MAX);
  const seen = new Set<string>();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const names = (withoutTexts(written).match(/[A-Za-z_$][\w$]*/g) ?? []).filter(
      (name) => !seen.has(name) && (reader.values.has(name) || reader.functionOf(name) !== null),
    );
    if (names.length === 0 || seen.size > NAMES_MAX) break;
    for (const name of names.slice(0, NAMES_MAX)) {
      seen.add(name);
      const held = reader.values.get(name).map((value) => reader.textOf(value));
      const own = reader.functionOf(name);
      const about = lines.filter((line) => assigns(line, name)).slice(0, LINES_MAX);
      const more = [...held, ...(own ? [reader.textOf(own)] : []), ...about];
      written += `\n${more.map((each) => each.slice(0, LINE_CHARS_MAX)).join("\n")}`;
    }
  }
  return written;
}

function withoutTexts(written: string): string {
  return written.replaceAll(/"[^"\n]*"|'[^'\n]*'/g, '""');
}

/** Whether a line changes what a name holds, or a part of it. */
function assigns(line: string, name: string): boolean {
  const at = line.indexOf(name);
  if (at === -1) return false;
  const behind = line.slice(at + name.length);
  return /^(?:\s*\[[^\]]*\])?\s*(?:[-+^|&*]|<<)?:?=(?!=)|^\s*<<|^\.(?:push|append|add|write|extend)/.test(
    behind,
  );
}
