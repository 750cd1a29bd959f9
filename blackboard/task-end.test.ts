import { expect, test } from "vitest";
import { spec, stateAfter } from "./spec.ts";
import {
  admitted,
  children,
  claim,
  claimed,
  complete,
  completed,
  giveBack,
  proposed,
  release,
  released,
  returned,
  split,
} from "./task-story.ts";
import { FREE_RELEASES_MAX, task } from "./task.ts";

const { given } = spec(task);

test("a limit, a lost worker, a conflict and Ctrl-C cost no try (I7)", () => {
  for (const reason of ["deferred", "lost", "conflict", "cancelled"] as const) {
    given(proposed, admitted, claimed)
      .when({ ...release, reason, triesMax: 1 })
      .thenEvents({ ...released, reason });
  }
});

test("a failed attempt costs a try, and the last one abandons the task (E14)", () => {
  const failed = { ...released, reason: "failed", untilMs: null } as const;
  given(proposed, admitted, claimed)
    .when({ ...release, reason: "failed", untilMs: null })
    .thenEvents(failed);
  given(proposed, admitted, claimed, failed, { ...claimed, generation: 2 })
    .when({ ...release, reason: "failed", untilMs: null, generation: 2, triesMax: 2 })
    .thenEvents(
      { ...failed, generation: 2 },
      { type: "task.abandoned", reason: "abandoned after 2 tries" },
    );
});

test("releases that cost no try have a maximum all the same (I8)", () => {
  const rounds = Array.from({ length: FREE_RELEASES_MAX - 1 }, (_, index) => [
    { ...claimed, generation: index + 1 },
    { ...released, generation: index + 1 },
  ]).flat();
  const last = { ...claimed, generation: FREE_RELEASES_MAX };
  given(proposed, admitted, ...rounds, last)
    .when({ ...release, generation: FREE_RELEASES_MAX })
    .thenEvents(
      { ...released, generation: FREE_RELEASES_MAX },
      {
        type: "task.abandoned",
        reason: "abandoned: given back 50 times in a row without a try",
      },
    );
});

test("a try in between starts the count of free releases anew", () => {
  const rounds = Array.from({ length: FREE_RELEASES_MAX - 1 }, (_, index) => [
    { ...claimed, generation: index + 1 },
    index === 3 ? { ...returned, generation: index + 1 } : { ...released, generation: index + 1 },
  ]).flat();
  const last = { ...claimed, generation: FREE_RELEASES_MAX };
  given(proposed, admitted, ...rounds, last)
    .when({ ...release, generation: FREE_RELEASES_MAX })
    .thenEvents({ ...released, generation: FREE_RELEASES_MAX });
});

test("a rejected attempt goes back with its critique, until the tries are used up", () => {
  given(proposed, admitted, claimed).when(giveBack).thenEvents(returned);
  given(proposed, admitted, claimed)
    .when({ ...giveBack, triesMax: 1 })
    .thenEvents(returned, { type: "task.abandoned", reason: "abandoned after 1 try" });
});

test("the critique stays with the task until the next try is judged", () => {
  const { critique } = returned;
  const again = { ...claimed, generation: 2 };
  expect(stateAfter(task, [proposed, admitted, claimed, returned])).toMatchObject({ critique });
  expect(stateAfter(task, [proposed, admitted, claimed, returned, again])).toMatchObject({
    critique,
    tries: 1,
  });
});

test("a task is completed once, by the generation that holds it (I2)", () => {
  given(proposed, admitted, claimed).when(complete).thenEvents(completed);
  given(proposed, admitted, claimed, completed).when(complete).thenNothing();
  given(proposed, admitted, claimed, completed)
    .when({ ...complete, outcome: "filed" })
    .thenRefuses("stale");
});

