import { expect, test } from "vitest";
import { packedByPython, packedByRuby } from "./packed.ts";

const hex = (bytes: Iterable<unknown> | null) =>
  Array.from(bytes ?? [], (each) => Number(each).toString(16).padStart(2, "0")).join("");

test.each([
  // As long as the machine's, with the bytes between that its own would have.
  ["l", [1], "0100000000000000"],
  ["@L", [1], "0100000000000000"],
  ["bl", [1, 2], "01000000000000000200000000000000"],
  ["bhi", [1, 2, 3], "0100020003000000"],
  ["3xh", [1], "000000000100"],
  ["b0i", [1], "01000000"],
  // As long as everywhere, and side by side.
  ["=l", [1], "01000000"],
  ["<bl", [1, 2], "0102000000"],
  [">bL", [1, 2], "0100000002"],
  ["!2H", [1, 2], "00010002"],
])("struct.pack(%j, %j) of Python is %s", (pattern, values, bytes) => {
  expect(hex(packedByPython(pattern, values))).toBe(bytes);
});

const bytesIn = (text: string | null) =>
  hex(Array.from(text ?? "", (letter) => letter.charCodeAt(0)));

test.each([
  ["L", [1], "01000000"],
  ["L_", [1], "0100000000000000"],
  ["l!", [1], "0100000000000000"],
  ["L!>", [1], "0000000000000001"],
  ["l>_", [1], "0000000000000001"],
  ["i!s_q!", [1, 2, 3], "0100000002000300000000000000"],
  ["Cx4C", [1, 2], "010000000002"],
  ["CxC", [1, 2], "010002"],
  ["Cx*C", [1, 2], "0102"],
  ["N*", [1, 2], "0000000100000002"],
])("[…].pack(%j) of Ruby is %j", (pattern, values, bytes) => {
  expect(bytesIn(packedByRuby(pattern, values))).toBe(bytes);
});

test("no pattern makes more than a value may be", () => {
  const zeros = packedByPython("64x".repeat(6_000), []);
  expect(zeros?.length).toBeGreaterThan(1_000);
  expect(zeros?.length).toBeLessThan(25_000);
  expect((packedByRuby("x64".repeat(6_000), []) ?? "").length).toBeLessThan(25_000);
});
