import type { AttemptState } from "@nightshift/blackboard/attempt";
import { record, type Try } from "./attempt.ts";
import { choose, collectBids, failedModels, heldUntil } from "./auction.ts";
import { contextTokensFor, genesFor } from "./genes.ts";
import { say, settingsOf, type Night } from "./night.ts";
import { defer, fail } from "./release.ts";

/** Step 4: announces the work, hears the bids, and awards it by track record. */
export async function award(night: Night, attempt: Try, state: AttemptState): Promise<void> {
  const { id, task, generation, spec } = attempt;
  const settings = settingsOf(night);
  const inputTokens = contextTokensFor(spec, settings);
  const genome = await genesFor(night, spec.category);
  const outputTokens = Math.max(genome.genes.outputTokensMax, state.planned?.estimateTokens ?? 0);
  await record(night, attempt, {
    type: "attempt.announce",
    generation,
    skill: "implement",
    worstTokens: inputTokens + outputTokens,
  });
  const about = { task, attempt: id, spec };
  const all = await collectBids(night, about, "implement", { inputTokens, outputTokens });
  if (all.length === 0) {
    return fail(night, attempt, { kind: "lost", detail: "no implementer is on the bus" });
  }
  const failed = await failedModels(night, task, generation);
  // Where every model failed once there is no better choice than all of them again.
  const fresh = all.some(({ model }) => !failed.has(model))
    ? all.filter(({ model }) => !failed.has(model))
    : all;
  const wanted = fresh.filter(({ model, agent }) => model === spec.model || agent === spec.model);
  const eligible = wanted.length > 0 ? wanted : fresh;
  const open = eligible.filter(({ account }) => heldUntil(night, account) === null);
  if (open.length === 0) {
    const [first] = eligible
      .map(({ account }) => ({ account, untilMs: heldUntil(night, account) ?? 0 }))
      .sort((a, b) => a.untilMs - b.untilMs);
    if (!first) throw new Error("no bid and no hold");
    return defer(night, attempt, { account: first.account, resetsAtMs: first.untilMs }, true);
  }
  const choice = choose(night, spec, open);
  for (const [index, bid] of open.entries()) {
    const { agent, model, priceMicroUsd, etaMs } = bid;
    const merit = choice.merits[index] ?? 0;
    const command = { generation, agent, model, priceMicroUsd, etaMs, merit };
    await record(night, attempt, { type: "attempt.bid", ...command });
  }
  const won = open[choice.index];
  if (!won) throw new Error("the router chose a bid that is not there");
  await record(night, attempt, {
    type: "attempt.award",
    generation,
    agent: won.agent,
    model: won.model,
    account: won.account,
    genome: genome.id,
    propensity: choice.propensity,
    reason: choice.reason,
  });
  say(night, task, `${spec.name} awarded to ${won.agent} with ${won.model}`, "quiet");
}
