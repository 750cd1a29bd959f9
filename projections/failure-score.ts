import type { FailureKind } from "@nightshift/protocol/attempt";

/**
 * What a failed attempt counts in an average of scores: 1, or null where the failure says nothing
 * about the work because the host, the director or
 * another merge ended it (D34).
 */
export function failureScore(kind: FailureKind): number | null {
  return kind === "lost" || kind === "cancelled" || kind === "conflict" ? null : 1;
}