test("a zombie completes, releases, returns and splits nothing", () => {
  const later = [proposed, admitted, claimed, released, { ...claimed, generation: 2 }] as const;
  given(...later)
    .when(complete)
    .thenRefuses("stale");
  given(...later)
    .when(release)
    .thenRefuses("stale");
  given(...later)
    .when(giveBack)
    .thenRefuses("stale");
  given(...later)
    .when({ type: "task.split", epoch: 1, generation: 1, children: ["a", "b"], reason: "big" })
    .thenRefuses("stale");
});

test("what was given back since is not given back by an earlier generation", () => {
  const later = [
    proposed,
    admitted,
    claimed,
    released,
    { ...claimed, generation: 2 },
    { ...released, generation: 2 },
  ] as const;
  given(...later)
    .when(release)
    .thenRefuses("stale");
  given(...later)
    .when({ ...release, generation: 2 })
    .thenNothing();
});

test("a leader of an older epoch abandons nothing", () =>
  given(proposed, admitted, { ...claimed, epoch: 2 })
    .when({ type: "task.abandon", epoch: 1, reason: "gone" })
    .thenRefuses("stale"));

test("a task is split in one way", () => {
  const command = { type: "task.split", epoch: 1, generation: 1, reason: "large" } as const;
  given(proposed, admitted, claimed, split)
    .when({ ...command, children: ["one-1", "other-2"] })
    .thenRefuses("stale");
  given(proposed, admitted, claimed, split)
    .when({ ...command, generation: 2, children: ["one-1", "two-2"] })
    .thenRefuses("stale");
  given(proposed, admitted, claimed, split)
    .when({ ...command, children: ["one-1", "two-2"] })
    .thenNothing();
});

test("a leader of an older epoch gives nothing back and splits nothing, not even again", () => {
  given(proposed, admitted, claimed, { ...released, epoch: 2 })
    .when(release)
    .thenRefuses("stale");
  given(proposed, admitted, claimed, { ...returned, epoch: 2 })
    .when(giveBack)
    .thenRefuses("stale");
  given(proposed, admitted, claimed, { ...split, epoch: 2 })
    .when({ type: "task.split", epoch: 1, generation: 1, children: ["one-1", "two-2"], reason: "" })
    .thenRefuses("stale");
});

test("a leader of an older epoch completes nothing", () =>
  given(proposed, admitted, { ...claimed, epoch: 2 })
    .when(complete)
    .thenRefuses("stale"));

test("a task is split by who holds it, and completed by its children", () => {
  given(proposed, admitted, claimed)
    .when({
      type: "task.split",
      epoch: 1,
      generation: 1,
      children: ["one-1", "two-2"],
      reason: "over 8,000 tokens",
    })
    .thenEvents(split);
  given(proposed, admitted, claimed, split)
    .when(children)
    .thenEvents({ type: "task.completed", generation: null, outcome: "children" });
});

test("a task that was not split is not completed by children", () => {
  given(proposed, admitted, claimed).when(children).thenRefuses("stale");
  given(proposed, admitted, claimed)
    .when({ ...complete, outcome: "children" })
    .thenRefuses("not-allowed");
  given(proposed, admitted, claimed, split).when(complete).thenRefuses("stale");
});

test("a split task is neither claimed nor given back", () => {
  given(proposed, admitted, claimed, split).when(claim).thenRefuses("not-open");
  given(proposed, admitted, claimed, split).when(release).thenRefuses("stale");
});

test("the director may abandon a task at any time before it is completed", () => {
  const abandon = { type: "task.abandon", epoch: null, reason: "no longer wanted" } as const;
  const abandoned = { type: "task.abandoned", reason: "no longer wanted" } as const;
  given(proposed).when(abandon).thenEvents(abandoned);
  given(proposed, admitted, claimed).when(abandon).thenEvents(abandoned);
  given(proposed, admitted, claimed, completed).when(abandon).thenRefuses("not-open");
  given(proposed, admitted, claimed, abandoned).when(complete).thenRefuses("stale");
});

test("of a task that nobody proposed nothing can be asked", () =>
  given().when(claim).thenRefuses("not-found"));
