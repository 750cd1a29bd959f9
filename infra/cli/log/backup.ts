import { resolve } from "node:path";
import { readPlaces } from "../../config/places.ts";
import { logFile } from "../../log/place.ts";
import { backUpLog } from "../../log/sqlite/backup.ts";
import { tellVerdict } from "./verify.ts";
import { EXIT, printJson, verb } from "../terminal.ts";

/** `nightshift log backup`: a verified copy of the log while others write it. */
export function logBackup(file: string, { json }: { json?: boolean }) {
  return verb(async () => {
    const log = logFile((await readPlaces(process.env)).paths.log);
    const verdict = await backUpLog(log, resolve(file));
    if (json) printJson({ file: resolve(file), ...verdict });
    else tellVerdict(verdict);
    return verdict.ok ? EXIT.ok : EXIT.failed;
  });
}
