import { presets } from "@nightshift/agents/dispatcher/schedule";
import { BadInput } from "@nightshift/protocol/errors";
import { Genes } from "@nightshift/protocol/genome";
import { Output } from "@nightshift/protocol/task";
import { parse } from "yaml";
import { z } from "zod";

const names = z.array(z.string().min(1).max(100)).min(1).max(50);

/** Another way to work, as the analyst writes it: YAML; what is left out stays as it was. */
export const PolicyFile = z.strictObject({
  /** What the system allows every genome. */
  settings: z
    .strictObject({
      outputTokensMax: z.int().min(1_000).max(32_000).optional(),
      continuationsMax: z.int().min(0).max(2).optional(),
    })
    .optional(),
  /** The first that fits a task says what is wanted of who does it. */
  rules: z
    .array(
      z.strictObject({
        categories: names.optional(),
        outputs: z.array(Output).min(1).optional(),
        models: names.optional(),
        genes: Genes.partial().optional(),
      }),
    )
    .max(50)
    .optional(),
  router: z
    .strictObject({
      boldness: z.number().min(0).max(1).optional(),
      lessonWeight: z.number().min(0).max(10).optional(),
      forgetDays: z.number().min(1).max(365).optional(),
    })
    .optional(),
  schedule: z
    .strictObject({
      preset: z.enum(Object.keys(presets)).optional(),
      batch: z.int().min(1).max(1_000).optional(),
    })
    .optional(),
  budget: z
    .strictObject({
      dayUsd: z.number().min(0).optional(),
      weekTokens: z.int().min(0).optional(),
    })
    .optional(),
});
export type PolicyFile = z.infer<typeof PolicyFile>;

/** Characters of a policy file at most. */
const CHARS_MAX = 100_000;

/** @throws BadInput for what is no policy, with the first thing that is wrong. */
export function readPolicy(text: string, where: string): PolicyFile {
  const mend = "rules: [{ outputs: [report], models: [sonnet] }]";
  if (text.length > CHARS_MAX) throw new BadInput("this is too long for a policy", where, mend);
  let parsed: unknown;
  try {
    parsed = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);
    throw new BadInput(`no YAML: ${why}`, where, mend);
  }
  const read = PolicyFile.safeParse(parsed ?? {});
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const at = issue?.path.join(".") ?? "";
  throw new BadInput(`${at === "" ? "" : `${at}: `}${issue?.message ?? "no policy"}`, where, mend);
}
