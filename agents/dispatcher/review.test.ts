import { HOUR_MS } from "@nightshift/protocol/clock";
import type { Reviewed } from "@nightshift/protocol/claim";
import { defaultSettings } from "@nightshift/protocol/settings";
import type { SkillInput, SkillOutput } from "@nightshift/protocol/skills";
import { expect, test } from "vitest";
import { assessor } from "../assessor/assessor.ts";
import { assessed } from "../testing/altered-night.ts";
import { executed, memoryNight, type MemoryNight } from "../testing/memory-night.ts";
import { LimitReached } from "../ports.ts";
import { rubrics } from "../testing/rubrics.ts";
import { type Scripted, scriptedModel } from "../testing/scripted-model.ts";
import { lead, runShift } from "./shift.ts";

const never = () => ({ stop: new AbortController().signal, abort: new AbortController().signal });
const START_MS = Date.parse("2026-11-23T23:00:00Z");
const CLAIM = "The error names the unit";
const DIFF = "diff --git a/a.ts b/a.ts\n@@ -0,0 +1 @@\n+throw new Error('no amount in cents');\n";
const QUOTE = "throw new Error('no amount in cents');";

type Said = { answer: "met" | "not-met" | "cannot-tell"; quote: string; family?: string };

/** A night with one task, whose assessor gives a review where it was asked for one. */
async function nightWith(claims: string[] | undefined, said: Said | null) {
  const asked: SkillInput<"assess">[] = [];
  const night = await memoryNight({
    answers: {
      implement: (input) => worked(night, input),
      bid() {
        const model = {
          model: "model-a",
          family: "family-a",
          account: "a",
          tier: "small",
        } as const;
        return { bids: [{ ...model, priceMicroUsd: 1, etaMs: 1 }] };
      },
      assess(input) {
        asked.push(input);
        const given = assessed(8);
        if (said === null || input.claims === undefined) return given;
        return { ...given, ...reviewOf(input.claims, said) };
      },
    },
  });
  await night.add(claims === undefined ? {} : { claims });
  await runShift(await lead(night.ports, night.plan, never()));
  const events = (await night.events()).map(({ event }) => event);
  const reviewed = events.flatMap((event): Reviewed[] =>
    event.type === "attempt.assessed" && event.reviewed ? [event.reviewed] : [],
  );
  const how = events.flatMap((event) => (event.type === "attempt.integrated" ? [event.how] : []));
  const why = events.flatMap((event) => (event.type === "review.requested" ? [event.why] : []));
  const begun = events.flatMap((event) => (event.type === "attempt.started" ? [event] : []));
  return { asked, reviewed, how, why: why.join("\n"), begun };
}

async function worked({ workspace, ports }: MemoryNight, input: SkillInput<"implement">) {
  const commit = workspace.commit(input.base, { "a.ts": `${QUOTE}\n` });
  const answer = executed(input, commit, "a.ts");
  if (answer.status !== "executed") return answer;
  return { ...answer, executed: { ...answer.executed, diff: await ports.blobs.put(DIFF) } };
}

function reviewOf(
  claims: readonly { text: string }[],
  { answer, quote, family = "family-c" }: Said,
): Pick<Extract<SkillOutput<"assess">, { status: "assessed" }>, "review"> {
  const answers = claims.map(({ text }) => ({ claim: text, answer, quote, why: "I read it." }));
  return { review: { model: "judge", family, answers } };
}

test("where commands show everything, nobody is asked and nothing is recorded", async () => {
  const { asked, reviewed, how, begun } = await nightWith(undefined, null);
  expect(begun[0]).not.toHaveProperty("claims");
  expect(asked[0]).not.toHaveProperty("claims");
  expect(reviewed).toEqual([]);
  expect(how[0]).toBe("merged");
});

test("a claim that a reviewer sees met holds nothing back", async () => {
  const { asked, reviewed, how } = await nightWith([CLAIM], { answer: "met", quote: QUOTE });
  expect(asked[0]?.claims).toEqual([{ text: CLAIM, source: "task" }]);
  expect(reviewed[0]).toMatchObject({ model: "judge", checks: [{ outcome: "pass" }] });
  expect(how[0]).toBe("merged");
});

