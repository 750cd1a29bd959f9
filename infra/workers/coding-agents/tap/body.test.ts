import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { bodyOf, hasTools, roomForBodies } from "./body.ts";

const MEGABYTE = 1024 ** 2;
const body = (megabytes: number) =>
  Readable.from(Array.from({ length: megabytes }, () => Buffer.alloc(MEGABYTE, " ")));
const sizeOf = (read: Awaited<ReturnType<typeof bodyOf>>) =>
  typeof read === "number" ? read : read.length / MEGABYTE;

test("a body that is larger than any model takes is refused", async () => {
  const room = roomForBodies();
  expect(sizeOf(await bodyOf(body(65), room.take()))).toBe(413);
  expect(sizeOf(await bodyOf(body(8), roomForBodies().take()))).toBe(8);
});

test("all calls together hold no more than there is room for, and each gives its room back", async () => {
  const room = roomForBodies();
  const held = Array.from({ length: 9 }, () => room.take());
  for (const one of held) expect(sizeOf(await bodyOf(body(10), one))).toBe(10);
  expect(sizeOf(await bodyOf(body(6), room.take()))).toBe(6);
  expect(sizeOf(await bodyOf(body(1), room.take()))).toBe(503);
  held[0]?.giveBack();
  held[0]?.giveBack();
  expect(sizeOf(await bodyOf(body(10), room.take()))).toBe(10);
  expect(sizeOf(await bodyOf(body(1), room.take()))).toBe(503);
});

test("tools are found wherever they stand in a body, and not in what is said of them", () => {
  const long = "x".repeat(5_000_000);
  const has = (body: object | string) =>
    hasTools(Buffer.from(typeof body === "string" ? body : JSON.stringify(body)));
  expect(has({ messages: [long], tools: [{ name: "write" }] })).toBe(true);
  expect(has('{"tools" : [ {"name":"write"}]}')).toBe(true);
  expect(has({ messages: ['"tools":[{'], tools: [] })).toBe(false);
  expect(has({ messages: [long] })).toBe(false);
});
