import { test } from "vitest";
import { call, NOTES_MAX } from "./call.ts";
import { spec } from "./spec.ts";

const { given } = spec(call);
const told = {
  from: "dispatcher",
  to: "builder",
  skill: "implement",
  task: "one",
  attempt: "one-g1",
  request: "ab".repeat(32),
} as const;
const send = { type: "call.send", ...told } as const;
const sent = { type: "call.sent", ...told } as const;
const working = { type: "call.working", note: "reads the tests" } as const;
const end = { state: "completed", answer: "cd".repeat(32), detail: "", durationMs: 9 } as const;
const finish = { type: "call.finish", ...end } as const;
const finished = { type: "call.finished", ...end } as const;

test("a call asks one thing", () => {
  given().when(send).thenEvents(sent);
  given(sent, finished).when(send).thenNothing();
  given(sent)
    .when({ ...send, to: "other" })
    .thenRefuses("out-of-order");
});

test("a call tells what it works on until it is finished", () => {
  given(sent).when({ type: "call.work", note: "reads the tests" }).thenEvents(working);
  given(sent, finished).when({ type: "call.work", note: "more" }).thenRefuses("out-of-order");
  given().when({ type: "call.work", note: "more" }).thenRefuses("not-found");
});

test("a call tells a bounded number of short notes (I8)", () => {
  const notes = Array.from({ length: NOTES_MAX }, (_, index) => ({ ...working, note: `${index}` }));
  given(sent, ...notes)
    .when({ type: "call.work", note: "one more" })
    .thenNothing();
  given(sent)
    .when({ type: "call.work", note: "x".repeat(301) })
    .thenRefuses("too-long");
});

test("a call is answered once", () => {
  given(sent, working).when(finish).thenEvents(finished);
  given(sent, finished).when(finish).thenNothing();
  given(sent, finished)
    .when({ ...finish, state: "failed", answer: null })
    .thenRefuses("out-of-order");
});
