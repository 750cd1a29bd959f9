import { count } from "@nightshift/projections/words/plain";
import type { House } from "../../house.ts";
import { replayCall, type Replayed } from "../../replay/replay-call.ts";
import { recordedCalls, type RecordedCall } from "../../replay/transcripts.ts";
import { table } from "../table.ts";
import { EXIT, print, printJson, tell } from "../terminal.ts";

type Row = RecordedCall & Replayed;

/**
 * `nightshift replay --calls`: every call of a model that the log names is made again from the blob
 * store, offline, and held against what was recorded, byte by byte (G11).
 */
export async function replayCalls(house: House, json: boolean): Promise<number> {
  const rows: Row[] = [];
  for await (const call of recordedCalls(house)) {
    rows.push({ ...call, ...(await replayCall(call.transcript, house.blobs)) });
  }
  const many = (status: Row["status"]) => rows.filter((row) => row.status === status).length;
  const different = many("different");
  if (json)
    printJson({ calls: rows.length, same: many("same"), kept: many("kept"), different, rows });
  else {
    const told = rows.filter(({ status }) => status === "different" || status === "erased");
    if (told.length > 0) print(table(COLUMNS, told.map(cells)));
    const parts = [
      `${many("same")} are the same byte by byte`,
      ...(many("kept") > 0 ? [`${many("kept")} of agent CLIs are kept whole`] : []),
      ...(many("erased") > 0 ? [`${many("erased")} were erased`] : []),
      ...(different > 0 ? [`${different} differ`] : []),
    ];
    const text = `${count(rows.length, "call")} made again offline: ${parts.join(", ")}.`;
    tell(different === 0 ? "good" : "bad", text);
  }
  return different === 0 ? EXIT.ok : EXIT.failed;
}

const COLUMNS = [{ title: "CALL" }, { title: "AGENT" }, { title: "BODY" }, { title: "WHY" }];

function cells(row: Row): string[] {
  const why = "why" in row ? row.why : "";
  return [
    row.call,
    `${row.agent} ${row.skill}`,
    row.transcript.slice(0, 12),
    `${row.status}: ${why}`,
  ];
}
