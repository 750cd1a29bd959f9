import type { AttemptEvent } from "@nightshift/protocol/attempt";
import type { Projection } from "./projection.ts";

/** How a model counts tokens, as far as its own reports tell: perToken × tokenizer + overhead. */
type Learned = {
  calls: number;
  perToken: number;
  overheadTokens: number;
  /** Sums of a weighted least-squares fit; each call counts by its relative error. */
  sums: Sums;
};
type Sums = { one: number; raw: number; rawSquared: number; told: number; rawTold: number };

export type TokenScales = {
  models: Map<string, Learned>;
  /** Prompts that no answer has come to yet, by attempt. */
  asked: Map<string, { model: string; rawTokens: number }>;
};

/** Older calls count less: models change behind their names. */
const KEPT_SHARE = 0.98;
/** What calls of one model differ by, as a share, for what is in their text. */
const CALL_SPREAD = 0.02;
/** What models differ by, before the first call is known: from our own count, and from no overhead. */
const MODEL_SPREAD = 0.25;
const OVERHEAD_SPREAD_TOKENS = 200;
/** A report outside is of something else than this prompt, such as of several turns. */
const RATIO_MIN = 0.4;
const RATIO_MAX = 2.5;
const ASKED_MAX = 1_000;
const MODELS_MAX = 500;

type Told = Extract<
  AttemptEvent,
  { type: "attempt.prompted" | "attempt.executed" | "attempt.failed" | "attempt.deferred" }
>;

/**
 * The factor of each model, learned from the usage that its API reports: of nothing else can be
 * told how a model that nobody has the tokenizer of counts.
 */
export const tokenScales: Projection<TokenScales, Told> = {
  name: "token-scales",
  version: 1,
  reads: ["attempt.prompted", "attempt.executed", "attempt.failed", "attempt.deferred"],
  initial: () => ({ models: new Map(), asked: new Map() }),
  apply(view, { stream, event }) {
    switch (event.type) {
      case "attempt.prompted": {
        view.asked.delete(stream);
        if (event.rawTokens === undefined || event.rawTokens === 0) return;
        view.asked.set(stream, { model: event.model, rawTokens: event.rawTokens });
        for (const oldest of view.asked.keys()) {
          if (view.asked.size <= ASKED_MAX) break;
          view.asked.delete(oldest);
        }
        return;
      }
      case "attempt.executed": {
        const asked = view.asked.get(stream);
        view.asked.delete(stream);
        const told = event.usage.inputTokens;
        if (!asked || asked.model !== event.model || event.costKind === "unknown") return;
        const ratio = told / asked.rawTokens;
        if (ratio < RATIO_MIN || ratio > RATIO_MAX) return;
        learn(view.models, asked, told);
        return;
      }
      case "attempt.failed":
      case "attempt.deferred":
        view.asked.delete(stream);
        return;
    }
  },
};

function learn(
  models: TokenScales["models"],
  { model, rawTokens }: { model: string; rawTokens: number },
  told: number,
): void {
  const known = models.get(model);
  if (!known && models.size >= MODELS_MAX) return;
  const old = known?.sums ?? { one: 0, raw: 0, rawSquared: 0, told: 0, rawTold: 0 };
  const weight = 1 / told ** 2;
  const sums = {
    one: KEPT_SHARE * old.one + weight,
    raw: KEPT_SHARE * old.raw + weight * rawTokens,
    rawSquared: KEPT_SHARE * old.rawSquared + weight * rawTokens ** 2,
    told: KEPT_SHARE * old.told + weight * told,
    rawTold: KEPT_SHARE * old.rawTold + weight * rawTokens * told,
  };
  models.set(model, { calls: (known?.calls ?? 0) + 1, sums, ...fit(sums) });
}

/** The two numbers that explain the calls best, drawn to what was believed before. */
function fit({ one, raw, rawSquared, told, rawTold }: Sums) {
  const belief = (CALL_SPREAD / MODEL_SPREAD) ** 2;
  const a = one + (CALL_SPREAD / OVERHEAD_SPREAD_TOKENS) ** 2;
  const d = rawSquared + belief;
  const determinant = a * d - raw * raw;
  const wanted = rawTold + belief;
  const overhead = (told * d - raw * wanted) / determinant;
  const perToken = (a * wanted - raw * told) / determinant;
  return {
    perToken: Math.min(3, Math.max(0.3, perToken)),
    overheadTokens: Math.min(5_000, Math.max(-1_000, overhead)),
  };
}
