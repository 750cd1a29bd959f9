import { roomInAccounts } from "@nightshift/agents/dispatcher/accounts/account-room";
import { tryOf } from "@nightshift/agents/dispatcher/attempt";
import type { Reservation } from "@nightshift/agents/dispatcher/governor";
import type { Night } from "@nightshift/agents/dispatcher/night";
import { holdAccount } from "@nightshift/agents/dispatcher/release";
import { resumesUntil } from "@nightshift/agents/dispatcher/accounts/resume";
import { nextAt, nextCycleMs } from "@nightshift/agents/dispatcher/schedule";
import { takeRoom } from "@nightshift/agents/dispatcher/accounts/take-room";
import { DAY_MS, MINUTE_MS } from "@nightshift/protocol/clock";
import type { Random } from "@nightshift/agents/ports";
import { seeded } from "../rehearsal/random.ts";
import { createAgenda, type Agenda } from "./agenda.ts";
import { between, sizePercent } from "./draws.ts";
import { livesThrough } from "./director.ts";
import { START_MS, TIME_ZONE } from "./frame.ts";
import { measure, type Measured, type Noted } from "./measure.ts";
import { openAccounts, openNights, TASK, type Nights } from "./nights.ts";
import type { Provider } from "./provider.ts";
import type { Strategy } from "./strategies.ts";

const NIGHT = { from: "22:00", until: "07:30" };
const WORKERS_AN_ACCOUNT = 2;
/** Tokens that a percent of a five-hour window is worth, about: the provider weighs them its way. */
const TOKENS_A_PERCENT = 10_000;
const WEIGHT_SPREAD = 0.15;
/** What an attempt reserves; the watchdog ends it there, and is late by this part at most. */
const WORST_TOKENS = 160_000;
const WATCHDOG_LATE_SHARE = 0.03;
const MINUTES_A_PERCENT = 5;
/** Turns of a worker: each uses its part, and may be the one that meets a limit. */
const TURNS = 5;

/** What a simulation goes by: one of these a strategy and seed. */
type World = {
  strategy: Strategy;
  agenda: Agenda;
  random: Random;
  providers: readonly Provider[];
  nights: Nights;
  noted: Noted;
  busy: Map<string, number>;
  tasks: number;
  /** When somebody looks again next; later looks are not needed. */
  lookMs: number;
};

/** Weeks of nights with three accounts, by the real rules; the same for the same seed. */
export async function simulate(
  strategy: Strategy,
  { seed, weeks }: { seed: number; weeks: number },
): Promise<Measured> {
  const agenda = createAgenda(START_MS);
  const providers = openAccounts(START_MS);
  const nights = await openNights({ agenda, providers, strategy });
  const noted: Noted = {
    cut: 0,
    lost: 0,
    stopped: 0,
    done: 0,
    intrusions: 0,
    refused: 0,
    holds: 0,
  };
  const random = seeded(seed);
  const world: World = {
    strategy,
    agenda,
    random,
    providers,
    nights,
    noted,
    busy: new Map(),
    tasks: 0,
    lookMs: Number.POSITIVE_INFINITY,
  };
  // One week more, so that every account has this many whole ones.
  const endMs = START_MS + (weeks + 1) * 7 * DAY_MS;
  for (const provider of providers) {
    livesThrough(agenda, provider, { random: seeded(seed * 7_919 + 1), noted, endMs });
  }
  planNights(world, endMs);
  await agenda.runUntil(endMs);
  noted.holds = await nights.holds();
  return measure(providers, { ...noted }, { weeks, endMs });
}

/** Night after night, or one that never ends. */
function planNights(world: World, endMs: number): void {
  const { agenda, nights, strategy } = world;
  if (strategy.hours === "always") {
    agenda.at(START_MS, async () => {
      const night = await nights.begin(endMs);
      const firstMs = nextCycleMs(strategy.schedule, null, START_MS, TIME_ZONE);
      agenda.at(firstMs, () => cycle(world, night));
    });
    return;
  }
  for (let from = START_MS; from < endMs;) {
    const beginMs = nextAt(NIGHT.from, from, TIME_ZONE);
    const untilMs = nextAt(NIGHT.until, beginMs, TIME_ZONE);
    agenda.at(beginMs, async () => keepBusy(world, await nights.begin(untilMs)));
    from = untilMs;
  }
}

/** Begins its batch, account after account, and leaves the next cycle to the schedule. */
async function cycle(world: World, night: Night): Promise<void> {
  const { agenda, strategy, providers } = world;
  const nowMs = agenda.now();
  for (let begun = 0; begun < strategy.schedule.batch; begun++) {
    const provider = providers[begun % providers.length];
    if (provider) await begin(world, night, provider);
  }
  const nextMs = nextCycleMs(strategy.schedule, nowMs, nowMs, TIME_ZONE);
  agenda.at(nextMs, () => cycle(world, night));
}

