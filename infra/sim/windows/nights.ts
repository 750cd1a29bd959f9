import type { DispatcherPorts, NightPlan } from "@nightshift/agents/dispatcher/ports";
import { dayMsWithin } from "@nightshift/agents/dispatcher/accounts/directors-day";
import type { Night } from "@nightshift/agents/dispatcher/night";
import { lead } from "@nightshift/agents/dispatcher/shift";
import { nightViews } from "@nightshift/agents/dispatcher/views";
import { directBus } from "@nightshift/agents/testing/direct-bus";
import { memoryWorkspace } from "@nightshift/agents/testing/memory-workspace";
import { scriptedChecks } from "@nightshift/agents/testing/scripted-checks";
import { taskSpec } from "@nightshift/agents/testing/fixtures";
import { createBoard } from "@nightshift/blackboard/board";
import { memoryStore } from "@nightshift/blackboard/memory-store";
import { createRunner } from "@nightshift/projections/runner";
import type { KnownWindow } from "@nightshift/protocol/account";
import { DAY_MS, HOUR_MS } from "@nightshift/protocol/clock";
import { idOf, SHIFT_STREAM } from "@nightshift/protocol/ids";
import { defaultSettings } from "@nightshift/protocol/settings";
import { memoryBlobs } from "../memory-blobs.ts";
import type { Agenda } from "./agenda.ts";
import { DAY, KEPT_OF_SHORT, KEPT_OF_WEEK, TIME_ZONE } from "./frame.ts";
import { createProvider, LONG, SHORT, type Provider } from "./provider.ts";
import type { Strategy } from "./strategies.ts";

/** Nights after one another, by the real election, deciders, governor and views. */
export type Nights = {
  begin(untilMs: number): Promise<Night>;
  /** What an answer tells of an account's windows goes into the log, where anyone looks at it. */
  tell(provider: Provider, atMs: number): Promise<void>;
  /** Percent of a window that the night may not touch. */
  keptPercent(window: string, span: { startMs: number; resetsAtMs: number }, atMs: number): number;
  /** Holds in the log. */
  holds(): Promise<number>;
};

export const TASK = taskSpec();

/** Parts of the windows that stay free for the director's day. */
const KEPT = { [SHORT]: KEPT_OF_SHORT / 100, [LONG]: KEPT_OF_WEEK / 100 } as const;

/** Three subscriptions, each with a week that begins on its own day. */
export function openAccounts(startMs: number): Provider[] {
  const timeZone = TIME_ZONE;
  return [
    createProvider("max-one", { weekday: 1, time: "09:00", timeZone }, startMs),
    createProvider("max-two", { weekday: 3, time: "03:00", timeZone }, startMs),
    createProvider("pro", { weekday: 6, time: "18:00", timeZone }, startMs),
  ];
}

const known: KnownWindow[] = [
  { window: SHORT, lengthMs: 5 * HOUR_MS, keepShare: KEPT[SHORT] },
  { window: LONG, lengthMs: 7 * DAY_MS, keepShare: KEPT[LONG] },
].map((window) => ({ ...window, tokensMax: null, requestsMax: null, resets: null }));

export async function openNights({
  agenda,
  providers,
  strategy,
}: {
  agenda: Agenda;
  providers: readonly Provider[];
  strategy: Strategy;
}): Promise<Nights> {
  const store = memoryStore();
  const clock = { now: () => agenda.now(), sleep: async () => {} };
  let commands = 0;
  const newId = () => `command-${commands++}`;
  const board = createBoard({ store, actor: "dispatcher", clock, newId });
  const ports: DispatcherPorts = {
    board,
    views: createRunner(store, nightViews),
    bus: directBus(),
    workspace: memoryWorkspace({}),
    checks: scriptedChecks(() => ({ exitCode: 0 })),
    blobs: memoryBlobs(),
    results: { file: async (task) => task },
    clock,
    random: { next: () => 0 },
    seal: async () => ({ root: "0".repeat(64), streams: 1, upTo: "1" }),
    tell: () => {},
  };
  for (const { name } of providers) {
    const about = { name, provider: "simulated", kind: "subscription" } as const;
    await board.handle("account", name, { type: "account.register", ...about });
    if (!strategy.paced) continue;
    await board.handle("account", name, { type: "account.know-limits", windows: known });
  }
  const never = new AbortController().signal;
  let number = 0;
  return {
    async begin(untilMs) {
      if (number > 0) {
        const { state } = await board.load("shift", idOf(SHIFT_STREAM));
        const end = { type: "shift.end", epoch: state.epoch, reason: "time" } as const;
        await board.handle("shift", idOf(SHIFT_STREAM), end);
      }
      number += 1;
      const names = providers.map(({ name }) => name);
      const plan = planOf(`simulation-${number}`, untilMs, strategy, names);
      return lead(ports, plan, { stop: never, abort: never });
    },
    async tell(provider, atMs) {
      if (!strategy.paced) return;
      for (const seen of provider.told(atMs)) {
        await board.handle("account", provider.name, { type: "account.observe-window", ...seen });
      }
    },
    keptPercent(window, { startMs, resetsAtMs }, atMs) {
      const share = window === SHORT ? KEPT[SHORT] : KEPT[LONG];
      const whole = dayMsWithin(startMs, resetsAtMs, DAY, TIME_ZONE);
      if (whole === 0) return 0;
      return (100 * share * dayMsWithin(atMs, resetsAtMs, DAY, TIME_ZONE)) / whole;
    },
    async holds() {
      let count = 0;
      for await (const _ of store.readAll({ types: ["account.held"] })) count += 1;
      return count;
    },
  };
}

function planOf(
  leader: string,
  untilMs: number,
  { paced, schedule }: Strategy,
  accounts: readonly string[],
): NightPlan {
  return {
    leader,
    incumbent: "gone",
    untilMs,
    timeZone: TIME_ZONE,
    schedule,
    repos: new Map(),
    ceilings: {
      dayMicroUsd: null,
      nightMicroUsd: null,
      weekTokens: null,
      categoryShare: 1,
      selfImprovementShare: 0.15,
    },
    settings: defaultSettings,
    sandbox: "twin",
    day: paced ? DAY : null,
    accounts,
    resumeUntilMs: untilMs,
  };
}
