import { createReadStream, existsSync } from "node:fs";
import { count } from "@nightshift/projections/words/plain";
import { BadInput } from "@nightshift/protocol/errors";
import { readPlaces } from "../../config/places.ts";
import { createImportCheck } from "../../log/export/import-check.ts";
import { importIntoFile } from "../../log/export/import-file.ts";
import { importIntoStore } from "../../log/export/import-store.ts";
import type { KeptEvent } from "../../log/export/kept-event.ts";
import { linesIn } from "../../log/export/lines.ts";
import { isCluster, shownPlace } from "../../log/place.ts";
import { printJson, tell, verb } from "../terminal.ts";

/**
 * `nightshift log import`: an export becomes a log again. Into an empty file all or nothing, and then
 * byte by byte what it was; into an empty log behind a server it goes on where it was broken off.
 */
export function logImport(source: string, { json = false }: { json?: boolean }) {
  return verb(async () => {
    const { paths } = await readPlaces(process.env);
    const where = shownPlace(paths.log);
    const events = isCluster(paths.log)
      ? await intoCluster(paths.log, where, source)
      : await importIntoFile(paths.log, eventsIn(source));
    if (json) printJson({ log: where, events });
    else {
      tell("good", `${count(events, "event")} written to ${where}.`);
      tell("quiet", "Is it as it was written? nightshift log verify");
    }
  });
}

async function intoCluster(place: string, where: string, source: string): Promise<number> {
  const { openStore } = await import("../../log/open-store.ts");
  const store = await openStore(place);
  try {
    return await importIntoStore(store, where, eventsIn(source));
  } finally {
    await store.close();
  }
}

async function* eventsIn(source: string): AsyncGenerator<KeptEvent> {
  const name = source === "-" ? "standard input" : source;
  if (source !== "-" && !existsSync(source)) {
    throw new BadInput("there is no such file", source, "nightshift log export --out <file>");
  }
  const bytes = source === "-" ? process.stdin : createReadStream(source);
  const check = createImportCheck(name);
  let isEmpty = true;
  for await (const line of linesIn(bytes, name)) {
    isEmpty = false;
    yield check(line);
  }
  if (isEmpty) throw new BadInput("there is nothing in it", name, "nightshift log export");
}
