import type { AttemptState } from "@nightshift/blackboard/attempt";
import { learning } from "@nightshift/projections/learning";
import { lore } from "@nightshift/projections/lore";
import { tokenScales } from "@nightshift/projections/token-scales";
import type { Settings } from "@nightshift/protocol/settings";
import { knownOf } from "../planner/known-of.ts";
import { record, type Try } from "./attempt.ts";
import { ask } from "./delegate.ts";
import { contextTokensFor, genesOf } from "./choosing/genes.ts";
import { ownNameOf } from "./choosing/guest-bids.ts";
import { isHouse, trusted } from "./guest-work.ts";
import { chooseLessons, lessonTexts } from "./learning/lessons.ts";
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
        ...lessonsFor(night, attempt, awarded, settings),
        knowledge: knownOf(night.ports.views.view(lore), spec),
        critique,
        limits: {
          wallMs: settings.workerWallMs,
          silenceMs: settings.workerSilenceMs,
          contextTokens: inputTokens,
          outputTokens,
        },
        ...scaleOf(night, awarded),
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
  if (answer.status === "failed") {
    const { kind, detail, spend, transcripts = spend?.transcripts } = answer;
    // What a guest says that it did is nobody's to check.
    const told = isHouse(night, awarded.agent) ? { transcripts } : {};
    return fail(night, attempt, { kind, detail, ...told });
  }
  const { rawTokens, ...prompted } = answer.prompted;
  // A guest's word teaches nothing about a model of the house.
  const counted = rawTokens !== undefined && isHouse(night, awarded.agent) ? { rawTokens } : {};
  await record(night, attempt, { type: "attempt.prompt", generation, ...prompted, ...counted });
  await record(night, attempt, { type: "attempt.execute", generation, ...answer.executed });
  const changed = answer.executed.files.length;
  say(night, task, `${spec.name} executed: ${changed} files changed`, "quiet");
}

/** How the model counts tokens, where its reports have told; nothing for a guest's. */
function scaleOf(night: Night, { agent, model }: Pick<Awarded, "agent" | "model">) {
  const known = night.ports.views.view(tokenScales).models.get(model);
  if (!known || !isHouse(night, agent)) return {};
  const { perToken, overheadTokens } = known;
  return { tokenScale: { perToken, overheadTokens } };
}

/** As the award chose them; one of a log from before that choice chooses now. */
function lessonsFor(night: Night, { id, spec }: Try, awarded: Awarded, settings: Settings) {
  const known = night.ports.views.view(learning);
  const nowMs = night.ports.clock.now();
  const chosen = awarded.lessons ?? chooseLessons(known, spec, { attempt: id, nowMs, settings });
  return lessonTexts(known, spec.category, chosen);
}

type Awarded = NonNullable<AttemptState["awarded"]>;
