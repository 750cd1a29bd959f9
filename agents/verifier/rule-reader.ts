import type { Finding } from "./rules/finding.ts";

/** A file of a change as it was or as it is; nobody trusts it. */
export type FileText = {
  path: string;
  text: string;
  /** Texts of the breaks that are looked for, where others need not be told. */
  sought?: readonly string[] | undefined;
};

/**
 * Reads files for what breaks the constitution. The author of a file may have written it to end or
 * to hold up whoever reads it, so that it should be read where neither harms the house.
 */
export interface RuleReader {
  /**
   * @param options.hosts That task, repository or director name: they may be reached.
   * @returns The findings of each file, in their order. A file that could not be read to its end
   *   has one of the rule `UNREADABLE`, in place of all others.
   * @throws When the signal is aborted, Unavailable where the house is closed; for nothing else.
   */
  read(
    files: readonly FileText[],
    options: { hosts: ReadonlySet<string>; signal: AbortSignal },
  ): Promise<readonly (readonly Finding[])[]>;
}

/** The rule that a file breaks by not being readable: nothing passes because it was not seen. */
export const UNREADABLE = "unreadable";

/** @param why One line, told to the director. */
export function unreadable(why: string): Finding {
  return { rule: UNREADABLE, line: 1, text: why, severe: true };
}
