import { z } from "zod";

/** Places are `path:line` or `path:line-line`, some with what was changed there. */
const places = z.array(z.string().max(300)).max(20);

/**
 * How far the tests reach into the changed lines of the source. It informs and decides nothing: a
 * test runs with what it tests, and could write such a report itself.
 */
export const Reach = z.strictObject({
  /** Changed lines of code that the tests ran through; absent where that is unknown. */
  coverage: z
    .strictObject({ lines: z.int().positive(), covered: z.int().nonnegative(), missed: places })
    .optional(),
  /** Small faults put into those lines, and how many the tests noticed; absent where unknown. */
  mutants: z
    .strictObject({ tried: z.int().positive(), noticed: z.int().nonnegative(), unnoticed: places })
    .optional(),
  /** What was asked and is unknown, and why. */
  unknown: z.array(z.string().max(300)).max(2),
});
export type Reach = z.infer<typeof Reach>;
