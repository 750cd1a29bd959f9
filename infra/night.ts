import { lead, runShift } from "@nightshift/agents/dispatcher/shift";
import type { EndReason } from "@nightshift/agents/dispatcher/cycles";
import type { Note } from "@nightshift/agents/dispatcher/ports";
import type { Schedule } from "@nightshift/agents/dispatcher/schedule";
import type { House } from "./house.ts";
import { incumbentOf, leaderName, writeLeader } from "./leader.ts";
import { register } from "./registration.ts";
import type { Repository } from "./repositories.ts";
import { resultsFolder } from "./results.ts";
import { planOf } from "./night-plan.ts";
import { openFloor } from "./floor.ts";
import { openWorkshop } from "./workshop.ts";

export type NightOptions = {
  repositories: readonly Repository[];
  untilMs: number | null;
  schedule: Schedule;
  stop: AbortSignal;
  abort: AbortSignal;
  tell(note: Note): void;
};

/** Runs one night of a house on repositories, with everything real, and returns how it ended. */
export async function runNight(
  house: House,
  options: NightOptions,
): Promise<{ number: number; reason: EndReason }> {
  const { paths, config, clock, runner, store, blobs } = house;
  const leader = await leaderName();
  const incumbent = await incumbentOf(paths.leader);
  const board = house.board("dispatcher");
  const workshop = await openWorkshop(house, options.repositories);
  const { repositories, untilMs, schedule } = options;
  const sandbox = workshop.sandboxKind;
  const plan = planOf(config, { repositories, untilMs, schedule, leader, incumbent, sandbox });
  await register(house, options.repositories);
  const floor = await openFloor(house, workshop);
  try {
    const ports = {
      board,
      views: runner,
      bus: floor.bus,
      workspace: workshop.workspace,
      checks: workshop.checks,
      blobs,
      results: resultsFolder(paths.results),
      clock,
      random: { next: Math.random },
      seal: () => store.root(),
      tell: options.tell,
    };
    const night = await lead(ports, plan, options);
    await writeLeader(paths.leader, leader);
    await floor.open(night);
    return { number: night.shift, reason: await runShift(night) };
  } finally {
    await floor.close();
    await workshop.close();
  }
}
