import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readEvents } from "./json-events.ts";
import type { JsonEvent } from "./json-events.ts";
import { splitLines } from "./lines.ts";

function eventsOf(text: string, chunk = 7): JsonEvent[] {
  const events: JsonEvent[] = [];
  const lines = splitLines(readEvents((event) => void events.push(event)));
  for (let i = 0; i < text.length; i += chunk) lines.feed(text.slice(i, i + chunk));
  lines.end();
  return events;
}

const limit = { type: "rate_limit_event", rate_limit_info: { status: "rejected" } };
const message = { type: "assistant", text: 'He said {"type":"rate_limit_event"} and left' };

test("events come out of lines that are cut anywhere", () => {
  fc.assert(
    fc.property(fc.array(fc.json()), fc.integer({ min: 1, max: 50 }), (values, chunk) => {
      const events = values.map((value) => ({ type: "t", value }));
      const text = events.map((event) => `${JSON.stringify(event)}\n`).join("");
      expect(eventsOf(text, chunk)).toEqual(events);
    }),
  );
});

test("no line, however broken, throws or is taken for an event without a type", () => {
  const piece = fc.oneof(fc.string(), fc.json(), fc.constant('{"type":"'), fc.constant("\n"));
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      for (const event of eventsOf(pieces.join(""))) expect(typeof event.type).toBe("string");
    }),
  );
});

test("an event written into the middle of another loses neither", () => {
  const outer = JSON.stringify(message);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: outer.length - 1 }), fc.boolean(), (at, newline) => {
      const inner = `${JSON.stringify(limit)}${newline ? "\n" : ""}`;
      const torn = `${outer.slice(0, at)}${inner}${outer.slice(at)}\n`;
      const events = eventsOf(torn);
      expect(events).toContainEqual(limit);
      expect(events).toContainEqual(message);
    }),
  );
});

test("what a model quotes is no event", () => {
  expect(eventsOf(`${JSON.stringify(message)}\n`)).toEqual([message]);
});

test("a line over the maximum is dropped, the next one is heard", () => {
  const lines: string[] = [];
  const split = splitLines((line) => void lines.push(line), 10);
  for (const chunk of ["0123456", "789abc", "def\nnext", "\n"]) split.feed(chunk);
  split.end();
  expect(lines).toEqual(["next"]);
});
