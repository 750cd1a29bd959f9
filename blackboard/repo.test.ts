import type { RepoCommand, RepoEvent } from "@nightshift/protocol/repo";
import { test } from "vitest";
import { registered, told } from "./repo-example.ts";
import { repo } from "./repo.ts";
import { spec } from "./spec.ts";

const { given } = spec(repo);
const lock = {
  type: "repo.lock" as const,
  task: "one",
  epoch: 1,
  scope: ["src/a/**"],
  parallelMax: 2,
  overlap: false,
} satisfies RepoCommand;
const locked: RepoEvent = { type: "repo.locked", task: "one", epoch: 1, scope: ["src/a/**"] };
const move = {
  attempt: "one-g1",
  branch: "nightshift/one",
  target: "nightshift/main",
  old: "a".repeat(40),
  new: "b".repeat(40),
} as const;
const intend = {
  type: "repo.intend-merge",
  ...move,
  epoch: 1,
  verdict: "pass",
  decision: "accepted",
  approvedBy: "gate",
  mergedTests: { passed: 12, failed: 0, neverCounts: false },
} as const;
const intended = {
  type: "repo.merge-intended",
  ...move,
  testsPassed: 12,
  approvedBy: "gate",
  epoch: 1,
} as const;
const merged = {
  type: "repo.merged",
  attempt: "one-g1",
  target: "nightshift/main",
  old: move.old,
  new: move.new,
  epoch: 1,
} as const;
const failed = {
  type: "repo.merge-failed",
  attempt: "one-g1",
  reason: "moved",
  detail: "the target moved",
  epoch: 1,
} as const;
const fail = { ...failed, type: "repo.fail-merge" } as const;
const confirm = { type: "repo.confirm-merge", attempt: "one-g1", epoch: 1 } as const;
const revert = {
  type: "repo.revert",
  attempt: "one-g1",
  epoch: 1,
  target: "nightshift/main",
  commit: move.new,
  revert: "c".repeat(40),
  reason: "breaks the build",
} as const;
const reverted: RepoEvent = { ...revert, type: "repo.reverted" };

test("a repository is registered, and again when the director changed it", () => {
  given()
    .when({ type: "repo.register", ...told })
    .thenEvents(registered);
  given(registered)
    .when({ type: "repo.register", ...told, testCommand: "npm run t" })
    .thenEvents({ ...registered, testCommand: "npm run t" });
});

test("nothing is asked of a repository that is not registered", () =>
  given().when(lock).thenRefuses("not-found"));

test("one task at a time works in a repository that allows no more (F23)", () => {
  given(registered).when(lock).thenEvents(locked);
  given(registered, locked)
    .when({ ...lock, task: "two", scope: ["docs/**"], parallelMax: 1 })
    .thenRefuses("locked");
});

test("the same task locks once", () => given(registered, locked).when(lock).thenNothing());

test("tasks whose declared paths cannot meet work at once", () =>
  given(registered, locked)
    .when({ ...lock, task: "two", scope: ["src/b/**", "docs/*.md"] })
    .thenEvents({ type: "repo.locked", task: "two", epoch: 1, scope: ["src/b/**", "docs/*.md"] }));

test("tasks whose paths may meet, or that declare none, wait for each other", () => {
  for (const scope of [
    [],
    ["src/**"],
    ["src/a/x.ts"],
    ["**/*.ts"],
    ["SRC/A/y.ts"],
    ["./src/a/z"],
  ]) {
    given(registered, locked)
      .when({ ...lock, task: "two", scope })
      .thenRefuses("locked");
  }
});

test("the director may let tasks overlap, up to a number", () => {
  const two: RepoEvent = { type: "repo.locked", task: "two", epoch: 1, scope: [] };
  given(registered, locked)
    .when({ ...lock, task: "two", scope: [], overlap: true })
    .thenEvents(two);
  given(registered, locked, two)
    .when({ ...lock, task: "three", scope: [], overlap: true })
    .thenRefuses("locked");
});

test("a lock is given back once", () => {
  const unlock = { type: "repo.unlock", task: "one", epoch: 1 } as const;
  given(registered, locked)
    .when(unlock)
    .thenEvents({ type: "repo.unlocked", task: "one", epoch: 1 });
  given(registered).when(unlock).thenNothing();
});

test("a leader of an older epoch neither locks nor merges", () => {
  const later: RepoEvent = { type: "repo.locked", task: "two", epoch: 2, scope: ["z"] };
  given(registered, later).when(lock).thenRefuses("stale");
  given(registered, later).when(intend).thenRefuses("stale");
  given(registered, intended, { ...failed, epoch: 2 })
    .when(intend)
    .thenRefuses("stale");
});

test("a branch is published once a commit", () =>
  given(registered)
    .when({
      type: "repo.publish-branch",
      attempt: "one-g1",
      branch: "nightshift/one",
      commit: move.new,
      epoch: 1,
    })
    .thenEvents({
      type: "repo.branch-published",
      attempt: "one-g1",
      branch: "nightshift/one",
      commit: move.new,
      epoch: 1,
    }));

test("what passed, was accepted and is green on the merged tree may be merged (I4)", () =>
  given(registered).when(intend).thenEvents(intended));

