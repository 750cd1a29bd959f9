import { expect, test } from "vitest";
import { checkEvent, eventTypes, readEvent, SCHEMA_VERSION, upcasters } from "./events.ts";
import { mustLiftAll } from "./upcasters.ts";

const working = { type: "call.working", note: "a note" } as const;
const body = JSON.stringify(working);

test("an event of today's version is read as it was written", () => {
  expect(readEvent("call-a", SCHEMA_VERSION, body)).toEqual(working);
});

test("an event of an older version is lifted one version at a time, then checked", () => {
  const today = {
    version: 4,
    upcasters: new Map<number, (event: unknown) => unknown>([
      [2, (event) => ({ type: "call.working", said: JSON.stringify(event) })],
      [3, (event) => ({ type: "call.working", note: JSON.stringify(event) })],
    ]),
  };
  const old = '{"type":"call.working"}';
  const note = JSON.stringify({ type: "call.working", said: old });
  expect(readEvent("call-a", 2, old, today)).toEqual({ type: "call.working", note });
  expect(readEvent("call-a", 3, old, today)).toEqual({ type: "call.working", note: old });
  expect(readEvent("call-a", 4, body, today)).toEqual(working);
  expect(() => readEvent("call-a", 1, old, today)).toThrow("version 1 to 2");
  expect(() => readEvent("agent-a", 3, old, today)).toThrow(/invalid/i);
});

test("a step keeps the type of its event: logs are read by it", () => {
  const upcasters = new Map([[1, () => ({ type: "call.finished" })]]);
  const read = () => readEvent("call-a", 1, body, { version: 2, upcasters });
  expect(read).toThrow("changes the type call.working");
});

test("a type that nobody knows is given back as it is, whatever its version", () => {
  const today = { version: 3, upcasters: new Map([[2, () => ({ type: "never" })]]) };
  const strange = { type: "call.dreamt", of: "sheep" };
  expect(readEvent("call-a", 1, JSON.stringify(strange), today)).toEqual(strange);
  expect(readEvent("dream-a", SCHEMA_VERSION, JSON.stringify(strange))).toEqual(strange);
  expect(eventTypes.has(strange.type)).toBe(false);
  expect(eventTypes.has("call.working")).toBe(true);
});

test("an event of a newer version is not read", () => {
  expect(() => readEvent("call-a", SCHEMA_VERSION + 1, body)).toThrow("is too new");
});

test("at start every step of the chain is there, or the one that is missing is named", () => {
  const same = (event: unknown) => event;
  const chain = (...steps: number[]) => new Map(steps.map((step) => [step, same]));
  expect(() => mustLiftAll({ version: SCHEMA_VERSION, upcasters })).not.toThrow();
  expect(() => mustLiftAll({ version: 4, upcasters: chain(1, 2, 3) })).not.toThrow();
  expect(() => mustLiftAll({ version: 4, upcasters: chain(1, 3) })).toThrow("version 2 to 3");
  expect(() => mustLiftAll({ version: 2, upcasters: chain(1, 2) })).toThrow("lifts version 2");
});

test("an event is held against the schema of its stream", () => {
  expect(checkEvent("call-a", working)).toEqual(working);
  expect(() => checkEvent("agent-a", working)).toThrow(/invalid/i);
  expect(() => checkEvent("nonsense-a", working)).toThrow("no stream kind");
});
