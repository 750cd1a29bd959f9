import { count } from "@nightshift/projections/words/plain";
import { readPlaces } from "../../config/places.ts";
import { logFile } from "../../log/place.ts";
import { archivePathOf } from "../../log/sqlite/archive.ts";
import { archiveTo } from "../../log/sqlite/archiver.ts";
import { endOfShiftsBefore } from "../../log/sqlite/closed-shifts.ts";
import { printJson, tell, verb } from "../terminal.ts";

/** `nightshift log archive`: the events of closed shifts into a file beside the log. */
export function logArchive({ beforeShift, json }: { beforeShift?: number; json?: boolean }) {
  return verb(async () => {
    const log = logFile((await readPlaces(process.env)).paths.log);
    const done = await archiveTo(log, endOfShiftsBefore(log, beforeShift));
    const file = archivePathOf(log);
    if (json) return printJson({ file, ...done });
    const moved = done.moved === 0 ? "Nothing to move" : `Moved ${count(done.moved, "event")}`;
    tell("good", `${moved}: up to position ${done.archivedTo} they are in ${file}.`);
    tell("quiet", "Every command reads both files; keep them together.");
  });
}
