import type { Recorded } from "@nightshift/protocol/envelope";
import type { Fact } from "./digest.ts";
import type { Night } from "./night.ts";
import { COMMIT_CHARS, EXCERPT_CHARS_MAX, MODEL_CHARS_MAX, PATH_CHARS_MAX } from "./sizes.ts";
import { tellAttempt } from "./work.ts";
import { idOf } from "@nightshift/protocol/ids";
import { plain } from "../words/plain.ts";
import { taskOf } from "../task-of.ts";

/** What was approved and merged is told there, once; a merge at a forge is told here. */
export function inReview(night: Night): Fact[] {
  const merged = new Set(night.all("repo.merged").map(({ event }) => event.attempt));
  const open = night.all("review.requested").filter(({ event }) => !merged.has(event.attempt));
  const latest = new Map(open.map((requested) => [requested.event.attempt, requested]));
  return [...latest.values()].map((recorded) => {
    const { attempt, branch, why } = recorded.event;
    const { said, behind, command } = standing(night, attempt, recorded.position);
    const published = night.of("review.published", attempt);
    const at = published ? `, ${plain(published.event.url, PATH_CHARS_MAX)}` : "";
    const on = `on ${plain(branch, PATH_CHARS_MAX)}${at}`;
    const text = `${said}, ${on}: ${plain(why, EXCERPT_CHARS_MAX)}`;
    const fact = tellAttempt(night, attempt, text, [recorded, published, ...behind]);
    return { ...fact, command };
  });
}

/** How a review stands now. What was said before it was asked for anew was taken back. */
function standing(
  night: Night,
  attempt: string,
  position: bigint,
): { said: string; behind: (Recorded | undefined)[]; command: string } {
  const since = <R extends Recorded>(told: R | undefined) =>
    told && told.position > position ? told : undefined;
  const reverted = since(night.of("review.reverted", attempt));
  const toRevert = since(night.of("review.revert-requested", attempt));
  const merged = since(night.of("review.merged", attempt));
  const back = since(night.of("review.sent-back", attempt));
  const rejected = since(night.of("review.rejected", attempt));
  const ignored = since(night.of("review.ignored", attempt));
  const approved = since(night.of("review.approved", attempt));
  const redo = `nightshift redo ${taskOf(attempt)} --note "…"`;
  const look = `nightshift review ${attempt}`;
  if (reverted) {
    const by = `merged, and taken back by ${reverted.event.commit.slice(0, COMMIT_CHARS)}`;
    return { said: by, behind: [reverted], command: redo };
  }
  if (toRevert) {
    const by = plain(toRevert.event.url, PATH_CHARS_MAX);
    return { said: `merged, and to be taken back by ${by}`, behind: [toRevert], command: redo };
  }
  if (merged) {
    const as = merged.event.commit.slice(0, COMMIT_CHARS);
    return { said: `merged by others as ${as}`, behind: [merged], command: look };
  }
  if (back) return { said: `sent back, round ${back.event.round}`, behind: [back], command: redo };
  if (rejected) {
    return { said: `rejected by ${byWhom(rejected.event.by)}`, behind: [rejected], command: redo };
  }
  const approve = `nightshift approve ${attempt}`;
  if (ignored) return { said: "waited, and nobody answered", behind: [ignored], command: approve };
  if (approved) {
    return {
      said: `approved by ${byWhom(approved.event.by)}`,
      behind: [approved],
      command: approve,
    };
  }
  return { said: "waits for you", behind: [], command: approve };
}

function byWhom(name: string): string {
  return name === "director" ? "you" : plain(name, MODEL_CHARS_MAX);
}

/** What reviewers said in this night of what earlier ones left them, at a forge for the most part. */
export function answered(night: Night): Fact[] {
  const own = new Set(night.all("review.requested").map(({ stream }) => idOf(stream)));
  const told = new Set(night.all("repo.merged").map(({ event }) => event.attempt));
  const said = [
    ...night.all("review.merged"),
    ...night.all("review.sent-back"),
    ...night.all("review.rejected"),
    ...night.all("review.ignored"),
    ...night.all("review.revert-requested"),
    ...night.all("review.reverted"),
  ];
  const about = new Set(said.map(({ stream }) => idOf(stream)));
  return [...about]
    .filter((attempt) => !own.has(attempt) && !told.has(attempt))
    .map((attempt) => {
      const { said: how, behind, command } = standing(night, attempt, 0n);
      return { ...tellAttempt(night, attempt, how, behind), command };
    });
}
