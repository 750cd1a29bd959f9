import { Genes } from "@nightshift/protocol/genome";
import { TokenScale } from "@nightshift/protocol/skills";
import { TaskSpec } from "@nightshift/protocol/task";
import { z } from "zod";

const texts = z.array(z.string()).readonly();

const ContextAsk = z.strictObject({
  repo: z.string(),
  base: z.string(),
  spec: TaskSpec,
  critique: z.string().nullable(),
  genes: Genes.pick({ contextDepth: true, scope: true }).strip(),
  reflections: texts,
  guidance: texts,
  whole: z.boolean(),
  instructions: z.string(),
  system: z.string(),
  sources: z.array(
    z.strictObject({ url: z.string(), title: z.string(), text: z.string() }).readonly(),
  ),
  capTokens: z.int().positive(),
  scale: TokenScale.nullable(),
});

/** What the context engine's own process is asked, and what it answers. */
export const Asked = z.discriminatedUnion("kind", [
  z.strictObject({ id: z.int(), kind: z.literal("compose"), ask: ContextAsk }),
  z.strictObject({ id: z.int(), kind: z.literal("count"), texts }),
]);
export type Asked = z.infer<typeof Asked>;

export const Answered = z.discriminatedUnion("kind", [
  z.strictObject({
    id: z.int(),
    kind: z.literal("composed"),
    composed: z.strictObject({
      text: z.string(),
      tokens: z.int(),
      rawTokens: z.int().nullable(),
    }),
  }),
  z.strictObject({ id: z.int(), kind: z.literal("counted"), tokens: z.int() }),
  /** The prompt cannot be made, by whoever makes it. */
  z.strictObject({ id: z.int(), kind: z.literal("refused"), why: z.string() }),
  /** Something broke here. */
  z.strictObject({ id: z.int(), kind: z.literal("broken"), why: z.string() }),
]);
export type Answered = z.infer<typeof Answered>;
