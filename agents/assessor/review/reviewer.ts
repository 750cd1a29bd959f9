import type { Claim, Review } from "@nightshift/protocol/claim";
import type { Settings } from "@nightshift/protocol/settings";
import type { SkillInput } from "@nightshift/protocol/skills";
import { z } from "zod";
import { type Completion, LimitReached, type Model, WorkerFailure } from "../../ports.ts";
import { tokensAtMost } from "../../implementer/tokens.ts";
import { parsed } from "../judge.ts";
import { REVIEWER_SYSTEM, reviewerPrompt } from "./reviewer.md.ts";

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

/** What all that is asked and answered may take together, as it was set aside. */
export type ReviewLimits = Pick<Settings, "reviewInputTokens" | "reviewOutputTokens">;
type Told = { spent: (completion: Completion) => void; limited: (limit: LimitReached) => void };
type Waits = { silenceMs: number; wallMs: number; signal: AbortSignal };
type Asked = Pick<SkillInput<"assess">, "spec" | "checks" | "hits"> & { work: string };

/**
 * Asks a model, in a context of its own, about what no command shows.
 * @param told Of each completion as it comes, so that nothing paid for is forgotten, and of a limit.
 * @returns null where no usable answer came, for whatever reason: the claims then stay open, and
 *   what was judged by then is kept. A claim for which there was no room is not asked about.
 */
export async function review(
  model: Model,
  asked: Asked,
  claims: readonly Claim[],
  { limits, ...waits }: Waits & { limits: ReviewLimits },
  told: Told,
): Promise<Review | null> {
  const inputTokens = Math.floor(limits.reviewInputTokens / ASKS_MAX);
  const tokensMax = inputTokens - tokensAtMost(REVIEWER_SYSTEM);
  const { prompt, claims: shown } = reviewerPrompt({ ...asked, claims, tokensMax });
  const outputTokens = Math.floor(limits.reviewOutputTokens / ASKS_MAX);
  for (let asks = 0; asks < ASKS_MAX; asks++) {
    const completion = await answerOf(model, prompt, outputTokens, waits, told);
    if (completion === null) return null;
    told.spent(completion);
    const answers = readReview(completion.text, shown);
    if (answers !== null) return { model: model.name, family: model.family, answers };
  }
  return null;
}

async function answerOf(
  model: Model,
  prompt: string,
  outputTokens: number,
  { silenceMs, wallMs, signal }: Waits,
  { limited }: Told,
): Promise<Completion | null> {
  const outputTokensMax = Math.min(outputTokens, model.outputTokensMax);
  const request = { system: REVIEWER_SYSTEM, prompt, outputTokensMax, silenceMs, wallMs };
  try {
    return await model.complete(request, { signal });
  } catch (error) {
    if (error instanceof LimitReached) limited(error);
    else if (!(error instanceof WorkerFailure)) throw error;
    return null;
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
