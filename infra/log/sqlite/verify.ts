import type { DatabaseSync } from "node:sqlite";
import { ShiftEvent } from "@nightshift/protocol/shift";
import { CHAIN_START, linkHash, rootOf, type Link } from "../chain.ts";
import type { SqlRow } from "./rows.ts";
import { openLogToRead } from "./schema.ts";
import { explain } from "./errors.ts";

/** Something in the log is not as it was written; null where it is about the file as a whole. */
type Broken = {
  stream: string | null;
  revision: number | null;
  position: bigint | null;
  why: string;
};

export type Verdict = {
  ok: boolean;
  events: number;
  streams: number;
  broken: Broken[];
  /** How many sealed roots were held against the log. */
  rootsChecked: number;
};

/** Most findings that are told; the first ones say where to look. */
const BROKEN_MAX = 100;

/**
 * Reads a whole log and recomputes what protects it: the hash chain of every stream, the row of
 * positions, the roots that were sealed, and SQLite's own structure.
 * @throws BadInput where there is no log, or one of a newer version.
 */
export async function verifyLog(path: string): Promise<Verdict> {
  const db = openLogToRead(path);
  try {
    // One state of the log, whoever writes meanwhile.
    db.exec("BEGIN");
    return new Verification(db).run();
  } catch (error) {
    throw explain(error, path);
  } finally {
    db.close();
  }
}

const CHECKED_COLUMNS = `stream, revision, id, type, at_ms, actor, causation, correlation, version,
  body, hash, position`;

/** The head of a stream while the log is read. */
type Head = { revision: bigint; stored: string; recomputed: string };
type Seal = { position: bigint; root: string; streams: number };

class Verification {
  readonly #db: DatabaseSync;
  readonly #heads = new Map<string, Head>();
  readonly #seals: ReadonlyMap<bigint, Seal[]>;
  readonly #broken: Broken[] = [];
  #events = 0;
  #rootsChecked = 0;
  #last = 0n;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#seals = sealsByPosition(db);
  }

  run(): Verdict {
    this.#checkStructure();
    const rows = this.#db.prepare(`SELECT ${CHECKED_COLUMNS} FROM event ORDER BY position`);
    rows.setReturnArrays(true);
    rows.setReadBigInts(true);
    for (const seal of this.#seals.get(0n) ?? []) this.#checkSeal(seal);
    for (const row of rows.iterate()) this.#checkEvent(row);
    this.#checkEnd();
    return {
      ok: this.#broken.length === 0,
      events: this.#events,
      streams: this.#heads.size,
      broken: this.#broken,
      rootsChecked: this.#rootsChecked,
    };
  }

  #checkEvent(row: SqlRow): void {
    this.#events += 1;
    const link = linkOf(row);
    const stored = String(row[10]);
    const position = BigInt(String(row[11]));
    const tell = (why: string) => this.#tell(link, position, why);
    if (position !== this.#last + 1n) {
      tell(`${position - this.#last - 1n} events are missing before it in the log`);
    }
    this.#last = position;
    const head = this.#heads.get(link.stream);
    const next = head ? head.revision + 1n : 0n;
    if (BigInt(link.revision) !== next) tell(`event ${next} of its stream should come here`);
    const recomputed = linkHash(head?.stored ?? CHAIN_START, link);
    // After an event whose hash was changed, the true hash before it is the recomputed one.
    const fits = stored === recomputed || (head && stored === linkHash(head.recomputed, link));
    if (!fits) tell("its content or hash was changed after it was written");
    else if (!this.#isCleanText(link, stored)) tell("it holds bytes that were never written");
    this.#heads.set(link.stream, { revision: BigInt(link.revision), stored, recomputed });
    for (const seal of this.#seals.get(position) ?? []) this.#checkSeal(seal);
  }

  /** Bytes that are no text are read as U+FFFD, like the real one: only then look at the bytes. */
  #isCleanText(link: Link, stored: string): boolean {
    const { stream, revision, id, type, actor, causation, correlation, body } = link;
    const texts = [id, type, actor, causation, correlation, body, stored];
    if (!texts.some((text) => text?.includes("\uFFFD"))) return true;
    const same = this.#db.prepare(`SELECT 1 FROM event WHERE stream = ? AND revision = ? AND id = ?
      AND type = ? AND actor = ? AND causation IS ? AND correlation IS ? AND body = ? AND hash = ?`);
    const values = [stream, revision, id, type, actor, causation, correlation, body, stored];
    return same.get(...values) !== undefined;
  }

  #checkSeal({ position, root, streams }: Seal): void {
    this.#rootsChecked += 1;
    const heads = [...this.#heads].map(([stream, { stored }]) => [stream, stored] as const);
    if (rootOf(heads) === root && heads.length === streams) return;
    const why = `the log up to ${this.#last} is not what this event sealed (root ${root})`;
    this.#broken.push({ stream: null, revision: null, position, why });
  }

  #checkEnd(): void {
    const state = this.#db.prepare("SELECT last_position FROM log_state").get();
    const noted = BigInt(String(state?.["last_position"] ?? -1));
    if (noted !== this.#last) this.#tellFile(`the log ends at ${this.#last}, not at ${noted}`);
    const known = [...this.#seals.values()].flat().length;
    if (known > this.#rootsChecked)
      this.#tellFile("a sealed root is about events that are missing");
  }

  #checkStructure(): void {
    const rows = this.#db.prepare("PRAGMA integrity_check(10)").all();
    for (const row of rows) {
      const finding = String(row["integrity_check"]);
      if (finding !== "ok") this.#tellFile(`SQLite says: ${finding}`);
    }
  }

  #tell({ stream, revision }: Link, position: bigint, why: string): void {
    if (this.#broken.length >= BROKEN_MAX) return;
    this.#broken.push({ stream, revision: Number(revision), position, why });
  }

  #tellFile(why: string): void {
    if (this.#broken.length >= BROKEN_MAX) return;
    this.#broken.push({ stream: null, revision: null, position: null, why });
  }
}

function linkOf(row: SqlRow): Link {
  const text = (index: number) => String(row[index]);
  const textOrNull = (index: number) => (row[index] === null ? null : text(index));
  return {
    stream: text(0),
    revision: BigInt(text(1)),
    id: text(2),
    type: text(3),
    atMs: BigInt(text(4)),
    actor: text(5),
    causation: textOrNull(6),
    correlation: textOrNull(7),
    version: BigInt(text(8)),
    body: text(9),
  };
}

/** What was sealed, by the position up to which it was; an unreadable seal is named by its chain. */
function sealsByPosition(db: DatabaseSync): Map<bigint, Seal[]> {
  const rows = db.prepare("SELECT position, body FROM event WHERE type = 'shift.sealed'").all();
  const seals = rows.flatMap(({ position, body }) => {
    const event = ShiftEvent.safeParse(jsonOrNull(String(body))).data;
    if (event?.type !== "shift.sealed" || !/^\d{1,18}$/.test(event.upTo)) return [];
    const { root, streams } = event;
    return {
      upTo: BigInt(event.upTo),
      seal: { position: BigInt(String(position)), root, streams },
    };
  });
  const byPosition = Map.groupBy(seals, ({ upTo }) => upTo);
  return new Map([...byPosition].map(([upTo, list]) => [upTo, list.map(({ seal }) => seal)]));
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