test.each([
  ["not met", { answer: "not-met", quote: QUOTE }, "fail"],
  ["cannot be told", { answer: "cannot-tell", quote: "" }, "unverifiable"],
  ["is met by an invented quote", { answer: "met", quote: "const unit = 1;" }, "unverifiable"],
  [
    "is met for its own family",
    { answer: "met", quote: QUOTE, family: "family-a" },
    "unverifiable",
  ],
  ["was left unanswered", null, "unverifiable"],
] as const)("a claim that %s waits for a person, with its words", async (_, said, outcome) => {
  const { reviewed, how, why } = await nightWith([CLAIM], said);
  expect(reviewed[0]).toMatchObject({ checks: [{ text: CLAIM, outcome }] });
  expect(how[0]).toBe("in-review");
  expect(why).toContain(CLAIM);
  if (said !== null) expect(why).toContain("I read it.");
});

test("how many claims its task makes an attempt says at its beginning, each text once", async () => {
  const claims = [CLAIM, "The error is tested", CLAIM];
  const { begun } = await nightWith(claims, { answer: "met", quote: QUOTE });
  expect(begun[0]).toMatchObject({ claims: 2 });
});

/** Tokens set aside for judging, and what was paid of it, in a night with the house's own assessor. */
async function paidFor(claims: string[] | undefined) {
  const said = { claims: [{ claim: 1, answer: "met", quote: QUOTE, why: "It is there." }] };
  const events = await judgedBy([JUDGED, JSON.stringify(said)], claims);
  const [reserved, ...more] = events.flatMap((event) =>
    event.type === "budget.reserved" && event.step.startsWith("assess") ? [event] : [],
  );
  const settled = events.flatMap((event) =>
    event.type === "budget.settled" && event.reservation === reserved?.reservation
      ? [event.costMicroUsd]
      : [],
  );
  const merged = events.filter(({ type }) => type === "repo.merged").length;
  return { worstTokens: reserved?.worstTokens, more, settled, merged };
}

const JUDGED = JSON.stringify({
  criteria: [{ name: "all", score: 8, quote: "x" }],
  score: 8,
  critique: "Fine.",
});

/** What happened in a night whose work the house's own assessor judged, by a model with a script. */
async function judgedBy(answers: Scripted[], claims: string[] | undefined) {
  const judge = scriptedModel(answers, { family: "family-c", account: "judge-key" });
  const night = await memoryNight({
    startMs: START_MS,
    answers: { implement: (input) => worked(night, input) },
    plan: { settings: { ...defaultSettings, followUpsMax: 0 } },
  });
  const { blobs, bus } = night.ports;
  const settings = { silenceMs: 1_000, wallMs: 10_000 };
  await bus.join(assessor({ judges: [judge], blobs, settings, rubrics: async () => rubrics }));
  await night.add(claims === undefined ? {} : { claims });
  await runShift(await lead(night.ports, night.plan, never()));
  return (await night.events()).map(({ event }) => event);
}

test("the account of a reviewer at its limit waits for its reset, and the score is kept (I7)", async () => {
  const resetsAtMs = START_MS + HOUR_MS;
  const events = await judgedBy([JUDGED, new LimitReached("judge-key", resetsAtMs)], [CLAIM]);
  const held = events.flatMap((event) => (event.type === "account.held" ? [event] : []));
  expect(held).toMatchObject([{ untilMs: resetsAtMs + defaultSettings.limitMarginMs }]);
  const open = [{ outcome: "unverifiable" }];
  const assessments = events.filter(({ type }) => type === "attempt.assessed");
  expect(assessments).toMatchObject([{ judge: 8, reviewed: { model: null, checks: open } }]);
});

test("judge and reviewer are paid inside one reservation, larger by the review alone", async () => {
  const plain = await paidFor(undefined);
  expect(plain).toEqual({ worstTokens: 46_000, more: [], settled: [100], merged: 1 });
  const read = await paidFor([CLAIM]);
  expect(read).toEqual({ worstTokens: 113_000, more: [], settled: [200], merged: 1 });
});
