import type { CostKind, FailureKind, Usage } from "@nightshift/protocol/attempt";
import type { Spend } from "@nightshift/protocol/skills";
import type { Worker } from "./worker.ts";

/** What a worker made of a prompt, in the clone or as a report. */
export type Work =
  | {
      status: "done";
      stopReason: "finished" | "truncated" | "unknown";
      transcript: string;
      /** Null for code: then the clone holds the work. */
      report: string | null;
    }
  | { status: "failed"; kind: FailureKind; detail: string };

/** What the calls of one attempt have cost so far. */
export type Bill = {
  calls: number;
  usage: Usage;
  costMicroUsd: number;
  costKind: CostKind;
  /** Bodies of the calls, in their order. */
  transcripts: string[];
};

export function emptyBill(): Bill {
  const usage = { inputTokens: 0, cachedTokens: 0, outputTokens: 0 };
  return { calls: 0, usage, costMicroUsd: 0, costKind: "estimated", transcripts: [] };
}

/** Adds one call. Of several kinds of cost the least certain is told. */
export function charge(
  bill: Bill,
  cost: Omit<Bill, "calls" | "transcripts"> & { transcript: string },
): void {
  bill.transcripts.push(cost.transcript);
  bill.costKind = bill.calls === 0 ? cost.costKind : lessCertain(bill.costKind, cost.costKind);
  bill.calls += 1;
  bill.costMicroUsd += cost.costMicroUsd;
  bill.usage = {
    inputTokens: bill.usage.inputTokens + cost.usage.inputTokens,
    cachedTokens: bill.usage.cachedTokens + cost.usage.cachedTokens,
    outputTokens: bill.usage.outputTokens + cost.usage.outputTokens,
  };
}

const CERTAINTY: readonly CostKind[] = ["unknown", "estimated", "subscription", "billed"];

function lessCertain(one: CostKind, other: CostKind): CostKind {
  return CERTAINTY.indexOf(one) < CERTAINTY.indexOf(other) ? one : other;
}

/** Null where no call came back: then nobody knows what it cost. */
export function spendOf({ name, family }: Worker, bill: Bill): Spend | null {
  if (bill.calls === 0) return null;
  const { usage, costMicroUsd, costKind, transcripts } = bill;
  return { model: name, family, usage, costMicroUsd, costKind, transcripts };
}

/** For what ended before anybody was asked. */
export function nothingSpent({ name, family }: Worker): Spend {
  const { usage, costMicroUsd, costKind } = emptyBill();
  return { model: name, family, usage, costMicroUsd, costKind };
}

export function failure(kind: FailureKind, detail: string): Work {
  return { status: "failed", kind, detail: detail.slice(0, 2_000) };
}
