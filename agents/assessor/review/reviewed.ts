import type { Claim, Review, Reviewed } from "@nightshift/protocol/claim";
import { readDiff } from "../../source/unified-diff.ts";

type Checked = Reviewed["checks"][number];
type Answer = Review["answers"][number];

/** Characters of a quote without its spaces: less stands in every file. */
const QUOTE_CHARS_MIN = 6;
const DETAIL_CHARS_MAX = 600;

/**
 * What becomes of each claim that a reviewer was asked about. Its word counts as far as its quote
 * stands in the work; a claim without an answer stays open, and one of the author's own family can
 * say that a claim is not met, never that it is (F25, I6).
 * @param work The diff, or the report; what a quote has to stand in.
 */
export function reviewedOf(
  claims: readonly Claim[],
  review: Review | null,
  { work, isDiff, authorFamily }: { work: string; isDiff: boolean; authorFamily: string },
): Reviewed {
  // Of a diff the lines of the files alone: its own headers quote nothing.
  const shown = isDiff
    ? readDiff(work).flatMap(({ lines }) => lines.map(({ text }) => text))
    : null;
  const lines = (shown ?? work.split("\n")).map(squeezed);
  const checks = claims.map((claim): Checked => {
    const answer = review?.answers.find(({ claim: text }) => text === claim.text);
    if (review === null || answer === undefined) {
      return { ...claim, ...open("no reviewer gave a usable answer") };
    }
    const isOwn = review.family === authorFamily;
    return { ...claim, quote: answer.quote, ...settled(answer, lines, isOwn) };
  });
  return { model: review?.model ?? null, family: review?.family ?? null, checks };
}

function settled(
  { answer, quote, why }: Answer,
  lines: readonly string[],
  isOwn: boolean,
): Pick<Checked, "outcome" | "detail"> {
  const said = { met: "met", "not-met": "not met", "cannot-tell": "cannot tell" }[answer];
  const told = (note: string) => `${note}: ${why}`.slice(0, DETAIL_CHARS_MAX);
  if (answer === "cannot-tell") return { outcome: "unverifiable", detail: told(said) };
  if (!stands(quote, lines)) {
    const detail = told(`said to be ${said} by a quote that does not stand in the work`);
    return { outcome: "unverifiable", detail };
  }
  if (answer === "not-met") return { outcome: "fail", detail: told(said) };
  if (isOwn) {
    const detail = told("said to be met by the author's own model family");
    return { outcome: "unverifiable", detail };
  }
  return { outcome: "pass", detail: told(said) };
}

function open(detail: string): Pick<Checked, "outcome" | "quote" | "detail"> {
  return { outcome: "unverifiable", quote: "", detail };
}

/** Whether a quote stands in one line, spaces and the mark of the diff aside. */
function stands(quote: string, lines: readonly string[]): boolean {
  const bare = squeezed(quote);
  const unmarked = bare.replace(/^[+-]/, "").trim();
  return [bare, unmarked].some(
    (text) =>
      text.replaceAll(" ", "").length >= QUOTE_CHARS_MIN &&
      lines.some((line) => line.includes(text)),
  );
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
