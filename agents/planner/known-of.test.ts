import { lore } from "@nightshift/projections/lore";
import { begun, returned, worked } from "@nightshift/projections/example-night";
import { viewOf, writeLog, type Entry } from "@nightshift/projections/written-log";
import { expect, test } from "vitest";
import { taskSpec } from "../testing/fixtures.ts";
import { knownOf } from "./known-of.ts";

const log: Entry[] = [...begun("a"), ...worked("a", 1, { decision: "rejected" }), ...returned("a")];
const executed = log.flatMap(([, event]) => (event.type === "attempt.executed" ? [event] : []))[0];
const started = log.flatMap(([, event]) => (event.type === "attempt.started" ? [event] : []))[0];
const path = executed?.files[0]?.path ?? "";
const repo = started?.repo ?? "";
const decided: Entry = [
  "attempt-a-g1",
  { type: "attempt.graded", by: "ada", score: 4, note: "Never round before the sum." },
];

test("what went wrong in a module and what people decided of it is known of its next task (B24)", () => {
  const view = viewOf(lore, writeLog([...log, decided]));
  const known = knownOf(view, taskSpec({ repo, title: `Change ${path}`, text: "" }));
  expect(path).not.toBe("");
  expect(known[0]).toContain("ada decided: Never round before the sum.");
  expect(known.some((line) => line.includes("went wrong before:"))).toBe(true);
});

test("a task about another module or repository hears none of it", () => {
  const view = viewOf(lore, writeLog([...log, decided]));
  expect(knownOf(view, taskSpec({ repo, title: "Change docs/x/guide.md", text: "" }))).toEqual([]);
  const elsewhere = taskSpec({ repo: "elsewhere", title: `Change ${path}`, text: "" });
  expect(knownOf(view, elsewhere)).toEqual([]);
});

test("each line names the event behind it, and there are few of them", () => {
  const many = Array.from({ length: 30 }, (_, at): Entry => [
    "attempt-a-g1",
    { type: "attempt.graded", by: "ada", score: 4, note: `Note ${at}` },
  ]);
  const view = viewOf(lore, writeLog([...log, ...many]));
  const learned = [...(view.repos.get(repo)?.values() ?? [])].flatMap((module) => module.learned);
  expect(learned.every(({ event }) => event !== "")).toBe(true);
  const known = knownOf(view, taskSpec({ repo, title: `Change ${path}`, text: "" }));
  expect(known.length).toBeLessThanOrEqual(5);
  expect(known[0]).toContain("Note 29");
});
