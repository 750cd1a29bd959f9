import { z } from "zod";

const count = z.number().int().nonnegative().catch(0);
const Usage = z.looseObject({ input_tokens: count, output_tokens: count });
/** Claude Code tells of each answer; what came from a cache is not used up again. */
const Assistant = z.looseObject({
  type: z.literal("assistant"),
  message: z.looseObject({ id: z.string().optional(), usage: Usage }),
});
const StepFinish = z.looseObject({
  type: z.literal("step_finish"),
  part: z.looseObject({ tokens: z.looseObject({ input: count, output: count }) }),
});
const Turn = z.looseObject({ type: z.literal("turn.completed"), usage: Usage });

/**
 * Counts tokens that the events of a run say were used, cached ones left out. One answer is told
 * once for each of its parts, under one id.
 * @returns What it comes to so far; 0 where nothing is told.
 */
export function tokenCounter(): (event: object) => number {
  let used = 0;
  let answer: string | null = null;
  return (event) => {
    const message = Assistant.safeParse(event).data?.message;
    const isCounted = message?.id !== undefined && message.id === answer;
    answer = message?.id ?? answer;
    const told = isCounted ? null : (message?.usage ?? Turn.safeParse(event).data?.usage);
    const step = StepFinish.safeParse(event).data?.part.tokens;
    used += (told?.input_tokens ?? 0) + (told?.output_tokens ?? 0);
    used += (step?.input ?? 0) + (step?.output ?? 0);
    return used;
  };
}
