import { wordsOf } from "@nightshift/projections/words/event-words";
import { moment } from "@nightshift/projections/words/plain";
import { BadInput } from "@nightshift/protocol/errors";
import type { House } from "../house.ts";
import { actIn } from "../undo/acts.ts";
import { findTask } from "./lookup.ts";
import { session } from "./session.ts";
import { EXIT, printJson, tell } from "./terminal.ts";
import { printUndoable } from "./undo-list.ts";

type Options = { why?: string; json?: boolean };

/** `nightshift undo`: says the opposite of what was done; the log keeps both. */
export function undo(words: readonly string[], { why, json = false }: Options) {
  return session(async (house) => {
    if (words.length === 0) return printUndoable(house, json);
    const act = await actIn(house.store, words, (word) => taskCalled(house, word));
    if (!json) {
      const at = moment(act.atMs, house.config.timeZone);
      tell("quiet", `Event ${act.position}, ${at}, ${act.actor}: ${wordsOf(act.event)}`);
    }
    // It brings git, the sandbox and the checks along: only an undo waits for them.
    const { compensate } = await import("../undo/compensate.ts");
    const { status, text, next } = await compensate(house, act, {
      why: why ?? "the director took it back",
      onTest: () => json || tell("quiet", "Testing the tree without it …"),
    });
    const { id, position, event } = act;
    if (json) printJson({ event: id, position, type: event.type, status, text, next });
    else {
      tell(status === "undone" ? "good" : status === "already" ? "plain" : "bad", text);
      if (next !== null) tell("plain", `  ${next}`);
    }
    return status === "not-undone" ? EXIT.failed : EXIT.ok;
  });
}

/** A name that no task has may be a category, a brake or a commit. */
async function taskCalled(house: House, word: string): Promise<string | null> {
  try {
    return (await findTask(house, word)).task;
  } catch (error) {
    if (error instanceof BadInput && error.mend === "nightshift backlog") return null;
    throw error;
  }
}
