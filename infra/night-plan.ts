import { CONTINUOUS, type Schedule } from "@nightshift/agents/dispatcher/schedule";
import type { NightPlan } from "@nightshift/agents/dispatcher/ports";
import type { Ceilings } from "@nightshift/protocol/budget";
import { slug } from "@nightshift/protocol/ids";
import { defaultSettings, type Settings } from "@nightshift/protocol/settings";
import type { DirectorConfig } from "./config/director.ts";
import type { Repository } from "./repositories.ts";

/** The director's thresholds over the defaults. */
export function settingsFor(config: DirectorConfig): Settings {
  return { ...defaultSettings, ...config.settings };
}

/** What a night is held to: repositories, ceilings, time, and who leads. */
export function planOf(
  config: DirectorConfig,
  night: Pick<NightPlan, "leader" | "incumbent" | "incumbentEpoch" | "sandbox" | "untilMs"> & {
    repositories: readonly Repository[];
    schedule?: Schedule;
    resumeUntilMs?: number | null;
  },
): NightPlan {
  const { repositories, schedule = CONTINUOUS, ...led } = night;
  const accounts = new Set(config.workers.map(accountOf));
  const settings = settingsFor(config);
  return {
    ...led,
    timeZone: config.timeZone,
    schedule,
    repos: new Map(repositories.map(({ plan }) => [plan.id, plan])),
    ceilings: ceilingsOf(config, settings),
    settings,
    day: config.day,
    accounts: [...accounts],
  };
}

/** The key or subscription that a worker draws on. */
export function accountOf({ account, name }: DirectorConfig["workers"][number]): string {
  return account ?? slug(name);
}

const MICRO = 1_000_000;

function ceilingsOf({ budget }: DirectorConfig, settings: Settings): Ceilings {
  const micro = (usd: number | null) => (usd === null ? null : Math.round(usd * MICRO));
  return {
    dayMicroUsd: micro(budget.dayUsd),
    nightMicroUsd: micro(budget.nightUsd),
    weekTokens: budget.weekTokens,
    categoryShare: settings.categoryShareMax,
    selfImprovementShare: settings.selfImprovementShareMax,
  };
}
