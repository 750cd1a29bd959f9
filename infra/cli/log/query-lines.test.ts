import { expect, test } from "vitest";
import { rowLines } from "./query-lines.ts";

const texts = (...given: Parameters<typeof rowLines>) => rowLines(...given).map(({ text }) => text);

test("numbers stand at the right, texts at the left, nothing is a dash", () => {
  expect(
    texts(
      ["n", "name"],
      [
        [1, "a"],
        [10, null],
      ],
      80,
    ),
  ).toEqual(
    ["n   name", "1", "10"].map((_, i) => {
      return [" n  name", " 1  a", "10  –"][i] ?? "";
    }),
  );
});

test("the widest columns give way until all fit the terminal", () => {
  const lines = texts(["id", "text", "more"], [["id-1", "word ".repeat(40), "x".repeat(30)]], 60);
  expect(lines.every((line) => line.length <= 60)).toBe(true);
  expect(lines[1]).toMatch(/^id-1 {2}word .*… {2}x+…$/);
});

test("a row of too many columns is told as a list", () => {
  const columns = Array.from({ length: 12 }, (_, n) => `column_${n}`);
  const lines = texts(columns, [columns.map((name) => `value of ${name}`)], 80);
  expect(lines[0]).toBe("row 1");
  expect(lines).toHaveLength(13);
  expect(lines[3]).toBe("column_2   value of column_2");
});

test("what someone else wrote commands no terminal", () => {
  const [, line = ""] = texts(["a"], [["\u001b[31mred\u0007\nnext\u202e"]], 80);
  expect(line).toBe("red next");
});
