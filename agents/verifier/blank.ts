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

/** Code with the insides of comments and strings blanked, at the same offsets as before. */
type Blanked = {
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
  const code: string[] = [];
  const withStrings: string[] = [];
  let at = 0;
  let open = false;
  const take = (end: number, kind: "code" | "string" | "comment") => {
    const part = text.slice(at, end);
    const blanks = part.replaceAll(/[^\n]/g, " ");
    code.push(kind === "code" ? part : blanks);
    withStrings.push(kind === "comment" ? blanks : part);
    at = end;
  };
  while (at < text.length) {
    const comment = commentEnd(text, at, syntax);
    if (comment !== null) {
      open = comment === -1;
      take(open ? text.length : comment, "comment");
      continue;
    }
    const quote = syntax.quotes.find((mark) => text.startsWith(mark, at));
    if (quote === undefined) {
      take(at + 1, "code");
      continue;
    }
    const end = stringEnd(text, at + quote.length, quote);
    take(at + quote.length, "code");
    open = end === -1;
    take(open ? text.length : end - quote.length, "string");
    if (!open) take(end, "code");
  }
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
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\" && quote !== "`") at += 1;
    else if (text.startsWith(quote, at)) return at + quote.length;
    else if (!lines && text[at] === "\n") return at + quote.length;
  }
  return lines ? -1 : text.length + quote.length;
}
