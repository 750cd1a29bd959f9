import { defaultSettings } from "@nightshift/protocol/settings";
import { skills, type SkillInput } from "@nightshift/protocol/skills";
import { expect, test } from "vitest";
import { LimitReached, WorkerFailure, type Model } from "../ports.ts";
import { repoRef, taskSpec } from "../testing/fixtures.ts";
import { testCall } from "../testing/memory-recorder.ts";
import { memoryWorkspace } from "../testing/memory-workspace.ts";
import { scriptedChecks } from "../testing/scripted-checks.ts";
import { scriptedModel } from "../testing/scripted-model.ts";
import { estimate } from "./estimate.ts";
import { planner } from "./planner.ts";

const workspace = memoryWorkspace({ "src/clamp.ts": "export function clamp() {}\n" });
const clampTest = "node --test test/clamp.test.ts";

function made(model: Model | null = null, passing: readonly string[] = []) {
  const checks = scriptedChecks(({ command }) => passing.includes(command));
  return planner({ model, workspace, checks, settings: defaultSettings });
}

async function admit(
  spec: Parameters<typeof taskSpec>[0],
  { passing = [], known = [] }: { passing?: string[]; known?: SkillInput<"admit">["known"] } = {},
) {
  const input = { task: "t", spec: taskSpec(spec), repo: repoRef(), base: workspace.base, known };
  const answer = await made(null, passing).handle("admit", input, testCall());
  return skills.admit.output.parse(answer);
}

test("an honest task is admitted, with what will show that it is done", async () => {
  expect(await admit({})).toEqual({
    decision: "admit",
    evidence: ["to be shown by `node --test test/slugify.test.ts`"],
  });
});

test("a task without a condition is parked with a question", async () => {
  const answer = await admit({ success: [] });
  expect(answer).toMatchObject({ decision: "park", reason: "no-success-condition" });
});

test("what is there already is refused with its evidence; with a failing condition it is not", async () => {
  const spec = {
    title: "Add a function clamp",
    text: "`clamp` in src/clamp.ts",
    success: [{ kind: "command" as const, command: clampTest }],
  };
  expect(await admit(spec, { passing: [clampTest] })).toMatchObject({
    decision: "refuse",
    reason: "already-done",
    evidence: ["src/clamp.ts:1 defines clamp", expect.stringContaining("passes at")],
  });
  expect(await admit(spec)).toMatchObject({ decision: "admit" });
});

test("a second task of the same title is refused as a duplicate of the first", async () => {
  const known = [{ task: "other", title: "Add a SLUGIFY function!", status: "open" }];
  expect(await admit({}, { known })).toEqual({
    decision: "refuse",
    reason: "duplicate",
    evidence: ['other ("Add a SLUGIFY function!", open) asks for the same'],
  });
});

const large = {
  title: "Write a guide to the library",
  text: [
    "A guide of about 12,000 tokens in four pages:",
    ...["money", "durations", "statistics", "words"].map((page) => `- docs/${page}.md`),
  ].join("\n"),
  success: ["money", "durations", "statistics", "words"].map((page) => ({
    kind: "file" as const,
    path: `docs/${page}.md`,
  })),
};

async function plan(
  spec: Parameters<typeof taskSpec>[0],
  model: Model | null = null,
  call = testCall(),
) {
  const input: SkillInput<"plan"> = {
    task: "t",
    spec: taskSpec(spec),
    attempt: "t-g1",
    generation: 1,
    repo: repoRef(),
    base: workspace.base,
    splitOverTokens: 8_000,
    critique: null,
  };
  return skills.plan.output.parse(await made(model).handle("plan", input, call));
}

function planned(answer: Awaited<ReturnType<typeof plan>>) {
  if (answer.status !== "planned") throw new Error(JSON.stringify(answer));
  return answer;
}

test("a task under the limit is planned whole, and no model is asked", async () => {
  const model = scriptedModel(["{}"]);
  const answer = planned(await plan({}, model));
  expect(answer).toMatchObject({ parts: [], spend: null });
  expect(answer.estimateTokens).toBeLessThan(8_000);
  expect(model.asked).toEqual([]);
});

const half = (pages: string[]) => ({
  title: `Write the pages on ${pages.join(" and ")}`,
  text: pages.map((page) => `docs/${page}.md, about 1,500 tokens`).join("\n"),
  success: pages.map((page) => ({ kind: "file", path: `docs/${page}.md` })),
  scope: ["docs/**"],
});

