import type { SkillInput } from "@nightshift/protocol/skills";
import { z } from "zod";
import { type Completion, type Model, WorkerFailure } from "../ports.ts";
import type { Rubrics } from "./rubric.ts";
import { JUDGE_SYSTEM, judgePrompt } from "./judge.md.ts";

const score = z.coerce.number().min(0).max(10);
const Judgement = z.object({
  criteria: z
    .array(z.object({ name: z.string(), score, quote: z.string().catch("") }))
    .min(1)
    .max(20),
  score: z.coerce.number().min(1).max(10),
  critique: z.string(),
  followUps: z
    .array(z.object({ title: z.string().trim().min(1), text: z.string().catch("") }))
    .catch([]),
});
type Judgement = z.infer<typeof Judgement>;
export type Sample = { judgement: Judgement; transcript: string };

/** Tokens of one answer: a quote for each criterion and a critique. */
const JUDGE_OUTPUT_TOKENS = 1_500;
/** Samples of a judge that disagrees with the heuristics; their median counts. */
const SAMPLES_MAX = 3;
/** Answers that cannot be used, over all samples, before the judge is given up. */
const UNUSABLE_MAX = 1;
/** Points between heuristic and judge beyond which one sample is not enough. */
const DISAGREEMENT = 2;

/** What a judge is shown beside the task. */
type Shown = { work: string; rubrics: Rubrics };
type Waits = { silenceMs: number; wallMs: number; signal: AbortSignal };

/**
 * Asks one model for a judgement; where it differs from the heuristic by more than two points, two
 * times more. One answer that cannot be used is asked for again.
 * @param spent Told of each completion as it comes, so that nothing paid for is forgotten.
 * @throws WorkerFailure "unusable-answer" after a second such answer, and what the model throws.
 */
export async function judge(
  model: Model,
  input: SkillInput<"assess">,
  { work, rubrics }: Shown,
  heuristic: number,
  waits: Waits,
  spent: (completion: Completion) => void,
): Promise<Sample[]> {
  const prompt = judgePrompt({ ...input, work, rubrics });
  const samples: Sample[] = [];
  let unusable = 0;
  let wanted = 1;
  while (samples.length < wanted) {
    const completion = await model.complete(
      {
        system: JUDGE_SYSTEM,
        prompt,
        outputTokensMax: Math.min(JUDGE_OUTPUT_TOKENS, model.outputTokensMax),
        silenceMs: waits.silenceMs,
        wallMs: waits.wallMs,
      },
      { signal: waits.signal },
    );
    spent(completion);
    const judgement = readJudgement(completion.text);
    if (judgement === null) {
      unusable += 1;
      if (unusable > UNUSABLE_MAX) {
        const said = completion.text.slice(0, 200);
        throw new WorkerFailure(
          "unusable-answer",
          `${model.name} judges in no usable form: ${said}`,
        );
      }
      continue;
    }
    samples.push({ judgement, transcript: completion.transcript });
    if (Math.abs(judgement.score - heuristic) > DISAGREEMENT) wanted = SAMPLES_MAX;
  }
  return samples;
}

/** The judgement in an answer, fenced or with talk around it; null where there is none. */
export function readJudgement(text: string): Judgement | null {
  const fence = /```(?:json)?\s*\n([\s\S]*?)```/.exec(text)?.[1];
  const braces = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  for (const candidate of [text, fence, braces]) {
    const read = Judgement.safeParse(parsed(candidate ?? ""));
    if (read.success) return read.data;
  }
  return null;
}

/** The JSON in a text; null where it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: an answer that cannot be used, which the caller counts.
    return null;
  }
}

/** The sample in the middle by score; of two, the lower. */
export function median(samples: readonly Sample[]): Sample {
  const sorted = [...samples].sort((a, b) => a.judgement.score - b.judgement.score);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (!middle) throw new Error("no sample to take the median of");
  return middle;
}
