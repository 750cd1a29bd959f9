import { FOLLOW_UPS_MAX } from "@nightshift/protocol/assessment";
import type { CallContext } from "@nightshift/protocol/bus";
import type { Usage } from "@nightshift/protocol/attempt";
import { defaultSettings } from "@nightshift/protocol/settings";
import {
  LIMITS_TOLD_MAX,
  type SkillInput,
  type SkillOutput,
  type Spend,
} from "@nightshift/protocol/skills";
import { defineAgent } from "../agent.ts";
import { type Blobs, type Completion, LimitReached, type Model, WorkerFailure } from "../ports.ts";
import type { Web } from "../web.ts";
import {
  checkCitations,
  findingChecks,
  withFindings,
  type Finding,
} from "../research/citation-check.ts";
import type { Breakdown } from "./breakdown.ts";
import { critiqueOf } from "./critique.ts";
import { codeHeuristics } from "./heuristics.ts";
import { judge, median, type Sample } from "./judge.ts";
import { review, type ReviewLimits } from "./review/reviewer.ts";
import type { Rubrics } from "./rubric.ts";
import { reportHeuristics } from "./report-heuristics.ts";

export type AssessorPorts = {
  /** Models that may judge, the preferred first; at least one. */
  judges: readonly Model[];
  blobs: Blobs;
  /** Where what a report cites is looked up; absent where nobody may. */
  web?: Web;
  /** What scores mean; `anchors.yaml` in a real house. */
  rubrics(): Promise<Rubrics>;
  settings: { silenceMs: number; wallMs: number; review?: ReviewLimits };
  /** The name it is known by on the bus; `assessor` where none is given. */
  name?: string;
};

type Input = SkillInput<"assess">;
type Output = SkillOutput<"assess">;

const SCORE_MAX = 10;
const BID_ETA_MS = 30_000;
/** Judges asked for one attempt, one after the other, until one gives a usable answer. */
const JUDGES_MAX = 3;

/**
 * Says how good an attempt is: heuristics and a judge, both logged (step 7, B6). It never is the
 * author; a judge of another family goes first, and where none is at hand a fresh context of the
 * same family judges, which the answer's family tells (F25).
 */
export const assessor = defineAgent<AssessorPorts, "assess" | "bid">({
  card: {
    name: "assessor",
    description: "Scores an attempt by heuristics and an independent judge, with a critique",
    version: "1",
  },
  handlers: {
    assess,
    async bid({ skill, inputTokens, outputTokens }, { judges }) {
      if (skill !== "assess") return { bids: [] };
      return {
        bids: judges.slice(0, 20).map(({ name, family, account, tier, price }) => ({
          model: name,
          family,
          account,
          tier,
          priceMicroUsd: Math.ceil(
            (inputTokens * price.inputMicroUsd + outputTokens * price.outputMicroUsd) / 1_000_000,
          ),
          etaMs: BID_ETA_MS,
        })),
      };
    },
  },
});

async function assess(asked: Input, ports: AssessorPorts, call: CallContext): Promise<Output> {
  const { blobs, web } = ports;
  const sha256 = asked.report ?? asked.diff;
  const work = sha256 === null ? "" : await blobs.get(sha256);
  const truncated = asked.stopReason === "truncated";
  const isCited = asked.report !== null && web !== undefined;
  const sources = isCited ? await checkCitations(work, web, call.signal) : [];
  const input = { ...asked, checks: [...asked.checks, ...findingChecks(sources)] };
  const measured =
    input.report === null
      ? codeHeuristics(work, truncated, input.lint, input.reach)
      : reportHeuristics(work, input.spec, truncated);
  const heuristic = { ...measured, score: withFindings(measured.score, sources) };
  const rubrics = await ports.rubrics();
  const shown = { work, rubrics };
  const bill = billFor();
  const limits: LimitReached[] = [];
  const limited = (limit: LimitReached) => void limits.push(limit);
  let failure: WorkerFailure | null = null;
  for (const model of inOrder(ports.judges, input.authorFamily)) {
    call.progress(`${model.name} judges`);
    try {
      const { review: reviewLimits = defaultSettings, ...times } = ports.settings;
      const waits = { ...times, signal: call.signal };
      const reviewWaits = { ...waits, limits: reviewLimits };
      const spent = (completion: Completion) => bill.add(model, completion);
      const samples = await judge(model, input, shown, heuristic.score, waits, spent);
      const found = { heuristic, samples, sources, rubric: rubrics.version };
      // The same model in a fresh context: of another family than the author's where one judged.
      const claims = input.claims ?? [];
      const told =
        claims.length === 0
          ? null
          : await review(model, { ...input, work }, claims, reviewWaits, { spent, limited });
      const given = await answer(input, ports, model, found, bill.of(model));
      return {
        ...given,
        ...(told && { review: told }),
        ...(limits.length > 0 && { limits: oneAnAccount(limits) }),
      };
    } catch (error) {
      if (error instanceof LimitReached) limited(error);
      else if (error instanceof WorkerFailure) failure = error;
      else throw error;
      if (call.signal.aborted) break;
      // The next judge may be at hand; a family of its own is told in the answer either way.
    }
  }
  const spend = bill.sum();
  const limit = soonest(limits);
  if (limit) return { status: "limit", ...toldBy(limit), spend };
  const detail = failure?.message ?? "no model may judge";
  return {
    status: "failed",
    kind: failure?.kind ?? "sign-in",
    detail: detail.slice(0, 2_000),
    spend,
  };
}