test("a task over the limit is split by the model, and each part says what it is a part of", async () => {
  const parts = [half(["money", "durations"]), half(["statistics", "words"])];
  const model = scriptedModel([`Here:\n\`\`\`json\n${JSON.stringify({ parts })}\n\`\`\``]);
  const answer = planned(await plan(large, model));
  expect(answer.estimateTokens).toBe(12_000);
  expect(answer.spend).toMatchObject({ model: "scripted-model", costMicroUsd: 100 });
  expect(answer.parts).toHaveLength(2);
  expect(answer.parts[0]).toMatchObject({
    title: "Write the pages on money and durations",
    success: [{ path: "docs/money.md" }, { path: "docs/durations.md" }],
    scope: ["docs/**"],
  });
  expect(answer.parts[0]?.text).toMatch(/^Part 1 of 2 of "Write a guide to the library"\.\n/);
  expect(model.asked[0]?.prompt.startsWith("# Task\nWrite a guide to the library")).toBe(true);
});

test.for([
  ["without a model", null],
  ["with an answer that is no plan", scriptedModel(["I would rather not."])],
  ["with one part only", scriptedModel([JSON.stringify({ parts: [half(["money"])] })])],
  [
    "with a part that is itself too large",
    scriptedModel([
      JSON.stringify({ parts: [{ title: "a", text: "about 9,000 tokens" }, { title: "b" }] }),
    ]),
  ],
  ["with a model that breaks", scriptedModel([new WorkerFailure("crash", "it broke")])],
] as const)(
  "%s a large task is split by its items, all of them, each part small",
  async ([, model]) => {
    const { parts } = planned(await plan(large, model));
    expect(parts).toHaveLength(2);
    const text = parts.map((part) => part.text).join("\n");
    for (const { path } of large.success) expect(text.split(`- ${path}`)).toHaveLength(2);
    expect(parts[0]?.success).toEqual(large.success.slice(0, 2));
    for (const part of parts) {
      expect(estimate(taskSpec({ ...large, ...part })).tokens).toBeLessThanOrEqual(8_000);
    }
  },
);

test("a part without a condition inherits the repository's tests; a dangerous one is dropped", async () => {
  const parts = [
    { title: "Make the first half", text: "a", success: [] },
    { title: "Make the rest", success: [{ kind: "command", command: "npm publish" }] },
  ];
  const answer = planned(await plan(large, scriptedModel([JSON.stringify({ parts })])));
  const inherited = [{ kind: "command", command: "node --test" }];
  expect(answer.parts.map(({ success }) => success)).toEqual([inherited, inherited]);
});

test("a part may narrow what its task may touch, never widen it", async () => {
  const parts = [
    { ...half(["money"]), scope: ["src/**", "docs/money.md"] },
    { ...half(["words"]), scope: ["**"] },
  ];
  const model = scriptedModel([JSON.stringify({ parts })]);
  const answer = planned(await plan({ ...large, scope: ["docs/**"] }, model));
  expect(answer.parts.map(({ scope }) => scope)).toEqual([["docs/money.md"], ["docs/**"]]);
});

test("a part is not split again, and what cannot be split goes on whole", async () => {
  expect(planned(await plan({ ...large, source: "split" })).parts).toEqual([]);
  const solid = { title: "Write the guide", text: "about 20,000 tokens", success: [] };
  const answer = planned(await plan(solid));
  expect(answer.parts).toEqual([]);
  expect(answer.note).toContain("nothing to split it by");
});

test("at most eight parts are made, however long the list", async () => {
  const text = Array.from({ length: 200 }, (_, index) => `- case ${index}`).join("\n");
  expect(planned(await plan({ text })).parts).toHaveLength(8);
});

test("a limit defers; a caller who gave up gets `cancelled`", async () => {
  expect(await plan(large, scriptedModel([new LimitReached("key-1", 7)]))).toEqual({
    status: "limit",
    account: "key-1",
    resetsAtMs: 7,
    spend: null,
  });
  const call = testCall({ signal: AbortSignal.abort() });
  expect(await plan(large, scriptedModel(["x"]), call)).toMatchObject({ kind: "cancelled" });
});

test("a planner asks for what its model costs at most, and for nothing without one", async () => {
  const asked = { task: "t", spec: taskSpec(), attempt: null, skill: "plan" as const };
  const input = { ...asked, inputTokens: 4_000, outputTokens: 2_000 };
  const bid = async (model: Model | null, skill: "plan" | "implement" = "plan") =>
    skills.bid.output.parse(await made(model).handle("bid", { ...input, skill }, testCall())).bids;
  expect(await bid(scriptedModel([]))).toMatchObject([{ priceMicroUsd: 14_000 }]);
  expect(await bid(null)).toEqual([]);
  expect(await bid(scriptedModel([]), "implement")).toEqual([]);
});
