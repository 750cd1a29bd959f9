import { Refusal } from "@nightshift/protocol/errors";
import { SHIFT_STREAM, idOf } from "@nightshift/protocol/ids";
import type { Night } from "./night.ts";

/**
 * Asks the log whether this night still leads. The streams of attempts know generations and no
 * epochs, so a leader that was away for a while looks here before it goes on with one.
 * @throws Refusal "stale" when another has been elected.
 */
export async function mustLead({ ports, epoch }: Pick<Night, "epoch" | "ports">): Promise<void> {
  const { state } = await ports.board.load("shift", idOf(SHIFT_STREAM));
  if (state.epoch > epoch) {
    throw new Refusal("stale", `epoch ${epoch} was followed by ${state.epoch}: another leads now`);
  }
}
