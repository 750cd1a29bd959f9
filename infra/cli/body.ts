import { moment } from "@nightshift/projections/words/plain";
import { Unavailable } from "@nightshift/protocol/errors";
import type { House } from "../house.ts";

/**
 * A prompt, answer, diff or transcript, as the log names it.
 * @throws Unavailable where it is not here, with the word of the log where it was erased.
 */
export async function bodyOf(house: House, sha256: string): Promise<string> {
  try {
    return await house.blobs.get(sha256);
  } catch (error) {
    const erasure = error instanceof Unavailable ? await erasureOf(house, sha256) : null;
    if (erasure === null) throw error;
    throw new Unavailable(`body ${sha256} was ${erasure}`, { cause: error });
  }
}

/** When, by whom and why a body was erased; null where it was not. */
async function erasureOf({ store, config }: House, sha256: string): Promise<string | null> {
  for await (const { event, atMs } of store.read(`blob-${sha256}`)) {
    if (event.type !== "blob.erased") continue;
    return `erased ${moment(atMs, config.timeZone)} by ${event.by}: ${event.why}`;
  }
  return null;
}
