import type { TaskCommand, TaskEvent, TaskSpec } from "@nightshift/protocol/task";
import { test } from "vitest";
import { spec } from "./spec.ts";
import { FREE_RELEASES_MAX, task } from "./task.ts";

const { given } = spec(task);
const told: TaskSpec = {
  name: "META-009",
  title: "Fix the flaky test",
  text: "It fails every third run.",
  repo: "shop-abc",
  category: "capability",
  priority: 2,
  output: "code",
  success: [{ kind: "command", command: "npm test" }],
  scope: [],
  tags: [],
  model: null,
  dependsOn: [],
  drops: [],
  parent: null,
  depth: 0,
  source: "director",
};
const proposed = { type: "task.proposed", spec: told } as const;
const admitted: TaskEvent = { type: "task.admitted", by: "planner", evidence: [] };
const parked = { type: "task.parked", reason: "vague", question: "Which test?" } as const;
const claimed = {
  type: "task.claimed",
  agent: "a",
  generation: 1,
  epoch: 1,
  leaseMs: 60_000,
} as const;
const released = {
  type: "task.released",
  generation: 1,
  reason: "deferred",
  untilMs: 5_000,
  epoch: 1,
} as const;
const returned = {
  type: "task.returned",
  generation: 1,
  flag: "needs-improvement",
  critique: "it drops the header",
  epoch: 1,
} as const;
const claim = { type: "task.claim", agent: "a", epoch: 1, leaseMs: 60_000, nowMs: 1_000 } as const;
const release = {
  type: "task.release",
  epoch: 1,
  generation: 1,
  reason: "deferred",
  untilMs: 5_000,
  triesMax: 3,
} as const;
const giveBack = {
  type: "task.return",
  epoch: 1,
  generation: 1,
  critique: "it drops the header",
  triesMax: 3,
} as const;
const complete = { type: "task.complete", epoch: 1, generation: 1, outcome: "merged" } as const;
const completed = { type: "task.completed", generation: 1, outcome: "merged" } as const;
const split: TaskEvent = {
  type: "task.split",
  children: ["one-1", "two-2"],
  reason: "over 8,000 tokens",
  epoch: 1,
};
const children = { type: "task.complete", epoch: 1, generation: null, outcome: "children" } as const;

test("a task is proposed once", () => {
  const propose = { type: "task.propose", spec: told, followUpDepthMax: 1 } as const;
  given().when(propose).thenEvents(proposed);
  given(proposed, admitted, claimed).when(propose).thenNothing();
});

test("another task under the same name is refused: it must be amended", () =>
  given(proposed)
    .when({ type: "task.propose", spec: { ...told, priority: 1 }, followUpDepthMax: 1 })
    .thenRefuses("out-of-order"));

test("follow-ups go one level deep, and no deeper (D22)", () => {
  const child: TaskSpec = { ...told, source: "follow-up", parent: "meta-1", depth: 1 };
  given()
    .when({ type: "task.propose", spec: child, followUpDepthMax: 1 })
    .thenEvents({ type: "task.proposed", spec: child });
  given()
    .when({ type: "task.propose", spec: { ...child, depth: 2 }, followUpDepthMax: 1 })
    .thenRefuses("not-allowed");
});

test("an amended task that was parked is looked at again", () => {
  const clear = { ...told, text: "src/a.test.ts, the second one" };
  given(proposed, parked)
    .when({ type: "task.amend", spec: clear })
    .thenEvents({ type: "task.amended", spec: clear });
  given(proposed, parked, { type: "task.amended", spec: clear })
    .when(claim)
    .thenRefuses("not-open", /proposed/);
});

test("a task is not changed under the hands of who works on it", () =>
  given(proposed, admitted, claimed)
    .when({ type: "task.amend", spec: { ...told, text: "other" } })
    .thenRefuses("not-open"));

