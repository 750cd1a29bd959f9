import {
  ByteWriter,
  ParquetWriter,
  schemaFromColumnData,
  type ColumnSource,
} from "hyparquet-writer";
import type { KeptEvent } from "./kept-event.ts";

/** A row group is written when it holds so many events, or bodies of so many characters. */
const GROUP_EVENTS_MAX = 10_000;
const GROUP_CHARS_MAX = 8 * 1_048_576;

/** The log as a Parquet file, a row group at a time: no more than one is held in memory. */
export async function* parquet(events: AsyncIterable<KeptEvent>): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter();
  const schema = schemaFromColumnData({ columnData: columnsOf([]) });
  const file = new ParquetWriter({ writer: bytes, schema, createdBy: "nightshift" });
  for await (const group of groups(events)) {
    void file.write({ columnData: columnsOf(group), rowGroupSize: group.length });
    yield taken(bytes);
  }
  void file.finish();
  yield taken(bytes);
}

/** What was written by now; the writer goes on counting from there. */
function taken(bytes: ByteWriter): Uint8Array {
  const copy = bytes.getBytes().slice();
  bytes.index = 0;
  return copy;
}

async function* groups(events: AsyncIterable<KeptEvent>): AsyncGenerator<KeptEvent[]> {
  let group: KeptEvent[] = [];
  let chars = 0;
  for await (const event of events) {
    group.push(event);
    chars += event.body.length;
    if (group.length < GROUP_EVENTS_MAX && chars < GROUP_CHARS_MAX) continue;
    yield group;
    group = [];
    chars = 0;
  }
  if (group.length > 0) yield group;
}

function columnsOf(group: readonly KeptEvent[]): ColumnSource[] {
  const required = { nullable: false };
  return [
    { name: "position", type: "INT64", data: group.map((one) => one.position), ...required },
    { name: "at", type: "TIMESTAMP", data: group.map((one) => new Date(one.atMs)), ...required },
    { name: "stream", type: "STRING", data: group.map((one) => one.stream), ...required },
    { name: "revision", type: "INT32", data: group.map((one) => one.revision), ...required },
    { name: "type", type: "STRING", data: group.map((one) => one.type), ...required },
    { name: "actor", type: "STRING", data: group.map((one) => one.actor), ...required },
    { name: "causation", type: "STRING", data: group.map((one) => one.causation) },
    { name: "correlation", type: "STRING", data: group.map((one) => one.correlation) },
    { name: "id", type: "STRING", data: group.map((one) => one.id), ...required },
    { name: "version", type: "INT32", data: group.map((one) => one.version), ...required },
    { name: "hash", type: "STRING", data: group.map((one) => one.hash), ...required },
    {
      name: "data",
      type: "STRING",
      data: group.map((one) => one.body),
      // The smallest and the largest body tell nobody anything, and would be kept whole.
      statistics: false,
      ...required,
    },
  ];
}
