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

const served = {
  from: "visitor",
  to: "dispatcher",
  skill: "propose",
  context: "one",
  message: "m-1",
  request: { json: "{}" },
  server: "here-1",
  heldUntilMs: 600,
} as const;
const receive = { type: "call.receive", ...served } as const;
const received = [
  { type: "call.received", ...served },
  { type: "call.working", note: "" },
] as const;
const completed = {
  type: "call.ended",
  state: "completed",
  detail: "",
  durationMs: 9,
} as const;
const answer = { type: "call.answer", answer: { json: "1" }, durationMs: 9 } as const;
const answered = { type: "call.answered", answer: { json: "1" } } as const;
const canceled = { ...completed, state: "canceled" } as const;
const revoke = { type: "call.revoke", by: "visitor", durationMs: 9 } as const;

test("a call that is served begins once, whoever asks for it again", () => {
  given()
    .when(receive)
    .thenEvents(...received);
  given(...received)
    .when({ ...receive, server: "there-2" })
    .thenRefuses("out-of-order");
  given(sent).when(receive).thenRefuses("out-of-order");
});

test("an answer is the artifact and the end, in one", () => {
  given(...received)
    .when(answer)
    .thenEvents(answered, completed);
  given(...received, answered, completed)
    .when({ ...answer, answer: { json: "2" } })
    .thenRefuses("out-of-order");
});

test("who revokes a call ends it, and what its server says after that is void", () => {
  given(...received)
    .when(revoke)
    .thenEvents({ type: "call.revoked", by: "visitor" }, canceled);
  given(...received, { type: "call.revoked", by: "visitor" }, canceled)
    .when(answer)
    .thenRefuses("out-of-order");
  given(...received, answered, completed)
    .when(revoke)
    .thenRefuses("out-of-order");
});

test("a server says that it is still at it, until the call is finished", () => {
  given(...received)
    .when({ type: "call.hold", untilMs: 900 })
    .thenEvents({ type: "call.held", untilMs: 900 });
  given(...received, completed)
    .when({ type: "call.hold", untilMs: 900 })
    .thenRefuses("out-of-order");
});

test("a call that is served ends once", () => {
  const lost = { state: "failed", detail: "its server is gone", durationMs: 9 } as const;
  given(...received)
    .when({ type: "call.end", ...lost })
    .thenEvents({ type: "call.ended", ...lost });
  given(...received, { type: "call.ended", ...lost })
    .when(answer)
    .thenRefuses("out-of-order");
  given(...received, answered, completed)
    .when({ type: "call.end", ...lost })
    .thenRefuses("out-of-order");
});
