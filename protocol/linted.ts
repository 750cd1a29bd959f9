import { z } from "zod";

export const LINT_FINDINGS_MAX = 20;

/** What linters say of an attempt: a hint at its quality, never a reason to refuse it. */
export const Linted = z.strictObject({
  /** Files that were read before and after. */
  files: z.int().nonnegative(),
  /** Files that should have been read and could not: of these nothing is known. */
  unread: z.int().nonnegative(),
  /** Findings on lines that the change brought, and that were not there before. */
  total: z.int().nonnegative(),
  /** The first of them. */
  findings: z
    .array(
      z.strictObject({
        /** As its linter names it: `eslint(no-debugger)`, `F401`; `syntax` where nothing parses. */
        rule: z.string().max(100),
        file: z.string().max(500),
        line: z.int().nonnegative(),
        message: z.string().max(200),
        /** The line without the blanks around it. */
        excerpt: z.string().max(200),
      }),
    )
    .max(LINT_FINDINGS_MAX),
});
export type Linted = z.infer<typeof Linted>;
