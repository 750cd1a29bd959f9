import type { Change } from "@nightshift/agents/verifier/changes";
import { type Customs, customsOf } from "@nightshift/agents/verifier/ending";
import { truncationChecks } from "@nightshift/agents/verifier/truncation";
import type { Fetched } from "../fetch-releases.ts";

/** A file of a published release, with what stood there the release before; null where it is new. */
export type Revision = {
  path: string;
  before: string | null;
  after: string;
  release: string;
  customs: Customs;
};

const DROP_SHARE = 0.2;
const CHARS_MIN = 200;
const BUILT = /(?:^|\/)(?:dist|cjs|esm|build|vendor|_vendor)\/|\.d\.[cm]?ts$|\.lock$|-lock\./;

/** What changed, or came, between the releases at hand; built files were written by no worker. */
export function revisionsOf(fetched: readonly Fetched[]): Revision[] {
  const found: Revision[] = [];
  for (const { pair, old, now } of fetched) {
    const customs = customsOf([...old].map(([path, text]) => ({ path, text })));
    for (const [path, after] of now) {
      const before = old.get(path) ?? null;
      if (before === after || after.length < CHARS_MIN || BUILT.test(path)) continue;
      found.push({ path, before, after, release: pair.name, customs });
    }
  }
  return found;
}

/** The same numbers for the same seed: a cut that was missed can be looked at again. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function asChange({ path, before, after }: Revision): Change {
  return { path, before, after, status: before === null ? "added" : "modified", special: null };
}

/** Why the guard holds a change, or null where it lets it pass. */
export function heldFor(
  changes: readonly Change[],
  customs: Customs,
  drops: readonly string[] = [],
): { outcome: string; detail: string } | null {
  const [check] = truncationChecks(changes, { drops, dropShareMax: DROP_SHARE, customs });
  return check && check.outcome !== "pass" ? check : null;
}

/** What the guard does to files cut at random bytes: shares that are held, and that fail outright. */
export type CutResult = { held: number; failed: number; missed: string[] };

/** @param made What becomes of a revision whose text was cut. */
export function cutAtRandom(
  pool: readonly Revision[],
  cuts: number,
  made: (revision: Revision, text: string) => Revision,
): CutResult {
  const next = numbers(7);
  const counts = { held: 0, failed: 0 };
  const missed: string[] = [];
  for (let run = 0; run < cuts; run++) {
    const revision = pool[Math.floor(next() * pool.length)];
    if (!revision) throw new Error("there is nothing to cut");
    const at = 1 + Math.floor(next() * (revision.after.length - 2));
    const held = heldFor([asChange(made(revision, revision.after.slice(0, at)))], revision.customs);
    if (held === null) missed.push(`${revision.release} ${revision.path} at ${at}`);
    else counts.held += 1;
    if (held?.outcome === "fail") counts.failed += 1;
  }
  return { held: counts.held / cuts, failed: counts.failed / cuts, missed };
}

/** Whole files that are held, and those of them only for a loss that nobody declared (B17). */
export function heldWhole(looked: readonly Revision[]): { odd: string[]; losses: Revision[] } {
  const odd: string[] = [];
  const losses: Revision[] = [];
  for (const revision of looked) {
    const why = heldFor([asChange(revision)], revision.customs);
    if (why === null) continue;
    if (/\d+ % lost/.test(why.detail)) losses.push(revision);
    else odd.push(`${revision.release} ${why.detail}`);
  }
  return { odd, losses };
}
