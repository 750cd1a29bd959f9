import { WorkerFailure } from "@nightshift/agents/ports";
import type { CodingResult, LimitReached } from "@nightshift/agents/ports";
import type { WindowSeen } from "@nightshift/protocol/account";
import type { ModelIdentity } from "../models/anthropic.ts";
import { mask } from "../models/mask.ts";
import { costOf } from "../models/profiles.ts";
import type { Cli } from "./opened.ts";
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
  /** Where it knows what each of its models takes. */
  costMicroUsd?: number;
  /** What it told last of the account's windows. */
  windows?: readonly WindowSeen[];
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
  /** The CLI as people call it, what signs it in, and whether its own word on its end is good. */
  cli: Pick<Cli, "title" | "signInCommand" | "tellsCuts">;
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
  const windows = [tapped?.windows ?? [], word.windows ?? []].find(({ length }) => length > 0);
  const own = told && ownCost(word, told);
  return {
    ...(windows && { windows }),
    summary: mask(word.summary, run.secrets).slice(0, SUMMARY_CHARACTERS_MAX),
    stopReason: cut ? "truncated" : finished,
    usage: told && usageOf(told),
    costMicroUsd: told ? (own ?? costOf(identity.price, told)) : 0,
    costKind: told ? costKind(judged, own !== null) : "unknown",
  };
}

/** Null where it does not know it, or where more passed on the wire than it counted. */
function ownCost({ usage, costMicroUsd }: OwnWord, told: CallUsage): number | null {
  const isAll =
    usage !== null &&
    usage.inputTokens >= told.inputTokens &&
    usage.outputTokens >= told.outputTokens;
  return isAll ? (costMicroUsd ?? null) : null;
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
  // Who tells its ends well has finished, though a helper's call, the last, was not answered.
  const hasFinished = cli.tellsCuts === true && word.end === "finished";
  if (tapped && tapped.failing !== null && !hasFinished) {
    const text = `${cli.title} got no answer: its model's server answered ${tapped.failing}`;
    return toldFailure({ kind: "crash", text }, told);
  }
  return word.failure && toldFailure(word.failure, told);
}

/** With the command that mends it. */
function signedOut({ title, signInCommand }: Judged["cli"]): string {
  return `${title} is not signed in, or its key is refused; mend it: ${signInCommand}`;
}

function costKind({ keyed, identity }: Judged, isOwn: boolean): CodingResult["costKind"] {
  if (!keyed) return "subscription";
  return isOwn || identity.priceKnown ? "billed" : "estimated";
}

function usageOf({ cacheWriteTokens: _written, ...usage }: CallUsage): CodingResult["usage"] {
  return { ...usage, cachedTokens: Math.min(usage.cachedTokens, usage.inputTokens) };
}