/** Begins work as long as somebody may, and looks again when an account opens. */
async function keepBusy(world: World, night: Night): Promise<void> {
  const { agenda, providers } = world;
  const nowMs = agenda.now();
  if (nowMs >= (night.plan.untilMs ?? nowMs)) return;
  await night.ports.views.catchUp();
  // The night's own look around (CHECK): closed for all, it pauses until the first opens.
  const room = roomInAccounts(night);
  if ("untilMs" in room) return lookAgain(world, night, room.untilMs);
  for (const provider of providers) {
    while ((world.busy.get(provider.name) ?? 0) < WORKERS_AN_ACCOUNT) {
      const opensMs = await begin(world, night, provider);
      if (opensMs === null) continue;
      lookAgain(world, night, opensMs);
      break;
    }
  }
}

function lookAgain(world: World, night: Night, atMs: number): void {
  const { agenda } = world;
  const soon = Math.max(atMs, agenda.now() + MINUTE_MS);
  if (soon >= world.lookMs || soon > resumesUntil(night)) return;
  world.lookMs = soon;
  agenda.at(soon, () => {
    if (world.lookMs === soon) world.lookMs = Number.POSITIVE_INFINITY;
    return keepBusy(world, night);
  });
}

/** @returns null where a task was begun, else when to look again. */
async function begin(world: World, night: Night, provider: Provider): Promise<number | null> {
  const attempt = `task-${world.tasks++}`;
  const taken = await takeRoom(
    night,
    { attempt, step: "implement", category: "ops", shift: night.shift, epoch: night.epoch },
    { account: provider.name, costMicroUsd: 0, tokens: WORST_TOKENS },
  );
  if (taken === null) throw new Error("no ceiling was set");
  if ("untilMs" in taken) return taken.untilMs;
  world.busy.set(provider.name, (world.busy.get(provider.name) ?? 0) + 1);
  run(world, night, provider, attempt, taken);
  return null;
}

/** Lets a task run its turns, each when its time is there. */
function run(
  world: World,
  night: Night,
  provider: Provider,
  attempt: string,
  reservation: Reservation,
): void {
  const { agenda, random, noted } = world;
  let percent = sizePercent(random);
  const weight = TOKENS_A_PERCENT * between(random, 1 - WEIGHT_SPREAD, 1 + WEIGHT_SPREAD);
  const ceiling = WORST_TOKENS * between(random, 1, 1 + WATCHDOG_LATE_SHARE);
  const isStopped = percent * weight > WORST_TOKENS;
  if (isStopped) percent = Math.min(percent, ceiling / weight);
  const turnMs = (percent * MINUTES_A_PERCENT * MINUTE_MS * between(random, 0.7, 1.3)) / TURNS;
  const turn = async (done: number): Promise<void> => {
    const nowMs = agenda.now();
    const resetsAtMs = provider.use("night", percent / TURNS, nowMs);
    if (resetsAtMs !== null) {
      noted.cut += 1;
      await settle(done);
      return meetLimit(world, night, { account: provider.name, resetsAtMs, attempt });
    }
    watchReserve(world, provider, nowMs);
    if (done + 1 < TURNS) return agenda.at(nowMs + turnMs, () => turn(done + 1));
    await world.nights.tell(provider, nowMs);
    await settle(TURNS);
    noted[isStopped ? "stopped" : "done"] += 1;
    await goOn(world, night);
  };
  const settle = async (turns: number) => {
    const outputTokens = Math.round((percent * weight * turns) / TURNS);
    const usage = { inputTokens: 0, cachedTokens: 0, outputTokens };
    const spend = { model: "m", family: "f", usage, costMicroUsd: 0 };
    await reservation.close({ ...spend, costKind: "subscription" });
    world.busy.set(provider.name, (world.busy.get(provider.name) ?? 1) - 1);
  };
  agenda.at(agenda.now() + turnMs, () => turn(0));
}

type Met = { account: string; resetsAtMs: number; attempt: string };

/** With the rules of the house the whole account waits, and the task has lost nothing (I7). */
async function meetLimit(world: World, night: Night, { attempt, ...limit }: Met): Promise<void> {
  if (!world.strategy.holds) {
    world.noted.lost += 1;
    return;
  }
  await holdAccount(night, tryOf(attempt, 1, TASK, null), limit);
  await goOn(world, night);
}

async function goOn(world: World, night: Night): Promise<void> {
  if (world.strategy.hours === "nights") await keepBusy(world, night);
}

/** Counts each turn that lands in what is kept for the director. */
function watchReserve({ noted, nights }: World, provider: Provider, atMs: number): void {
  for (const { window, percent, startMs, resetsAtMs } of provider.used(atMs)) {
    const kept = nights.keptPercent(window, { startMs, resetsAtMs }, atMs);
    if (percent > 100 - kept + 1e-6) noted.intrusions += 1;
  }
}
