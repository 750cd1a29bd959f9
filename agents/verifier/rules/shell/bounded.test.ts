import { expect, test } from "vitest";
import { breaksIn } from "../../breaks.ts";
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

test("words that come to more letters than can be read are told as that", () => {
  const ten = "$x".repeat(10);
  const lines = Array.from({ length: 3_000 }, (_, n) => `y${n}="${ten}"`).join("\n");
  const [found] = breaksIn({ path: "a.sh", text: `x=${"x".repeat(1_000)}\n${lines}\n` }, new Set());
  expect(found).toMatchObject({
    rule: "unreadable",
    text: "its words come to more than can be read",
  });
});
