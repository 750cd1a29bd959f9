import type { EndReason } from "@nightshift/agents/dispatcher/cycles";
import { createNight } from "@nightshift/agents/dispatcher/night";
import type { Note } from "@nightshift/agents/dispatcher/ports";
import { nextAt, type Schedule } from "@nightshift/agents/dispatcher/schedule";
import { elect, runShift } from "@nightshift/agents/dispatcher/shift";
import { shifts } from "@nightshift/projections/shifts";
import type { Incumbent } from "@nightshift/protocol/shift";
import { keepAwake } from "./awake.ts";
import type { BusPlace } from "./bus-place.ts";
import { openFloor, type Floor } from "./floor.ts";
import { forgesOf } from "./forges.ts";
import { updateHistory } from "./history.ts";
import type { House } from "./house.ts";
import { fateOf, leaderName } from "./leader.ts";
import { planOf } from "./night-plan.ts";
import { preparable } from "./preparation.ts";
import { register, registerAccounts } from "./registration.ts";
import type { Repository } from "./repositories.ts";
import { resultsFolder } from "./results.ts";
import { noteRoot } from "./workers/workspace/repository.ts";
import { openWorkshop, type Workshop } from "./workshop.ts";

export type NightOptions = {
  repositories: readonly Repository[];
  untilMs: number | null;
  schedule: Schedule;
  stop: AbortSignal;
  abort: AbortSignal;
  tell: (note: Note) => void;
  /** A broker where the agents are; without one they share this process, or are started by it. */
  bus?: BusPlace;
  /** What was seen of whoever leads, where that is more than this machine knows. */
  seen?: { incumbent: Incumbent; epoch: number };
  /** The signs of this leader, from the moment it leads until the night is over. */
  onLead?: (epoch: number) => void;
  /** Until when it may go on by itself after a reset, as `HH:MM`; the settings say it else. */
  resumeUntil?: string | undefined;
};

/**
 * Runs one night of a house on repositories, with everything real, and returns how it ended.
 * @throws Refusal `already-leading` while another night runs. @throws BadInput as the workshop does.
 */
export async function runNight(
  house: House,
  options: NightOptions,
): Promise<{ number: number; reason: EndReason }> {
  const awake = await keepAwake(process.platform, process.env);
  const workshop = await openWorkshop(house, options.repositories).catch((error: unknown) => {
    awake.release();
    throw error;
  });
  try {
    if (awake.by) options.tell({ task: null, text: `${awake.by} keeps it awake`, tone: "quiet" });
    const repositories = await preparable(workshop, options.repositories, options);
    return await leadNight(house, workshop, { ...options, repositories });
  } finally {
    awake.release();
    await workshop.close();
  }
}

async function leadNight(house: House, workshop: Workshop, options: NightOptions) {
  const { paths, config, clock, runner, store, blobs } = house;
  const { repositories, untilMs, schedule, stop, abort, tell } = options;
  const leader = await leaderName();
  await runner.catchUp();
  const { leader: last, epoch } = runner.view(shifts);
  const { incumbent, epoch: incumbentEpoch } = options.seen ?? {
    incumbent: await fateOf(last),
    epoch,
  };
  const sandbox = workshop.sandboxKind;
  const who = { leader, incumbent, incumbentEpoch };
  const resume = options.resumeUntil ?? config.resumeUntil;
  const resumeUntilMs = resume === null ? null : nextAt(resume, clock.now(), config.timeZone);
  const hours = { untilMs, schedule, resumeUntilMs };
  const plan = planOf(config, { repositories, sandbox, ...hours, ...who });
  const board = house.board("dispatcher");
  await register(house, repositories);
  await registerAccounts(house);
  const forges = await forgesOf(repositories, abort);
  const led = await elect({ board, clock, views: runner }, plan);
  options.onLead?.(led.epoch);
  const floor = await openPlace(house, workshop, options);
  let sealed: { root: string; upTo: string } | null = null;
  try {
    const ports = {
      board,
      views: runner,
      bus: floor.bus,
      workspace: workshop.workspace,
      checks: workshop.checks,
      blobs,
      results: resultsFolder(paths.results),
      forges,
      clock,
      random: { next: Math.random },
      seal: async () => (sealed = await store.root()),
      tell,
    };
    const night = createNight(ports, plan, { ...led, stop, abort });
    await floor.open(night);
    const reason = await runShift(night);
    await updateHistory(house);
    if (sealed) await noteSeal(workshop, repositories, led.shift, sealed);
    return { number: led.shift, reason };
  } finally {
    await floor.close();
  }
}

/** What speaks to a broker is loaded only where there is one. */
async function openPlace(
  house: House,
  workshop: Workshop,
  { bus, tell }: NightOptions,
): Promise<Floor> {
  if (bus === undefined) return openFloor(house, workshop, tell);
  const { openNatsFloor } = await import("./nats-floor.ts");
  return openNatsFloor(house, bus);
}

/** The root of the log as a git note, where whoever rewrites the log does not look. */
async function noteSeal(
  { workspace }: Workshop,
  repositories: readonly Repository[],
  shift: number,
  { root, upTo }: { root: string; upTo: string },
): Promise<void> {
  for (const { plan, head } of repositories) {
    const commit = (await workspace.resolve(plan.path, plan.target)) ?? head;
    await noteRoot(plan.path, commit, `night ${shift}: root ${root} up to ${upTo}`);
  }
}
