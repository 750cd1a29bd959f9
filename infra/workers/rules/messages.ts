import { z } from "zod";

/** What a reading process is asked: one file at a time. */
export const Asked = z.strictObject({
  path: z.string(),
  text: z.string(),
  hosts: z.array(z.string()),
  sought: z.array(z.string()).readonly().optional(),
});
export type Asked = z.infer<typeof Asked>;

/** What it answers. */
export const Answered = z.strictObject({
  findings: z.array(
    z.strictObject({
      rule: z.string(),
      line: z.int().positive(),
      text: z.string(),
      severe: z.boolean(),
    }),
  ),
});
export type Answered = z.infer<typeof Answered>;
