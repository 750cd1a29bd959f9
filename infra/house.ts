import { randomUUID } from "node:crypto";
import { nightViews } from "@nightshift/agents/dispatcher/views";
import type { Blobs } from "@nightshift/agents/ports";
import { createBoard, type Board } from "@nightshift/blackboard/board";
import type { Runner } from "@nightshift/projections/runner";
import type { Clock } from "@nightshift/protocol/clock";
import { SCHEMA_VERSION, upcasters } from "@nightshift/protocol/events";
import { mustLiftAll } from "@nightshift/protocol/upcasters";
import { systemClock } from "./clock.ts";
import type { DirectorConfig } from "./config/director.ts";
import type { Paths } from "./config/paths.ts";
import { readPlaces } from "./config/places.ts";
import { keptRunner, warnOfStranger } from "./kept-views.ts";
import { fileBlobs } from "./log/blobs.ts";
import { openStore } from "./log/open-store.ts";
import type { LogStore } from "./log/log-store.ts";
import { isCluster } from "./log/place.ts";
import { strangersIn } from "./log/views/strangers.ts";

/** A director's settings, log and views, as every command needs them. */
export type House = {
  paths: Paths;
  config: DirectorConfig;
  store: LogStore;
  blobs: Blobs;
  clock: Clock;
  runner: Runner;
  /** A writer of the log that signs its events with a name. */
  board(actor: string): Board;
  close(): Promise<void>;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Opens the house of the director whose environment this is.
 * @throws BadInput for a setting or a log that cannot be used.
 */
export async function openHouse(env: Environment): Promise<House> {
  const { paths, config } = await readPlaces(env);
  mustLiftAll({ version: SCHEMA_VERSION, upcasters });
  const store = await openStore(paths.log, warnOfStranger);
  const clock = systemClock;
  const runner = keptRunner({ store, paths }, nightViews);
  const strangers = isCluster(paths.log) ? [] : strangersIn(paths.log);
  for (const { type, position } of strangers) warnOfStranger(type, position);
  return {
    paths,
    config,
    store,
    blobs: fileBlobs(paths.blobs),
    clock,
    runner,
    board: (actor) => createBoard({ store, actor, clock, newId: randomUUID }),
    async close() {
      await runner.close();
      await store.close();
    },
  };
}
