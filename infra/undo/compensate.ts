import type { EventNamed } from "@nightshift/projections/words/event-named";
import type { Recorded } from "@nightshift/protocol/envelope";
import { BadInput } from "@nightshift/protocol/errors";
import type { EventOf } from "@nightshift/protocol/events";
import { idOf, type StreamKind } from "@nightshift/protocol/ids";
import type { TaskSpec } from "@nightshift/protocol/task";
import type { CommandOf } from "@nightshift/blackboard/streams";
import type { House } from "../house.ts";
import { isAct, type Act } from "./acts.ts";
import { takeBack, type How, type TakenBack } from "./take-back.ts";

/** What came of it: in words, and where it is worth knowing what to do next. */
export type Compensation = {
  status: "undone" | "already" | "not-undone";
  text: string;
  next: string | null;
};

/**
 * Takes an act back by events that say the opposite; what happened stays in the log. Doing it twice
 * changes nothing.
 * @throws BadInput for what cannot be undone, with what to do instead.
 * @throws Refusal where a rule is in the way.
 */
export async function compensate(
  house: House,
  recorded: Recorded,
  how: How,
): Promise<Compensation> {
  if (!isAct(recorded)) throw cannot(recorded);
  return takeActBack(house, recorded, how);
}

async function takeActBack(house: House, act: Act, how: How): Promise<Compensation> {
  const { event, stream } = act;
  const { why } = how;
  const id = idOf(stream);
  const by = "director";
  switch (event.type) {
    case "repo.merged":
      return toldOf(await takeBack(house, event.attempt, how), event.attempt);
    case "review.approved":
      return approval(house, act);
    case "review.rejected":
      return rejection(house, act, event);
    case "guidance.given": {
      const { category, text } = event;
      const command = { type: "guidance.withdraw", category, text, attempt: null, by } as const;
      const done = await handle(house, act, "guidance", id, command);
      return said(done, `No ${category} prompt heeds it any more.`, "It is withdrawn already.");
    }
    case "brake.released": {
      const done = await handle(house, act, "brake", id, { type: "brake.reinstate" });
      return said(done, "The brake is on again.", "The brake is on already.");
    }
    case "task.parked": {
      const command: CommandOf<"task"> = { type: "task.admit", by, evidence: [why] };
      const done = await handle(house, act, "task", id, command);
      return said(
        done,
        "Admitted on your word: the next night may take it.",
        "It is open already.",
      );
    }
    case "task.refused":
    case "task.abandoned": {
      const done = await handle(house, act, "task", id, { type: "task.reopen", by });
      return said(done, "Open again: the next night may take it.", "It is open already.");
    }
    case "task.proposed": {
      await mustNotBeDone(house, id);
      const command = { type: "task.abandon", epoch: null, reason: why } as const;
      const done = await handle(house, act, "task", id, command);
      return said(done, "Taken out of the backlog.", "It is out of the backlog already.");
    }
    case "task.amended": {
      const command = { type: "task.amend", spec: await specBefore(house, act) } as const;
      const done = await handle(house, act, "task", id, command);
      return said(done, "It says what it said before.", "It says so already.");
    }
    case "policy.adopted": {
      const command = { type: "policy.roll-back", rationale: why } as const;
      const done = await handle(house, act, "policy", id, command);
      return said(done, "The setting is what it was.", "It was rolled back already.");
    }
  }
}

async function mustNotBeDone(house: House, task: string): Promise<void> {
  const { state } = await house.board("director").load("task", task);
  if (state.status !== "completed") return;
  const message = `it is done (${state.completed?.outcome ?? "done"}): only what it brought goes back`;
  throw new BadInput(message, state.spec.name, `nightshift undo merge ${task}`);
}

/** @returns whether anything was written. */
async function handle<K extends StreamKind>(
  house: House,
  act: Act,
  kind: K,
  id: string,
  command: CommandOf<K>,
): Promise<boolean> {
  const { correlation } = act;
  const provenance = { causation: act.id, ...(correlation === null ? {} : { correlation }) };
  return (await house.board("director").handle(kind, id, command, provenance)).length > 0;
}

