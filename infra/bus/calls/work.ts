import type { Peer } from "@nightshift/protocol/bus";
import { Refusal } from "@nightshift/protocol/errors";
import { skills } from "@nightshift/protocol/skills";
import type { Caller } from "../caller.ts";
import { PAYLOAD_CHARS_MAX, type Ask } from "../gate.ts";
import type { Deed, End } from "./moment.ts";
import type { OpenCall } from "./open-call.ts";

/** Characters of a progress note, and notes of one call; what is more is dropped. */
export const NOTE_CHARS_MAX = 300;
const NOTES_MAX = 1_000;
const DETAIL_CHARS_MAX = 500;

/**
 * Has the peer work on a call, and tells how it goes: notes on the way, then the answer and the end.
 * A refusal is `rejected`, anything else that is thrown is `failed`. Resolves when the call is over,
 * which may be before the peer is: it is not waited for once the call was cut. Never rejects.
 */
export async function workOn(
  call: OpenCall,
  peer: Peer,
  { skill, input }: Ask,
  caller: Caller,
): Promise<void> {
  let notes = 0;
  const { context, message } = call.request;
  const progress = (note: string) => {
    if (call.isCut || ++notes > NOTES_MAX) return;
    call.chars += NOTE_CHARS_MAX;
    call.tell({ kind: "working", note: note.slice(0, NOTE_CHARS_MAX) });
  };
  try {
    const output = await peer.handle(skill, input, {
      context,
      message,
      principal: caller.name,
      progress,
      // Made when it is looked at: most who answer at once never do.
      get signal() {
        return call.cut;
      },
    });
    // The answer goes through JSON here on every binding, so that no object is ever shared.
    const text = JSON.stringify(output) ?? "null";
    call.chars += text.length;
    call.tell(...answer(skill, text));
  } catch (error) {
    call.tell({ kind: "finished", end: failure(error, caller) });
  }
}

function answer(skill: Ask["skill"], text: string): Deed[] {
  if (text.length > PAYLOAD_CHARS_MAX) return failed("the answer is too large");
  const checked = skills[skill].output.safeParse(JSON.parse(text));
  if (!checked.success) return failed(`the answer is not one of ${skill}`);
  return [
    { kind: "answered", output: checked.data },
    { kind: "finished", end: { state: "completed" } },
  ];
}

function failed(detail: string): Deed[] {
  return [{ kind: "finished", end: { state: "failed", detail } }];
}

function failure(error: unknown, { standing }: Caller): End {
  if (error instanceof Refusal) {
    const message = error.message.slice(0, DETAIL_CHARS_MAX);
    return { state: "rejected", refusal: { refusal: error.code, message } };
  }
  // A guest learns that it failed, the house also why.
  const why = standing === "house" ? String(error).slice(0, DETAIL_CHARS_MAX) : "the agent failed";
  return { state: "failed", detail: why };
}
