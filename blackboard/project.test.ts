import type { ProjectCommand, ProjectEvent } from "@nightshift/protocol/project";
import { test } from "vitest";
import { project } from "./project.ts";
import { spec } from "./spec.ts";

const { given } = spec(project);
const stages = [
  { name: "build", role: "dev", exit: "it runs" },
  { name: "test", role: "qa", exit: "tests pass" },
  { name: "harden", role: "cyber", exit: "no finding" },
];
const add: ProjectCommand = { type: "project.add", name: "Trialogue", repo: "trialogue-1", stages };
const added: ProjectEvent = { ...add, type: "project.added", stages };
const entered = (phase: string): ProjectEvent => ({ type: "project.phase-entered", phase });
const exit = (phase: string): ProjectCommand => ({
  type: "project.exit-phase",
  phase,
  evidence: "event-1",
});
const exited = (phase: string): ProjectEvent => ({
  type: "project.phase-exited",
  phase,
  evidence: "event-1",
});
const back: ProjectCommand = { type: "project.send-back", to: "build", reason: "two tests fail" };
const sentBack: ProjectEvent = {
  type: "project.sent-back",
  from: "test",
  to: "build",
  reason: "two tests fail",
};
const inTest = [added, entered("build"), exited("build"), entered("test")] as const;
const atReady = [
  ...inTest,
  exited("test"),
  entered("harden"),
  exited("harden"),
  { type: "project.ready" } as const,
];

test("a project enters its first stage when it is added", () =>
  given().when(add).thenEvents(added, entered("build")));

test("a project is added once, with the stages it has", () => {
  given(added, entered("build")).when(add).thenNothing();
  given(added, entered("build"))
    .when({ ...add, stages: stages.slice(0, 2) })
    .thenRefuses("out-of-order");
});

test("nothing is asked of a project that was not added", () => {
  given().when(exit("build")).thenRefuses("not-found");
  given().when(back).thenRefuses("not-found");
});

test("a project needs stages that can be told apart", () => {
  given()
    .when({ ...add, stages: [] })
    .thenRefuses("out-of-bounds");
  given()
    .when({ ...add, stages: [...stages, ...stages.slice(0, 1)] })
    .thenRefuses("out-of-bounds");
});

test("a stage that is done leads to the next (A6)", () =>
  given(added, entered("build")).when(exit("build")).thenEvents(exited("build"), entered("test")));

test("the last stage leads to ready (A8)", () =>
  given(...inTest, exited("test"), entered("harden"))
    .when(exit("harden"))
    .thenEvents(exited("harden"), { type: "project.ready" }));

test("no stage is skipped", () => {
  given(added, entered("build")).when(exit("test")).thenRefuses("out-of-order");
  given(...atReady)
    .when(exit("test"))
    .thenRefuses("out-of-order");
});

test("a later stage sends the work back to an earlier one (A15)", () => {
  given(...inTest)
    .when(back)
    .thenEvents(sentBack, entered("build"));
  given(...inTest, sentBack, entered("build"))
    .when(exit("build"))
    .thenEvents(exited("build"), entered("test"));
});

test("work is not sent forward, nor to where it is", () => {
  given(...inTest)
    .when({ type: "project.send-back", to: "harden", reason: "x" })
    .thenRefuses("out-of-order");
  given(...inTest)
    .when({ type: "project.send-back", to: "test", reason: "x" })
    .thenRefuses("out-of-order");
  given(...inTest)
    .when({ type: "project.send-back", to: "deploy", reason: "x" })
    .thenRefuses("not-found");
});

test("a ready project may go back to any stage", () =>
  given(...atReady)
    .when({ type: "project.send-back", to: "harden", reason: "a new finding" })
    .thenEvents(
      { type: "project.sent-back", from: "harden", to: "harden", reason: "a new finding" },
      entered("harden"),
    ));
