import { expect, test } from "vitest";
import { checkEvent, readEvent, SCHEMA_VERSION, upcasters } from "./events.ts";

const working = { type: "call.working", note: "a note" } as const;
const body = JSON.stringify(working);

test("an event of today's version is read as it was written", () => {
  expect(readEvent("call-a", SCHEMA_VERSION, body)).toEqual(working);
});

test("an event of an older version is lifted one version at a time, then checked", () => {
  const today = {
    version: 4,
    upcasters: new Map<number, (event: unknown) => unknown>([
      [2, () => ({ type: "call.working", said: "in version three" })],
      [3, (event) => ({ type: "call.working", note: JSON.stringify(event) })],
    ]),
  };
  const note = '{"type":"call.working","said":"in version three"}';
  expect(readEvent("call-a", 2, "{}", today)).toEqual({ type: "call.working", note });
  expect(readEvent("call-a", 4, body, today)).toEqual(working);
  expect(() => readEvent("call-a", 1, body, today)).toThrow("nothing lifts");
  expect(() => readEvent("agent-a", 3, body, today)).toThrow(/invalid/i);
});

test("an event of a newer version is not read", () => {
  expect(() => readEvent("call-a", SCHEMA_VERSION + 1, body)).toThrow("is too new");
});

test("every version that was ever written has the step that lifts it", () => {
  const older = Array.from({ length: SCHEMA_VERSION - 1 }, (_, n) => n + 1);
  expect([...upcasters.keys()].toSorted((a, b) => a - b)).toEqual(older);
});

test("an event is held against the schema of its stream", () => {
  expect(checkEvent("call-a", working)).toEqual(working);
  expect(() => checkEvent("agent-a", working)).toThrow(/invalid/i);
  expect(() => checkEvent("nonsense-a", working)).toThrow("no stream kind");
});
