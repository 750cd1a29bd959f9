import { isTest } from "../verifier/languages.ts";
import type { Claim } from "./claims.ts";

/** A source file as it is now. */
export type Source = { path: string; text: string };

/** Files that are looked at closely; the rest of a repository is not read twice. */
const FILES_MAX = 12;
/** BM25: how soon a word that comes again says no more, and how much long files are held back. */
const [SATURATION, LENGTH_SHARE] = [1.2, 0.75];

/**
 * Where everything that a claim creates is found, each name as something that is defined, set, given
 * as an option or written as a flag; null where one is missing. Overlap only finds the files (BM25
 * over the parts of names, B15): a name that stands elsewhere, or is only talked about, shows nothing.
 */
export function evidenceOf(claim: Claim, sources: readonly Source[]): string[] | null {
  const { created, members, owners, context } = claim;
  if (created.length === 0) return null;
  const tests = sources.filter(({ path }) => isTest(path));
  const code = sources.filter(({ path }) => !isTest(path) && isCode(path));
  const looked = retrieve(aboutContext(code, [...context, ...owners]), [...created, ...context]);
  const found = created.map((name) => {
    const pattern = members.includes(name) ? joining(name) : bringing(name);
    return placeOf(name, pattern, looked, bodiesOf(context, looked));
  });
  if (found.some((place) => place === null)) return null;
  const evidence = created.map((name, at) => `${found[at]} has ${name}`);
  // Where there are tests, what is done is tested.
  const testing = tests.filter(({ text }) => created.every((name) => holds(text, name)));
  if (tests.length > 0 && testing.length === 0) return null;
  return [...evidence, ...testing.slice(0, 1).map(({ path }) => `${path} tests it`)];
}

const NO_CODE =
  /\.(?:md|markdown|txt|html?|css|json|ya?ml|lock|map)$|(?:^|\/)(?:dist|build|docs?)\//i;

function isCode(path: string): boolean {
  return !NO_CODE.test(path);
}

/** The files that what it is about is named after; all of them where none is. */
function aboutContext(code: readonly Source[], context: readonly string[]): readonly Source[] {
  const stems = new Set(context.map((name) => name.toLowerCase()));
  const own = code.filter(({ path }) => stems.has(stemOf(path)) || stems.has(path.toLowerCase()));
  return own.length > 0 ? own : code;
}

/** The files that speak most of what is asked, by the parts of their names and paths. */
function retrieve(sources: readonly Source[], asked: readonly string[]): Source[] {
  const words = sources.map(({ path, text }) => partsOf(`${path} ${text}`));
  const wanted = new Set(asked.flatMap((name) => [...partsOf(name).keys()]));
  const sizes = words.map((own) => own.values().reduce((sum, count) => sum + count, 0));
  const usual = sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length);
  const worth = words.map((own, at) => {
    const held = 1 - LENGTH_SHARE + (LENGTH_SHARE * (sizes[at] ?? 0)) / Math.max(1, usual);
    return [...wanted].reduce((sum, word) => {
      const count = own.get(word) ?? 0;
      if (count === 0) return sum;
      const having = words.filter((other) => other.has(word)).length;
      const rarity = Math.log(1 + (words.length - having + 0.5) / (having + 0.5));
      return sum + (rarity * count * (SATURATION + 1)) / (count + SATURATION * held);
    }, 0);
  });
  return sources
    .map((source, at) => ({ source, worth: worth[at] ?? 0 }))
    .filter((one) => one.worth > 0)
    .sort((a, b) => b.worth - a.worth)
    .slice(0, FILES_MAX)
    .map(({ source }) => source);
}

/** How often each part of a name comes: `parseArrayValue` is parse, array and value. */
function partsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const spaced = text.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  for (const [part] of spaced.matchAll(/[a-z][a-z0-9]+/g)) {
    counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  return counts;
}

/** Lines of a file, from the first to the one after the last, from 0. */
type Body = { path: string; from: number; to: number };

/** `path:line` of where a name is brought into being, or null; in the bodies, where there are any. */
function placeOf(
  name: string,
  pattern: RegExp,
  sources: readonly Source[],
  bodies: readonly Body[],
): string | null {
  for (const { path, text } of sources) {
    if (stemOf(path) === name.toLowerCase()) return `${path}:1`;
    const own = bodies.filter((body) => body.path === path);
    const isInside = (at: number) =>
      bodies.length === 0 || own.some(({ from, to }) => from <= at && at < to);
    const at = text
      .split("\n")
      .findIndex((line, index) => isInside(index) && !COMMENT.test(line) && pattern.test(line));
    if (at >= 0) return `${path}:${at + 1}`;
  }
  return null;
}

/**
 * The functions that what it is about names: an option of `res.download` that stands in another
 * function is another option. None where no function has such a name.
 */
function bodiesOf(context: readonly string[], sources: readonly Source[]): Body[] {
  return context.flatMap((name) => {
    const begins = beginning(name);
    return sources.flatMap(({ path, text }) => {
      const lines = text.split("\n");
      return lines.flatMap((line, from) => {
        if (COMMENT.test(line) || !begins.test(line)) return [];
        const indent = indentOf(line);
        const end = lines.findIndex(
          (later, at) => at > from && later.trim() !== "" && indentOf(later) <= indent,
        );
        return [{ path, from, to: end < 0 ? lines.length : end + 1 }];
      });
    });
  });
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

const COMMENT = /^\s*(?:\/\/|\/?\*|#(?!!))/;

/** A definition, a member, an option that is read, a key or a flag; not a word in passing. */
function bringing(name: string): RegExp {
  const word = escaped(name.replace(/^--/, ""));
  const forms = [
    String.raw`\b(?:function\*?|class|const|let|var|def|fn|func|type|interface|enum|struct)\s+${word}\b`,
    String.raw`\.${word}\b`,
    String.raw`(?:^|[{,(\s])['"]?${word}['"]?\s*[:=](?!=)`,
    String.raw`['"](?:--)?${word}['"]`,
    ...(/[A-Z_]/.test(name) ? [String.raw`\b${word}\b`] : []),
  ];
  return new RegExp(forms.join("|"));
}

/** A part of something else comes into being by being put there, not by standing somewhere. */
function joining(name: string): RegExp {
  const word = escaped(name);
  const forms = [
    String.raw`\.${word}\s*=(?!=)`,
    String.raw`^\s*['"]?${word}['"]?\s*:`,
    String.raw`^\s*(?:(?:static|async|get|set|public)\s+)*\*?${word}\s*\([^)]*\)[^;]*\{`,
    String.raw`\bexport\b.*\b${word}\b`,
    String.raw`\b(?:def|fn|func|fun)\s+(?:\([^)]*\)\s*)?${word}\b`,
    String.raw`['"]${word}['"]\s*[,:)]`,
  ];
  return new RegExp(forms.join("|"));
}

/** Where a function of such a name begins. */
function beginning(name: string): RegExp {
  const word = escaped(name);
  const forms = [
    String.raw`\b(?:function\*?|def|fn|func|fun)\s+${word}\b`,
    String.raw`\b${word}\s*[:=]\s*(?:async\s*)?(?:function\b|\([^)]*\)\s*=>|\w+\s*=>)`,
  ];
  return new RegExp(forms.join("|"));
}

function holds(text: string, name: string): boolean {
  return new RegExp(String.raw`(?<![\w$])${escaped(name)}(?![\w$])`).test(text);
}

function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return name.replace(/\.[^.]*$/, "");
}

function escaped(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
