import type { TaskCommand, TaskEvent, TaskSpec } from "@nightshift/protocol/task";
import { test } from "vitest";
import { spec } from "./spec.ts";
import {
  admitted,
  claim,
  claimed,
  parked,
  proposed,
  released,
  returned,
  told,
} from "./task-story.ts";
import { task } from "./task.ts";

const { given } = spec(task);

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
    .thenRefuses("not-open", /is proposed$/);
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
  given(proposed, refused)
    .when({ ...claim })
    .thenRefuses("not-open");
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
    .thenRefuses("not-open", /claimed by a$/);
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

const admittedLater: TaskEvent = { type: "task.admitted", by: "planner", evidence: [], epoch: 2 };

test("a leader of an older epoch neither admits nor parks nor refuses after a newer one (I2)", () => {
  const commands: TaskCommand[] = [
    { type: "task.admit", by: "planner", evidence: [], epoch: 1 },
    { type: "task.park", reason: "vague", question: "Which test?", epoch: 1 },
    { type: "task.refuse", reason: "duplicate", evidence: ["meta-1"], epoch: 1 },
  ];
  for (const command of commands) given(proposed, admittedLater).when(command).thenRefuses("stale");
});

test("the director parks an open task whoever leads", () =>
  given(proposed, admittedLater)
    .when({ type: "task.park", reason: "vague", question: "Which test?" })
    .thenEvents(parked));

test("what was refused or given up is opened again, with its tries to come and its generations", () => {
  const reopen = { type: "task.reopen", by: "director" } as const;
  const abandoned = { type: "task.abandoned", reason: "abandoned after 1 try" } as const;
  const refused: TaskEvent = { type: "task.refused", reason: "duplicate", evidence: ["META-1"] };
  const reopened = { type: "task.reopened", by: "director", spec: told } as const;
  given(proposed, refused)
    .when(reopen)
    .thenEvents({ ...reopened, generation: 0 });
  given(proposed, admitted, claimed, returned, abandoned)
    .when(reopen)
    .thenEvents({ ...reopened, generation: 1 });
  given(proposed, refused, { ...reopened, generation: 0 })
    .when(claim)
    .thenEvents(claimed);
});

test("what waits is open as it is; what is in work, done or parked is not opened again", () => {
  const reopen = { type: "task.reopen", by: "director" } as const;
  const completed = { type: "task.completed", generation: 1, outcome: "merged" } as const;
  given(proposed, admitted).when(reopen).thenNothing();
  given(proposed, admitted, claimed).when(reopen).thenRefuses("not-open");
  given(proposed, admitted, claimed, completed).when(reopen).thenRefuses("not-open");
  given(proposed, parked).when(reopen).thenRefuses("not-open");
});

test("what waits in review, or is done, is opened again only with a word on what to do better", () => {
  const critique = "The checks of the forge fail: lint.";
  const reopen = { type: "task.reopen", by: "gitea", critique } as const;
  const done = { type: "task.completed", generation: 1, outcome: "in-review" } as const;
  given(proposed, admitted, claimed, done)
    .when({ type: "task.reopen", by: "director" })
    .thenRefuses("not-open");
  given(proposed, admitted, claimed, done)
    .when(reopen)
    .thenEvents({ type: "task.reopened", by: "gitea", spec: told, generation: 1, critique });
  given(proposed, admitted, claimed).when(reopen).thenRefuses("not-open");
});

test("a forge sends a task back so many times, which the task counts itself", () => {
  const said = { by: "gitea", critique: "lint fails" } as const;
  const reopen = { type: "task.reopen", ...said, roundsMax: 2 } as const;
  const round = (generation: number) => {
    const done = { type: "task.completed", generation, outcome: "in-review" } as const;
    return [{ ...claimed, generation }, done] as const;
  };
  const back = (generation: number, n: number) =>
    ({ type: "task.reopened", ...said, spec: told, generation, round: n }) as const;
  given(proposed, admitted, ...round(1))
    .when(reopen)
    .thenEvents(back(1, 1));
  given(proposed, admitted, ...round(1), back(1, 1), ...round(2))
    .when(reopen)
    .thenEvents(back(2, 2));
  const twice = [...round(1), back(1, 1), ...round(2), back(2, 2), ...round(3)] as const;
  given(proposed, admitted, ...twice)
    .when(reopen)
    .thenRefuses("out-of-bounds");
  // A person may, as often as they like.
  given(proposed, admitted, ...twice)
    .when({ type: "task.reopen", ...said })
    .thenEvents({ type: "task.reopened", ...said, spec: told, generation: 3 });
});
