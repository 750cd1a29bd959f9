import { shortHash } from "@nightshift/protocol/ids";
import type { Outcome, Trial } from "../outcome.ts";

const HASHES = 36 ** 7;

/**
 * Whether an attempt works under a change that is being tried: a share of those that begin after it,
 * by a hash of both names. So everybody, then and later, tells the same attempts apart.
 */
export function isTriedOn(
  trial: Pick<Trial, "policy" | "share" | "sinceMs">,
  { attempt, beganMs }: Pick<Outcome, "attempt" | "beganMs">,
): boolean {
  if (beganMs < trial.sinceMs) return false;
  return Number.parseInt(shortHash(`${trial.policy}/${attempt}`), 36) / HASHES < trial.share;
}
