import { plain } from "./plain.ts";

/** No fact is longer than this in a document. */
export const LINE_CHARS_MAX = 1_000;

/**
 * Text that someone else wrote, as one line of Markdown that shows exactly that text: no markup, no
 * HTML, no formula, no link (also none that a reader makes of a bare address), no heading (I11).
 */
export function markdown(text: string): string {
  return plain(text, LINE_CHARS_MAX)
    .replaceAll(/[\\`*_[\]#|~]|\$(?!\d)/g, String.raw`\$&`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/:(?=\/\/)|@/g, String.raw`\$&`)
    .replaceAll(/\b(www|mailto|xmpp)(?=[.:])/gi, (prefix) => `${prefix}\\`)
    .replace(/^(\d+)([.)])/, String.raw`$1\$2`)
    .replace(/^[-+=]/, String.raw`\$&`);
}
