import { expect, test } from "vitest";
import { COLUMNS, table } from "./table.ts";

const columns = [
  { title: "#", right: true as const },
  { title: "TASK" },
  { title: "TITLE", takesTheRest: true as const },
  { title: "" },
];

test("columns line up, numbers at their right", () => {
  const lines = table(columns, [
    ["1", "A", "Short", "new"],
    ["10", "LONG-1", "Longer", "ready"],
  ]);
  expect(lines.map(({ text }) => text)).toEqual([
    " #  TASK    TITLE",
    " 1  A       Short   new",
    "10  LONG-1  Longer  ready",
  ]);
});

test("no line is wider than a terminal, whatever stands in it", () => {
  const long = "word ".repeat(100);
  for (const { text } of table(columns, [
    ["1", "A-1", long, "waits"],
    ["2", "B-1", "x", "y"],
  ])) {
    expect(text.length).toBeLessThanOrEqual(COLUMNS);
    expect(text).not.toMatch(/\s$/);
  }
});

test("a cell is one line, without what commands a terminal", () => {
  const [, line] = table(columns, [["1", "A", "one\ntwo\u001b[2J", ""]]);
  expect(line?.text).toBe("1  A     one two");
});
