import type { SkillOutput } from "@nightshift/protocol/skills";

type Offer = SkillOutput<"bid">["bids"][number];

const offer = (
  name: string,
  family: string,
  tier: Offer["tier"],
  priceMicroUsd: number,
): Offer => ({
  model: `model-${name}`,
  family,
  account: `account-${name}`,
  tier,
  priceMicroUsd,
  etaMs: 60_000,
});

/** The models of the night, by their agents' offers; `d` judges too. */
export const MODELS: readonly Offer[] = [
  offer("a", "aspen", "small", 1_000),
  offer("b", "birch", "large", 4_000),
  offer("c", "cedar", "local", 0),
  offer("d", "dogwood", "small", 1_500),
];

export function modelNamed(model: string): Offer {
  const found = MODELS.find((one) => one.model === model);
  if (!found) throw new Error(`no model ${model}`);
  return found;
}

export const JUDGE = offer("judge", "juniper", "large", 600);
export const PLANNER = offer("planner", "pine", "small", 200);
