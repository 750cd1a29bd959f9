import type { Board } from "@nightshift/blackboard/board";
import type { Workspace } from "@nightshift/agents/ports";
import type { CallContext } from "@nightshift/protocol/bus";
import { HOUR_MS, MINUTE_MS } from "@nightshift/protocol/clock";
import { Unavailable } from "@nightshift/protocol/errors";
import type { Spend } from "@nightshift/protocol/skills";
import type { Chance } from "./chance.ts";
import type { World } from "./world.ts";

/** What an agent of the simulation has at hand; it may outlive the dispatcher that called it. */
export type Hands = { name: string; world: World; board: Board; workspace: Workspace };

type Offer = { model: string; family: string; account: string; priceMicroUsd: number };

/** Takes its time, from seconds to most of an hour; or for ever, until the caller gives up. */
export async function takeTime({ world }: Hands, chance: Chance, { signal }: CallContext) {
  const pace = chance.weighted({ quick: 6, slow: 3, long: 1 });
  const mostMs = { quick: MINUTE_MS, slow: 10 * MINUTE_MS, long: 50 * MINUTE_MS }[pace];
  await world.clock.sleep(chance.between(1, mostMs), signal);
}

/** Never answers. */
export function fallSilent(): Promise<never> {
  return new Promise(() => {});
}

export function breakDown(name: string): never {
  throw new Unavailable(`${name} broke down`);
}

/** A used-up account: opens soon, much later, or nobody says when. */
export function limitOf({ world }: Hands, chance: Chance, { account }: Offer) {
  const reset = chance.weighted({ unknown: 1, soon: 2, late: 1, past: 1 });
  const nowMs = world.clock.now();
  const soonMs = nowMs + chance.between(1, 90) * MINUTE_MS;
  const lateMs = nowMs + chance.between(2, 10) * HOUR_MS;
  const resetsAtMs = { unknown: null, soon: soonMs, late: lateMs, past: nowMs - MINUTE_MS }[reset];
  return { status: "limit", account, resetsAtMs, spend: null } as const;
}

/** Usually less than was offered; now and then far more. */
export function spendOf(chance: Chance, { model, family, priceMicroUsd }: Offer): Spend {
  const greedy = chance.odds(0.05);
  return {
    model,
    family,
    usage: {
      inputTokens: chance.between(100, greedy ? 300_000 : 4_000),
      cachedTokens: 0,
      outputTokens: chance.between(10, 2_000),
    },
    costMicroUsd: greedy ? priceMicroUsd * 3 : chance.between(0, priceMicroUsd),
    costKind: "billed",
  };
}
