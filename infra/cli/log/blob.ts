import type { Recorded } from "@nightshift/protocol/envelope";
import { ERASURE_WHY_CHARS_MAX } from "@nightshift/protocol/blob";
import { BadInput } from "@nightshift/protocol/errors";
import { count, plain } from "@nightshift/projections/words/plain";
import type { House } from "../../house.ts";
import { isSha256 } from "../../log/blobs.ts";
import { bytesOfBlob, eraseBlob } from "../../log/erasure.ts";
import { maskSecrets } from "../../log/secrets.ts";
import { bodyOf } from "../body.ts";
import { session } from "../session.ts";
import { clean, printJson, tell } from "../terminal.ts";

type Options = { erase?: boolean; why?: string; json?: boolean };

/** `nightshift log blob`: shows a body that the log names by its sha256, or erases it for good. */
export function logBlob(sha256: string, { erase = false, why, json = false }: Options) {
  return session(async (house) => {
    if (!isSha256(sha256)) {
      const mend = "nightshift log query 'SELECT call, request, answer FROM calls'";
      throw new BadInput("a body is named by 64 hexadecimal digits", plain(sha256, 80), mend);
    }
    if (erase) return eraseBody(house, sha256, why ?? "", json);
    // Masked when it was kept; the rules may know more by now.
    const { text } = await maskSecrets(await bodyOf(house, sha256));
    if (json) printJson({ sha256, text });
    else process.stdout.write(`${clean(text)}\n`);
  });
}

/** The event first: whatever happens then, doing it again ends it. */
async function eraseBody(house: House, sha256: string, why: string, json: boolean): Promise<void> {
  if (why.trim() === "") {
    const mend = `nightshift log blob ${sha256} --erase --why "…"`;
    throw new BadInput("an erasure without a reason explains nothing later", "--why", mend);
  }
  if (why.length > ERASURE_WHY_CHARS_MAX) {
    const message = `${why.length} characters, at most ${ERASURE_WHY_CHARS_MAX}`;
    throw new BadInput(message, "--why", "say it in fewer words");
  }
  const { blobs } = house.paths;
  const bytes = await bytesOfBlob(blobs, sha256);
  const named = await namedBy(house, sha256);
  const { state } = await house.board("director").load("blob", sha256);
  if (bytes === null && state.erased === null) {
    throw new BadInput("there is no such body here", sha256, "nightshift why <attempt>");
  }
  await mustBeOver(house, named);
  const command = { type: "blob.erase", bytes: bytes ?? 0, by: "director", why } as const;
  await house.board("director").handle("blob", sha256, command);
  await eraseBlob(blobs, sha256);
  if (json) return printJson({ sha256, bytes, named: named.map(({ id }) => id) });
  if (bytes === null) return tell("plain", "It was erased already.");
  const still = `${count(named.length, "event names", "events name")} it still`;
  tell("good", `Erased ${count(bytes, "byte")}; ${still}, and the log says why it is gone.`);
}

/** Most events that are told to name one body. */
const NAMED_MAX = 1_000;

async function namedBy({ store }: House, sha256: string): Promise<Recorded[]> {
  const named: Recorded[] = [];
  for await (const recorded of store.readAll()) {
    if (recorded.stream === `blob-${sha256}`) continue;
    if (JSON.stringify(recorded.event).includes(sha256)) named.push(recorded);
    if (named.length === NAMED_MAX) break;
  }
  return named;
}

/** An attempt that goes on may need it: after a crash answers are read again, not asked for anew. */
async function mustBeOver(house: House, named: readonly Recorded[]): Promise<void> {
  for (const { correlation } of named) {
    if (correlation === null) continue;
    const { state } = await house.board("director").load("task", correlation);
    if (state.status !== "claimed") continue;
    const message = `${state.spec.name} is in work and may need it`;
    throw new BadInput(message, "--erase", `nightshift undo add ${correlation}, or wait`);
  }
}
