import { defaultSettings } from "@nightshift/protocol/settings";
import type { SkillInput } from "@nightshift/protocol/skills";
import { expect, test } from "vitest";
import { executed, memoryNight } from "../../testing/memory-night.ts";
import { lead, runShift } from "../shift.ts";

const never = () => ({ stop: new AbortController().signal, abort: new AbortController().signal });

/** Works one task that adds a source file, and says what was proposed after it. */
async function followUpsOf(given: {
  score: number;
  stopReason?: "finished" | "truncated";
  followUps?: { title: string; text: string }[];
  refillBelow?: number;
}) {
  let changes = 0;
  const night = await memoryNight({
    plan: {
      settings: { ...defaultSettings, triesMax: 1, backlogRefillBelow: given.refillBelow ?? 15 },
    },
    answers: {
      implement(input: SkillInput<"implement">) {
        const path = `src/new-${(changes += 1)}.ts`;
        const commit = night.workspace.commit(input.base, { [path]: "export const n = 1;\n" });
        const answer = executed(input, commit, path);
        if (answer.status !== "executed") return answer;
        const stopReason = given.stopReason ?? "finished";
        return { ...answer, executed: { ...answer.executed, stopReason } };
      },
      assess: () => ({
        status: "assessed",
        assessed: {
          by: "assessor",
          family: "family-c",
          heuristic: given.score,
          judge: given.score,
          critique: "Name the units.",
          evidence: "0".repeat(64),
          rubric: "r1",
          ...(given.followUps && { followUps: given.followUps }),
        },
        spend: {
          model: "judge",
          family: "family-c",
          usage: { inputTokens: 10, cachedTokens: 0, outputTokens: 5 },
          costMicroUsd: 7,
          costKind: "billed",
        },
      }),
    },
  });
  await night.add();
  await runShift(await lead(night.ports, night.plan, never()));
  const events = (await night.events()).map(({ event }) => event);
  expect(events.some(({ type }) => type === "attempt.integrated")).toBe(true);
  return events.flatMap((event) =>
    event.type === "task.proposed" && event.spec.source === "follow-up" ? [event.spec] : [],
  );
}

test("good new code earns one task that tests its edges, and that one earns none (D22)", async () => {
  const followUps = await followUpsOf({ score: 7 });
  expect(followUps).toMatchObject([{ depth: 1, title: "Test the edge cases of src/new-1.ts" }]);
});

test("what is merged with less than 7 earns no follow-up (D22)", async () => {
  expect(await followUpsOf({ score: 6.9 })).toEqual([]);
});

test("what was cut off earns no follow-up, however good the rest is (D22)", async () => {
  expect(await followUpsOf({ score: 9, stopReason: "truncated" })).toEqual([]);
});

const ideas = ["a", "b", "c"].map((name) => ({ title: `Speed up ${name}`, text: "It is slow." }));

test("while the backlog is short, what the judge would do next is proposed, three in all (B16, F15)", async () => {
  const followUps = await followUpsOf({ score: 8, followUps: ideas });
  expect(followUps.map(({ title }) => title)).toEqual([
    "Test the edge cases of src/new-1.ts",
    "Speed up a",
    "Speed up b",
  ]);
  // A judge's word is no condition: a person says how anyone can tell.
  expect(followUps.at(-1)).toMatchObject({ success: [], depth: 1, output: "code" });
});

test("a backlog that is full enough is not filled further", async () => {
  const followUps = await followUpsOf({ score: 8, followUps: ideas, refillBelow: 0 });
  expect(followUps).toHaveLength(1);
});

test("poor work leads to nothing, whatever its judge would do next", async () =>
  expect(await followUpsOf({ score: 6.9, followUps: ideas })).toEqual([]));
