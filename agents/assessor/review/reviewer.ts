import type { Claim, Review } from "@nightshift/protocol/claim";
import type { SkillInput } from "@nightshift/protocol/skills";
import { z } from "zod";
import { type Completion, LimitReached, type Model, WorkerFailure } from "../../ports.ts";
import { parsed } from "../judge.ts";
import { REVIEWER_SYSTEM, reviewerPrompt } from "./reviewer.md.ts";

/** Tokens of one answer: a quote and a reason for each claim. */
const REVIEW_OUTPUT_TOKENS = 1_500;
/** Times a reviewer is asked; the second time where its first answer cannot be used. */
const ASKS_MAX = 2;
const REPLY_CHARS_MAX = 20_000;
const WHY_CHARS_MAX = 400;

const Reply = z.strictObject({
  claims: z.array(
    z.strictObject({
      claim: z.int().positive(),
      answer: z.enum(["met", "not-met", "cannot-tell"]),
      // Longer quotes and reasons than asked for are no lie; they are cut.
      quote: z.string().transform((text) => text.slice(0, 300)),
      why: z.string().transform((text) => text.slice(0, WHY_CHARS_MAX)),
    }),
  ),
});

type Waits = { silenceMs: number; wallMs: number; signal: AbortSignal };
type Asked = Pick<SkillInput<"assess">, "spec" | "checks" | "hits"> & { work: string };

/**
 * Asks a model, in a context of its own, about what no command shows.
 * @param spent Told of each completion as it comes, so that nothing paid for is forgotten.
 * @returns null where no usable answer came, for whatever reason: the claims then stay open, and
 *   what was judged by then is kept.
 */
export async function review(
  model: Model,
  asked: Asked,
  claims: readonly Claim[],
  waits: Waits,
  spent: (completion: Completion) => void,
): Promise<Review | null> {
  const prompt = reviewerPrompt({ ...asked, claims });
  for (let asks = 0; asks < ASKS_MAX; asks++) {
    const completion = await answerOf(model, prompt, waits);
    if (completion === null) return null;
    spent(completion);
    const answers = readReview(completion.text, claims);
    if (answers !== null) return { model: model.name, family: model.family, answers };
  }
  return null;
}

async function answerOf(model: Model, prompt: string, waits: Waits): Promise<Completion | null> {
  const { silenceMs, wallMs, signal } = waits;
  const outputTokensMax = Math.min(REVIEW_OUTPUT_TOKENS, model.outputTokensMax);
  const request = { system: REVIEWER_SYSTEM, prompt, outputTokensMax, silenceMs, wallMs };
  try {
    return await model.complete(request, { signal });
  } catch (error) {
    if (error instanceof LimitReached || error instanceof WorkerFailure) return null;
    throw error;
  }
}

/**
 * The answers in a reply that is one JSON object, fenced or not, and names each claim at most once.
 * Null for anything else: a reviewer that contradicts itself has said nothing.
 */
export function readReview(text: string, claims: readonly Claim[]): Review["answers"] | null {
  if (text.length > REPLY_CHARS_MAX) return null;
  const bare = text.trim();
  const fence = /^```(?:json)?\s*\n([\s\S]*?)\n?```$/.exec(bare)?.[1];
  const read = Reply.safeParse(parsed(fence ?? bare));
  if (!read.success) return null;
  const told = read.data.claims;
  if (new Set(told.map(({ claim }) => claim)).size < told.length) return null;
  const answers: Review["answers"] = [];
  for (const { claim: number, ...answer } of told) {
    const claim = claims[number - 1];
    if (claim === undefined) return null;
    answers.push({ claim: claim.text, ...answer });
  }
  return answers.length === 0 ? null : answers;
}
