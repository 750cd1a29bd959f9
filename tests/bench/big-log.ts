import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { CHAIN_START, linkHash, rootOf } from "@nightshift/infra/log/chain";
import { knowIdKeys } from "@nightshift/infra/log/sqlite/id-key";
import { SETTLE } from "@nightshift/infra/log/sqlite/layout";
import { LOG_FORMAT } from "@nightshift/infra/log/sqlite/schema";
import { openLog } from "@nightshift/infra/log/sqlite/store";
import { SCHEMA_VERSION, type NightEvent } from "@nightshift/protocol/events";
import { hex, seeded, type Draw } from "./nights/draws.ts";
import { manyNights, type Written } from "./nights/many-nights.ts";

const CACHE = fileURLToPath(new URL("../../node_modules/.cache/nightshift-bench", import.meta.url));
/** Raise it when the nights are made otherwise: what is cached is then made again. */
const EDITION = 3;
/** Nights that are sealed with a root over all streams; each costs a pass over their heads. */
const SEALED_NIGHTS = new Set([1, 50, 500]);

/**
 * A log of many nights, made once and kept under node_modules/.cache. Its rows are written by plain
 * SQL for speed, and chained as the store chains them: `verifyLog` finds nothing.
 * @param events How many it holds.
 * @returns Its path. Copy the file to write to it.
 */
export async function bigLog(events: number): Promise<string> {
  const name = `log-${events}-format-${LOG_FORMAT}-schema-${SCHEMA_VERSION}-edition-${EDITION}`;
  const path = join(CACHE, `${name}.sqlite`);
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  try {
    await (await openLog(part)).close();
    fill(part, events);
    renameSync(part, path);
  } finally {
    for (const file of readdirSync(CACHE)) {
      if (file.includes(`.${process.pid}.part`)) rmSync(join(CACHE, file), { force: true });
    }
  }
  return path;
}

const COLUMNS = `position, stream, revision, id, type, at_ms, actor, causation, correlation, version,
  body, hash`;

function fill(path: string, events: number): void {
  const db = new DatabaseSync(path);
  try {
    db.exec("PRAGMA journal_mode = DELETE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
    db.exec("PRAGMA cache_size = -200000");
    knowIdKeys(db);
    db.exec("BEGIN");
    const marks = COLUMNS.split(",").map(() => "?");
    const insert = db.prepare(`INSERT INTO event (${COLUMNS}) VALUES (${marks.join(", ")})`);
    const chain = new Chain();
    for (const { event, ...written } of sealed(chain, events)) {
      const { stream, atMs, actor, task } = written;
      const { revision, id, hash, body } = chain.link({ ...written, event });
      const { position } = chain;
      const type = event.type;
      insert.run(
        position,
        stream,
        revision,
        id,
        type,
        atMs,
        actor,
        id,
        task,
        SCHEMA_VERSION,
        body,
        hash,
      );
    }
    for (const step of SETTLE) db.exec(step);
    db.exec("COMMIT; PRAGMA journal_mode = WAL");
  } finally {
    db.close();
  }
}

/** The nights, with a root over all that is before it at the end of some of them. */
function* sealed(chain: Chain, events: number): Generator<Written> {
  for (const written of manyNights()) {
    const { event } = written;
    if (event.type === "shift.ended" && SEALED_NIGHTS.has(chain.nights)) {
      yield { ...written, event: chain.seal() };
      if (chain.position === events) return;
    }
    yield written;
    if (chain.position === events) return;
  }
}

/** The heads of all streams while the log grows. */
class Chain {
  position = 0;
  nights = 0;
  readonly #heads = new Map<string, { revision: number; hash: string }>();
  readonly #draw: Draw = seeded(7);

  link({ stream, event, atMs, actor, task }: Written) {
    const head = this.#heads.get(stream);
    const revision = head ? head.revision + 1 : 0;
    const id = this.#uuid();
    const body = JSON.stringify(event);
    const { type } = event;
    const envelope = { id, type, atMs, actor, causation: id, correlation: task };
    const link = { stream, revision, ...envelope, version: SCHEMA_VERSION, body };
    const hash = linkHash(head?.hash ?? CHAIN_START, link);
    this.#heads.set(stream, { revision, hash });
    this.position += 1;
    if (type === "shift.started") this.nights += 1;
    return { revision, id, body, hash };
  }

  seal(): NightEvent {
    const heads = new Map([...this.#heads].map(([stream, { hash }]) => [stream, hash]));
    const upTo = String(this.position);
    return { type: "shift.sealed", root: rootOf(heads), streams: heads.size, upTo };
  }

  #uuid(): string {
    const digits = hex(this.#draw, 32);
    const [a, b, c, d] = [
      digits.slice(0, 8),
      digits.slice(8, 12),
      digits.slice(13, 16),
      digits.slice(17, 20),
    ];
    return `${a}-${b}-5${c}-8${d}-${digits.slice(20)}`;
  }
}
