import type { FailureKind } from "@nightshift/protocol/attempt";

/**
 * What a failed attempt counts in an average of scores (D34): 1, or null where the failure says
 * nothing of the worker, or the gate's own score says it already.
 */
export function failureScore(kind: FailureKind): number | null {
  switch (kind) {
    case "lost":
    case "cancelled":
    case "conflict":
    case "rejected":
    case "regression":
      return null;
    case "hang":
    case "timeout":
    case "crash":
    case "sign-in":
    case "no-change":
    case "unusable-answer":
    case "loop":
    case "sandbox":
      return 1;
  }
}
