import type { CallEvent } from "@nightshift/protocol/call";
import { expect, test } from "vitest";
import { begun, BLOB, failed } from "./example-night.ts";
import { openCalls } from "./open-calls.ts";
import { viewOf, writeLog, type Entry } from "./written-log.ts";

const see = (...entries: Entry[]) => viewOf(openCalls, writeLog(entries));
const sent = (id: string, attempt: string | null): Entry => {
  const what = { from: "dispatcher", to: "coder", skill: "implement", task: "a", request: BLOB };
  return [`call-${id}`, { type: "call.sent", ...what, attempt }];
};
const finished = (id: string, answer: string | null = BLOB): Entry => {
  const end: CallEvent = {
    type: "call.finished",
    state: "completed",
    answer,
    detail: "",
    durationMs: 1,
  };
  return [`call-${id}`, end];
};

test("an open attempt keeps its latest answer by skill, and how many there were", () => {
  const view = see(
    ...begun("a"),
    sent("1", "a-g1"),
    finished("1"),
    sent("2", "a-g1"),
    finished("2"),
  );
  expect(view.open.size).toBe(0);
  expect(view.answers.get("a-g1")?.get("implement")).toEqual({ blob: BLOB, count: 2 });
  expect(view.unanswered.get("a-g1")).toEqual(new Set());
});

test("a skill without an answer is told as long as its attempt is open", () => {
  const asked = [...begun("a"), sent("1", "a-g1"), finished("1", null)];
  expect(see(...asked).unanswered.get("a-g1")).toEqual(new Set(["implement"]));
  expect(see(...asked, ...failed("a"))).toEqual(openCalls.initial());
});

test("what comes after the end of an attempt is not kept for it", () => {
  const late = see(
    ...begun("a"),
    sent("1", "a-g1"),
    ...failed("a"),
    finished("1"),
    sent("2", "a-g1"),
  );
  expect([...late.open.keys()]).toEqual(["2"]);
  expect(late.answers.size + late.unanswered.size).toBe(0);
});
