import type { SkillInput, SkillOutput } from "@nightshift/protocol/skills";
import { isModel, roomOf, type Worker } from "./worker.ts";

type Bids = SkillOutput<"bid">["bids"];
type Asked = Pick<SkillInput<"bid">, "skill" | "inputTokens" | "outputTokens">;

const BIDS_MAX = 20;
/** Output beyond this is split before it is announced, so no worker must be able to give more. */
const OUTPUT_TOKENS_NEEDED_MAX = 8_000;
/** Milliseconds before the first token, and for each token, as such workers mostly take. */
const START_MS = 3_000;
const TOKEN_MS = { local: 40, free: 10, small: 8, large: 15 } as const;
/** A coding agent takes several turns, and runs the tests between them. */
const CODING_AGENT_FACTOR = 4;

/** One bid for each worker that can hold the task, at the worst it can cost. */
export function bidsOf(workers: readonly Worker[], asked: Asked): Bids {
  if (asked.skill !== "implement") return [];
  return workers.flatMap((worker) => bidOf(worker, asked) ?? []).slice(0, BIDS_MAX);
}

function bidOf(worker: Worker, { inputTokens, outputTokens }: Asked): Bids[number] | null {
  if (worker.outputTokensMax < Math.min(outputTokens, OUTPUT_TOKENS_NEEDED_MAX)) return null;
  const room = roomOf(worker, { contextTokens: inputTokens, outputTokens });
  if (room === null) return null;
  const { name: model, family, account, tier, price } = worker;
  const micros =
    room.contextTokens * price.inputMicroUsd + room.outputTokens * price.outputMicroUsd;
  const workMs = START_MS + room.outputTokens * TOKEN_MS[tier];
  return {
    model,
    family,
    account,
    tier,
    priceMicroUsd: Math.ceil(micros / 1_000_000),
    etaMs: isModel(worker) ? workMs : workMs * CODING_AGENT_FACTOR,
  };
}
