import type { Learning } from "@nightshift/projections/learning";
import { DAY_MS } from "@nightshift/protocol/clock";
import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { taskSpec } from "../../testing/fixtures.ts";
import { chooseLessons, lessonTexts, mostRelevant } from "./lessons.ts";

const NOW = 100 * DAY_MS;
const spec = taskSpec({ category: "ops", title: "Parse amounts", text: "In `parseAmount`." });
const settings = { ...defaultSettings, lessonHoldoutShare: 0 };

const reflection = (event: string, text: string, score = 4, atMs = NOW) => ({
  attempt: `a-${event}`,
  text,
  score,
  atMs,
  event,
});
const guidance = (event: string, days = 7, givenAtMs = NOW) => ({
  text: `Heed ${event}.`,
  by: "director",
  givenAtMs,
  expiresAtMs: givenAtMs + days * DAY_MS,
  event,
});
const learned = (given: {
  guidance?: ReturnType<typeof guidance>[];
  reflections?: ReturnType<typeof reflection>[];
}): Learning => ({
  guidance: new Map([["ops", given.guidance ?? []]]),
  reflections: new Map([["ops", given.reflections ?? []]]),
});
const choose = (known: Learning, attempt = "x-g1", ways = settings) =>
  chooseLessons(known, spec, { attempt, nowMs: NOW, settings: ways });

test("of the critiques the three that are most about the task are heeded, in their order (D25)", () => {
  const reflections = [
    reflection("1", "Amounts: name the unit of each."),
    reflection("2", "Close the socket when the peer is gone."),
    reflection("3", "Test what parsing refuses."),
    reflection("4", "Write shorter headings."),
    reflection("5", "parseAmount rounds; say how."),
  ];
  expect(mostRelevant(reflections, spec, 3).map(({ event }) => event)).toEqual(["1", "3", "5"]);
  expect(choose(learned({ reflections })).shown).toEqual(["1", "3", "5"]);
});

test("where nothing is about the task the newest are heeded", () => {
  const reflections = ["1", "2", "3", "4"].map((event) => reflection(event, "zzz"));
  expect(choose(learned({ reflections })).shown).toEqual(["2", "3", "4"]);
});

test("a critique is heeded for seven days, and only one of a low score (B12, B21)", () => {
  const reflections = [
    reflection("old", "Parse amounts.", 4, NOW - 7 * DAY_MS - 1),
    reflection("good", "Parse amounts.", 7),
    reflection("low", "Parse amounts.", 6.9, NOW - 7 * DAY_MS),
  ];
  expect(choose(learned({ reflections })).shown).toEqual(["low"]);
});

test("guidance that is over, or of another category, says nothing", () => {
  const over = guidance("over", 7, NOW - 7 * DAY_MS);
  expect(choose(learned({ guidance: [over, guidance("now")] })).shown).toEqual(["now"]);
  const other = { ...learned({}), guidance: new Map([["docs", [guidance("docs")]]]) };
  expect(choose(other)).toEqual({ shown: [], withheld: [] });
});

test("chance leaves out the share of the settings, the same ones each time it is asked (F14)", () => {
  const known = learned({ guidance: [guidance("week")] });
  const ways = { ...settings, lessonHoldoutShare: 0.15 };
  const attempts = Array.from({ length: 2_000 }, (_, at) => `task-${at}-g1`);
  const left = attempts.filter((attempt) => choose(known, attempt, ways).withheld.length > 0);
  expect(left.length / attempts.length).toBeGreaterThan(0.12);
  expect(left.length / attempts.length).toBeLessThan(0.18);
  const again = attempts.filter((attempt) => choose(known, attempt, ways).withheld.length > 0);
  expect(again).toEqual(left);
});

test("direction for one night is never left out", () => {
  const known = learned({ guidance: [guidance("tonight", 1)] });
  const ways = { ...settings, lessonHoldoutShare: 0.5 };
  for (let at = 0; at < 200; at++) {
    expect(choose(known, `task-${at}-g1`, ways).shown).toEqual(["tonight"]);
  }
});

test("what is shown is told, what is left out is not, what was taken back is neither", () => {
  const known = learned({ guidance: [guidance("a"), guidance("b")] });
  const chosen = { shown: ["a", "gone"], withheld: ["b"] };
  expect(lessonTexts(known, "ops", chosen)).toEqual({ guidance: ["Heed a."], reflections: [] });
});
