import type { Landing } from "@nightshift/projections/landings";
import { markdown } from "@nightshift/projections/words/markdown";
import { DAY_MS } from "@nightshift/protocol/clock";
import { Unavailable } from "@nightshift/protocol/errors";
import type { Forge } from "../../forge.ts";
import { mustLead } from "../leading.ts";
import { SIGNATURE } from "./request-body.ts";
import { namesOf } from "./request-words.ts";
import { repoOf, say, settingsOf, type Night } from "../night.ts";

/**
 * Looks at the checks of what was merged at a forge. Where they fail a request is opened that takes
 * it back (E16): the target there is nobody's to move but its reviewers'. The failing checks are in
 * the log first, so a leader that dies in between is followed by one that looks for the request. Of
 * a merge that is known to be red the request is tried, and looked at, as long as any review waits.
 */
export async function watchLanding(
  night: Night,
  forge: Forge,
  attempt: string,
  { commit, failures: known, ...landed }: Landing,
): Promise<void> {
  const { board, clock } = night.ports;
  const about = { correlation: landed.task };
  const ageMs = clock.now() - landed.atMs;
  const { landingWatchMs, reviewIgnoredDays } = settingsOf(night);
  if (commit === null || ageMs > landingWatchMs + reviewIgnoredDays * DAY_MS) return;
  if (landed.revert !== null) return watchRevert(night, forge, attempt, landed.revert, about);
  let failures = known;
  if (failures.length === 0) {
    if (ageMs > landingWatchMs) return;
    const { outcome, failures: named } = await forge.checks(commit);
    if (outcome === "pending" || outcome === "none") return;
    failures = namesOf(named);
    const told = { type: "review.note-checks", commit, outcome, failures } as const;
    await mustLead(night);
    await board.handle("review", attempt, told, about);
    if (outcome === "passed") return;
  }
  const why = `the checks fail after the merge: ${failures.join(", ")}`.slice(0, 2_000);
  const request = await revertRequest(night, forge, { ...landed, attempt }, commit, why);
  const { number, url } = request;
  const told = { type: "review.note-revert-request", commit, number, url, why } as const;
  await mustLead(night);
  await board.handle("review", attempt, told, about);
  say(night, landed.task, `${landed.branch}: ${why}; ${url} takes it back`, "bad");
}

/** Whether what takes it back was merged there: only then it is. */
async function watchRevert(
  night: Night,
  forge: Forge,
  attempt: string,
  number: number,
  about: { correlation: string },
): Promise<void> {
  const { state, mergedAs, commit } = await forge.look(number);
  if (state !== "merged") return;
  const told = { type: "review.note-revert", commit: mergedAs ?? commit } as const;
  await mustLead(night);
  await night.ports.board.handle("review", attempt, told, about);
}

async function revertRequest(
  night: Night,
  forge: Forge,
  { repo, branch, attempt }: Pick<Landing, "repo" | "branch"> & { attempt: string },
  commit: string,
  why: string,
) {
  const { workspace } = night.ports;
  const { path } = repoOf(night, repo);
  const back = branch.replace(/^nightshift\//, "nightshift/revert-");
  const known = await forge.find(back);
  if (known !== null) return known;
  if (!(await forge.bring(commit))) throw new Unavailable(`${commit} is not at the forge`);
  const title = `Take back ${branch}`;
  const message = `${title}\n\n${why}\n\nNight-Shift-Reverts: ${commit}\n`;
  const undone = await workspace.revert(path, commit, commit, message);
  if (undone.status === "conflict") throw new Error(`${commit} cannot be taken back from itself`);
  // A revert that was pushed by a leader that died says the same, by another commit.
  await forge.push(back, undone.commit, null);
  return forge.open({
    branch: back,
    title,
    body: `${markdown(why)}\n\n${SIGNATURE} ${attempt}.\n`,
  });
}
