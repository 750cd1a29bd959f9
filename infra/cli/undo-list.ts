import { wordsOf } from "@nightshift/projections/words/event-words";
import { moment, plain } from "@nightshift/projections/words/plain";
import type { Recorded } from "@nightshift/protocol/envelope";
import { everyTask } from "../history.ts";
import type { EventType } from "@nightshift/protocol/events";
import type { House } from "../house.ts";
import { isAct, UNDOABLE, type Act } from "../undo/acts.ts";
import { nameIn } from "./names.ts";
import { columnsHere, table } from "./table.ts";
import { print, printJson, tell } from "./terminal.ts";

/** Acts that are listed, the latest first. */
const LISTED_MAX = 20;
const ABOUT_CHARS_MAX = 20;

/** What the director may want back: merges, and what was said, that nothing took back yet. */
export async function printUndoable(house: House, json: boolean): Promise<void> {
  const acts = await undoable(house);
  const tasks = await everyTask(house);
  const rows = acts.map((act) => ({
    position: act.position,
    atMs: act.atMs,
    actor: act.actor,
    about: nameIn(tasks, act),
    what: wordsOf(act.event),
    command: `nightshift undo ${act.position}`,
  }));
  if (json) return printJson(rows);
  if (rows.length === 0) return tell("plain", "There is nothing to undo.");
  print(
    table(
      [
        { title: "EVENT", right: true },
        { title: "WHEN" },
        { title: "ABOUT" },
        { title: "WHAT", takesTheRest: true },
      ],
      rows.map(({ position, atMs, about, what }) => [
        String(position),
        moment(atMs, house.config.timeZone),
        plain(about, ABOUT_CHARS_MAX),
        what,
      ]),
      columnsHere(),
    ),
  );
  tell("quiet", "Undo one: nightshift undo <event>, or by its name: nightshift undo <task>");
}

async function undoable({ store }: House): Promise<Recorded[]> {
  let acts: Recorded[] = [];
  for await (const one of store.readAll({ types: [...UNDOABLE, ...ENDING] })) {
    acts = acts.filter((act) => !isOver(act, one));
    if (isAct(one) && worthUndoing(one)) acts = [...acts, one].slice(-LISTED_MAX);
  }
  return acts.toReversed();
}

/** What takes an act back, or makes it too late to. */
const ENDING: readonly EventType[] = [
  "repo.reverted",
  "guidance.withdrawn",
  "review.requested",
  "brake.engaged",
  "task.admitted",
  "task.reopened",
  "task.completed",
  "policy.rolled-back",
];

function isOver(act: Recorded, later: Recorded): boolean {
  if (later.causation === act.id) return true;
  const { event } = later;
  if (event.type === "repo.reverted") {
    return act.event.type === "repo.merged" && act.event.attempt === event.attempt;
  }
  return event.type === "task.completed" && act.stream === later.stream;
}

/** What a canary released, or a planner proposed, nobody did by hand; what an undo did is no act. */
function worthUndoing({ actor, event }: Act): boolean {
  if (event.type === "brake.released") return event.by !== "canary";
  if (event.type === "task.abandoned") return actor !== "director";
  return actor === "director" || (event.type !== "task.proposed" && event.type !== "task.amended");
}
