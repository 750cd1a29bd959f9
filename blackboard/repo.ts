import { Refusal } from "@nightshift/protocol/errors";
import type { RepoCommand, RepoEvent } from "@nightshift/protocol/repo";
import type { Decider } from "./decider.ts";
import { fence } from "./fence.ts";
import { evolveRepo, type RepoRecord, type RepoState } from "./repo-state.ts";
import { same } from "./same.ts";
import { disjoint } from "./scope.ts";

export type { RepoState } from "./repo-state.ts";

type Command<T extends RepoCommand["type"]> = Extract<RepoCommand, { type: T }>;

/** Who may work in a repository, and what may reach its target branch (F23, I4, step 9). */
export const repo: Decider<RepoState, RepoCommand, RepoEvent> = {
  initial: { status: "absent" },

  decide(command, state) {
    if (command.type === "repo.register") return register(command, state);
    if (state.status === "absent") {
      throw new Refusal("not-found", "this repository is not registered");
    }
    fence(state.epoch, command.epoch);
    switch (command.type) {
      case "repo.fence": {
        const { epoch } = command;
        return epoch > state.epoch ? [{ type: "repo.fenced", epoch }] : [];
      }
      case "repo.lock":
        return lock(command, state);
      case "repo.unlock": {
        const { task, epoch } = command;
        return state.locks.has(task) ? [{ type: "repo.unlocked", task, epoch }] : [];
      }
      case "repo.publish-branch": {
        const { attempt, branch, commit, epoch } = command;
        if (same(state.branches.get(attempt), { branch, commit })) return [];
        return [{ type: "repo.branch-published", attempt, branch, commit, epoch }];
      }
      case "repo.intend-merge":
        return intend(command, state);
      case "repo.confirm-merge":
        return confirm(command, state);
      case "repo.fail-merge":
        return fail(command, state);
      case "repo.revert":
        return revert(command, state);
    }
  },

  evolve: evolveRepo,
};

function register(command: Command<"repo.register">, state: RepoState): RepoEvent[] {
  const { type: _, ...told } = command;
  if (state.status === "registered") {
    const { name, path, target, testCommand, policy } = state;
    if (same(told, { name, path, target, testCommand, policy })) return [];
  }
  return [{ type: "repo.registered", ...told }];
}

/** One task at a time, unless paths cannot meet or the director lets them (F23). */
function lock(command: Command<"repo.lock">, { locks }: RepoRecord): RepoEvent[] {
  const { task, epoch, scope, parallelMax, overlap } = command;
  if (locks.has(task)) return [];
  const held = [...locks];
  if (held.length > 0 && held.length >= parallelMax) {
    throw new Refusal("locked", `${held.length} tasks work here, which is the most allowed`);
  }
  const inTheWay = held.find(([, other]) => !overlap && !disjoint(scope, other));
  if (inTheWay) throw new Refusal("locked", `${inTheWay[0]} works on the same paths`);
  return [{ type: "repo.locked", task, epoch, scope }];
}

function intend(command: Command<"repo.intend-merge">, state: RepoRecord): RepoEvent[] {
  const { attempt, branch, target, old, new: next, epoch, approvedBy, mergedTests } = command;
  const outcome = state.outcomes.get(attempt)?.status;
  if (outcome === "merged") return [];
  if (outcome === "reverted") throw new Refusal("out-of-order", `${attempt} was taken back`);
  const own = command.commit === undefined ? {} : { commit: command.commit };
  const others = (command.others ?? []).map(({ attempt, branch, commit }) => {
    return { attempt, branch, commit };
  });
  if (same(state.intended, { attempt, branch, target, old, new: next, others, ...own })) return [];
  needsEvidence(command);
  needsCompanions(command, state);
  if (state.intended) {
    throw new Refusal("locked", `the merge of ${state.intended.attempt} is not done yet`);
  }
  const { passed } = mergedTests;
  return [
    {
      type: "repo.merge-intended",
      attempt,
      branch,
      target,
      old,
      new: next,
      testsPassed: passed ?? 0,
      ...(passed === null ? { testsUncounted: true } : {}),
      approvedBy,
      epoch,
      ...(others.length > 0 ? { others } : {}),
      ...own,
    },
  ];
}

