import type { RepoEvent } from "@nightshift/protocol/repo";
import { idOf } from "@nightshift/protocol/ids";
import { checkedAt } from "../checking.ts";
import type { Move, World } from "../world.ts";
import type { Rule, Tell } from "./rule.ts";

type Intended = Extract<RepoEvent, { type: "repo.merge-intended" }>;

/**
 * I4 and I10: what reaches the target was verified, accepted and green, was announced, and is in the
 * log; the target moved for nothing else, and nothing is merged twice.
 */
export function merges({ moves, repo, chance }: World, tell: Tell): Rule {
  const verdicts = new Map<string, string>();
  const decisions = new Map<string, string>();
  const merged = new Map<string, string>();
  const inReview = new Set<string>();
  const inLog: { by: string; next: string }[] = [];
  let intended: Intended | null = null;
  let landing = new Set<string>();
  const { afterMergeCommand } = repo;
  const isSound = (commit: string) =>
    afterMergeCommand === null || checkedAt(chance, afterMergeCommand, commit).exitCode === 0;
  /** Only where the target's own run counts nothing, nothing need be counted on the merged tree. */
  const counts = (commit: string) =>
    checkedAt(chance, repo.testCommand, commit).passed !== undefined;
  return {
    see({ stream, event, position }) {
      const id = idOf(stream);
      const at = `${event.type} at ${position}`;
      switch (event.type) {
        case "attempt.verified":
          verdicts.set(id, event.verdict);
          return;
        case "attempt.gated":
          decisions.set(id, event.decision);
          return;
        case "repo.merge-intended": {
          const { attempt: first, others = [], old } = event;
          const isTested = event.testsUncounted ? !counts(old) : event.testsPassed > 0;
          if (intended) tell(`${at}: the merge of ${intended.attempt} is not done`);
          for (const attempt of [first, ...others.map((other) => other.attempt)]) {
            const isVerified = verdicts.get(attempt) === "pass";
            const isGood = isVerified && decisions.get(attempt) === "accepted";
            if (!isGood || !isTested) tell(`${at}: ${attempt} may not be merged`);
          }
          intended = event;
          landing = new Set([first, ...others.map((other) => other.attempt)]);
          return;
        }
        case "repo.merged": {
          const { attempt, old, new: next } = event;
          const isAnnounced =
            landing.has(attempt) && intended?.old === old && intended.new === next;
          if (!isAnnounced) tell(`${at}: it was not announced`);
          if (!hasMoved(moves, old, next)) tell(`${at}: the target never moved to ${next}`);
          if (merged.has(attempt)) tell(`${at}: ${attempt} was merged before`);
          landing.delete(attempt);
          if (landing.size === 0) intended = null;
          merged.set(attempt, event.commit ?? next);
          // The target moves once for all that land together.
          if (inLog.at(-1)?.next !== next) inLog.push({ by: attempt, next });
          return;
        }
        case "repo.reverted":
          if (merged.get(event.attempt) !== event.commit) tell(`${at}: it was never merged`);
          merged.delete(event.attempt);
          inLog.push({ by: event.attempt, next: event.revert });
          return;
        case "repo.merge-failed":
          if (intended?.attempt !== event.attempt) return;
          intended = null;
          landing.clear();
          return;
        case "attempt.integrated":
          if (event.how !== "merged") return;
          if (!merged.has(id)) tell(`${at}: ${id} is not merged`);
          else if (!isSound(merged.get(id) ?? "") && !inReview.has(id)) {
            tell(`${at}: ${id} breaks the check after the merge, and was not taken back`);
          }
          return;
        case "review.requested":
          inReview.add(id);
          return;
        case "attempt.failed":
          if (merged.has(id)) tell(`${at}: ${id} is merged and was not taken back`);
          return;
      }
    },
    end() {
      if (intended) tell(`the merge of ${intended.attempt} is neither done nor given up`);
      // The branch begins where the repository's start point is; that merges nothing.
      const own = moves.filter(({ by, old }) => by !== "director" && old !== null);
      const told = inLog.map(({ next }) => next);
      const moved = own.map(({ next }) => next);
      if (moved.join() !== told.join()) tell(`the target moved to ${moved}; the log says ${told}`);
      const tasks = [...merged.keys()].map((attempt) => attempt.replace(/-g\d+$/, ""));
      const twice = tasks.filter((task, index) => tasks.indexOf(task) !== index);
      if (twice.length > 0) tell(`merged twice: ${twice}`);
    },
  };
}

function hasMoved(moves: readonly Move[], old: string, next: string): boolean {
  return moves.some((move) => move.old === old && move.next === next);
}
