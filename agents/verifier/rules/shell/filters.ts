import { charOf, fromBase64, fromHex, HOLE, rotated } from "../reading/literal.ts";
import { decoderOf } from "../reading/decoders.ts";
import { bounded, swapped } from "./bounded.ts";

type Filter = (words: readonly string[], given: string) => string | null;

const DECODES = /^(?:-\w*[dD]\w*|--decode)$/;

/** What programs that everybody has make of a text that they are given. */
const FILTERS: Readonly<Record<string, Filter>> = {
  cat: (words, given) => (words.length === 0 || words[0] === "-" ? given : null),
  tee: (_, given) => given,
  head: (words, given) => endOf(words, given, "head"),
  tail: (words, given) => endOf(words, given, "tail"),
  strings: (words, given) => (words.length === 0 ? given : null),
  rev: (_, given) => given.split("\n").map(turned).join("\n"),
  tac: (_, given) => given.trimEnd().split("\n").reverse().join("\n"),
  base64: (words, given) => (words.some(isDecoding) ? fromBase64(given) : null),
  base32: (words, given) => (words.some(isDecoding) ? fromBase32(given) : null),
  basenc: (words, given) => (words.some(isDecoding) ? fromBaseOf(words, given) : null),
  openssl: (words, given) =>
    /base64|\benc\b/.test(bounded(words.join(" "))) && words.includes("-d")
      ? fromBase64(given)
      : null,
  xxd: (words, given) => (words.some((word) => /^-\w*r/.test(word)) ? fromHex(given) : null),
  rot13: (_, given) => rotated(given),
  pwd: () => ".",
  dirname: ([path = ""]) => path.replace(/\/[^/]*\/?$/, ""),
  basename: ([path = "", ending = ""]) => path.slice(path.lastIndexOf("/") + 1).replace(ending, ""),
  realpath: (words) => words.at(-1) ?? null,
  readlink: (words) => words.at(-1) ?? null,
  // Where somebody's own files are is told in the sixth place.
  getent: (words) => (words[0] === "passwd" ? "it:x:0:0:it:$HOME:sh" : null),
  git: ofGit,
  tr: translated,
  sed: replaced,
  cut: fieldsCut,
  awk: printedByAwk,
  paste: (words, given) =>
    given
      .trimEnd()
      .split("\n")
      .join(words.join("").includes(",") ? "," : ""),
  xargs: (words, given) => (words.length === 0 ? given.trim().split(/\s+/).join(" ") : null),
};

const fromBase32 = (given: string) => decoderOf("base32.decode")?.(given) ?? null;

/** `basenc` is told which alphabet it reads; of any but these it is not known what comes out. */
function fromBaseOf(words: readonly string[], given: string): string | null {
  if (words.some((word) => /^--base64(?:u(?:r(?:l)?)?)?$/.test(word))) return fromBase64(given);
  if (words.includes("--base32")) return fromBase32(given);
  return words.includes("--base16") ? fromHex(given) : null;
}

/** The first lines or letters, or the last, as many as are asked for; ten lines where none are. */
function endOf(words: readonly string[], given: string, from: "head" | "tail"): string | null {
  const [, kind, sign = "", count = ""] =
    /^(?:--)?-?(?:(n|c|lines|bytes)[\s=]*)?([-+]?)(\d+)$/.exec(words.join(" ")) ?? [];
  if (count === "" && words.length > 0) return null;
  const isTail = from === "tail";
  const parts = kind?.startsWith("c") || kind === "bytes" ? Array.from(given) : linesOf(given);
  const many = count === "" ? LINES_SHOWN : Number(count);
  // `head -n -2` is all but the last two, `tail -n +2` all from the second on.
  const start = isTail ? (sign === "+" ? many - 1 : parts.length - many) : 0;
  const end = isTail ? parts.length : sign === "-" ? parts.length - many : many;
  return parts.slice(Math.max(0, start), Math.max(0, end)).join("");
}

const LINES_SHOWN = 10;
const linesOf = (text: string) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Where a project's store is. */
function ofGit(words: readonly string[]): string | null {
  const said = bounded(words.join(" "));
  if (/rev-parse .*--(?:absolute-)?git-(?:common-)?dir/.test(said)) return ".git";
  if (/rev-parse .*--show-toplevel/.test(said)) return ".";
  const path = /rev-parse .*--git-path (\S+)/.exec(said)?.[1];
  return path === undefined ? null : `.git/${path}`;
}

const isDecoding = (word: string) => DECODES.test(word);

/** What a program prints that reads `given`; a hole where that is not known. */
export function filteredBy(name: string, words: readonly string[], given: string): string {
  const plain = name.slice(name.lastIndexOf("/") + 1).replace(/^g(?=awk$|sed$)|^m(?=awk$)/, "");
  const filter = Object.hasOwn(FILTERS, plain) ? FILTERS[plain] : undefined;
  const isKnown = !given.includes(HOLE) || plain === "cat";
  return (isKnown ? filter?.(words, given) : null) ?? HOLE;
}

