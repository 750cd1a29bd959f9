import { masked } from "../../verifier/secrets.ts";

const COMMENT_CHARS_MAX = 2_000;
const FAILURES_MAX = 20;
const NAME_CHARS_MAX = 300;
/** More than is kept, so that no secret is cut in two before it is looked for. */
const READ_CHARS_MAX = 10_000;

/** What somebody wrote at a forge, as log and prompts take it: so long, and without a secret (I12). */
export function words(text: string): string {
  return short(text, COMMENT_CHARS_MAX);
}

/** The name of a file or a check, as its forge has it. */
export function nameOf(text: string): string {
  return short(text, NAME_CHARS_MAX);
}

/** The names of checks that fail. */
export function namesOf(failures: readonly string[]): string[] {
  return failures.slice(0, FAILURES_MAX).map(nameOf);
}

function short(text: string, most: number): string {
  return masked(text.slice(0, READ_CHARS_MAX)).slice(0, most);
}
