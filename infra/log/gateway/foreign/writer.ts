import type { DatabaseSync } from "node:sqlite";
import { randomUUID } from "node:crypto";
import { explain } from "../../sqlite/errors.ts";
import { cellNumber } from "../../sqlite/rows.ts";
import { Fault, streamDeleted, WrongRevision, type Expectation } from "../fault.ts";
import { FOREIGN_COMMIT_MAX } from "../limits.ts";
import type { Written } from "../writer.ts";
import type { ForeignLog } from "./log.ts";
import { isMetastream, metastreamOf, subjectOf } from "./names.ts";
import { deletingMetadata, isAllowed, isDeleted, rulesIn } from "./stream-rules.ts";
import type { Actor, Deed, StreamRules } from "./stream-rules.ts";

/** An event of others: any type, any bytes. */
export type ForeignEvent = {
  id: string;
  type: string;
  contentType: string;
  metadata: Uint8Array;
  data: Uint8Array;
};
export type Deletion = { actor: Actor; stream: string; expectation: Expectation };
export type ForeignAppend = Deletion & { events: readonly ForeignEvent[] };
type Waiting = { work: () => Written; done: PromiseWithResolvers<Written>; stream: string };

export const METADATA_TYPE = "$metadata";
const TOMBSTONE_TYPE = "$streamDeleted";
/** Where a tombstone stands: behind every event that a stream can have. */
const TOMBSTONE_REVISION = Number.MAX_SAFE_INTEGER;
const JSON_TYPE = "application/json";

/** Writes streams of others: what waits at the same time shares a commit, and fails alone. */
export class ForeignWriter {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #log: ForeignLog;
  readonly #now: () => number;
  readonly #written: () => void;
  readonly #waiting: Waiting[] = [];

  /** @param written Called after each commit. */
  constructor(
    { db, path, log }: { db: DatabaseSync; path: string; log: ForeignLog },
    now: () => number,
    written: () => void,
  ) {
    this.#db = db;
    this.#path = path;
    this.#log = log;
    this.#now = now;
    this.#written = written;
  }

  /** @throws Fault, WrongRevision where nothing was written. */
  append(order: ForeignAppend): Promise<Written> {
    return this.#queue(order.stream, () => this.#append(order));
  }

  /** Hides all events of a stream, which may begin again behind them. */
  delete(order: Deletion): Promise<Written> {
    return this.#queue(order.stream, () => this.#delete(order));
  }

  /** Ends a stream for good. */
  tombstone(order: Deletion): Promise<Written> {
    return this.#queue(order.stream, () => this.#tombstone(order));
  }

  #queue(stream: string, work: () => Written): Promise<Written> {
    const done = Promise.withResolvers<Written>();
    this.#waiting.push({ work, done, stream });
    if (this.#waiting.length === 1) setImmediate(() => this.#flush());
    return done.promise;
  }

