import type { Edit } from "./blocks.ts";

export type Edited =
  | { status: "applied"; text: string }
  /** 0: it is not there; 2 or more: it does not say which one it means. */
  | { status: "refused"; matches: number };

/**
 * Replaces the one place where SEARCH stands, letter for letter; line ends alone are compared
 * without telling CRLF from LF, and the file keeps the ones it has. Nothing else in the file moves.
 */
export function applyEdit(text: string, { search, replace }: Edit): Edited {
  const plain = text.replaceAll("\r\n", "\n");
  if (search === "") {
    return plain === "" ? applied(withFinalNewline(replace)) : { status: "refused", matches: 0 };
  }
  const matches = countMatches(plain, search);
  if (matches !== 1) return { status: "refused", matches };
  const from = plain.indexOf(search);
  let to = from + search.length;
  const wholeLines = plain[from - 1] !== undefined ? plain[from - 1] === "\n" : true;
  // Lines that are replaced by nothing take their line end with them.
  if (replace === "" && wholeLines && plain[to] === "\n") to += 1;
  const start = originalOffset(text, from);
  const end = originalOffset(text, to);
  const crlf = text.slice(start, end).includes("\r\n") || isCrlf(text);
  const given = crlf ? replace.replaceAll("\n", "\r\n") : replace;
  return applied(text.slice(0, start) + given + text.slice(end));
}

/** Gives a text the line ends that most of a file's lines have. */
export function likeLineEnds(text: string, file: string): string {
  return isCrlf(file) ? text.replaceAll("\r\n", "\n").replaceAll("\n", "\r\n") : text;
}

/** Overlapping places count too: each is one that might be meant. */
function countMatches(text: string, search: string): number {
  let count = 0;
  for (let at = text.indexOf(search); at !== -1; at = text.indexOf(search, at + 1)) count += 1;
  return count;
}

/** Where an offset of the text without carriage returns lies in the text with them. */
function originalOffset(text: string, plainOffset: number): number {
  let offset = 0;
  for (let plain = 0; plain < plainOffset; plain++) {
    offset += text.startsWith("\r\n", offset) ? 2 : 1;
  }
  return offset;
}

function isCrlf(text: string): boolean {
  const all = text.split("\n").length - 1;
  return all > 0 && (text.split("\r\n").length - 1) * 2 > all;
}

function withFinalNewline(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function applied(text: string): Edited {
  return { status: "applied", text };
}
