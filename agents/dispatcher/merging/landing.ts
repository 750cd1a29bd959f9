import { Refusal } from "@nightshift/protocol/errors";
import type { RepoCommand } from "@nightshift/protocol/repo";
import type { Try } from "../attempt.ts";
import { tryMove } from "./intended.ts";
import type { Candidate, Outcome } from "./merge.ts";
import { type Car, neverCounts, type Tested } from "./train.ts";
import { repoOf, type Night } from "../night.ts";

/** Announces what is green, moves the target once, and says what became of each. */
export async function land(
  night: Night,
  old: string,
  { green, tests, before }: Omit<Tested, "culprit">,
): Promise<Map<Candidate, Outcome> | "moved"> {
  const [first, ...others] = green;
  const last = green.at(-1);
  if (!first || !last || !tests) return new Map();
  const { attempt, branch, approvedBy } = first.candidate;
  const repo = repoOf(night, attempt.spec.repo);
  const all = (outcome: Outcome) =>
    new Map(green.map(({ candidate }) => [candidate, outcome] as const));
  const next = others.length === 0 ? first.commit : await joined(night, old, last.commit, green);
  const refused = await intend(night, attempt, {
    branch,
    target: repo.target,
    old,
    new: next,
    ...evidenceOf(first.candidate),
    approvedBy,
    mergedTests: {
      passed: tests.passed,
      failed: tests.failed,
      neverCounts: before !== null && neverCounts(before),
    },
    ...(others.length > 0 && { commit: first.commit, others: others.map(companionOf) }),
  });
  if (refused !== null) return all(refused);
  const moved = await carryOut(night, attempt, old, next);
  if (moved === false) return "moved";
  if (moved === "checked-out") return all({ status: "checked-out" });
  return new Map(
    green.map(({ candidate, commit }) => [candidate, { status: "merged", commit } as const]),
  );
}

function evidenceOf({ state }: Candidate) {
  const verdict = state.verified?.verdict ?? "unverifiable";
  return { verdict, decision: state.gated?.decision ?? "rejected" } as const;
}

function companionOf({ candidate, commit }: Car) {
  const { attempt, branch } = candidate;
  return { attempt: attempt.id, branch, commit, ...evidenceOf(candidate) };
}

/**
 * One commit on the target for several merges: those between were never tested on their own, so the
 * target's first-parent line steps over them.
 */
async function joined(
  night: Night,
  old: string,
  last: string,
  cars: readonly Car[],
): Promise<string> {
  const names = cars.map(({ candidate }) => candidate.attempt.spec.name);
  const ids = cars.map(({ candidate }) => `Night-Shift-Attempt: ${candidate.attempt.id}\n`);
  const message = `Merge ${names.join(", ")}\n\n${ids.join("")}`;
  const [first] = cars;
  const { path } = repoOf(night, first?.candidate.attempt.spec.repo ?? "");
  const made = await night.ports.workspace.merge(path, old, last, message);
  if (made.status === "conflict") throw new Error(`${last} does not stand on ${old}`);
  return made.commit;
}

type Intent = Omit<
  Extract<RepoCommand, { type: "repo.intend-merge" }>,
  "type" | "attempt" | "epoch"
>;

/** @returns what becomes of the attempt where a rule forbids its merge; else null. */
async function intend(night: Night, attempt: Try, intent: Intent): Promise<Outcome | null> {
  const { ports, epoch } = night;
  const command = { type: "repo.intend-merge", attempt: attempt.id, epoch, ...intent } as const;
  try {
    await ports.board.handle("repo", attempt.spec.repo, command, { correlation: attempt.task });
    return null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, message: detail } = error;
    if (code === "locked") return { status: "conflict", detail };
    if (code === "not-verified") return { status: "regression", detail };
    throw error;
  }
}

/** Moves the target, and says that it did or why it did not. */
async function carryOut(night: Night, attempt: Try, old: string, next: string) {
  const { ports, epoch } = night;
  const repo = repoOf(night, attempt.spec.repo);
  const ref = `refs/heads/${repo.target}`;
  const moved = await tryMove(ports.workspace, repo.path, ref, old, next);
  const reason = moved === "checked-out" ? "the target is checked out" : "the target moved";
  const command: RepoCommand =
    moved === true
      ? { type: "repo.confirm-merge", attempt: attempt.id, epoch }
      : failure(night, attempt, "moved", reason);
  await ports.board.handle("repo", repo.id, command, { correlation: attempt.task });
  return moved;
}

/** How a merge that came to nothing is told. */
export function failure(
  { epoch }: Night,
  { id }: Try,
  reason: "conflict" | "regression" | "moved",
  detail: string,
): RepoCommand {
  return { type: "repo.fail-merge", attempt: id, epoch, reason, detail: detail.slice(0, 2_000) };
}
