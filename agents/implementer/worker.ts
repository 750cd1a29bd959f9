import { defaultSettings } from "@nightshift/protocol/settings";
import type { CodingAgent, Model } from "../ports.ts";

/** Who does the work: a model that answers with edits, or an agent CLI that edits the clone. */
export type Worker = Model | CodingAgent;

export function isModel(worker: Worker): worker is Model {
  return "complete" in worker;
}

/** Tokens that one call may take in and give out. */
export type Room = { contextTokens: number; outputTokens: number };

/** Below this no useful prompt can be made. */
const CONTEXT_TOKENS_MIN = 2_000;

/**
 * What of the room that a call allows a worker can use: its own maxima hold, and small models get
 * a small context, since more of it makes them worse (D18, F8). Null where nothing useful is left.
 */
export function roomOf(worker: Worker, allowed: Room): Room | null {
  const outputTokens = Math.min(allowed.outputTokens, worker.outputTokensMax);
  const contextTokens = Math.min(
    allowed.contextTokens,
    worker.contextTokensMax - outputTokens,
    worker.tier === "large" ? allowed.contextTokens : defaultSettings.contextTokensSmall,
  );
  return contextTokens < CONTEXT_TOKENS_MIN ? null : { contextTokens, outputTokens };
}
