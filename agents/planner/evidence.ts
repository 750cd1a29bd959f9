import { isTest } from "../verifier/languages.ts";
import { type Claim, FILE, isText } from "./claims.ts";
import { countWords, retrieve, type Source, type Words } from "./retrieval.ts";

/**
 * Where everything that claims create is found, each name as something that is defined, set, given
 * as an option or written as a flag; null where one is missing, or nothing is created. Overlap only
 * finds the files (BM25 over the parts of names, B15): a name that stands elsewhere, or is only
 * talked about, shows nothing. Files are taken apart once, and after the first miss nothing is read.
 */
export function evidenceOf(claims: readonly Claim[], sources: readonly Source[]): string[] | null {
  const creating = claims.filter(({ created }) => created.length > 0);
  if (creating.length === 0) return null;
  const tests = sources.filter(({ path }) => isTest(path));
  const code = sources.filter(({ path }) => !isTest(path) && isCode(path));
  const data = sources.filter(({ path }) => !isTest(path) && isData(path));
  const words = countWords(creating.flatMap(asked));
  const all: string[] = [];
  for (const claim of creating) {
    const found = evidenceFor(claim, { code, data, tests, words });
    if (found === null) return null;
    all.push(...found);
  }
  return all;
}

type Read = Record<"code" | "data" | "tests", readonly Source[]> & { words: Words };

function evidenceFor(claim: Claim, { code, data, tests, words }: Read): string[] | null {
  const { created, members, owners, called } = claim;
  const context = created.every(isDistinct) ? claim.context : [...claim.context, ...claim.scope];
  const near = aboutContext(code, [...context, ...owners]);
  const looked = retrieve(near, words, asked(claim));
  const bodies = bodiesOf(context, looked);
  const found: string[] = [];
  for (const name of created) {
    if (called.includes(name) && code.some(({ text }) => isImported(name, text))) return null;
    const file = FILE.test(name) ? placeOfFile(name, [...code, ...data]) : null;
    const part = name.slice(name.lastIndexOf(".") + 1);
    const pattern = members.includes(name) ? joining(part, owners) : bringing(name);
    const place = isText(name)
      ? placeOf(name, saying(name), [...near, ...data], [])
      : (file ?? placeOf(part, pattern, looked, bodies));
    if (place === null) return null;
    found.push(`${place} has ${name}`);
  }
  // Where there are tests, what is done is tested.
  const testing = created.map((name) => tests.find(({ text }) => holds(text, name)));
  if (tests.length > 0 && testing.includes(undefined)) return null;
  const paths = new Set(testing.flatMap((test) => test?.path ?? []));
  return [...found, ...[...paths].map((path) => `${path} tests it`)];
}

function asked({ created, context, scope }: Claim): string[] {
  return [...created, ...context, ...scope];
}

/** A name of two words or more, that nobody else would have given to something else. */
function isDistinct(name: string): boolean {
  return name.length >= DISTINCT_CHARS && /[a-z\d][A-Z]|\w[_-]\w/.test(name);
}

const DISTINCT_CHARS = 8;

const NO_CODE =
  /\.(?:md|markdown|txt|html?|css|json|ya?ml|lock|map)$|(?:^|\/)(?:dist|build|docs?)\//i;

function isCode(path: string): boolean {
  return !NO_CODE.test(path);
}

/** Data that code reads; what package managers and tools read says nothing of what is done. */
export function isData(path: string): boolean {
  return path.endsWith(".json") && !NO_DATA.test(path);
}

const NO_DATA =
  /(?:^|\/)(?:\.[^/]*|package(?:-lock)?|npm-shrinkwrap|bower|component|composer|lerna|renovate|jsconfig|tsconfig[^/]*)\.json$|(?:^|\/)(?:node_modules|dist|build|coverage|\.\w[^/]*)\//;

function placeOfFile(name: string, sources: readonly Source[]): string | null {
  const file = sources.find(({ path }) => path === name || path.endsWith(`/${name}`));
  return file ? `${file.path}:1` : null;
}

/** Whether a name is one that a file takes in from another package. */
function isImported(name: string, text: string): boolean {
  if (!text.includes(name)) return false;
  const word = escaped(name);
  return new RegExp(
    String.raw`\brequire\(\s*['"]${word}['"]|\bfrom\s+['"]${word}['"]|^\s*(?:import|from)\s+${word}\b`,
    "m",
  ).test(text);
}

/** Whether a file holds a name, or a text as it may be written there. */
export function speaksOf({ path, text }: Source, name: string): boolean {
  if (text.includes(name) || path.endsWith(name)) return true;
  return isText(name) && saying(name).test(text);
}

/** A text in quotes, or its words on one line; headers are written in either case. */
function saying(name: string): RegExp {
  const words = name.split(/[^\w]+/).filter((word) => word !== "");
  const own = words.length > 1 ? "" : String.raw`['"\x60]\W?`;
  const text = words.map(escaped).join(String.raw`\W{1,4}`);
  return new RegExp(String.raw`${own}(?<![\w-])${text}(?![\w-])`, "i");
}

/** The files that what it is about is named after; all of them where none is. */
function aboutContext(code: readonly Source[], context: readonly string[]): readonly Source[] {
  const stems = new Set(context.map((name) => name.toLowerCase()));
  const own = code.filter(({ path }) => stems.has(stemOf(path)) || stems.has(path.toLowerCase()));
  return own.length > 0 ? own : code;
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
function joining(name: string, owners: readonly string[]): RegExp {
  const word = escaped(name);
  const whose = [...owners.map(escaped), "prototype", "exports", "this", "self", "proto"].join("|");
  const forms = [
    String.raw`(?:(?<![\w$.])[\w$]+|(?<![\w$])(?:${whose}))\.${word}\s*=(?!=)`,
    String.raw`^\s*['"]?${word}['"]?\s*:`,
    String.raw`^\s*(?:(?:static|async|get|set|public)\s+)*\*?${word}\s*\([^)]*\)[^;]*\{`,
    String.raw`\b${owners.length > 0 ? "export" : "exports?"}\b.*\b${word}\b`,
    String.raw`\b(?:def|fn|func|fun)\s+(?:\([^)]*\)\s*)?${word}\b`,
    String.raw`(?:[dD]efine\w*|setattr|attr_\w+)\b.*['":]${word}\b`,
    String.raw`^\s*['"]${word}['"]\s*[,:]`,
  ];
  return new RegExp(forms.join("|"));
}

/** Where a function of such a name begins. */
function beginning(name: string): RegExp {
  const word = escaped(name);
  const forms = [
    String.raw`\b(?:function\*?|class|def|fn|func|fun)\s+${word}\b`,
    String.raw`\b${word}\s*[:=]\s*(?:async\s*)?(?:function\b|\([^)]*\)\s*=>|\w+\s*=>)`,
  ];
  return new RegExp(forms.join("|"));
}

function holds(text: string, name: string): boolean {
  if (!text.includes(name)) return false;
  return new RegExp(String.raw`(?<![\w$])${escaped(name)}(?![\w$])`).test(text);
}

function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return name.replace(/\.[^.]*$/, "");
}

function escaped(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
