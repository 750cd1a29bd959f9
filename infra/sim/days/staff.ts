import { evolver } from "@nightshift/agents/evolver/evolver";
import type { MemoryWorkspace } from "@nightshift/agents/testing/memory-workspace";
import type { Blobs, Random } from "@nightshift/agents/ports";
import type { Bus, Peer } from "@nightshift/protocol/bus";
import type { Clock } from "@nightshift/protocol/clock";
import {
  skills,
  type SkillInput,
  type SkillName,
  type SkillOutput,
} from "@nightshift/protocol/skills";
import type { Landscape, LandscapeTask, Observed } from "../landscape/landscape.ts";
import { MODELS } from "../landscape/models.ts";

/** What the agents of simulated days work with. */
export type Hands = {
  landscape: Landscape;
  /** By the name of a task: what it is in the landscape. */
  tasks: Map<string, LandscapeTask>;
  /** By attempt: what it came to. */
  observed: Map<string, Observed>;
  workspace: MemoryWorkspace;
  blobs: Blobs;
  clock: Clock;
  random: Random;
};

type Answer<S extends SkillName> = (input: SkillInput<S>) => Promise<SkillOutput<S>>;

const JUDGE = "judge";
const JUDGE_FAMILY = "gpt";
const TRUNCATION_PENALTY = 1.5;
const WORK_MS = 90_000;

/** One agent a role, working as the landscape has it; the evolver is the real one. */
export async function joinAll(bus: Bus, hands: Hands): Promise<void> {
  await bus.join(peer("planner", { admit: async () => ADMITTED, plan: planOf(hands) }));
  await bus.join(
    peer("implementer", { bid: async (input) => bidsOf(input), implement: workOf(hands) }),
  );
  await bus.join(peer("verifier", { verify: async () => VERIFIED }));
  await bus.join(peer(JUDGE, { bid: async (input) => judgeBids(input), assess: judgeOf(hands) }));
  await bus.join(evolver({}));
}

const ADMITTED: SkillOutput<"admit"> = { decision: "admit", evidence: ["it has a condition"] };
const VERIFIED: SkillOutput<"verify"> = { by: "verifier", verdict: "pass", checks: [], hits: [] };

function planOf({ tasks }: Hands): Answer<"plan"> {
  return async ({ spec }) => {
    const { estimateTokens } = taskNamed(tasks, spec.name);
    const note = `about ${estimateTokens} tokens, as such tasks take`;
    return { status: "planned", estimateTokens, note, parts: [], spend: null };
  };
}

function bidsOf({ skill, inputTokens, outputTokens }: SkillInput<"bid">): SkillOutput<"bid"> {
  if (skill !== "implement") return { bids: [] };
  return {
    bids: MODELS.map(({ name, family, tier, price }) => ({
      model: name,
      family,
      account: `account-${name}`,
      tier,
      priceMicroUsd: Math.round(
        (inputTokens * price.inputMicroUsd + outputTokens * price.outputMicroUsd) / 1_000_000,
      ),
      etaMs: WORK_MS,
    })),
  };
}

const JUDGE_MICRO_USD = 750;

function judgeBids({ skill }: SkillInput<"bid">): SkillOutput<"bid"> {
  if (skill !== "assess") return { bids: [] };
  const price = { tier: "small" as const, priceMicroUsd: 2 * JUDGE_MICRO_USD, etaMs: 1_000 };
  return {
    bids: [{ model: "judge", family: JUDGE_FAMILY, account: "account-judge", ...price }],
  };
}

