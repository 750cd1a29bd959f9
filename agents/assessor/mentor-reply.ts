/** What a mentor says of one piece of work, or of a whole category. */
type Remark = {
  about: { kind: "work" | "category"; name: string };
  /** 1 to 10; null where none is given. */
  score: number | null;
  /** What the next prompts should heed; null where nothing is said. */
  instruction: string | null;
  /** Line of the reply that it begins at, from 1. */
  line: number;
};

export type MentorReply = { remarks: Remark[]; problems: { line: number; text: string }[] };

/** Remarks of one reply that are heeded, and characters of a reply that are read. */
const REMARKS_MAX = 100;
const REPLY_CHARS_MAX = 100_000;

const HEADING = /^#{1,6}\s+(.+?)\s*#*$/;
const CATEGORY = /^category\s*:\s*(.+)$/i;
const SCORE = /^(?:[-*]\s+)?\**(?:score|grade)\**\s*:\**\s*(.*)$/i;
const INSTRUCTION = /^(?:[-*]\s+)?\**(?:instruction|guidance|critique)\**\s*:\**\s*(.*)$/i;
/** Where a mail program begins to repeat what is answered, and where a signature begins. */
const QUOTE_BEGINS = /^(?:On .{4,200} wrote:|Am .{4,200} schrieb.*:|-{2,}\s*Original Message.*)$/;

/**
 * Reads a mentor's answer to a digest: structured Markdown, in a file or as the text of a mail (B11).
 * A heading names a task, an attempt or `category: <name>`; under it stand `Score: 7` and an
 * instruction, with or without its word. What is quoted, and a signature, say nothing.
 */
export function readMentorReply(text: string): MentorReply {
  const remarks: Remark[] = [];
  const problems: MentorReply["problems"] = [];
  let said: string[] = [];
  const finish = () => {
    const last = remarks.at(-1);
    const instruction = said.join("\n").trim();
    if (last) last.instruction = instruction === "" ? null : instruction;
    said = [];
  };
  for (const [index, raw] of ownLines(text).entries()) {
    const line = index + 1;
    const heading = HEADING.exec(raw)?.[1];
    if (heading !== undefined) {
      finish();
      if (remarks.length >= REMARKS_MAX) {
        problems.push({ line, text: `more than ${REMARKS_MAX} remarks: the rest is not read` });
        return { remarks, problems };
      }
      remarks.push({ about: aboutOf(heading), score: null, instruction: null, line });
      continue;
    }
    const last = remarks.at(-1);
    if (last === undefined) continue;
    const score = SCORE.exec(raw)?.[1];
    if (score === undefined) said.push(INSTRUCTION.exec(raw)?.[1] ?? raw);
    else if (last.about.kind === "category") {
      problems.push({ line, text: "a category has no score; it has an instruction" });
    } else {
      last.score = readScore(score);
      if (last.score === null) problems.push({ line, text: `"${score}" is no score from 1 to 10` });
    }
  }
  finish();
  for (const { line, score, instruction } of remarks) {
    if (score !== null || instruction !== null) continue;
    if (!problems.some((known) => known.line > line)) {
      problems.push({ line, text: "neither a score nor an instruction stands under it" });
    }
  }
  return { remarks, problems };
}

/** The lines the mentor wrote; others are empty, so that line numbers stay. */
function ownLines(text: string): string[] {
  const lines = text.slice(0, REPLY_CHARS_MAX).split(/\r?\n/);
  const signature = lines.findIndex((line) => line === "-- " || line === "--");
  const quote = lines.findIndex((line) => QUOTE_BEGINS.test(line.trim()));
  const ends = [signature, quote].filter((at) => at >= 0);
  const own = lines.slice(0, Math.min(lines.length, ...ends));
  return own.map((line) => (/^\s*>/.test(line) ? "" : line.trim()));
}

function aboutOf(heading: string): Remark["about"] {
  const plain = heading.replaceAll(/[`*]/g, "").trim();
  const category = CATEGORY.exec(plain)?.[1]?.trim();
  if (category !== undefined) return { kind: "category", name: category };
  // Titles may follow a name: `META-9: negative amounts`.
  return { kind: "work", name: plain.split(/[\s:]/, 1)[0] ?? plain };
}

/** `7`, `7.5`, `7/10`, `**7**`; a comma is a point where people write one. */
function readScore(text: string): number | null {
  const found = /^\**(\d{1,2}(?:[.,]\d{1,2})?)\**\s*(?:\/\s*10|of 10)?\s*\.?$/.exec(text.trim());
  const score = Number(found?.[1]?.replace(",", "."));
  return score >= 1 && score <= 10 ? score : null;
}
