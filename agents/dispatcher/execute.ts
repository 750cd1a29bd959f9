import type { AttemptState } from "@nightshift/blackboard/attempt";
import { learning } from "@nightshift/projections/learning";
import { record, type Try } from "./attempt.ts";
import { ask } from "./delegate.ts";
import { contextTokensFor, genesOf } from "./genes.ts";
import { ownNameOf } from "./guest-bids.ts";
import { isHouse, trusted } from "./guest-work.ts";
import { say, settingsFor, type Night } from "./night.ts";
import { reserved } from "./paid.ts";
import { repoRef } from "./plan.ts";
import { awaitSignIn, defer, fail } from "./release.ts";

/** Step 5: the implementer works in a clone of its own, inside a reservation. */
export async function execute(night: Night, attempt: Try, state: AttemptState): Promise<void> {
  const { id, task, generation, spec, critique } = attempt;
  const { started, awarded } = state;
  if (!started || !awarded) throw new Error(`${id} has no award to execute`);
  const settings = await settingsFor(night, id);
  const genes = await genesOf(night, awarded.genome, settings);
  const inputTokens = contextTokensFor(spec, settings);
  const outputTokens = genes.outputTokensMax;
  const bid = state.bids.find(
    ({ agent, model }) => agent === awarded.agent && model === awarded.model,
  );
  const given = await reserved(
    night,
    attempt,
    { skill: "implement", agent: awarded.agent, inputTokens, outputTokens },
    { account: awarded.account, priceMicroUsd: bid?.priceMicroUsd ?? 0 },
    () =>
      ask(night, attempt, awarded.agent, "implement", {
        task,
        spec,
        attempt: id,
        generation,
        repo: repoRef(night, spec.repo),
        base: started.base,
        model: ownNameOf(awarded.agent, awarded.model),
        genes,
        ...lessons(night, spec.category, settings.reflectionsShown),
        critique,
        limits: {
          wallMs: settings.workerWallMs,
          silenceMs: settings.workerSilenceMs,
          contextTokens: inputTokens,
          outputTokens,
        },
      }),
    (told) => {
      // What a guest says that it used is nobody's to check: it costs what it bid.
      if (!isHouse(night, awarded.agent)) return null;
      if (told.status === "executed") return told.executed;
      if (told.status === "limit") return told.spend ?? "nothing";
      return told.spend;
    },
  );
  if (given === null) return;
  const answer = await trusted(night, attempt, awarded, started.base, given);
  if (answer.status === "limit") return defer(night, attempt, answer);
  if (answer.status === "failed" && answer.kind === "sign-in") {
    return awaitSignIn(night, attempt, awarded.account);
  }
  if (answer.status === "failed") return fail(night, attempt, answer);
  await record(night, attempt, { type: "attempt.prompt", generation, ...answer.prompted });
  await record(night, attempt, { type: "attempt.execute", generation, ...answer.executed });
  const changed = answer.executed.files.length;
  say(night, task, `${spec.name} executed: ${changed} files changed`, "quiet");
}

/** What the category's guidance and reflections say now; what has expired says nothing (B12). */
function lessons(night: Night, category: string, shown: number) {
  const { guidance, reflections } = night.ports.views.view(learning);
  const now = night.ports.clock.now();
  return {
    guidance: newest(
      (guidance.get(category) ?? []).filter(({ expiresAtMs }) => expiresAtMs > now),
      GUIDANCE_MAX,
    ).map(({ text }) => text),
    reflections: newest(
      (reflections.get(category) ?? []).map(({ text }) => text),
      shown,
    ),
  };
}

const GUIDANCE_MAX = 5;

function newest<T>(items: readonly T[], count: number): T[] {
  return items.slice(Math.max(0, items.length - count));
}