function turned(text: string): string {
  return Array.from(text).reverse().join("");
}

function ranged(set: string): string[] {
  const plain = set
    .replaceAll(/^\[|\]$/g, "")
    .replaceAll("\\n", "\n")
    .replaceAll("\\0", "\0");
  return Array.from(
    plain.replaceAll(/([\w])-([\w])/g, (_, from: string, to: string) => {
      const [start, end] = [from.charCodeAt(0), to.charCodeAt(0)];
      const many = Math.max(0, end - start + 1);
      return Array.from({ length: many }, (__, at) => charOf(start + at)).join("");
    }),
  );
}

function translated(words: readonly string[], given: string): string | null {
  const sets = words.filter((word) => !/^-\w+$/.test(word));
  const [one, other] = sets.map((set) => ranged(CLASSES[set] ?? bounded(set)));
  if (!one) return null;
  const places = new Map(one.map((letter, at) => [letter, at] as const).toReversed());
  if (words.some((word) => /^-\w*d/.test(word))) {
    return Array.from(given, (letter) => (places.has(letter) ? "" : letter)).join("");
  }
  if (!other) return given;
  return Array.from(given, (letter) => {
    const at = places.get(letter);
    return at === undefined ? letter : (other[at] ?? other.at(-1) ?? "");
  }).join("");
}

const CLASSES: Readonly<Record<string, string>> = {
  "[:upper:]": "A-Z",
  "[:lower:]": "a-z",
  "[:digit:]": "0-9",
};

const PLAIN_PATTERN = /^(?:[^\\*.^$[\]]|\\[^\w(){}|+?<>])*$/;

function replaced(words: readonly string[], given: string): string | null {
  const script = words.filter((word) => !/^-\w+$/.test(word)).join(";");
  let text = given;
  for (const part of script.split(/;\s*(?=[sy]\W)/)) {
    const [, kind, by = ""] = /^\s*([sy])(\W)/.exec(part) ?? [];
    const [, from = "", to = "", flags = "no", ...others] = partsOf(part.trim(), by);
    if (kind === undefined || others.length > 0 || !/^[gI\d]*$/.test(flags)) return null;
    if (kind === "y") text = translated([from, to], text) ?? text;
    else {
      const plain = from.replaceAll(/\\(\W)/g, "$1");
      const insert = to.replaceAll(/\\(\W)/g, "$1");
      // A pattern of somebody else's is not run: what it would find is not known.
      if (!PLAIN_PATTERN.test(from) || plain === "") return null;
      text = swapped(text, plain, insert, flags.includes("g"));
    }
  }
  return text;
}

/** What stands between the signs that part a step of sed: those behind a backslash part nothing. */
function partsOf(part: string, by: string): string[] {
  const parts: string[] = [""];
  for (const [piece] of part.matchAll(/\\?[^]/g)) {
    if (piece === by) parts.push("");
    else parts.push(`${parts.pop() ?? ""}${piece}`);
  }
  return parts;
}

function fieldsCut(words: readonly string[], given: string): string | null {
  const said = bounded(words.join(" "));
  const by = /-d\s*["']?(.)/.exec(said)?.[1] ?? "\t";
  const [, kind, from = "1", to] = /-([fcb])\s*(\d+)(?:-(\d*))?/.exec(said) ?? [];
  if (kind === undefined) return null;
  const end = to === undefined ? Number(from) : to === "" ? undefined : Number(to);
  return given
    .split("\n")
    .map((line) => {
      const parts = kind === "f" ? line.split(by) : Array.from(line);
      return parts.slice(Number(from) - 1, end).join(kind === "f" ? by : "");
    })
    .join("\n");
}

/** `BEGIN { print "a" "b" }`, `{ print $2 }`, `{ for (…) printf "%c", $i }` */
function printedByAwk(words: readonly string[], given: string): string | null {
  const program = words.find((word) => word.includes("{")) ?? "";
  const literals = /^BEGIN\s*\{\s*printf?\s+((?:"[^"]*"[\s,]*)+)(?:;\s*)?\}$/.exec(
    program.trim(),
  )?.[1];
  if (literals !== undefined) {
    return [...literals.matchAll(/"([^"]*)"/g)].map((match) => match[1]).join("");
  }
  const by = words.find((word) => /^-F./.test(word))?.slice(2);
  const fields = given.trim().split(by ?? /\s+/);
  if (program.includes("%c")) return fields.map((field) => charOf(Number(field))).join("");
  const field = /^\{\s*print\s+\$(\d+)\s*;?\s*\}$/.exec(program.trim())?.[1];
  if (field !== undefined) return fields[Number(field) - 1] ?? null;
  return null;
}
