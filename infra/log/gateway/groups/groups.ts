import { callerByName, type Caller } from "../access.ts";
import { Fault } from "../fault.ts";
import type { GatewayContext } from "../gateway.ts";
import { ANONYMOUS } from "../grants.ts";
import { GROUPS_MAX, SUBSCRIBERS_MAX } from "../limits.ts";
import { sourceOf, type Source } from "../source.ts";
import { ALL, type GroupKey, type GroupRecord } from "./group-file.ts";
import { Memory } from "./memory.ts";
import { RunningGroup, type Joined } from "./running-group.ts";
import type { GroupSettings } from "./settings.ts";

/** Where a group begins: at an event that it is handed first, or at what comes from now on. */
export type Start = number | "start" | "end";
export type Named = { stream: string | null; name: string };

/** What of a gateway groups work with. */
type GroupsContext = Pick<GatewayContext, "log" | "bell" | "foreign" | "grants" | "now">;

/** All groups of a gateway. A group is its maker's, and the house may do with any what that may. */
export class Groups {
  readonly #context: GroupsContext;
  readonly #groups = new Map<string, RunningGroup>();
  readonly #memory = new Memory();

  constructor(context: GroupsContext) {
    this.#context = context;
    this.#load();
  }

  /** @throws Fault where there is one, there are too many, or the caller may not read so much. */
  create(caller: Caller, named: Named, start: Start, settings: GroupSettings): void {
    if (caller.name === ANONYMOUS) {
      throw new Fault("access-denied", "a group belongs to a name, and you have none");
    }
    const source = sourceOf(named.stream, caller, this.#context);
    const key = { ...named, log: source.name };
    if (this.#groups.has(idOf(key))) throw told("persistent-subscription-exists", key, "exists");
    if (this.#groups.size >= GROUPS_MAX) {
      throw new Fault("too-much-at-once", `${GROUPS_MAX} groups are kept already`);
    }
    const reached = reachedBefore(start, named.stream, source);
    const record = { key, owner: caller.name, settings, reached };
    this.#context.foreign.groups.keep(record);
    this.#open(record);
  }

  /** Other settings; its subscribers are sent away, and come again to the place it has reached. */
  update(caller: Caller, named: Named, start: Start, settings: GroupSettings): void {
    const group = this.find(caller, named);
    const { key, owner, settings: before } = group.record;
    const moves = settings.startFrom !== before.startFrom;
    const begin = moves ? reachedBefore(start, key.stream, this.#sourceOf(group.record)) : null;
    // Where nothing was reached yet, it begins where it is told to now.
    const from = (reached: number) =>
      begin !== null && reached === group.record.reached ? begin : reached;
    const filter = before.filter;
    const record = { key, owner, settings: { ...settings, filter } };
    // Written down first: where that fails the group goes on as it was.
    this.#context.foreign.groups.keep({ ...record, reached: from(group.standing.reached) });
    this.#end(group, "its settings have changed", true);
    this.#open({ ...record, reached: from(group.standing.reached) });
  }

  remove(caller: Caller, named: Named): void {
    const group = this.find(caller, named);
    this.#context.foreign.groups.remove(group.record.key);
    this.#end(group, "it was deleted", false);
    this.#groups.delete(idOf(group.record.key));
  }

  /** @throws Fault where there is none, or it is not the caller's. */
  find(caller: Caller, named: Named): RunningGroup {
    const group = this.#among(caller, named);
    if (!group) {
      // Whoever may not even read the stream is not told what groups it has.
      if (named.stream !== null) sourceOf(named.stream, caller, this.#context);
      throw told("persistent-subscription-does-not-exist", named, "does not exist");
    }
    this.mustUse(caller, group);
    return group;
  }

  /** @throws Fault `access-denied` once a group is not the caller's to use. */
  mustUse(caller: Caller, { record: { owner, key } }: RunningGroup): void {
    if (caller.isHouse()) return;
    if (caller.name !== owner) {
      throw new Fault("access-denied", `the group ${key.name} is not of ${caller.name}`);
    }
    mustReadLog(caller, key);
  }

  /** @throws Fault `persistent-subscription-does-not-exist` where a stream has none of the caller's. */
  list(caller: Caller, stream: string | null | undefined): RunningGroup[] {
    const mine = [...this.#groups.values()].filter(({ record }) => {
      const isAsked = stream === undefined || record.key.stream === stream;
      return isAsked && (caller.isHouse() || caller.name === record.owner);
    });
    if (mine.length > 0 || stream === undefined) return mine;
    throw told("persistent-subscription-does-not-exist", { stream, name: "" }, "does not exist");
  }

  /** @throws Fault where the group has ended since it was found: nobody would be handed anything. */
  join(group: RunningGroup, subscriber: Joined): void {
    if (group.isClosed) {
      throw told("persistent-subscription-dropped", group.record.key, "it has just ended");
    }
    this.mustHaveRoom(group);
    group.join(subscriber);
  }

  /** @throws Fault `maximum-subscribers-reached`. */
  mustHaveRoom(group: RunningGroup): void {
    const most = group.record.settings.maxSubscriberCount || SUBSCRIBERS_MAX;
    if (group.subscribers.size >= most) {
      throw told("maximum-subscribers-reached", group.record.key, "has all its subscribers");
    }
  }

  /** Sends every subscriber away and begins anew from what is kept. */
  restart(): void {
    for (const group of this.#groups.values()) this.#end(group, "all groups begin anew", true);
    this.#groups.clear();
    this.#load();
  }

  /** Writes down how far each group is. */
  close(): void {
    for (const group of this.#groups.values()) this.#end(group, "the gateway ends", true);
  }

  #load(): void {
    for (const record of this.#context.foreign.groups.all()) this.#open(record);
  }

  #open(record: GroupRecord): void {
    const { foreign, now } = this.#context;
    const source = this.#sourceOf(record);
    const { groups: file } = foreign;
    const group = new RunningGroup(record, { source, file, memory: this.#memory, now });
    this.#groups.set(idOf(record.key), group);
  }

  #end(group: RunningGroup, why: string, keep: boolean): void {
    group.close(told("persistent-subscription-dropped", group.record.key, why), keep);
  }

  /** What its owner may read of it, now and later. */
  #sourceOf({ owner, key }: GroupRecord): Source {
    return ownedSource(owner, key, this.#context);
  }

  #among(caller: Caller, { stream, name }: Named): RunningGroup | undefined {
    const own = caller.isLodger() ? "foreign" : "house";
    const other = caller.isLodger() ? "house" : "foreign";
    const at = (log: "house" | "foreign") => this.#groups.get(idOf({ log, stream, name }));
    return at(own) ?? at(other);
  }
}

function ownedSource(owner: string, key: GroupKey, context: GroupsContext): Source {
  const caller = callerByName(owner, context.grants);
  const { log, bell, foreign } = context;
  const isHouse = key.log === "house";
  return {
    name: key.log,
    log: isHouse ? log : foreign.log,
    bell: isHouse ? bell : foreign.bell,
    shown: isHouse
      ? () => true
      : (stream) => caller.mayRead(stream) && foreign.mayRead(stream, caller.actor()),
    mustRead: () => {
      mustReadLog(caller, key);
      if (!isHouse && key.stream !== null) foreign.mustRead(key.stream, caller.actor());
    },
  };
}

/** A role may be another than when the group was made: "all streams" of a lodger are no house's. */
function mustReadLog(caller: Caller, { log, stream }: GroupKey): void {
  if (log === "house" && caller.isLodger()) {
    throw new Fault("access-denied", `${caller.name} may not read the house's log`);
  }
  caller.mustRead(stream);
}

function reachedBefore(start: Start, stream: string | null, { log }: Source): number {
  const first = stream === null ? 1 : 0;
  if (start === "start") return first - 1;
  if (start !== "end") return Math.max(start, first) - 1;
  return stream === null ? log.head() : log.extent(stream).next - 1;
}

function idOf({ log, stream, name }: GroupKey): string {
  return JSON.stringify([log, stream, name]);
}

type ToldKind =
  | "persistent-subscription-exists"
  | "persistent-subscription-does-not-exist"
  | "persistent-subscription-dropped"
  | "maximum-subscribers-reached";

/** A fault of a group, with the names that clients look for. */
export function told(kind: ToldKind, { stream, name }: Named, what: string): Fault {
  const source = stream ?? ALL;
  const facts = { "stream-name": source, "group-name": name };
  return new Fault(kind, `the group ${name} on stream ${source}: ${what}`, { facts });
}
