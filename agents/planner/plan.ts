import type { CallContext } from "@nightshift/protocol/bus";
import type { SkillInput, SkillOutput, Spend } from "@nightshift/protocol/skills";
import { LimitReached, WorkerFailure, type Completion, type Model } from "../ports.ts";
import { estimate } from "./estimate.ts";
import { completeParts, readParts, type Part } from "./parts.ts";
import type { PlannerPorts } from "./planner.ts";
import { plannerPrompt, plannerSystem } from "./planner.md.ts";
import { splitByRule } from "./split.ts";

type Input = SkillInput<"plan">;
type Output = SkillOutput<"plan">;
type Ports = Pick<PlannerPorts, "model" | "settings">;

/** Tokens of a split; the dispatcher reserves no more for a plan. */
export const PLAN_OUTPUT_TOKENS_MAX = 2_000;
/** Characters of the task that a model is shown, so that its question stays inside what is reserved. */
const TEXT_CHARS_MAX = 8_000;
const NOTE_CHARS_MAX = 1_000;

/** Step 3: estimates the output; what is over the limit is split, once (C27, D26, F7). */
export async function plan(input: Input, ports: Ports, call: CallContext): Promise<Output> {
  const { spec, critique, splitOverTokens, repo } = input;
  const { tokens, note: why } = estimate(spec, critique);
  const whole = (note: string, spend: Spend | null = null, parts: Part[] = []): Output => ({
    status: "planned",
    estimateTokens: tokens,
    note: `about ${tokens} tokens, ${why}; ${note}`.slice(0, NOTE_CHARS_MAX),
    parts,
    spend,
  });
  if (tokens <= splitOverTokens) return whole("done in one piece");
  // Parts of parts would have no end; what is still large is done as it is.
  if (spec.source === "split") return whole("a part of a split task is not split again");
  const asked = await askModel(input, tokens, ports, call);
  if (asked.status !== "answered") return asked.output;
  const { parts: proposed, spend, note } = asked;
  const complete = (parts: Part[]) => completeParts(parts, spec, repo.testCommand);
  const usable = proposed && fitting(complete(proposed), input);
  const parts = usable ?? complete(splitByRule(spec, tokens, splitOverTokens) ?? []);
  if (parts.length < 2) return whole(`${note}; nothing to split it by`, spend);
  const how = usable ? "split by the model" : `${note}; split by its items`;
  return whole(`${how} into ${parts.length}`, spend, parts);
}

/** Null where a part is itself over the limit. */
function fitting(parts: Part[], { spec, splitOverTokens }: Input): Part[] | null {
  const small = parts.every((part) => estimate({ ...spec, ...part }).tokens <= splitOverTokens);
  return small ? parts : null;
}

type Asked =
  | { status: "answered"; parts: Part[] | null; spend: Spend | null; note: string }
  | { status: "ended"; output: Output };

async function askModel(
  { spec, repo, splitOverTokens, knowledge = [] }: Input,
  estimateTokens: number,
  { model, settings }: Ports,
  call: CallContext,
): Promise<Asked> {
  if (model === null) return { status: "answered", parts: null, spend: null, note: "no model" };
  call.progress(`asks ${model.name} to split the task`);
  const about = {
    estimateTokens,
    limitTokens: splitOverTokens,
    testCommand: repo.testCommand,
    knowledge,
  };
  const shown = { ...spec, text: spec.text.slice(0, TEXT_CHARS_MAX) };
  try {
    const completion = await model.complete(
      {
        system: plannerSystem,
        prompt: plannerPrompt(shown, about),
        outputTokensMax: Math.min(PLAN_OUTPUT_TOKENS_MAX, model.outputTokensMax),
        silenceMs: settings.workerSilenceMs,
        wallMs: settings.modelWallMs,
      },
      { signal: call.signal },
    );
    const parts = completion.stopReason === "truncated" ? null : readParts(completion.text);
    const note = "the model's answer could not be used";
    return { status: "answered", parts, spend: spendOf(model, completion), note };
  } catch (error) {
    if (error instanceof LimitReached) {
      const { account, resetsAtMs, why } = error;
      const output = { status: "limit" as const, account, resetsAtMs, why, spend: null };
      return { status: "ended", output };
    }
    if (call.signal.aborted) {
      const output = { status: "failed", kind: "cancelled", detail: "the caller gave up" } as const;
      return { status: "ended", output: { ...output, spend: unknownSpend(model) } };
    }
    if (!(error instanceof WorkerFailure)) throw error;
    const note = `the model failed (${error.kind})`;
    return { status: "answered", parts: null, spend: unknownSpend(model), note };
  }
}

function spendOf({ name, family }: Model, completion: Completion): Spend {
  const { usage, costMicroUsd, costKind, transcript } = completion;
  return { model: name, family, usage, costMicroUsd, costKind, transcripts: [transcript] };
}

/** A call that broke may have cost something; unknown is charged in full. */
function unknownSpend({ name, family }: Model): Spend {
  const usage = { inputTokens: 0, cachedTokens: 0, outputTokens: 0 };
  return { model: name, family, usage, costMicroUsd: 0, costKind: "unknown" };
}
