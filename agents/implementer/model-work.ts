import { defaultSettings } from "@nightshift/protocol/settings";
import type { Clone, Completion, Model } from "../ports.ts";
import { parseAnswer, parseReport } from "./edits/blocks.ts";
import { build } from "./edits/builder.ts";
import type { Job } from "./job.ts";
import type { Request } from "./prompting.ts";
import { fits } from "./tokens.ts";
import { charge, failure, type Work } from "./work.ts";

/** Tokens that a further turn adds to the prompt besides the answer it is about. */
const REPAIR_TOKENS = 500;
const REPAIR_OUTPUT_MIN = 500;

/**
 * Asks a model and builds its answer into the clone. An answer that finished but does not apply may
 * be asked for again as often as the genome says (none by default, F6), with half the output each
 * time, and only inside what was reserved. A truncated answer is never continued (C27).
 */
export async function askModel(
  model: Model,
  request: Request,
  clone: Clone,
  job: Job,
): Promise<Work> {
  let { prompt } = request;
  let outputTokens = job.room.outputTokens;
  for (let turn = 0; ; turn++) {
    const completion = await complete(model, { ...request, prompt }, outputTokens, job);
    job.call.progress("applies the answer");
    const work = await take(completion, clone, job);
    if (work.status === "done" || completion.stopReason === "truncated") return work;
    if (turn >= job.input.genes.continuationsMax) return work;
    prompt = again(request.prompt, completion.text, work.detail);
    outputTokens = Math.min(Math.floor(outputTokens / 2), leftOf(job).outputTokens);
    if (outputTokens < REPAIR_OUTPUT_MIN) return work;
    const roomTokens = Math.min(leftOf(job).inputTokens, job.room.contextTokens) - REPAIR_TOKENS;
    if (!(await fits([request.system, prompt], roomTokens, job.loadCounter))) return work;
  }
}

async function complete(
  model: Model,
  { system, prompt }: Request,
  outputTokensMax: number,
  job: Job,
): Promise<Completion> {
  const { silenceMs, wallMs } = job.input.limits;
  const completion = await model.complete(
    {
      system,
      prompt,
      outputTokensMax,
      silenceMs,
      wallMs: Math.min(wallMs, defaultSettings.modelWallMs),
    },
    { signal: job.call.signal },
  );
  charge(job.bill, completion);
  return completion;
}

async function take(completion: Completion, clone: Clone, job: Job): Promise<Work> {
  const { text, stopReason, transcript } = completion;
  if (job.input.spec.output !== "code") {
    const report = parseReport(text);
    if (report === null) return failure("unusable-answer", "the answer holds no <report>");
    // Half a report harms nothing: it is judged as cut off, and says so.
    const end = report.cutOff ? "truncated" : stopReason;
    return { status: "done", stopReason: end, transcript, report: report.text };
  }
  const { blocks, cutOff, problems } = parseAnswer(text);
  if (problems.length > 0) return failure("unusable-answer", problems.join("; "));
  if (blocks.length === 0) {
    const why =
      cutOff === null ? "holds no block" : `was cut off inside ${cutOff}, its first block`;
    return failure("unusable-answer", `the answer ${why}`);
  }
  const built = await build(clone, blocks);
  if (built.status === "refused") return failure("unusable-answer", built.detail);
  // An open block at the end is truncation, whatever the API said about it (D19).
  const end = cutOff === null ? stopReason : "truncated";
  return { status: "done", stopReason: end, transcript, report: null };
}

function again(prompt: string, answer: string, problem: string): string {
  return `${prompt}
## Your last answer
${answer}

## What was wrong with it
${problem}
Nothing of it was applied. Answer again, in full, in the same format.
`;
}

/** What the reservation of this call still holds. */
function leftOf({ input, bill }: Job): { inputTokens: number; outputTokens: number } {
  return {
    inputTokens: input.limits.contextTokens - bill.usage.inputTokens,
    outputTokens: input.limits.outputTokens - bill.usage.outputTokens,
  };
}
