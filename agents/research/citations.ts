/** A place of a report that leans on a page of the web. */
export type Citation = {
  url: string;
  /** What the sentence around it says, without links and marks; "" where it stands alone. */
  claim: string;
};

/** Citations of one report that are looked at, and characters of one claim. */
const CITATIONS_MAX = 40;
const CLAIM_CHARS_MAX = 600;
/** A shorter remainder, such as "Source:", claims nothing. */
const CLAIM_WORDS_MIN = 4;

/** `[text](url)`, `<url>` and bare addresses; `[text][label]` and `[^label]` are resolved before. */
const LINK =
  /\[([^\]\n]{0,300})\]\((https?:\/\/[^\s)]{1,1000})\)|<?(https?:\/\/[^\s<>)\]"'`]{1,1000})>?/g;
const DEFINED = /^[ \t]*\[(\^?[^\]\n]{1,100})\]:[ \t]*<?(https?:\/\/[^\s>]{1,1000})>?.*$/gm;

/** Every page that a report cites, with the sentence that cites it; each pair once. */
export function citationsIn(report: string): Citation[] {
  const text = withoutCode(resolved(report)).replaceAll(/^#{1,6}\s.*$/gm, "\n$&\n");
  const found = new Map<string, Citation>();
  for (const block of text.split(/\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)])\s)/)) {
    for (const sentence of sentencesOf(block)) {
      const claim = claimOf(sentence);
      for (const match of sentence.matchAll(LINK)) {
        const url = trimmed(match[2] ?? match[3] ?? "");
        if (!URL.canParse(url) || found.size >= CITATIONS_MAX) continue;
        found.set(`${url}\n${claim}`, { url, claim });
      }
    }
  }
  return [...found.values()];
}

/** Labels are replaced by the addresses that they stand for. */
function resolved(report: string): string {
  const labels = new Map<string, string>();
  for (const [, label = "", url = ""] of report.matchAll(DEFINED)) {
    labels.set(label.toLowerCase(), url);
  }
  if (labels.size === 0) return report;
  return report
    .replaceAll(DEFINED, "")
    .replaceAll(/\[([^\]\n]{1,300})\](?:\[([^\]\n]{0,100})\])?(?![(:])/g, (whole, name, label) => {
      const url = labels.get(String(label || name).toLowerCase());
      return url === undefined ? whole : `[${name}](${url})`;
    });
}

function withoutCode(text: string): string {
  return text.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, "").replaceAll(/`[^`\n]*`/g, (code) => {
    return /https?:/.test(code) ? "" : code.slice(1, -1);
  });
}

/** A sentence ends before the next one begins; what stands behind its point in brackets is its own. */
function sentencesOf(block: string): string[] {
  const links: string[] = [];
  // No point inside a link ends a sentence.
  const held = block.replaceAll(LINK, (link) => `⟦${links.push(link) - 1}⟧`);
  const parts = held.split(/(?<=[.!?](?:["')\]]|⟧)?)\s+(?=[A-Z"'(\p{Lu}])/u);
  const sentences: string[] = [];
  for (const part of parts) {
    const isOnlyLinks = /^[\s()[\],;.]*(?:⟦\d+⟧[\s()[\],;.]*)+$/.test(part);
    if (isOnlyLinks && sentences.length > 0) sentences.push(`${sentences.pop()} ${part}`);
    else sentences.push(part);
  }
  return sentences.map((part) => {
    return part.replaceAll(/⟦(\d+)⟧/g, (_, at) => links[Number(at)] ?? "");
  });
}

function claimOf(sentence: string): string {
  const text = sentence
    .replaceAll(LINK, (_, name) => ` ${name ?? ""} `)
    .replaceAll(/^\s*(?:#{1,6}|[-*+]|\d+[.)]|>|\|)\s*/g, "")
    .replaceAll(/[*_~|]{1,3}|\(\s*\)/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  const words = text.match(/[\p{L}\p{N}]{2,}/gu)?.length ?? 0;
  const isHeading = /^\s*#{1,6}\s/.test(sentence);
  return words < CLAIM_WORDS_MIN || isHeading ? "" : text.slice(0, CLAIM_CHARS_MAX);
}

function trimmed(url: string): string {
  return url.replace(/[.,;:!?*_]+$/, "");
}
