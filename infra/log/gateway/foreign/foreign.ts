import { openForeignFile, foreignPathOf } from "./file.ts";
import { Fault } from "../fault.ts";
import { ForeignBell } from "./bell.ts";
import { ForeignLog } from "./log.ts";
import { isMetastream, subjectOf } from "./names.ts";
import { isAllowed, type Actor } from "./stream-rules.ts";
import { ForeignWriter } from "./writer.ts";
import { FOREIGN_BYTES_MAX } from "../limits.ts";
import { GroupFile } from "../groups/group-file.ts";

/** What the gateway keeps for others beside the log: their streams, and the groups of readers. */
export type Foreign = {
  log: ForeignLog;
  writer: ForeignWriter;
  bell: ForeignBell;
  groups: GroupFile;
  /** Whether the rules of a stream let somebody read it. */
  mayRead(stream: string, actor: Actor): boolean;
  /** @throws Fault `access-denied`. */
  mustRead(stream: string, actor: Actor): void;
  close(): void;
};

/**
 * Opens what lies beside a log.
 * @param bytesMax How large it may become; what does not fit then is `Unavailable`.
 * @throws BadInput while another gateway of the same log runs.
 */
export function openForeign(
  logPath: string,
  now: () => number,
  bytesMax = FOREIGN_BYTES_MAX,
): Foreign {
  const path = foreignPathOf(logPath);
  const db = openForeignFile(path, bytesMax);
  const log = new ForeignLog(db, now);
  const bell = new ForeignBell();
  const mayRead = (stream: string, actor: Actor) =>
    isAllowed(log.state(subjectOf(stream)).rules, isMetastream(stream) ? "$mr" : "$r", actor);
  return {
    log,
    writer: new ForeignWriter({ db, path, log }, now, () => bell.ring()),
    bell,
    groups: new GroupFile(db, path),
    mayRead,
    mustRead(stream, actor) {
      if (mayRead(stream, actor)) return;
      throw new Fault("access-denied", `the rules of ${subjectOf(stream)} keep ${actor.name} off`);
    },
    close: () => db.close(),
  };
}
