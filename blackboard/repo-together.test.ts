import type { RepoEvent } from "@nightshift/protocol/repo";
import { test } from "vitest";
import { registered } from "./repo-example.ts";
import { repo } from "./repo.ts";
import { spec } from "./spec.ts";

const { given } = spec(repo);
const c = "c".repeat(40);
const d = "d".repeat(40);
const move = {
  attempt: "one-g1",
  branch: "nightshift/one",
  target: "nightshift/main",
  old: "a".repeat(40),
  new: "b".repeat(40),
} as const;
const other = { attempt: "two-g1", branch: "nightshift/two", commit: d } as const;
const together = {
  type: "repo.intend-merge",
  ...move,
  epoch: 1,
  verdict: "pass",
  decision: "accepted",
  approvedBy: "gate",
  mergedTests: { passed: 12, failed: 0, neverCounts: false },
  commit: c,
  others: [{ ...other, verdict: "pass", decision: "accepted" }],
} as const;
const intendedTogether = {
  type: "repo.merge-intended",
  ...move,
  testsPassed: 12,
  approvedBy: "gate",
  epoch: 1,
  others: [{ ...other }],
  commit: c,
} satisfies RepoEvent;
const merged = {
  type: "repo.merged",
  attempt: "one-g1",
  target: "nightshift/main",
  old: move.old,
  new: move.new,
  epoch: 1,
} as const;

test("what was tested as one tree lands in one move, and each is told with its own merge", () => {
  given(registered).when(together).thenEvents(intendedTogether);
  given(registered, intendedTogether).when(together).thenNothing();
  given(registered, intendedTogether)
    .when({ type: "repo.confirm-merge", attempt: "one-g1", epoch: 1 })
    .thenEvents({ ...merged, commit: c }, { ...merged, attempt: "two-g1", commit: d });
});

test("each of those that land together needs evidence of its own (I4)", () => {
  const [one] = together.others;
  for (const [change, code] of [
    [{ decision: "rejected" }, "not-accepted"],
    [{ verdict: "fail" }, "not-verified"],
  ] as const) {
    given(registered)
      .when({ ...together, others: [{ ...one, ...change }] })
      .thenRefuses(code);
  }
});

test("a director's word for one attempt lets nothing else through with it (I4)", () => {
  const approved = { ...together, decision: "escalated", approvedBy: "director" } as const;
  const [one] = together.others;
  given(registered)
    .when(approved)
    .thenEvents({ ...intendedTogether, approvedBy: "director" });
  for (const [change, code] of [
    [{ decision: "escalated" }, "not-accepted"],
    [{ verdict: "unverifiable" }, "not-verified"],
  ] as const) {
    given(registered)
      .when({ ...approved, others: [{ ...one, ...change }] })
      .thenRefuses(code);
  }
  given(registered)
    .when({ ...approved, mergedTests: { passed: 0, failed: 0, neverCounts: false } })
    .thenRefuses("not-verified");
});

test("what landed, or lands already, does not land a second time", () => {
  const [one] = together.others;
  const landed: RepoEvent = { ...merged, attempt: "two-g1", commit: d };
  const { target } = move;
  const takenBack: RepoEvent = {
    type: "repo.reverted",
    attempt: "two-g1",
    target,
    commit: d,
    revert: c,
    reason: "breaks the build",
    epoch: 1,
  };
  given(registered, landed).when(together).thenRefuses("out-of-order");
  given(registered, landed, takenBack).when(together).thenRefuses("out-of-order");
  given(registered)
    .when({ ...together, others: [one, one] })
    .thenRefuses("out-of-order");
  given(registered)
    .when({ ...together, others: [{ ...one, attempt: "one-g1" }] })
    .thenRefuses("out-of-order");
});
