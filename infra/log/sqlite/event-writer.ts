import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Conflict } from "@nightshift/protocol/errors";
import { linkHash, type Link } from "../chain.ts";
import type { Archive } from "./archive.ts";
import { Shelf } from "./shelf.ts";
import { StateRow } from "./state.ts";
import { StreamHeads } from "./stream-heads.ts";
import type { Append, Entry } from "./writer.ts";

/** An id that is written already, in an append that is not the one it came with: a bug. */
export class IdTaken extends Error {}

/** Writes appends within a transaction that its owner begins and ends. */
export class EventWriter {
  readonly #live: Shelf;
  readonly #archive: Archive;
  readonly #heads: StreamHeads;
  readonly #state: StateRow;
  readonly #insert: StatementSync;
  readonly #schemaVersion: number;
  #last = 0;
  #archivedTo = 0;

  /** @param schemaVersion The version of the events that are written now. */
  constructor(db: DatabaseSync, path: string, archive: Archive, schemaVersion: number) {
    this.#live = new Shelf(db, path);
    this.#archive = archive;
    this.#heads = new StreamHeads(db, this.#live, archive);
    this.#state = new StateRow(db, path);
    this.#insert = db.prepare(
      "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
    );
    this.#schemaVersion = schemaVersion;
  }

  /** To be called first in each transaction. */
  begin(): void {
    const { lastPosition, archivedTo } = this.#state.read();
    this.#last = lastPosition;
    this.#archivedTo = archivedTo;
    this.#heads.begin();
  }

  /**
   * Writes one append, under a savepoint of its own: thrown at, its owner rolls back to there.
   * @returns The position of its last event, and whether it was written now or had been before.
   * @throws Conflict, IdTaken: the others of the transaction are not concerned.
   */
  write(append: Append): { position: bigint; isNew: boolean } {
    const { stream, revision, entries } = append;
    const head = this.#heads.of(stream, this.#archivedTo);
    if (head.count !== revision) {
      const known = this.#repeated(append);
      if (known !== undefined) return { position: known, isNew: false };
      throw new Conflict(stream, revision, head.count);
    }
    let hash = head.hash;
    for (const [index, entry] of entries.entries()) {
      const link = this.#link(stream, revision + index, entry);
      hash = linkHash(hash, link);
      if (this.#insertNew(this.#last + index + 1, link, hash)) continue;
      const known = index === 0 ? this.#repeated(append) : undefined;
      if (known !== undefined) return { position: known, isNew: false };
      throw new IdTaken(`event ${entry.id} is there already, others with it are not`);
    }
    this.#last += entries.length;
    this.#heads.set(stream, { count: revision + entries.length, hash });
    return { position: BigInt(this.#last), isNew: true };
  }

  /** To be called last in a transaction that has written. */
  end(): void {
    this.#state.advance(this.#last, this.#schemaVersion);
  }

  /** To be called when the transaction was rolled back. */
  undo(): void {
    this.#heads.forget();
  }

  /** Field by field: copying an object costs as much as hashing it. */
  #link(stream: string, revision: number, entry: Entry): Link {
    const { id, type, atMs, actor, causation, correlation, body } = entry;
    const version = this.#schemaVersion;
    return { stream, revision, id, type, atMs, actor, causation, correlation, version, body };
  }

  /** @returns Whether the id was new. */
  #insertNew(position: number, link: Link, hash: string): boolean {
    if (this.#archivedTo > 0 && this.#archive.shelf.placeOf(link.id)) return false;
    const { changes } = this.#insert.run(
      position,
      link.stream,
      link.revision,
      link.id,
      link.type,
      link.atMs,
      link.actor,
      link.causation,
      link.correlation,
      link.version,
      link.body,
      hash,
    );
    return changes !== 0;
  }

  /** The position an append answered with when it was made before; undefined for a new one. */
  #repeated({ stream, entries }: Append): bigint | undefined {
    let last = 0;
    for (const { id } of entries) {
      const place = this.#live.placeOf(id) ?? this.#archivedPlaceOf(id);
      if (place?.stream !== stream) return undefined;
      last = place.position;
    }
    return BigInt(last);
  }

  #archivedPlaceOf(id: string) {
    return this.#archivedTo > 0 ? this.#archive.shelf.placeOf(id) : undefined;
  }
}
