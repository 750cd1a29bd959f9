import { createWriteStream, existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { count } from "@nightshift/projections/words/plain";
import { BadInput } from "@nightshift/protocol/errors";
import type { House } from "../../house.ts";
import { csvEvent, csvHeader } from "../../log/export/csv.ts";
import { keptInFile, keptInStore, type KeptEvent } from "../../log/export/kept-event.ts";
import { ndjsonLine } from "../../log/export/ndjson.ts";
import { isSelected, type Selection } from "../../log/export/selection.ts";
import { isCluster } from "../../log/place.ts";
import { explain } from "../../log/sqlite/errors.ts";
import { justBefore, pointIn } from "../point-in-log.ts";
import { session } from "../session.ts";
import { printJson, tell } from "../terminal.ts";

type Options = {
  format: string;
  out?: string;
  from?: string;
  to?: string;
  type: string[];
  stream: string[];
  json?: boolean;
};

/** Characters of text that are gathered before they are written. */
const CHUNK_CHARS = 65_536;

/** `nightshift log export`: the events of the log as a file that other programs read. */
export function logExport({ format, out, json = false, ...which }: Options) {
  return session(async (house) => {
    const encode = FORMATS.get(format);
    if (!encode) {
      const known = [...FORMATS.keys()].join(", ");
      throw new BadInput(`no such format; there are ${known}`, "--format", "nightshift log export");
    }
    const told = { events: 0 };
    const events = counted(await selected(house, which), told);
    const chunks = Readable.from(await encode(events), { objectMode: false });
    if (out === undefined) {
      await pipeline(chunks, process.stdout, { end: false });
      return;
    }
    await toFile(chunks, out);
    if (json) printJson({ out, format, events: told.events });
    else tell("good", `${count(told.events, "event")} in ${out}.`);
  });
}

type Encode = (events: AsyncIterable<KeptEvent>) => Promise<AsyncIterable<string | Uint8Array>>;

const FORMATS: ReadonlyMap<string, Encode> = new Map<string, Encode>([
  ["ndjson", async (events) => inChunks("", events, ndjsonLine)],
  ["csv", async (events) => inChunks(csvHeader, events, csvEvent)],
  // It brings a library along that nothing else needs.
  ["parquet", async (events) => (await import("../../log/export/parquet.ts")).parquet(events)],
]);

async function* inChunks(
  header: string,
  events: AsyncIterable<KeptEvent>,
  line: (event: KeptEvent) => string,
): AsyncGenerator<string> {
  let text = header;
  for await (const event of events) {
    text += line(event);
    if (text.length < CHUNK_CHARS) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}

async function selected(
  { store, paths, config }: House,
  { from, to, type, stream }: Pick<Options, "from" | "to" | "type" | "stream">,
): Promise<AsyncIterable<KeptEvent>> {
  const start = from === undefined ? null : await pointIn(store, from, config.timeZone);
  const end = (await pointIn(store, to ?? "now", config.timeZone)).position;
  const range = { after: start === null ? 0n : justBefore(start), upTo: end };
  const isRemote = isCluster(paths.log);
  const kept = isRemote ? keptInStore(store, range) : keptInFile(paths.log, range);
  return matching(kept, { types: type, streams: stream });
}

async function* matching(
  events: AsyncIterable<KeptEvent>,
  selection: Selection,
): AsyncGenerator<KeptEvent> {
  for await (const event of events) if (isSelected(selection, event)) yield event;
}

async function* counted(
  events: AsyncIterable<KeptEvent>,
  told: { events: number },
): AsyncGenerator<KeptEvent> {
  for await (const event of events) {
    told.events += 1;
    yield event;
  }
}

/** Under another name until it is whole: nobody finds half an export. */
async function toFile(chunks: Readable, out: string): Promise<void> {
  if (existsSync(out)) throw new BadInput("there is such a file already", out, `rm '${out}'`);
  const draft = `${out}.part`;
  try {
    await pipeline(chunks, createWriteStream(draft, { mode: 0o600 }));
    await rename(draft, out);
  } catch (error) {
    await rm(draft, { force: true });
    throw explain(error, out);
  }
}
