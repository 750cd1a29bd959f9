import { WorkerFailure } from "@nightshift/agents/ports";
import type { CodingResult, LimitReached } from "@nightshift/agents/ports";
import type { ModelIdentity } from "../models/anthropic.ts";
import { mask } from "../models/mask.ts";
import { costOf } from "../models/profiles.ts";
import { silentEnd, toldFailure } from "./run.ts";
import type { CliEnd, CliStart } from "./run.ts";
import type { CallUsage } from "./tap/answer.ts";
import type { Tapped } from "./tap/tap.ts";

const SUMMARY_CHARACTERS_MAX = 20_000;

/** What a CLI told of its run by itself. */
export type OwnWord = {
  summary: string;
  /** Null where it told of no end. */
  end: "finished" | "truncated" | "unknown" | "refused" | null;
  usage: CallUsage | null;
  failure:
    | { kind: "limit"; resetsAtMs: number | null }
    | { kind: "sign-in" }
    | { kind: "crash"; text: string }
    | null;
};

export type Judged = {
  run: Pick<CliStart, "request" | "secrets">;
  end: CliEnd;
  word: OwnWord;
  /** What passed on the wire; null where nobody listened. It is believed before the CLI is. */
  tapped: Tapped | null;
  identity: ModelIdentity;
  /** Whether a key pays, or a subscription. */
  keyed: boolean;
  /** The CLI as people call it, and what signs it in. */
  cli: { title: string; signInCommand: string };
};

/**
 * What became of a run, the wire's word first, then the CLI's own; an exit code is not looked at.
 * @throws LimitReached, WorkerFailure as a coding agent does.
 */
export function outcomeOf(judged: Judged): Omit<CodingResult, "transcript"> {
  const { run, end, word, tapped, identity } = judged;
  const cut = tapped?.cut === true || word.end === "truncated";
  const failure = failureOf(judged);
  if (failure && !cut) throw failure;
  if (!cut && word.end === null) throw silentEnd(end, run);
  if (!cut && word.end === "refused")
    throw new WorkerFailure("unusable-answer", "the model refused to answer");
  const told = tapped && tapped.calls > 0 ? tapped.usage : word.usage;
  // Whoever listens on the wire sees every cut, so an end without one is an end.
  const finished = tapped ? "finished" : word.end === "unknown" ? "unknown" : "finished";
  const windows = tapped?.windows ?? [];
  return {
    ...(windows.length > 0 && { windows }),
    summary: mask(word.summary, run.secrets).slice(0, SUMMARY_CHARACTERS_MAX),
    stopReason: cut ? "truncated" : finished,
    usage: told && usageOf(told),
    costMicroUsd: told ? costOf(identity.price, told) : 0,
    costKind: told ? costKind(judged) : "unknown",
  };
}

function failureOf({
  run,
  word,
  tapped,
  identity,
  cli,
}: Judged): LimitReached | WorkerFailure | null {
  const told = { account: identity.account, secrets: run.secrets };
  if (tapped?.refusedKey || word.failure?.kind === "sign-in")
    return toldFailure({ kind: "sign-in", text: signedOut(cli) }, told);
  if (tapped?.limit) return toldFailure({ kind: "limit", ...tapped.limit }, told);
  if (tapped && tapped.failing !== null) {
    const text = `${cli.title} got no answer: its model's server answered ${tapped.failing}`;
    return toldFailure({ kind: "crash", text }, told);
  }
  return word.failure && toldFailure(word.failure, told);
}

/** With the command that mends it. */
export function signedOut({ title, signInCommand }: Judged["cli"]): string {
  return `${title} is not signed in, or its key is refused; mend it: ${signInCommand}`;
}

function costKind({ keyed, identity }: Judged): CodingResult["costKind"] {
  if (!keyed) return "subscription";
  return identity.priceKnown ? "billed" : "estimated";
}

function usageOf({ cacheWriteTokens: _written, ...usage }: CallUsage): CodingResult["usage"] {
  return { ...usage, cachedTokens: Math.min(usage.cachedTokens, usage.inputTokens) };
}
