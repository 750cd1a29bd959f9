import type { AttemptState } from "@nightshift/blackboard/attempt";
import { nameId } from "@nightshift/protocol/ids";
import { GUIDANCE_CHARS_MAX } from "@nightshift/protocol/guidance";
import type { Try } from "../attempt.ts";
import { followUp } from "./follow-up.ts";
import { settingsOf, type Night } from "../night.ts";

/** After the gate: fitness for the genome, a reflection for the category, a follow-up if earned. */
export async function learn(night: Night, attempt: Try, state: AttemptState): Promise<void> {
  const { gated, executed, awarded } = state;
  if (!gated || !executed || !awarded) return;
  const merged = state.end?.kind === "integrated" && state.end.how === "merged";
  await night.ports.board.handle(
    "genome",
    awarded.genome,
    {
      type: "genome.evaluate",
      attempt: attempt.id,
      score: gated.score,
      tokens: executed.usage.outputTokens,
      tokensBudget: settingsOf(night).thriftTokens,
      merged,
    },
    { correlation: attempt.task },
  );
  await reflect(night, attempt, state);
  if (state.end?.kind === "integrated") await followUp(night, attempt, state);
}

/** The critique, as something the next attempt of the category can act on (D25). */
async function reflect(night: Night, attempt: Try, state: AttemptState): Promise<void> {
  const text = state.assessed?.critique.trim() ?? "";
  if (text === "" || !state.gated) return;
  const { category } = attempt.spec;
  await night.ports.board.handle(
    "guidance",
    nameId(category),
    {
      type: "guidance.reflect",
      category,
      attempt: attempt.id,
      text: text.slice(0, GUIDANCE_CHARS_MAX),
      score: state.gated.score,
    },
    { correlation: attempt.task },
  );
}