test("what the gate did not accept reaches no target branch (I4)", () => {
  given(registered)
    .when({ ...intend, decision: "rejected" })
    .thenRefuses("not-accepted");
  given(registered)
    .when({ ...intend, decision: "rejected", approvedBy: "director" })
    .thenRefuses("not-accepted");
  given(registered)
    .when({ ...intend, decision: "escalated" })
    .thenRefuses("not-accepted");
  given(registered)
    .when({ ...intend, decision: "escalated", approvedBy: "" })
    .thenRefuses("not-accepted");
});

test("the director may approve what was escalated, also where it could not be shown", () => {
  given(registered)
    .when({ ...intend, decision: "escalated", approvedBy: "director" })
    .thenEvents({ ...intended, approvedBy: "director" });
  given(registered)
    .when({ ...intend, decision: "escalated", approvedBy: "director", verdict: "unverifiable" })
    .thenEvents({ ...intended, approvedBy: "director" });
});

test("what fails or could not be shown is not merged by the gate alone (I4)", () => {
  given(registered)
    .when({ ...intend, verdict: "unverifiable" })
    .thenRefuses("not-verified");
  given(registered)
    .when({ ...intend, verdict: "fail" })
    .thenRefuses("not-verified");
  given(registered)
    .when({ ...intend, verdict: "fail", decision: "escalated", approvedBy: "director" })
    .thenRefuses("not-verified");
});

test("a red or unseen test run on the merged tree stops the merge (I4)", () => {
  given(registered)
    .when({ ...intend, mergedTests: { passed: 12, failed: 1, neverCounts: false } })
    .thenRefuses("not-verified");
  given(registered)
    .when({
      ...intend,
      approvedBy: "director",
      mergedTests: { passed: 12, failed: 1, neverCounts: false },
    })
    .thenRefuses("not-verified");
  given(registered)
    .when({ ...intend, mergedTests: { passed: 0, failed: 0, neverCounts: false } })
    .thenRefuses("not-verified");
  given(registered)
    .when({
      ...intend,
      approvedBy: "director",
      mergedTests: { passed: 0, failed: 0, neverCounts: false },
    })
    .thenEvents({ ...intended, approvedBy: "director", testsPassed: 0 });
});

test("a run that counts nothing is told as such, never as one test; zero tests are none", () => {
  const uncounted = { ...intended, testsPassed: 0, testsUncounted: true } as const;
  given(registered)
    .when({ ...intend, mergedTests: { passed: null, failed: null, neverCounts: true } })
    .thenEvents(uncounted);
  const lost = { passed: null, failed: null, neverCounts: false };
  given(registered)
    .when({ ...intend, mergedTests: lost })
    .thenRefuses("not-verified");
  given(registered)
    .when({ ...intend, mergedTests: lost, approvedBy: "director" })
    .thenEvents({ ...uncounted, approvedBy: "director" });
  given(registered)
    .when({ ...intend, mergedTests: { passed: null, failed: 1, neverCounts: true } })
    .thenRefuses("not-verified");
  given(registered)
    .when({ ...intend, mergedTests: { passed: 0, failed: null, neverCounts: false } })
    .thenRefuses("not-verified");
});

test("one merge is under way at a time", () =>
  given(registered, intended)
    .when({ ...intend, attempt: "two-g1" })
    .thenRefuses("locked"));

test("only what was intended is confirmed", () => {
  given(registered, intended).when(confirm).thenEvents(merged);
  given(registered).when(confirm).thenRefuses("out-of-order");
  given(registered, { ...intended, attempt: "two-g1" })
    .when(confirm)
    .thenRefuses("out-of-order");
});

test("nothing is merged twice", () => {
  given(registered, intended, merged).when(intend).thenNothing();
  given(registered, intended, merged).when(confirm).thenNothing();
});

test("a merge whose target moved has failed, and may be intended anew", () => {
  given(registered, intended).when(fail).thenEvents(failed);
  given(registered).when(fail).thenRefuses("out-of-order");
  given(registered, intended, merged).when(fail).thenRefuses("out-of-order");
  given(registered, intended, failed).when(intend).thenEvents(intended);
});

test("a conflict or a regression is told also where it kept a merge from being intended", () => {
  const conflict = { ...fail, reason: "conflict", detail: "src/a.ts" } as const;
  given(registered)
    .when(conflict)
    .thenEvents({ ...failed, reason: "conflict", detail: "src/a.ts" });
  given(registered, intended, merged).when(conflict).thenRefuses("out-of-order");
});

test("only what was merged is taken back, and once", () => {
  given(registered, intended, merged).when(revert).thenEvents(reverted);
  given(registered, intended).when(revert).thenRefuses("out-of-order");
  given(registered, intended, merged, reverted).when(revert).thenNothing();
  given(registered, intended, merged, reverted).when(intend).thenRefuses("out-of-order");
});

test("a leader fences a repository before it does anything there, once", () => {
  const fenced = { type: "repo.fenced", epoch: 2 } as const;
  given(registered).when({ type: "repo.fence", epoch: 2 }).thenEvents(fenced);
  given(registered, fenced).when({ type: "repo.fence", epoch: 2 }).thenNothing();
  given(registered, fenced).when({ type: "repo.fence", epoch: 1 }).thenRefuses("stale");
  given(registered, fenced).when(lock).thenRefuses("stale");
});
