import type { Language } from "./languages.ts";

type Syntax = { line: RegExp | null; block: [string, string] | null; quotes: readonly string[] };

const HASH = /#/y;
const SLASHES = /\/\//y;
/** In Ruby `#{` begins no comment. */
const HASH_NOT_HOLE = /#(?!\{)/y;
/** In a shell `#` begins a comment only where a word could begin. */
const HASH_AT_WORD = /(?<=^|[\s;&|(])#/my;
const TRIPLES = ['"""', "'''"];

const SYNTAX: Readonly<Record<Language, Syntax>> = {
  javascript: { line: SLASHES, block: ["/*", "*/"], quotes: ['"', "'", "`"] },
  markup: { line: null, block: ["<!--", "-->"], quotes: [] },
  python: { line: HASH, block: null, quotes: [...TRIPLES, '"', "'"] },
  go: { line: SLASHES, block: ["/*", "*/"], quotes: ['"', "`", "'"] },
  java: { line: SLASHES, block: ["/*", "*/"], quotes: ['"""', '"', "'"] },
  // A lifetime has one quote: letters in single quotes are left as they are.
  rust: { line: SLASHES, block: ["/*", "*/"], quotes: ['"'] },
  ruby: { line: HASH_NOT_HOLE, block: null, quotes: ['"', "'"] },
  shell: { line: HASH_AT_WORD, block: null, quotes: [] },
  "other-code": { line: SLASHES, block: ["/*", "*/"], quotes: ['"', "'"] },
  text: { line: null, block: null, quotes: [] },
};

/** Signs that a comment or a string may begin with: what lies between them is code. */
const BEGINS: Readonly<Record<Language, RegExp>> = {
  javascript: /["'`/]/g,
  markup: /</g,
  python: /["'#]/g,
  go: /["'`/]/g,
  java: /["'/]/g,
  rust: /["/]/g,
  ruby: /["'#]/g,
  shell: /#/g,
  "other-code": /["'/]/g,
  text: /(?!)/g,
};

/** Code with the insides of comments and strings blanked, at the same offsets as before. */
export type Blanked = {
  /** Neither comments nor strings. */
  code: string;
  /** Strings kept, comments blanked. */
  withStrings: string;
  /** A string or block comment that is still open at the end. */
  open: boolean;
};

/** Blanks comments and strings of a language that has no parser here. Linear in the text. */
export function blank(text: string, language: Language): Blanked {
  const syntax = SYNTAX[language];
  const begins = BEGINS[language];
  const code: string[] = [];
  const withStrings: string[] = [];
  let taken = 0;
  let open = false;
  const take = (end: number, kind: "code" | "string" | "comment") => {
    const part = text.slice(taken, end);
    const blanks = kind === "code" ? part : part.replaceAll(/[^\n]/g, " ");
    code.push(blanks);
    withStrings.push(kind === "comment" ? blanks : part);
    taken = end;
  };
  begins.lastIndex = 0;
  while (begins.test(text)) {
    const at = begins.lastIndex - 1;
    const comment = commentEnd(text, at, syntax);
    const quote = syntax.quotes.find((mark) => text.startsWith(mark, at));
    if (comment !== null) {
      open = comment === -1;
      take(at, "code");
      take(open ? text.length : comment, "comment");
    } else if (quote !== undefined) {
      const end = stringEnd(text, at + quote.length, quote);
      open = end === -1;
      take(at + quote.length, "code");
      take(open ? text.length : end - quote.length, "string");
      if (!open) take(end, "code");
    } else continue;
    begins.lastIndex = taken;
  }
  take(text.length, "code");
  return { code: code.join(""), withStrings: withStrings.join(""), open };
}

/** Where a comment that starts here ends; -1 where it does not, null where none starts. */
function commentEnd(text: string, at: number, { line, block }: Syntax): number | null {
  if (line) {
    line.lastIndex = at;
    if (line.test(text)) {
      const end = text.indexOf("\n", at);
      return end === -1 ? text.length : end;
    }
  }
  if (!block || !text.startsWith(block[0], at)) return null;
  const end = text.indexOf(block[1], at + block[0].length);
  return end === -1 ? -1 : end + block[1].length;
}

/** The offset behind the closing quote. A plain string ends with its line at the latest. */
function stringEnd(text: string, from: number, quote: string): number {
  const lines = quote.length === 3 || quote === "`";
  const first = quote.charCodeAt(0);
  for (let at = from; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (sign === BACKSLASH && quote !== "`") at += 1;
    else if (sign === first && text.startsWith(quote, at)) return at + quote.length;
    else if (sign === LINE_END && !lines) return at + quote.length;
  }
  return lines ? -1 : text.length + quote.length;
}

const [BACKSLASH, LINE_END] = [0x5c, 0x0a];
