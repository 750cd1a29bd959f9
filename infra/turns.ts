import { shift } from "@nightshift/blackboard/shift";
import type { StateOf } from "@nightshift/blackboard/streams";
import { Refusal } from "@nightshift/protocol/errors";
import { SHIFT_STREAM, idOf } from "@nightshift/protocol/ids";
import type { Incumbent } from "@nightshift/protocol/shift";
import { setTimeout as sleep } from "node:timers/promises";
import { entryFor, type BusPlace } from "./bus-place.ts";
import { openBroker } from "./bus/nats/connection.ts";
import { LEAD_SILENT_MS, showLead, watchLead, type LeadWatch } from "./bus/nats/lead-signs.ts";
import { openNoticeboard } from "./bus/nats/noticeboard.ts";
import type { House } from "./house.ts";
import { fateOf, leaderName } from "./leader.ts";
import { settingsFor } from "./night-plan.ts";

/** What is known of whoever led before, and how this one says that it leads now. */
type Turn = {
  seen: { incumbent: Incumbent; epoch: number };
  onLead: (epoch: number) => void;
  /** Aborts when another has been elected. */
  overtaken: AbortSignal;
};

export type TurnOptions<Result> = {
  /** Whether this one only takes over a night, and begins none. */
  standby: boolean;
  signal: AbortSignal;
  lead(turn: Turn): Promise<Result>;
  tell(text: string): void;
};

const LOOK_EVERY_MS = 500;
/** A standby that had nothing to take over for so long is not needed. */
const STANDBY_MS_MAX = 86_400_000;

/**
 * Leads a night among several dispatchers of any machines: one leads, the others look on and one of
 * them takes over when the leader gives no sign for four seconds. Whether a leader is silent is a
 * guess, and guessing wrong costs an election: every command carries the epoch that the log gave
 * out, so of two who both believe that they lead, one can change nothing.
 * @returns what `lead` returned; null where the night ended under another, or the signal aborted.
 */
export async function takeTurns<Result>(
  house: House,
  place: BusPlace,
  options: TurnOptions<Result>,
): Promise<Result | null> {
  const broker = await openBroker(entryFor(house, place, "dispatcher"));
  try {
    const board = await openNoticeboard(broker);
    const watch = watchLead(broker, board);
    const me = await leaderName();
    let sawNight = false;
    let waited = 0;
    for (; !options.signal.aborted && waited < STANDBY_MS_MAX; waited += LOOK_EVERY_MS) {
      const state = await shiftOf(house);
      if (!state.running && sawNight) return null;
      if (state.running && !sawNight && state.leader !== me) options.tell("a night is running");
      sawNight ||= state.running;
      const incumbent = await incumbentOf(state, watch);
      if ((state.running || !options.standby) && mayBeElected(house, me, state, incumbent)) {
        const turn = { seen: { incumbent, epoch: state.epoch } };
        const result = await leadOnce(house, me, { ...options, ...turn, board });
        if (result !== null) return result.value;
        sawNight = true;
        options.tell("another leads now: looking on");
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal: options.signal }).catch(() => {});
    }
    watch.close();
    return null;
  } finally {
    await broker.close();
  }
}

type Shift = StateOf<"shift">;

async function shiftOf(house: House): Promise<Shift> {
  return (await house.board("dispatcher").load("shift", idOf(SHIFT_STREAM))).state;
}

/** On this machine the kernel knows; of another one only its signs tell, where it ever gave any. */
async function incumbentOf({ leader }: Shift, watch: LeadWatch): Promise<Incumbent> {
  const fate = await fateOf(leader);
  if (leader === null || fate === "gone") return fate;
  const silentMs = watch.silentMs(leader);
  if (silentMs === null) return fate;
  return silentMs > LEAD_SILENT_MS ? "gone" : "alive";
}

/** Asks the rule of the election without electing anyone. */
function mayBeElected(house: House, leader: string, state: Shift, incumbent: Incumbent): boolean {
  const nowMs = house.clock.now();
  const { leaderLeaseMs: leaseMs } = settingsFor(house.config);
  const known = { incumbent, observedEpoch: state.epoch };
  try {
    shift.decide({ type: "shift.elect", leader, ...known, nowMs, leaseMs }, state);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** One turn. @returns null where another was faster, or has taken over since. */
async function leadOnce<Result>(
  house: House,
  me: string,
  { seen, board, lead }: Pick<Turn, "seen"> & Pick<TurnOptions<Result>, "lead"> & Boards,
): Promise<{ value: Result } | null> {
  let epoch: number | null = null;
  const overtaken = new AbortController();
  // The first sign comes before the election: a leader that dies at once was seen to live.
  const signs = showLead(board, me, async () => {
    if (epoch === null) return true;
    const isMine = (await shiftOf(house)).epoch === epoch;
    if (!isMine) overtaken.abort();
    return isMine;
  });
  const onLead = (elected: number) => (epoch = elected);
  try {
    return { value: await lead({ seen, onLead, overtaken: overtaken.signal }) };
  } catch (error) {
    const isOver = error instanceof Refusal && OVER.has(error.code);
    if (isOver || overtaken.signal.aborted) return null;
    throw error;
  } finally {
    signs.stop();
  }
}

type Boards = { board: Parameters<typeof showLead>[0] };

/** How a rule says that somebody else leads. */
const OVER: ReadonlySet<string> = new Set(["already-leading", "stale"]);
