import { expect, test } from "vitest";
import { HOLE } from "../reading/literal.ts";
import { filteredBy } from "./filters.ts";

test.each([
  ["head -c 4", "evalXX", "eval"],
  ["head -c-2", "evalXX", "eval"],
  ["head --bytes=4", "evalXX", "eval"],
  ["head -1", "eval\nXX\n", "eval\n"],
  ["head -n 1", "eval\nXX", "eval\n"],
  ["head --lines=-1", "eval\nXX", "eval\n"],
  ["head", "x\n".repeat(20), "x\n".repeat(10)],
  ["tail -c 4", "XXeval", "eval"],
  ["tail -c +3", "XXeval", "eval"],
  ["tail -n1", "XX\neval", "eval"],
  ["tail -n +2", "XX\ne\nval", "e\nval"],
  ["tail", "y\nx\nx\nx\nx\nx\nx\nx\nx\nx\nx\n", "x\n".repeat(10)],
  ["strings", "eval", "eval"],
  ["basenc --base64 -d", "ZXZhbA==", "eval"],
  ["basenc -d --base64url", "ZXZhbA==", "eval"],
  ["basenc --base32 --decode", "MV3GC3A=", "eval"],
  ["basenc --base16 -d", "6576616C", "eval"],
  ["sed s/X/e/;s|YY|va|g", "XYYl", "eval"],
  ["sed s/X/\\/bin/", "X/sh", "/bin/sh"],
  ["tr a-y b-z", "dumk", "evnl"],
])("what %s makes of a text is known: %j", (command, given, made) => {
  const [name = "", ...words] = command.split(" ");
  expect(filteredBy(name, words, given)).toBe(made);
});

test.each(["head -q x", "tail -f", "strings -n 8", "basenc -d --z85", "cat a", "sed s/X/e/w"])(
  "what %s makes of a text is not known",
  (command) => {
    const [name = "", ...words] = command.split(" ");
    expect(filteredBy(name, words, "eval")).toBe(HOLE);
  },
);
