/** A text that a linter reads. The path tells its language and customs; nothing is opened by it. */
export type LintText = { language: "javascript" | "python"; path: string; text: string };

/** One finding; the line counts from 1. */
export type Lint = { rule: string; line: number; message: string };

/** The rule of a finding that tells that a text does not parse; there is at most one of a text. */
export const SYNTAX = "syntax";

/** Reads texts that nobody trusts, by rules of the house and never by those of a repository. */
export interface Linter {
  /**
   * What is found in each text, in their order; null where nothing is known of it: no linter, a
   * linter that failed, or one that took too long. Never throws for any of these.
   */
  lint(
    texts: readonly LintText[],
    options: { signal: AbortSignal },
  ): Promise<readonly (readonly Lint[] | null)[]>;
}
