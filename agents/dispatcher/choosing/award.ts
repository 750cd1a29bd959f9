import type { AttemptState } from "@nightshift/blackboard/attempt";
import { learning } from "@nightshift/projections/learning";
import { record, type Try } from "../attempt.ts";
import { brakedUntil } from "../learning/brake.ts";
import { openBids } from "../accounts/account-room.ts";
import { collectBids, failedModels, fallbackBids, type Bid } from "./auction.ts";
import { contextTokensFor, genomesFor } from "./genes.ts";
import { chooseLessons } from "../learning/lessons.ts";
import { say, settingsFor, type Night } from "../night.ts";
import { deferForBrake, fail, putOff } from "../release.ts";
import { choose, type Routed } from "./routing.ts";

/** Step 4: announces the work, hears the bids, and awards it by track record. */
export async function award(night: Night, attempt: Try, state: AttemptState): Promise<void> {
  const { id, task, generation, spec } = attempt;
  const settings = await settingsFor(night, id);
  const inputTokens = contextTokensFor(spec, settings);
  const genomes = await genomesFor(night, spec.category, settings);
  const outputTokens = Math.max(...genomes.map(({ genes }) => genes.outputTokensMax));
  const estimateTokens = state.planned?.estimateTokens || null;
  const routed: Routed = { spec, estimateTokens, contextTokensMax: inputTokens, genomes };
  if (!state.announced) {
    const worstTokens = inputTokens + outputTokens;
    const announced = { generation, skill: "implement", worstTokens };
    await record(night, attempt, { type: "attempt.announce", ...announced });
  }
  const about = { task, attempt: id, spec };
  const size = { inputTokens, outputTokens };
  const sealed = await collectBids(night, about, "implement", size);
  const isFallback = sealed.length === 0;
  const all = isFallback ? await fallbackBids(night, about, "implement", size) : sealed;
  if (all.length === 0) {
    return fail(night, attempt, { kind: "lost", detail: "no implementer is on the bus" });
  }
  await recordBids(night, attempt, routed, all);
  const failed = await failedModels(night, task, generation);
  // Where every model failed once there is no better choice than all of them again.
  const fresh = all.some(({ model }) => !failed.has(model))
    ? all.filter(({ model }) => !failed.has(model))
    : all;
  const wanted = fresh.filter(({ model, agent }) => model === spec.model || agent === spec.model);
  const eligible = wanted.length > 0 ? wanted : fresh;
  await night.ports.views.catchUp();
  const waits = eligible.map(({ model }) => brakedUntil(night, model, spec.category));
  const free = eligible.filter((_, index) => waits[index] === null);
  if (free.length === 0) return deferForBrake(night, attempt, waits);
  const { open, closed } = openBids(night, free, inputTokens + outputTokens);
  if (open.length === 0 && closed !== null) {
    return putOff(night, attempt, closed);
  }
  const choice = choose(night, routed, open, isFallback ? null : night.ports.random);
  const won = open[choice.index];
  if (!won) throw new Error("the router chose a bid that is not there");
  await record(night, attempt, {
    type: "attempt.award",
    generation,
    agent: won.agent,
    model: won.model,
    account: won.account,
    genome: choice.genome.id,
    propensity: choice.propensity,
    reason: choice.reason,
    lessons: chooseLessons(night.ports.views.view(learning), spec, {
      attempt: id,
      nowMs: night.ports.clock.now(),
      settings,
    }),
  });
  say(night, task, `${spec.name} awarded to ${won.agent} with ${won.model}`, "quiet");
}

/**
 * Every bid is an event, also one that cannot win: only once bids are closed, so that nobody reads
 * another's before. Its merit is what its model's track record makes of it among all that were made.
 */
async function recordBids(
  night: Night,
  attempt: Try,
  routed: Routed,
  bids: readonly Bid[],
): Promise<void> {
  const { merits } = choose(night, routed, bids, null);
  for (const [index, { agent, model, priceMicroUsd, etaMs }] of bids.entries()) {
    const terms = { agent, model, priceMicroUsd, etaMs, merit: merits[index] ?? 0 };
    await record(night, attempt, {
      type: "attempt.bid",
      generation: attempt.generation,
      ...terms,
    });
  }
}
