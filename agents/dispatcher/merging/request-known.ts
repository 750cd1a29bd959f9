import { attemptId } from "@nightshift/protocol/ids";
import type { ForgeNews, ForgeVerdict } from "../../forge.ts";
import type { Night } from "../night.ts";

/** What the log knows of what a forge tells, in the review of whichever attempt of a task. */
export type Known = {
  /** Comments, by the forge's names for them. */
  told: ReadonlySet<string>;
  /** Words of reviewers that were acted on and are tied to no commit. */
  heard: ReadonlySet<string>;
};

/** Attempts of one task whose reviews are looked through; a request is renewed by each of them. */
const ATTEMPTS_MAX = 100;

export async function knownOf(
  { ports }: Night,
  { task, attempt }: { task: string; attempt: string },
): Promise<Known> {
  const told = new Set<string>();
  const heard = new Set<string>();
  const last = Number(/-g(\d+)$/.exec(attempt)?.[1] ?? 1);
  for (let one = Math.max(last - ATTEMPTS_MAX, 0) + 1; one <= last; one++) {
    const { state } = await ports.board.load("review", attemptId(task, one));
    for (const ref of state.told) told.add(ref);
    for (const ref of state.heard) heard.add(ref);
  }
  return { told, heard };
}

/**
 * The words that are about the commit that the request stands at: whoever spoke of an earlier one is
 * asked anew. What is tied to no commit counts until it was acted on.
 */
export function verdictsOn({ commit, verdicts }: ForgeNews, { heard }: Known): ForgeVerdict[] {
  return verdicts.filter((one) =>
    one.commit === null ? !heard.has(one.ref) : one.commit === commit,
  );
}

/** What has to be remembered of verdicts once one acts on them. */
export function refsOf({ verdicts }: ForgeNews): { heard?: string[] } {
  const loose = verdicts.filter(({ commit }) => commit === null).map(({ ref }) => ref);
  return loose.length === 0 ? {} : { heard: loose.slice(-HEARD_MAX) };
}

const HEARD_MAX = 100;
