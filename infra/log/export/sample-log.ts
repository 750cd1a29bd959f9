import { join } from "node:path";
import { wholeNight } from "@nightshift/projections/whole-night";
import { writeLog, type Entry } from "@nightshift/projections/written-log";
import { openLog } from "../sqlite/store.ts";
import { testFolder } from "../test-log.ts";
import { keptInFile, type KeptEvent } from "./kept-event.ts";

/** The path of a log that holds a whole night, or these events, in a folder of the test's own. */
export async function sampleLog(entries: readonly Entry[] = wholeNight): Promise<string> {
  const path = join(await testFolder(), "log.sqlite");
  const store = await openLog(path);
  for (const recorded of writeLog(entries)) {
    const { id, atMs, actor, causation, correlation, event, stream, revision } = recorded;
    const pending = { id, atMs, actor, causation, correlation, event };
    await store.append(stream, [pending], { revision, timeoutMs: 5_000 });
  }
  await store.close();
  return path;
}

/** All events of a log file. */
export function everyEvent(path: string): Promise<KeptEvent[]> {
  return Array.fromAsync(keptInFile(path, { after: 0n, upTo: 1_000_000n }));
}
