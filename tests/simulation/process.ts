import { lead, runShift } from "@nightshift/agents/dispatcher/shift";
import type { DispatcherPorts } from "@nightshift/agents/dispatcher/ports";
import { nightViews } from "@nightshift/agents/dispatcher/views";
import { createBoard } from "@nightshift/blackboard/board";
import type { EventStore } from "@nightshift/blackboard/store";
import type { Workspace } from "@nightshift/agents/ports";
import { createRunner, type Runner } from "@nightshift/projections/runner";
import { Unavailable } from "@nightshift/protocol/errors";
import { checksOf } from "./checking.ts";
import type { Fate } from "./fate.ts";
import { Dead, mortal, type Life } from "./mortal.ts";
import { busOf, hireAll } from "./staff.ts";
import { resultsOf, workspaceOf, type World } from "./world.ts";

export const DISK_FAILURE = "the disk failed";

/** A process of the dispatcher, from its start to however it ends. */
export type Process = {
  name: string;
  /** What it has come to. `why` is what it ended with where that was no reason of a night. */
  readonly state:
    | { status: "runs" }
    | { status: "hangs" }
    | { status: "dead" }
    | { status: "ended"; reason: string }
    | { status: "failed"; why: unknown };
  /** Lets it go on from where it hangs. */
  wake(): void;
  /** Its own views, which have followed the log all along. */
  views: Runner;
};

/** Starts a dispatcher on a world: the real one, with everything around it a twin. */
export async function startProcess(world: World, name: string, fate: Fate): Promise<Process> {
  const life: Life = { dead: false };
  const stop = new AbortController();
  const abort = new AbortController();
  const woken = Promise.withResolvers<void>();
  let state: Process["state"] = { status: "runs" };

  const meet: Meeting = {
    dies() {
      life.dead = true;
      state = { status: "dead" };
    },
    async hangs() {
      state = { status: "hangs" };
      await woken.promise;
      state = { status: "runs" };
    },
    stopped: () => stop.abort(),
    cancelled: () => abort.abort(),
  };
  const store = mortal(fateful(world.store.as(name), fate, meet), life);
  const git = mortal(fatefulGit(workspaceOf(world, name), fate, meet), life);
  const ports = { ...(await portsOf(world, name, store, life)), workspace: git };
  const signals = { stop: stop.signal, abort: abort.signal };
  const work = async () => runShift(await lead(ports, { ...world.plan, leader: name }, signals));
  work().then(
    (reason) => (state = { status: "ended", reason }),
    (why: unknown) => (state = life.dead ? { status: "dead" } : { status: "failed", why }),
  );
  return {
    name,
    get state() {
      return state;
    },
    wake: () => woken.resolve(),
    views: ports.views,
  };
}

type Meeting = {
  dies(): void;
  hangs(): Promise<void>;
  stopped(): void;
  cancelled(): void;
};

/** The log, up to the append at which the process meets its fate. */
function fateful(store: EventStore, fate: Fate, meet: Meeting): EventStore {
  let appends = 0;
  return {
    ...store,
    async append(stream, events, options) {
      if (fate.kind === "none" || fate.kind === "dies-in-git") {
        return store.append(stream, events, options);
      }
      if (fate.on === null || fate.on === events[0]?.event.type) appends += 1;
      else return store.append(stream, events, options);
      if (appends !== fate.at) return store.append(stream, events, options);
      switch (fate.kind) {
        case "dies": {
          if (!fate.landed) {
            meet.dies();
            throw new Dead("it died before the append");
          }
          const position = await store.append(stream, events, options);
          meet.dies();
          return position;
        }
        case "hangs":
          await meet.hangs();
          return store.append(stream, events, options);
        case "stopped":
        case "cancelled":
          meet[fate.kind]();
          return store.append(stream, events, options);
        case "disk-fails":
          if (fate.landed) await store.append(stream, events, options);
          throw new Unavailable(DISK_FAILURE);
      }
    },
  };
}

/** Git, up to the move at which the process meets its fate. */
function fatefulGit(workspace: Workspace, fate: Fate, { dies }: Meeting): Workspace {
  let moves = 0;
  return {
    ...workspace,
    async moveRef(path, ref, old, next) {
      // Neither branches of attempts nor the birth of the target are worth a death.
      if (old !== null || ref.startsWith("refs/nightshift/")) moves += 1;
      const isFatal = fate.kind === "dies-in-git" && fate.at === moves;
      const isDone =
        !isFatal || fate.landed ? await workspace.moveRef(path, ref, old, next) : false;
      if (isFatal) dies();
      return isDone;
    },
  };
}

async function portsOf(
  world: World,
  name: string,
  store: EventStore,
  life: Life,
): Promise<Omit<DispatcherPorts, "workspace">> {
  const { chance } = world;
  const clock = mortal(world.clock, life);
  let commands = 0;
  const newId = () => `${name}-${commands++}`;
  const random = chance.about(`random of ${name}`);
  // Agents in processes of their own go on when the dispatcher dies; the others die with it.
  const remote = chance.about("agents").odds(0.5);
  const peers = hireAll(world, remote ? world.store.as("agents") : store);
  return {
    board: createBoard({ store, actor: "dispatcher", clock, newId }),
    views: createRunner(store, nightViews),
    bus: mortal(await busOf(world, peers), life),
    checks: mortal(checksOf(world), life),
    blobs: mortal(world.blobs, life),
    results: mortal(resultsOf(world), life),
    clock,
    random: { next: () => random.next() },
    seal: async () => ({ root: "0".repeat(64), streams: 1, upTo: String(await store.head()) }),
    tell: () => {},
  };
}
