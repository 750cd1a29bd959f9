import type { EventStore } from "@nightshift/blackboard/store";
import type { EventNamed } from "@nightshift/projections/words/event-named";
import type { Recorded } from "@nightshift/protocol/envelope";
import { BadInput } from "@nightshift/protocol/errors";
import type { EventType } from "@nightshift/protocol/events";
import { idOf, nameId, streamOf } from "@nightshift/protocol/ids";

/** What can be undone, by the verb that did it; `merge` was the night, or the director. */
const ACTS = {
  merge: ["repo.merged"],
  approve: ["repo.merged", "review.approved"],
  reject: ["review.rejected"],
  add: ["task.proposed", "task.amended"],
  direct: ["guidance.given"],
  release: ["brake.released"],
  park: ["task.parked"],
  refuse: ["task.refused"],
  abandon: ["task.abandoned"],
  adopt: ["policy.adopted"],
} as const satisfies Record<string, readonly EventType[]>;

type ActType = (typeof ACTS)[keyof typeof ACTS][number];
/** Something that was done and can be undone. */
export type Act = Recorded<EventNamed<ActType>>;

const BY_VERB = new Map<string, readonly ActType[]>(Object.entries(ACTS));
export const UNDOABLE: readonly ActType[] = [...new Set([...BY_VERB.values()].flat())];

export function isAct(recorded: Recorded): recorded is Act {
  return UNDOABLE.some((type) => type === recorded.event.type);
}

/** Finds the id of a task by what the director calls it; null where none is called so. */
type FindTask = (word: string) => Promise<string | null>;

/**
 * The event that the words mean: its position or id; a commit; an attempt or a task, whose latest
 * act it is; a category that was directed; a brake. A verb before them says which kind of act.
 * @throws BadInput where nothing that can be undone is meant.
 */
export async function actIn(
  store: EventStore,
  words: readonly string[],
  findTask: FindTask,
): Promise<Recorded> {
  const [verb = "", ...rest] = words;
  const ofVerb = rest.length > 0 ? BY_VERB.get(verb) : undefined;
  const what = (ofVerb ? rest : words).join(" ");
  const types = ofVerb ?? UNDOABLE;
  const act =
    (await eventNamed(store, what)) ??
    (await mergeOf(store, what, types)) ??
    (await latestOf(store, what, types, findTask));
  if (act) return act;
  throw new BadInput("nothing that can be undone is called so", words.join(" "), "nightshift undo");
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function eventNamed(store: EventStore, what: string): Promise<Recorded | null> {
  if (/^\d{1,18}$/.test(what)) {
    const upTo = BigInt(what);
    for await (const one of store.readAll({ after: upTo - 1n, upTo })) return one;
  }
  if (!UUID.test(what)) return null;
  for await (const one of store.readAll()) if (one.id === what) return one;
  return null;
}

/** By the commit on the target, or by the one that the attempt made. */
async function mergeOf(
  store: EventStore,
  what: string,
  types: readonly ActType[],
): Promise<Recorded | null> {
  if (!/^[0-9a-f]{7,64}$/.test(what) || !types.includes("repo.merged")) return null;
  let attempt: string | null = null;
  let found: Recorded | null = null;
  for await (const one of store.readAll({ types: ["attempt.executed", "repo.merged"] })) {
    const { event, stream } = one;
    if (event.type === "attempt.executed" && event.commit?.startsWith(what)) attempt = idOf(stream);
    if (event.type !== "repo.merged") continue;
    const own = event.commit ?? event.new;
    if (own.startsWith(what) || event.attempt === attempt) found = one;
  }
  return found;
}

async function latestOf(
  store: EventStore,
  what: string,
  types: readonly ActType[],
  findTask: FindTask,
): Promise<Recorded | null> {
  const isAbout = subjectOf(what, await findTask(what));
  const acts: Act[] = [];
  for await (const one of store.readAll({ types })) {
    if (isAct(one) && isAbout(one)) acts.push(one);
  }
  // What an undo wrote is no act of its own: else the second one would take back the first.
  const ids = new Set(acts.map(({ id }) => id));
  return acts.findLast(({ causation }) => causation === null || !ids.has(causation)) ?? null;
}

function subjectOf(what: string, task: string | null): (act: Act) => boolean {
  const isAttempt = (id: string) =>
    id === what || (task !== null && id.replace(/-g\d+$/, "") === task);
  return ({ stream, event }) => {
    switch (event.type) {
      case "repo.merged":
        return isAttempt(event.attempt);
      case "review.approved":
      case "review.rejected":
        return isAttempt(idOf(stream));
      case "guidance.given":
        return task === null && event.category === what;
      case "brake.released":
        return stream === `brake-${what}` || stream === streamOf("brake", nameId(what));
      case "task.proposed":
      case "task.amended":
      case "task.parked":
      case "task.refused":
      case "task.abandoned":
      case "policy.adopted":
        return idOf(stream) === (task ?? what);
    }
  };
}