/** Does it as the landscape says, and leaves a commit or a report behind. */
function workOf(hands: Hands): Answer<"implement"> {
  const { landscape, tasks, observed, workspace, blobs, clock, random } = hands;
  return async (input) => {
    const { model, genes, limits, spec, attempt } = input;
    const task = taskNamed(tasks, spec.name);
    const offer = MODELS.find(({ name }) => name === model);
    if (!offer) return { status: "failed", kind: "lost", detail: `no ${model}`, spend: null };
    await clock.sleep(WORK_MS, new AbortController().signal);
    const caps = {
      outputTokensMax: limits.outputTokens,
      contextTokensMax: limits.contextTokens,
      continuationsMax: genes.continuationsMax,
    };
    const came = landscape.observe(task, { ...genes, model }, random, caps);
    observed.set(attempt, came);
    const blob = await blobs.put(JSON.stringify({ attempt, genes, model }));
    const usage = {
      inputTokens: came.contextTokens,
      cachedTokens: 0,
      outputTokens: came.outputTokens,
    };
    const cost = usage.inputTokens * offer.price.inputMicroUsd;
    const costMicroUsd = Math.round(
      (cost + usage.outputTokens * offer.price.outputMicroUsd) / 1_000_000,
    );
    const by = "implementer";
    const result = await resultOf(hands, input);
    return {
      status: "executed",
      prompted: {
        by,
        model,
        blob,
        contextTokens: came.contextTokens,
        capTokens: limits.contextTokens,
      },
      executed: {
        by,
        model,
        family: offer.family,
        usage,
        costMicroUsd,
        costKind: "billed",
        stopReason: came.truncated ? "truncated" : "finished",
        ...result,
        transcript: blob,
        durationMs: WORK_MS,
        sandboxed: true,
      },
    };

    async function resultOf({ blobs: bodies }: Hands, { base }: SkillInput<"implement">) {
      if (spec.output !== "code") {
        const report = await bodies.put(`# ${spec.title}\n\nBy ${attempt}.\n`);
        return { commit: null, files: [], diff: null, report };
      }
      const path = `src/${spec.name.toLowerCase()}.ts`;
      const text = `export const by = ${JSON.stringify(attempt)};\n`;
      const commit = workspace.commit(base, { [path]: text });
      const diff = await bodies.put(text);
      const file = { path, addedLines: 1, removedLines: 0, baseLines: 0 };
      return { commit, files: [{ ...file, status: "added" as const }], diff, report: null };
    }
  };
}

/** The score of the landscape; what the gate takes off for truncation is in it already. */
function judgeOf({ observed, blobs }: Hands): Answer<"assess"> {
  return async ({ attempt, stopReason }) => {
    const { score } = observed.get(attempt) ?? { score: 1 };
    const given = Math.min(10, score + (stopReason === "truncated" ? TRUNCATION_PENALTY : 0));
    const evidence = await blobs.put(JSON.stringify({ attempt, given }));
    return {
      status: "assessed",
      assessed: {
        by: JUDGE,
        family: JUDGE_FAMILY,
        heuristic: given,
        judge: given,
        critique: given < 6 ? "Finish what was begun before adding more." : "",
        evidence,
        rubric: "landscape",
      },
      spend: {
        model: "judge",
        family: JUDGE_FAMILY,
        usage: { inputTokens: 2_000, cachedTokens: 0, outputTokens: 200 },
        costMicroUsd: JUDGE_MICRO_USD,
        costKind: "billed",
      },
    };
  };
}

function taskNamed(tasks: ReadonlyMap<string, LandscapeTask>, name: string): LandscapeTask {
  const task = tasks.get(name);
  if (!task) throw new Error(`no task ${name} in this landscape`);
  return task;
}

type Answers = { [S in SkillName]?: Answer<S> };

function peer(name: string, answers: Answers): Peer {
  const own = Object.keys(answers).filter((skill): skill is SkillName => skill in answers);
  return {
    card: { name, description: name, version: "1", skills: own },
    handle: (skill, input) => serve(answers, skill, input),
  };
}

async function serve<S extends SkillName>(
  answers: Answers,
  skill: S,
  input: unknown,
): Promise<unknown> {
  const answer: Answer<S> | undefined = answers[skill];
  if (!answer) throw new Error(`nobody answers ${skill}`);
  // What the schema of a skill parses is its input; TypeScript cannot follow the index.
  return answer(skills[skill].input.parse(input) as SkillInput<S>);
}