function said(done: boolean, undone: string, already: string): Compensation {
  return done
    ? { status: "undone", text: undone, next: null }
    : { status: "already", text: already, next: null };
}

const SHORT_COMMIT = 10;

function toldOf(taken: TakenBack, attempt: string): Compensation {
  switch (taken.status) {
    case "taken-back": {
      const text = `Taken back from ${taken.target} by ${taken.revert.slice(0, SHORT_COMMIT)}.`;
      return { status: "undone", text, next: null };
    }
    case "already":
      return { status: "already", text: "It was taken back already.", next: null };
    case "conflict": {
      const { path, target, commit, detail } = taken;
      const by = `git -C ${path} switch ${target} && git -C ${path} revert -m 1 ${commit}`;
      return {
        status: "not-undone",
        text: `Not taken back: later work changed the same places (${detail}).`,
        next: `take that back first, or revert by hand and say it again: ${by}`,
      };
    }
    case "regression":
      return {
        status: "not-undone",
        text: `Not taken back: without it the tests fail. ${taken.detail}`,
        next: `something was built on it: nightshift why ${attempt}`,
      };
  }
}

/** An approval that merged is undone with its merge; one that did not waits again. */
async function approval(house: House, act: Act): Promise<Compensation> {
  const attempt = idOf(act.stream);
  const { state } = await house.board("director").load("review", attempt);
  if (state.status === "merged") {
    throw new BadInput("it was merged", attempt, `nightshift undo merge ${attempt}`);
  }
  const done = await handle(house, act, "review", attempt, { type: "review.reopen" });
  return said(done, "It waits for you again.", "It waits for you already.");
}

async function rejection(
  house: House,
  act: Act,
  { why: text }: EventNamed<"review.rejected">,
): Promise<Compensation> {
  const attempt = idOf(act.stream);
  const done = await handle(house, act, "review", attempt, { type: "review.reopen" });
  for await (const { event, stream } of house.store.readAll({ types: ["guidance.reflected"] })) {
    if (event.type !== "guidance.reflected") continue;
    if (event.attempt !== attempt || event.text !== text) continue;
    const { category } = event;
    const lesson = { type: "guidance.withdraw", category, text, attempt, by: "director" } as const;
    await handle(house, act, "guidance", idOf(stream), lesson);
  }
  return said(done, "It waits for you again, and teaches nobody.", "It waits for you already.");
}

async function specBefore({ store }: House, act: Act): Promise<TaskSpec> {
  let spec: TaskSpec | null = null;
  for await (const { event, revision } of store.read(act.stream)) {
    if (revision >= act.revision) break;
    if (event.type === "task.proposed" || event.type === "task.amended") ({ spec } = event);
  }
  if (spec === null) throw new Error(`${act.stream} begins with no proposal`);
  return spec;
}

/** Why the rest cannot be undone, and what can be done instead. */
const INSTEAD: { readonly [K in keyof EventOf]?: [why: string, instead: string] } = {
  attempt: ["what an attempt did stays done", "its merge can be taken back: nightshift undo merge"],
  budget: ["money that was spent stays spent", "set a ceiling in the settings"],
  call: ["what was said was said", "nightshift why"],
  shift: ["a night that was stays", "nightshift replay --to shows what was before it"],
  account: ["a limit is the provider's word", "nightshift doctor"],
  agent: ["who was there was there", "nightshift agents"],
  blob: ["an erased body is gone", "nothing brings it back"],
};

function cannot({ position, event }: Recorded): BadInput {
  const [kind = ""] = event.type.split(".");
  const [, known] = Object.entries(INSTEAD).find(([name]) => name === kind) ?? [];
  const [why, instead] = known ?? ["it only notes what another event did", "nightshift undo"];
  return new BadInput(`${event.type} cannot be undone: ${why}`, `event ${position}`, instead);
}
