import { expect, test } from "vitest";
import { proposed } from "./example-night.ts";
import { ledger } from "./ledger.ts";
import { memoryTables } from "./memory-tables.ts";
import { progressOf, progressText } from "./progress.ts";
import { spend } from "./spend.ts";
import { wholeNight } from "./whole-night.ts";
import { writeLog, type Entry } from "./written-log.ts";

function textOf(entries: readonly Entry[]): string {
  const tables = memoryTables([ledger, spend]);
  for (const recorded of writeLog(entries)) tables.apply(recorded);
  return progressText(progressOf(tables.rows("tasks"), tables.rows("spend")), "lib-1");
}

test("PROGRESS.md tells the status, tries, score and cost of each task of its repository", () => {
  const text = textOf([...wholeNight, ...proposed("elsewhere", { repo: "app-1" })]);
  expect(text).toContain("5 of 10 tasks done.");
  expect(text).toContain("| again | Title of again | done (merged) | 1 | 8.2 | $0.08 |");
  expect(text).toContain("| silent | Title of silent | open (failed) | 1 | – | $0.00 |");
  expect(text).toContain("| vague | Title of vague | parked: What is done? | 0 | – | $0.00 |");
  expect(text).not.toContain("elsewhere");
});

test("a title cannot break the table or bring markup with it", () => {
  const title = "x | y\n| <b> | [l](https://evil.test)";
  const row = textOf(proposed("a", { title })).split("\n").at(-2);
  expect(row).toBe(
    String.raw`| a | x \| y \| &lt;b&gt; \| \[l\](https\://evil.test) | open | 0 | – | $0.00 |`,
  );
});
