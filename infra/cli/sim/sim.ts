import { readFile } from "node:fs/promises";
import { presets } from "@nightshift/agents/dispatcher/schedule";
import type { Estimate } from "@nightshift/agents/evolver/off-policy/doubly-robust";
import type { Line } from "@nightshift/projections/digest/terminal";
import { BadInput } from "@nightshift/protocol/errors";
import { PolicyFile, readPolicy } from "../../sim/what-if/policy-file.ts";
import type { Replayed } from "../../sim/what-if/schedule-replay.ts";
import { whatIf, type WhatIf } from "../../sim/what-if/what-if.ts";
import { session } from "../session.ts";
import { print, printJson } from "../terminal.ts";

type Options = {
  policy?: string;
  schedule?: string;
  batch?: number;
  dayUsd?: number;
  weekTokens?: number;
  router?: string;
  json?: boolean;
};

/** `nightshift sim`: what is determined by the log, and what can only be estimated from it. */
export function sim(options: Options) {
  return session(async ({ store }) => {
    const found = await whatIf(store, await policyOf(options));
    if (options.json) printJson(found);
    else print(linesOf(found));
  });
}

async function policyOf(options: Options): Promise<PolicyFile> {
  const { policy: path, schedule: preset, batch, dayUsd, weekTokens, router } = options;
  const policy = path === undefined ? {} : readPolicy(await textOf(path), path);
  if (preset !== undefined && !(preset in presets)) {
    const known = Object.keys(presets).join(", ");
    throw new BadInput(`no such schedule; there are ${known}`, "--schedule", "--schedule hourly");
  }
  const schedule = { ...policy.schedule, ...given({ preset, batch }) };
  const budget = { ...policy.budget, ...given({ dayUsd, weekTokens }) };
  const ways = { ...policy.router, ...(router === undefined ? {} : waysOf(router)) };
  const all = {
    ...policy,
    ...(Object.keys(schedule).length > 0 ? { schedule } : {}),
    ...(Object.keys(budget).length > 0 ? { budget } : {}),
    ...(Object.keys(ways).length > 0 ? { router: ways } : {}),
  };
  const read = PolicyFile.safeParse(all);
  if (!read.success) {
    const [issue] = read.error.issues;
    const what = `${issue?.path.join(".")}: ${issue?.message}`;
    throw new BadInput(what, "sim", "nightshift sim --schedule hourly");
  }
  if (Object.keys(read.data).length > 0) return read.data;
  const what = "nothing else was asked for than what was";
  throw new BadInput(what, "sim", "nightshift sim --schedule hourly, or --policy <file>");
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new BadInput(`it cannot be read (${why})`, path, "nightshift sim --policy <file>");
  }
}

/** `boldness=0.2,lessonWeight=0` */
function waysOf(text: string): Record<string, number> {
  const pairs = text.split(",").map((pair) => pair.split("="));
  const isWrong = pairs.some(([name, value]) => !name || value === undefined || value === "");
  const ways = Object.fromEntries(pairs.map(([name = "", value]) => [name, Number(value)]));
  if (isWrong || Object.values(ways).some(Number.isNaN)) {
    throw new BadInput("give names and numbers", "--router", "--router boldness=0.2,forgetDays=30");
  }
  return ways;
}

function given(told: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
}

function linesOf({ nights, determined, estimated }: WhatIf): Line[] {
  const lines: Line[] = [{ tone: "title", text: `What if, over ${nights} recorded nights` }];
  const say = (text: string, tone: Line["tone"] = "plain") => void lines.push({ tone, text });
  if (determined) {
    say("");
    say("Determined by the log: the same attempts, each as long and as dear as it was", "title");
    for (const line of replayLines(determined.before, determined.after)) say(line);
  }
  if (estimated) {
    const { before, after, agreed } = estimated;
    say("");
    say("Estimated from the log: fitness a task, 0 to 1, in nine of ten worlds between", "title");
    say(`  as it was        ${rangeOf(before)}`);
    say(`  under the policy ${rangeOf(after)}`);
    say(`  ${verdictOf(before, after)}`);
    const own = `${Math.round(agreed * 100)} % of what was done it would have done as well`;
    say(`  It rests on ${after.decisions} decisions; ${own}.`, "quiet");
    const few = after.effective < FEW_DECISIONS;
    const worth = `worth ${Math.round(after.effective)} decisions of its own`;
    if (few) say(`  That is ${worth}: most of it is what a model makes of the log.`, "ask");
    else say(`  That is ${worth}.`, "quiet");
  }
  return lines;
}

/** Below this the model says more than what came out. */
const FEW_DECISIONS = 50;

function replayLines(before: Replayed, after: Replayed): string[] {
  const usd = (micro: number) => `$${(micro / 1_000_000).toFixed(2)}`;
  const minutes = (ms: number) => `${Math.round(ms / 60_000)} min`;
  return [
    `  attempts         ${before.attempts} → ${after.attempts}`,
    `  too late         ${before.late} → ${after.late}`,
    `  kept by budget   ${before.kept} → ${after.kept}`,
    `  cost             ${usd(before.costMicroUsd)} → ${usd(after.costMicroUsd)}`,
    `  tokens           ${before.tokens} → ${after.tokens}`,
    `  waited, on mean  ${minutes(before.waitMs)} → ${minutes(after.waitMs)}`,
  ];
}

function rangeOf({ value, low, high }: Estimate): string {
  return `${value.toFixed(3)}  (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

function verdictOf(before: Estimate, after: Estimate): string {
  const gain = after.value - before.value;
  if (after.low > before.high) return `It would have been better, by about ${gain.toFixed(3)}.`;
  if (after.high < before.low) return `It would have been worse, by about ${(-gain).toFixed(3)}.`;
  return "The log does not tell them apart.";
}
