import { expect, test } from "vitest";
import { bounded, swapped, TEXT_CHARS_MAX } from "./bounded.ts";

test.each([
  ["a:b:c", ":", "-", true, "a-b-c"],
  ["a:b:c", ":", "-", false, "a-b:c"],
  ["a:b", ":", "$&$`$'", true, "a$&$`$'b"],
  ["a:b", "", "-", true, "a:b"],
  ["a:b", "/", "-", true, "a:b"],
])("what %s says is put in as it stands: %s, %s", (text, from, to, isEverywhere, said) =>
  expect(swapped(text, from, to, isEverywhere)).toBe(said),
);

test("nothing goes on for longer than somebody would write", () => {
  const long = "a".repeat(TEXT_CHARS_MAX);
  expect(swapped(long, "a", long, true)).toBe(long);
  expect(swapped("b", "b", `${long}b`, false)).toBe(long);
  expect(bounded(`${long}b`)).toBe(long);
});
