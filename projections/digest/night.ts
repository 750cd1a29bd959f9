import type { Recorded } from "@nightshift/protocol/envelope";
import type { EventType } from "@nightshift/protocol/events";
import { idOf, streamOf } from "@nightshift/protocol/ids";
import type { DigestState } from "./state.ts";
import type { EventNamed } from "../words/event-named.ts";
import type { Growth } from "../growth.ts";
import { plain } from "../words/plain.ts";

export const NAME_CHARS_MAX = 40;
export const TITLE_CHARS_MAX = 100;

/** One shift, ready to be asked about. */
export type Night = {
  started: Recorded<EventNamed<"shift.started">>;
  /** Null while it goes on, or when its leader died. */
  ended: Recorded<EventNamed<"shift.ended">> | null;
  timeZone: string;
  open: ReadonlyMap<string, readonly Recorded[]>;
  /** What came of tasks of each level, from the first night on. */
  growth: Growth;
  /** Every event a fact may name, by id. */
  known: ReadonlyMap<string, Recorded>;
  /** Its events of one type, oldest first. */
  all<T extends EventType>(type: T): Recorded<EventNamed<T>>[];
  /** The latest event of one type about an attempt, of this night or an earlier one. */
  of<T extends EventType>(type: T, attempt: string): Recorded<EventNamed<T>> | undefined;
  /** `META-009 Fix the parser`, and the event that says so. */
  task(id: string): { name: string; events: string[] };
  account(id: string): string;
  /** What a policy wants to change. */
  policy(id: string): Recorded<EventNamed<"policy.proposed">> | undefined;
};

export function createNight(state: DigestState): Night | null {
  const { night, carried, names, open, target } = state;
  const started = state.started && narrow(state.started, "shift.started");
  if (!started || (target !== null && started.event.number !== target)) return null;
  const events = [...carried, ...night];
  const nightByType = Map.groupBy(night, ({ event }) => event.type);
  const byType = Map.groupBy(events, ({ event }) => event.type);
  const all = <T extends EventType>(type: T) => select(nightByType.get(type) ?? [], type);
  return {
    started,
    ended: all("shift.ended").at(-1) ?? null,
    timeZone: started.event.timeZone,
    open,
    growth: state.growth,
    known: byId([started, ...events, ...names.values(), ...[...open.values()].flat()]),
    all,
    of: (type, attempt) =>
      select(byType.get(type) ?? [], type).findLast(
        ({ stream, event }) =>
          stream === streamOf("attempt", attempt) ||
          stream === streamOf("review", attempt) ||
          ("attempt" in event && event.attempt === attempt),
      ),
    task: (id) => taskNamed(names.get(streamOf("task", id)), id),
    account(id) {
      const event = names.get(streamOf("account", id))?.event;
      return plain(event?.type === "account.registered" ? event.name : id, NAME_CHARS_MAX);
    },
    policy(id) {
      const proposed = names.get(streamOf("policy", id));
      return proposed && narrow(proposed, "policy.proposed");
    },
  };
}

/** The attempt that an event of an attempt's or a review's stream is about. */
export function attemptOf({ stream }: Recorded): string {
  return idOf(stream);
}

function taskNamed(recorded: Recorded | undefined, id: string): { name: string; events: string[] } {
  const event = recorded?.event;
  if (!recorded || !event || !("spec" in event)) return { name: id, events: [] };
  const { name, title } = event.spec;
  const text = `${plain(name, NAME_CHARS_MAX)} ${plain(title, TITLE_CHARS_MAX)}`;
  return { name: text, events: [recorded.id] };
}

function select<T extends EventType>(
  events: readonly Recorded[],
  type: T,
): Recorded<EventNamed<T>>[] {
  return events.filter((recorded) => isA(recorded, type));
}

function narrow<T extends EventType>(
  recorded: Recorded,
  type: T,
): Recorded<EventNamed<T>> | undefined {
  return isA(recorded, type) ? recorded : undefined;
}

function isA<T extends EventType>(
  recorded: Recorded,
  type: T,
): recorded is Recorded<EventNamed<T>> {
  return recorded.event.type === type;
}

function byId(events: readonly Recorded[]): Map<string, Recorded> {
  return new Map(events.map((recorded) => [recorded.id, recorded]));
}