  #flush(): void {
    const batch = this.#waiting.splice(0, FOREIGN_COMMIT_MAX);
    const tell: (() => void)[] = [];
    try {
      this.#db.exec("BEGIN IMMEDIATE");
      for (const waiting of batch) tell.push(this.#tried(waiting));
      this.#db.exec("COMMIT");
    } catch (cause) {
      if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec("ROLLBACK");
      for (const { done, stream } of batch) {
        this.#forget(stream);
        done.reject(explain(cause, this.#path));
      }
      tell.length = 0;
    }
    if (this.#waiting.length > 0) setImmediate(() => this.#flush());
    for (const each of tell) each();
    this.#written();
  }

  /** @returns what tells the caller, once all is on the disk. */
  #tried({ work, done, stream }: Waiting): () => void {
    this.#db.exec("SAVEPOINT one");
    try {
      const written = work();
      return () => done.resolve(written);
    } catch (error) {
      // A disk that is full ends the transaction itself, and with it everybody's append.
      if (!this.#db.isTransaction) throw error;
      this.#db.exec("ROLLBACK TO one");
      return () => done.reject(explain(error, this.#path));
    } finally {
      this.#forget(stream);
      if (this.#db.isTransaction) this.#db.exec("RELEASE one");
    }
  }

  #append({ actor, stream, expectation, events }: ForeignAppend): Written {
    const isMeta = isMetastream(stream);
    this.#mustBeAllowed(stream, isMeta ? "$mw" : "$w", actor);
    const { next, rules } = this.#log.state(stream);
    const again = this.#again(stream, expectation, events);
    if (again) return again;
    const wasDeleted = isDeleted(rules);
    // A stream that was deleted is none, and begins again behind what it held.
    if (wasDeleted && expectation.kind === "exists") throw streamDeleted(stream);
    if (!(wasDeleted && isNone(expectation))) mustFit(expectation, next);
    let position = 0;
    for (const [index, event] of events.entries()) {
      position = this.#insert(stream, next + index, event);
    }
    const revision = next + events.length - 1;
    this.#setState(stream, revision + 1, rules);
    if (wasDeleted) this.#setRules(stream, JSON.stringify({ ...rules, $tb: next }));
    const last = events.at(-1);
    if (isMeta && last) this.#applyRules(stream, Buffer.from(last.data).toString());
    return { position: BigInt(position), revision };
  }

  #delete({ actor, stream, expectation }: Deletion): Written {
    this.#mustBeAllowed(stream, "$d", actor);
    const { next, rules } = this.#log.state(stream);
    mustFit(expectation, next);
    return this.#setRules(stream, deletingMetadata(rules));
  }

  #tombstone({ actor, stream, expectation }: Deletion): Written {
    this.#mustBeAllowed(stream, "$d", actor);
    const { next } = this.#log.state(stream);
    mustFit(expectation, next);
    const event = { id: randomUUID(), type: TOMBSTONE_TYPE, contentType: JSON_TYPE };
    const body = { metadata: Buffer.alloc(0), data: Buffer.from("{}") };
    const position = this.#insert(stream, TOMBSTONE_REVISION, { ...event, ...body });
    this.#log
      .prepared(
        `INSERT INTO stream VALUES (?, ?, '{}', 1)
         ON CONFLICT (name) DO UPDATE SET is_gone = 1`,
      )
      .run(stream, next);
    return { position: BigInt(position), revision: next };
  }

  /** @throws Fault for a stream that is gone, or under rules that keep the caller off. */
  #mustBeAllowed(stream: string, deed: Deed, actor: Actor): void {
    const { rules, isGone } = this.#log.state(subjectOf(stream));
    if (isGone) throw streamDeleted(stream);
    if (isAllowed(rules, deed, actor)) return;
    throw new Fault("access-denied", `the rules of ${subjectOf(stream)} keep ${actor.name} off`);
  }

  /** What an append that came before answered; undefined for one that is new. */
  #again(
    stream: string,
    { kind, count }: Expectation,
    events: readonly ForeignEvent[],
  ): Written | undefined {
    const [first] = events;
    if (!first) throw new Fault("bad-request", "an append of no events");
    let at = count;
    if (kind !== "count") {
      const sql = "SELECT revision FROM event WHERE stream = ? AND id = ? LIMIT 1";
      const row = this.#log.prepared(sql).get(stream, first.id);
      if (!row) return undefined;
      at = cellNumber(row[0]);
    }
    const sql = `SELECT id, position FROM event WHERE stream = ? AND revision BETWEEN ? AND ?
      ORDER BY revision`;
    const last = at + events.length - 1;
    const there = this.#log.prepared(sql).all(stream, at, last);
    if (there.length !== events.length) return undefined;
    if (!there.every((row, index) => row[0] === events[index]?.id)) return undefined;
    return { position: BigInt(cellNumber(there.at(-1)?.[1])), revision: last };
  }

  #insert(stream: string, revision: number, event: ForeignEvent): number {
    const { id, type, contentType, metadata, data } = event;
    const sql = `INSERT INTO event
      (stream, revision, id, type, at_ms, content_type, metadata, data)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
    const { lastInsertRowid } = this.#log
      .prepared(sql)
      .run(stream, revision, id, type, this.#now(), contentType, metadata, data);
    return Number(lastInsertRowid);
  }

  /** Writes down the rules of a stream, as its writer would. */
  #setRules(stream: string, text: string): Written {
    const metastream = metastreamOf(stream);
    const { next } = this.#log.state(metastream);
    const event = { id: randomUUID(), type: METADATA_TYPE, contentType: JSON_TYPE };
    const body = { metadata: Buffer.alloc(0), data: Buffer.from(text) };
    const position = this.#insert(metastream, next, { ...event, ...body });
    this.#setState(metastream, next + 1, {});
    this.#applyRules(metastream, text);
    return { position: BigInt(position), revision: next };
  }

  #applyRules(metastream: string, text: string): void {
    rulesIn(text);
    const stream = subjectOf(metastream);
    const { next } = this.#log.state(stream);
    this.#log
      .prepared(
        `INSERT INTO stream VALUES (?, ?, ?, 0)
         ON CONFLICT (name) DO UPDATE SET metadata = excluded.metadata`,
      )
      .run(stream, next, text);
    this.#forget(stream);
  }

  #setState(stream: string, next: number, rules: StreamRules): void {
    this.#log
      .prepared(
        `INSERT INTO stream VALUES (?, ?, ?, 0)
         ON CONFLICT (name) DO UPDATE SET next = excluded.next`,
      )
      .run(stream, next, JSON.stringify(rules));
    this.#forget(stream);
  }

  #forget(stream: string): void {
    const subject = subjectOf(stream);
    this.#log.forget(subject);
    this.#log.forget(metastreamOf(subject));
  }
}

function isNone({ kind, count }: Expectation): boolean {
  return kind === "any" || (kind === "count" && count === 0);
}

function mustFit({ kind, count }: Expectation, next: number): void {
  if (kind === "count" && count !== next) throw new WrongRevision(next);
  if (kind === "exists" && next === 0) throw new WrongRevision(0);
}