/**
 * Nothing reaches a target branch without a pass, an accepted gate and green tests on the merged
 * tree (I4). A director may let through what is escalated or cannot be shown, never what fails.
 * A runner that never counts is taken by the end of its command, as it is for the verdict.
 */
function needsEvidence(command: Command<"repo.intend-merge">): void {
  const { attempt, verdict, decision, approvedBy, mergedTests } = command;
  const byPerson = approvedBy !== "" && approvedBy !== "gate";
  if (decision !== "accepted" && !(decision === "escalated" && byPerson)) {
    throw new Refusal("not-accepted", `the gate has ${decision} ${attempt}`);
  }
  if (verdict !== "pass" && !(verdict === "unverifiable" && byPerson)) {
    throw new Refusal("not-verified", `the verdict on ${attempt} is ${verdict}`);
  }
  const { passed, failed, neverCounts } = mergedTests;
  if (failed !== null && failed !== 0) {
    throw new Refusal("not-verified", `${failed} tests fail on the merged tree of ${attempt}`);
  }
  if (passed === null && !neverCounts && !byPerson) {
    throw new Refusal("not-verified", `no tests are counted on the merged tree of ${attempt}`);
  }
  if (passed !== null && !(passed > 0) && !byPerson) {
    throw new Refusal("not-verified", `no test ran on the merged tree of ${attempt}`);
  }
}

/** A person's word is for the attempt they looked at: what lands with it needs the gate's (I4). */
function needsCompanions(command: Command<"repo.intend-merge">, { outcomes }: RepoRecord): void {
  const landing = new Set([command.attempt]);
  for (const { attempt, verdict, decision } of command.others ?? []) {
    const known = outcomes.get(attempt)?.status;
    if (known === "merged" || known === "reverted") {
      throw new Refusal("out-of-order", `${attempt} is ${known} already`);
    }
    if (landing.has(attempt)) throw new Refusal("out-of-order", `${attempt} would land twice`);
    landing.add(attempt);
    needsEvidence({ ...command, attempt, verdict, decision, approvedBy: "gate" });
  }
}

function confirm(
  { attempt, epoch }: Command<"repo.confirm-merge">,
  state: RepoRecord,
): RepoEvent[] {
  if (state.outcomes.get(attempt)?.status === "merged") return [];
  const { target, old, new: next, others, ...own } = needsIntended(attempt, state);
  const moved = { type: "repo.merged", target, old, new: next, epoch } as const;
  const first = own.commit === undefined ? {} : { commit: own.commit };
  return [
    { ...moved, attempt, ...first },
    ...others.map(({ attempt, commit }) => ({ ...moved, attempt, commit })),
  ];
}

/** "Moved" ends an intention; a conflict or a regression may be why none was ever formed. */
function fail(command: Command<"repo.fail-merge">, state: RepoRecord): RepoEvent[] {
  const { attempt, reason, detail, epoch } = command;
  const outcome = state.outcomes.get(attempt);
  if (same(outcome, { status: "failed", reason, detail })) return [];
  if (outcome?.status === "reverted") return [];
  if (reason === "moved") needsIntended(attempt, state);
  if (outcome?.status === "merged") {
    throw new Refusal("out-of-order", `${attempt} is merged: revert it`);
  }
  return [{ type: "repo.merge-failed", attempt, reason, detail, epoch }];
}

function needsIntended(attempt: string, { intended }: RepoRecord) {
  if (intended?.attempt === attempt) return intended;
  throw new Refusal("out-of-order", `no merge of ${attempt} was intended`);
}

function revert(command: Command<"repo.revert">, state: RepoRecord): RepoEvent[] {
  const { attempt, target, commit, revert, reason, epoch } = command;
  const outcome = state.outcomes.get(attempt)?.status;
  if (outcome === "reverted") return [];
  if (outcome !== "merged") throw new Refusal("out-of-order", `${attempt} was never merged`);
  return [{ type: "repo.reverted", attempt, target, commit, revert, reason, epoch }];
}