test("proposed, parked and returned tasks can be admitted", () => {
  const admit: TaskCommand = { type: "task.admit", by: "planner", evidence: [] };
  given(proposed).when(admit).thenEvents(admitted);
  given(proposed, parked).when(admit).thenEvents(admitted);
  given(proposed, admitted, claimed, returned).when(admit).thenEvents(admitted);
  given(proposed, admitted).when(admit).thenNothing();
  given(proposed, admitted, claimed).when(admit).thenRefuses("not-open");
});

test("a task is parked with the question that would admit it", () => {
  const park = { type: "task.park", reason: "vague", question: "Which test?" } as const;
  given(proposed).when(park).thenEvents(parked);
  given(proposed, parked).when(park).thenNothing();
});

test("a refused task is over", () => {
  const refused: TaskEvent = { type: "task.refused", reason: "already-done", evidence: ["a1"] };
  given(proposed)
    .when({ type: "task.refuse", reason: "already-done", evidence: ["a1"] })
    .thenEvents(refused);
  given(proposed, refused).when({ ...claim }).thenRefuses("not-open");
  given(proposed, refused)
    .when({ type: "task.admit", by: "planner", evidence: [] })
    .thenRefuses("not-open");
});

test("an admitted task is claimed with the next generation", () => {
  given(proposed, admitted).when(claim).thenEvents(claimed);
  given(proposed, admitted, claimed, released)
    .when({ ...claim, nowMs: 5_000 })
    .thenEvents({ ...claimed, generation: 2 });
});

test("what was not admitted is not claimed", () => {
  given(proposed).when(claim).thenRefuses("not-open");
  given(proposed, parked).when(claim).thenRefuses("not-open");
});

test("a returned task may be claimed again, and remembers its critique", () =>
  given(proposed, admitted, claimed, returned)
    .when(claim)
    .thenEvents({ ...claimed, generation: 2 }));

test("a task that waits for a reset is claimed when the reset is there", () => {
  given(proposed, admitted, claimed, released)
    .when({ ...claim, nowMs: 4_999 })
    .thenRefuses("held");
  given(proposed, admitted, claimed, released)
    .when({ ...claim, nowMs: 5_000 })
    .thenEvents({ ...claimed, generation: 2 });
});

test("the same claim twice is one claim", () =>
  given(proposed, admitted, claimed).when(claim).thenNothing());

test("a claimed task is nobody else's until it is released", () => {
  given(proposed, admitted, claimed)
    .when({ ...claim, agent: "b" })
    .thenRefuses("not-open");
  given(proposed, admitted, claimed)
    .when({ ...claim, agent: "b", epoch: 2 })
    .thenRefuses("not-open");
});

test("a leader of an older epoch claims nothing", () =>
  given(proposed, admitted, { ...claimed, epoch: 3 }, { ...released, untilMs: null, epoch: 3 })
    .when({ ...claim, epoch: 2 })
    .thenRefuses("stale"));

test("a new leader who gives a task back fences the old one", () =>
  given(proposed, admitted, claimed, { ...released, untilMs: null, epoch: 2 })
    .when(claim)
    .thenRefuses("stale"));

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
    .thenEvents({ ...failed, generation: 2 }, { type: "task.abandoned", reason: "abandoned after 2 tries" });
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

test("a task is completed once, by the generation that holds it (I2)", () => {
  given(proposed, admitted, claimed).when(complete).thenEvents(completed);
  given(proposed, admitted, claimed, completed).when(complete).thenNothing();
  given(proposed, admitted, claimed, completed)
    .when({ ...complete, outcome: "filed" })
    .thenRefuses("stale");
});

test("a zombie completes, releases, returns and splits nothing", () => {
  const later = [proposed, admitted, claimed, released, { ...claimed, generation: 2 }] as const;
  given(...later).when(complete).thenRefuses("stale");
  given(...later).when(release).thenRefuses("stale");
  given(...later).when(giveBack).thenRefuses("stale");
  given(...later)
    .when({ type: "task.split", epoch: 1, generation: 1, children: ["a", "b"], reason: "big" })
    .thenRefuses("stale");
});

test("a leader of an older epoch completes nothing", () =>
  given(proposed, admitted, { ...claimed, epoch: 2 }).when(complete).thenRefuses("stale"));

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
