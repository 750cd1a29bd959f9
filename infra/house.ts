import { randomUUID } from "node:crypto";
import { nightViews } from "@nightshift/agents/dispatcher/views";
import type { Blobs } from "@nightshift/agents/ports";
import { createBoard, type Board } from "@nightshift/blackboard/board";
import type { EventStore } from "@nightshift/blackboard/store";
import { createRunner, type Runner } from "@nightshift/projections/runner";
import type { Clock } from "@nightshift/protocol/clock";
import { systemClock } from "./clock.ts";
import { DirectorConfig } from "./config/director.ts";
import { pathsOf, type Paths } from "./config/paths.ts";
import { readYaml } from "./config/yaml-file.ts";
import { fileBlobs } from "./log/blobs.ts";
import { openLog, type LogExtras } from "./log/sqlite/store.ts";

/** A director's settings, log and views, as every command needs them. */
export type House = {
  paths: Paths;
  config: DirectorConfig;
  store: EventStore & LogExtras;
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
  const paths = pathsOf(env);
  const config = await readDirectorConfig(paths);
  const store = await openLog(paths.log);
  const clock = systemClock;
  return {
    paths,
    config,
    store,
    blobs: fileBlobs(paths.blobs),
    clock,
    runner: createRunner(store, nightViews),
    board: (actor) => createBoard({ store, actor, clock, newId: randomUUID }),
    close: () => store.close(),
  };
}

/** The settings file, or the defaults where there is none. */
export async function readDirectorConfig(paths: Paths): Promise<DirectorConfig> {
  const read = await readYaml(paths.config, DirectorConfig, `edit ${paths.config}`);
  return read ?? DirectorConfig.parse({});
}