/** Another family than the author's first; else as they were given. */
function inOrder(judges: readonly Model[], authorFamily: string): Model[] {
  return [
    ...judges.filter(({ family }) => family !== authorFamily),
    ...judges.filter(({ family }) => family === authorFamily),
  ].slice(0, JUDGES_MAX);
}

/** What is told beside an answer: of each account the limit that ends last, as it holds for all. */
function oneAnAccount(limits: readonly LimitReached[]) {
  const end = ({ resetsAtMs, why }: LimitReached) => (why === "network" ? -1 : (resetsAtMs ?? 0));
  const last = new Map<string, LimitReached>();
  for (const limit of limits) {
    const known = last.get(limit.account);
    if (!known || end(limit) > end(known)) last.set(limit.account, limit);
  }
  return [...last.values()].slice(0, LIMITS_TOLD_MAX).map(toldBy);
}

function toldBy({ account, resetsAtMs, why }: LimitReached) {
  return { account, resetsAtMs, why };
}

/** The limit that ends first; one without a time comes last. */
function soonest(limits: readonly LimitReached[]): LimitReached | undefined {
  const end = ({ resetsAtMs }: LimitReached) => resetsAtMs ?? Number.MAX_SAFE_INTEGER;
  return limits.toSorted((one, other) => end(one) - end(other))[0];
}

async function answer(
  input: Input,
  { blobs, name = "assessor" }: AssessorPorts,
  model: Model,
  found: { heuristic: Breakdown; samples: Sample[]; sources: Finding[]; rubric: string },
  spend: Spend,
): Promise<Extract<Output, { status: "assessed" }>> {
  const { heuristic, samples, sources, rubric } = found;
  const { judgement } = median(samples);
  const { checks, hits, stopReason } = input;
  const evidence = await blobs.put(
    JSON.stringify({
      rubric,
      judge: { model: model.name, family: model.family, authorFamily: input.authorFamily },
      heuristic,
      samples,
      sources,
    }),
  );
  const truncated = stopReason === "truncated";
  const critique = critiqueOf({ checks, hits, truncated, judge: judgement.critique });
  const assessed = {
    by: name,
    family: model.family,
    heuristic: heuristic.score,
    // What a source was seen to say caps what a judge believes of it (B19).
    judge: Math.min(judgement.score, withFindings(SCORE_MAX, sources)),
    critique,
    evidence,
    rubric,
    ...(judgement.followUps.length > 0 && { followUps: followUpsOf(judgement.followUps) }),
  };
  return { status: "assessed" as const, assessed, spend };
}

function followUpsOf(told: readonly { title: string; text: string }[]) {
  return told
    .slice(0, FOLLOW_UPS_MAX)
    .map(({ title, text }) => ({ title: title.slice(0, 200), text: text.slice(0, 1_000) }));
}

/** Adds up what the judges cost, those that gave no usable answer included. */
function billFor() {
  let last: Spend | null = null;
  const add = (model: Model, { usage, costMicroUsd, costKind, transcript }: Completion) => {
    last = {
      model: model.name,
      family: model.family,
      usage: together(last?.usage, usage),
      costMicroUsd: (last?.costMicroUsd ?? 0) + costMicroUsd,
      costKind,
      transcripts: [...(last?.transcripts ?? []), transcript],
    };
  };
  const sum = (): Spend | null => last;
  return {
    add,
    sum,
    of: (model: Model): Spend => {
      if (!last) throw new Error(`${model.name} judged without a completion`);
      return last;
    },
  };
}

function together(known: Usage | undefined, next: Usage): Usage {
  return {
    inputTokens: (known?.inputTokens ?? 0) + next.inputTokens,
    cachedTokens: (known?.cachedTokens ?? 0) + next.cachedTokens,
    outputTokens: (known?.outputTokens ?? 0) + next.outputTokens,
  };
}
