import { NEUTRAL_GENES, type GenomeEvent } from "@nightshift/protocol/genome";
import type { PolicyEvent } from "@nightshift/protocol/policy";
import { expect, test } from "vitest";
import { genomeStory, policyStory, type Happened } from "./story.ts";

const at = <E>(...events: E[]): Happened<E>[] =>
  events.map((event, day) => ({ id: `e${day}`, atMs: Date.UTC(2026, 10, 20 + day), event }));

test("a genome's life reads as somebody would tell it, each sentence with its events", () => {
  const evaluated = { type: "genome.evaluated", attempt: "a", tokenEfficiency: 0.5 } as const;
  const { title, told } = genomeStory(
    "report-1",
    at<GenomeEvent>(
      {
        type: "genome.mutated",
        category: "report",
        genes: { ...NEUTRAL_GENES, model: "sonnet", promptStyle: "stepwise" },
        island: "explorers",
        parent: "report-0",
        rationale: "bred among the explorers",
      },
      { ...evaluated, quality: 0.8, merged: true, fitness: 0.75 },
      { ...evaluated, quality: 0.7, merged: false, fitness: 0.55 },
      { type: "genome.inducted", mean: 7.5 },
      { type: "genome.retired", reason: "in the bottom third of its island" },
    ),
  );
  expect(title).toBe("The genome report-1");
  expect(told.map(({ text }) => text)).toEqual([
    "On 2026-11-20 it came of report-0 for report tasks: bred among the explorers.",
    "It works with: sonnet, answers of at most 8000 tokens, a stepwise prompt, its dependencies, no second asking.",
    "2 tasks were done by it: 7.5 of 10 on average, 1 merged at once, fitness 0.65.",
    "On 2026-11-23 it entered the hall of fame, with a mean of 7.5 of 10.",
    "On 2026-11-24 it retired: in the bottom third of its island.",
  ]);
  expect(told.map(({ events }) => events)).toEqual([["e0"], ["e0"], ["e1", "e2"], ["e3"], ["e4"]]);
});

test("a genome that nobody worked by says so", () => {
  const seeded = { type: "genome.seeded", category: "ops", genes: NEUTRAL_GENES } as const;
  const { told } = genomeStory("ops-1", at<GenomeEvent>({ ...seeded, island: "generalists" }));
  expect(told.at(-1)).toEqual({ text: "No task was ever done by it.", events: [] });
});

test("a change is told from the signal to its end, with the events that asked for it", () => {
  const { told } = policyStory(
    "p1",
    at<PolicyEvent>(
      {
        type: "policy.proposed",
        key: "outputTokensMax",
        from: 4_000,
        to: 6_000,
        signal: "truncation",
        rationale: "6 of 8 tasks were cut off",
        evidence: ["x1", "x2"],
      },
      { type: "policy.tried", share: 0.3, tasksMax: 90 },
      { type: "policy.rolled-back", rationale: "it brought nothing" },
    ),
  );
  expect(told).toEqual([
    {
      text: 'On 2026-11-20 the signal "truncation" asked for outputTokensMax 4000 → 6000, because 6 of 8 tasks were cut off.',
      events: ["e0", "x1", "x2"],
    },
    {
      text: "It was tried on 30 % of the attempts that followed, up to 90 of them.",
      events: ["e1"],
    },
    { text: "On 2026-11-22 it was taken back: it brought nothing.", events: ["e2"] },
  ]);
});
