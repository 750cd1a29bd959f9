import type { Genes } from "@nightshift/protocol/genome";
import type { Random } from "../../ports.ts";
import type { Option } from "../router/features.ts";
import type { Router } from "../router/router.ts";
import type { Decision, Policy } from "./decision.ts";

/** One rule of a policy in words: for which tasks, and what is wanted of an option. */
export type Rule = {
  categories?: readonly string[] | undefined;
  outputs?: readonly string[] | undefined;
  /** Any of these, the first that bids. */
  models?: readonly string[] | undefined;
  /** Genes that must be as named. */
  genes?: { [K in keyof Genes]?: Genes[K] | undefined } | undefined;
};

/**
 * A policy of rules: the first that fits a task says what is wanted; of the options that are so the
 * best by belief is taken, of all where none is. A task that no rule fits is done as it was.
 */
export function ruled(rules: readonly Rule[], router: Pick<Router, "predict">): Policy {
  return (decision) => {
    const rule = rules.find((one) => fits(one, decision));
    if (!rule) return null;
    const wanted = placesOf(rule, decision.options);
    const among = wanted.length > 0 ? wanted : Array.from(decision.options.keys());
    return certain(decision.options.length, best(among, decision, router));
  };
}

/**
 * What a router would do that learns as it goes, from what the log's own choices came to. To be asked
 * for each decision once, in the order of the log.
 */
export function routed(router: Router, random: Random): Policy {
  return ({ situation, options, bonuses, chosen, reward }) => {
    const offered = options.map((option, at) => ({ ...option, bonus: bonuses[at] ?? 0 }));
    const { propensities } = router.choose(situation, offered, { draws: ROUTED_DRAWS, random });
    const option = options[chosen];
    const result = { fitness: reward, quality: reward, thrift: reward, merged: reward };
    if (option) router.learn(situation, option, result);
    return propensities;
  };
}

const ROUTED_DRAWS = 50;

function fits({ categories, outputs }: Rule, { situation }: Decision): boolean {
  if (categories && !categories.includes(situation.category)) return false;
  return !outputs || outputs.includes(situation.output);
}

function placesOf({ models, genes }: Rule, options: readonly Option[]): number[] {
  const model = models?.find((name) => options.some((option) => option.model === name));
  const places = Array.from(options.keys()).filter(
    (at) => model === undefined || options[at]?.model === model,
  );
  const wanted = Object.entries(genes ?? {});
  const exact = places.filter((at) => {
    const own = new Map<string, unknown>(Object.entries(options[at]?.genes ?? {}));
    return wanted.every(([gene, value]) => value === undefined || own.get(gene) === value);
  });
  return exact.length > 0 ? exact : places;
}

function best(
  among: readonly number[],
  { situation, options, bonuses }: Decision,
  router: Pick<Router, "predict">,
): number {
  let found = among[0] ?? 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (const at of among) {
    const option = options[at];
    const expected = option ? router.predict(situation, option).fitness : 0;
    const value = expected + (bonuses[at] ?? 0);
    if (value <= highest) continue;
    highest = value;
    found = at;
  }
  return found;
}

function certain(options: number, at: number): number[] {
  return Array.from({ length: options }, (_, place) => (place === at ? 1 : 0));
}
