import { createBoard, type Board } from "@nightshift/blackboard/board";
import { memoryStore } from "@nightshift/blackboard/memory-store";
import type { EventType, NightEvent } from "@nightshift/protocol/events";
import { defaultSettings } from "@nightshift/protocol/settings";
import { lead, runShift } from "../dispatcher/shift.ts";
import type { Night } from "../dispatcher/night.ts";
import type { RepoPlan } from "../dispatcher/ports.ts";
import { memoryNight, type Answers, type MemoryNight } from "./memory-night.ts";
import { memoryWorkspace, type MemoryWorkspace } from "./memory-workspace.ts";

/** What the code of a process without power runs into. */
class PowerCut extends Error {}

/** Where the power fails: before a command is handled, or after it and before anybody hears of it. */
export type Cut = { command: string; nth?: number; after?: boolean };

/** What the next leader finds, and the night it is about to lead. */
export type Remains = {
  task: string;
  workspace: MemoryWorkspace;
  /** Leads, and has looked at nothing yet. */
  night: Night;
  /** What happened since this leader was elected, by type. */
  since<T extends EventType>(type: T): Promise<Extract<NightEvent, { type: T }>[]>;
};

/** One task in a night that dies where it is told to, and a second leader on the same log. */
export async function afterPowerCut(
  cut: Cut,
  given: { answers?: Answers; repo?: Partial<RepoPlan> } = {},
): Promise<Remains> {
  const store = memoryStore();
  const workspace = memoryWorkspace({ "src/a.ts": "export const a = 1;\n" });
  // One task is all: nothing that it earns stands beside it in the log.
  const settings = { ...defaultSettings, followUpsMax: 0 };
  const first = await memoryNight({ ...given, store, workspace, plan: { settings } });
  const task = await first.add();
  first.ports.board = cutAt(first.board, cut);
  const ending = await lead(first.ports, first.plan, never())
    .then(runShift)
    .then(
      (reason) => new Error(`it ended by ${reason} and not by a power cut`),
      (error: unknown) => error,
    );
  if (!(ending instanceof PowerCut)) throw ending;

  const plan = { leader: "leader-2", incumbent: "gone", settings } as const;
  const second = await memoryNight({ ...given, store, workspace, plan });
  second.ports.blobs = first.ports.blobs;
  second.ports.board = boardOf(second, store);
  const night = await lead(second.ports, second.plan, never());
  const before = (await second.events()).length;
  return {
    task,
    workspace,
    night,
    async since<T extends EventType>(type: T) {
      const isMeant = (event: NightEvent): event is Extract<NightEvent, { type: T }> =>
        event.type === type;
      return (await second.events())
        .slice(before)
        .flatMap(({ event }) => (isMeant(event) ? [event] : []));
    },
  };
}

/** Both nights have the same clock: the ids of the second one's commands must differ all the same. */
function boardOf({ ports }: MemoryNight, store: ReturnType<typeof memoryStore>): Board {
  let ids = 0;
  const newId = () => `second-${(ids += 1)}`;
  return createBoard({ store, actor: "dispatcher", clock: ports.clock, newId });
}

function cutAt(board: Board, { command: fatal, nth = 1, after = false }: Cut): Board {
  let left = nth;
  let isDead = false;
  const mustLive = () => {
    if (isDead) throw new PowerCut();
  };
  return {
    async load(kind, id) {
      mustLive();
      return board.load(kind, id);
    },
    async handle(kind, id, command, provenance) {
      mustLive();
      isDead = command.type === fatal && --left === 0;
      if (!after) mustLive();
      const events = await board.handle(kind, id, command, provenance);
      mustLive();
      return events;
    },
  };
}

function never() {
  return { stop: new AbortController().signal, abort: new AbortController().signal };
}
