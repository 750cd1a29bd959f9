import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { Anchor } from "@nightshift/projections/anchor";
import type { HistoryView } from "@nightshift/projections/history";
import { cellText } from "../sqlite/rows.ts";
import { createSql, identifier } from "./table-sql.ts";

/**
 * One making of a view's tables. Of each view one build serves; while its tables are of another
 * version a second one is made beside it, under other names, and takes its place when it is whole.
 */
export type Build = {
  view: string;
  /** Whether queries see it. */
  serving: boolean;
  /** Counts the builds of a view. */
  number: number;
  version: number;
  madeBy: string;
  /** The event types it is made from. */
  reads: readonly string[];
  tables: readonly string[];
  /** Events it was shown. */
  events: number;
  /** Null before the first event. */
  anchor: Anchor | null;
};

/** Where it stands is written in the same transaction as the rows that follow from it. */
export const BUILDS = `CREATE TABLE view_build (
  view     TEXT NOT NULL,
  serving  INTEGER NOT NULL CHECK (serving IN (0, 1)),
  number   INTEGER NOT NULL,
  version  INTEGER NOT NULL,
  made_by  TEXT NOT NULL,
  events   INTEGER NOT NULL,
  position INTEGER NOT NULL,
  stream   TEXT,
  revision INTEGER,
  id       TEXT,
  PRIMARY KEY (view, serving)
) STRICT`;

/** The builds of one view, or of all. */
export function buildsIn(db: DatabaseSync, view?: string): Build[] {
  const where = view === undefined ? "" : "WHERE view = ?";
  const statement = db.prepare(`SELECT * FROM view_build ${where} ORDER BY view, serving DESC`);
  statement.setReadBigInts(true);
  return statement.all(...(view === undefined ? [] : [view])).map(buildFrom);
}

/**
 * The build that a view is to be caught up in, made where there is none that fits. A build that a
 * newer version serves is left alone: undefined.
 * @param isOurs Whether a build's anchor is in the log; what another log left serves nobody.
 */
export function buildFor(
  db: DatabaseSync,
  view: HistoryView,
  isOurs: (anchor: Anchor) => boolean,
): Build | undefined {
  for (const build of buildsIn(db, view.name)) {
    if (build.anchor && !isOurs(build.anchor)) drop(db, build);
  }
  const [serving, making] = placed(buildsIn(db, view.name));
  const wanted = madeBy(view);
  if (serving?.madeBy === wanted) {
    if (making) drop(db, making);
    return serving;
  }
  if (serving && serving.version > view.version) return undefined;
  if (making?.madeBy === wanted) return making;
  if (making) drop(db, making);
  const number = Math.max(serving?.number ?? 0, making?.number ?? 0) + 1;
  return make(db, view, { serving: !serving, number });
}

/** A build that is whole takes the place of the one that served. */
export function serve(db: DatabaseSync, view: HistoryView, build: Build): void {
  const [serving] = placed(buildsIn(db, view.name));
  if (serving) drop(db, serving);
  for (const { name } of view.tables) {
    db.exec(`ALTER TABLE ${identifier(placeOf(build, name))} RENAME TO ${identifier(name)}`);
  }
  db.prepare("UPDATE view_build SET serving = 1 WHERE view = ? AND serving = 0").run(view.name);
}

/** Writes down up to where a build has seen everything. */
export function stand(db: DatabaseSync, build: Build, anchor: Anchor, events: number): void {
  const { position, stream, revision, id } = anchor;
  db.prepare(
    `UPDATE view_build SET events = events + ?, position = ?, stream = ?, revision = ?, id = ?
     WHERE view = ? AND serving = ?`,
  ).run(events, position, stream, revision, id, build.view, build.serving ? 1 : 0);
}

/** The table that a table of the view is in while it is being made. */
export function placeOf({ serving }: Pick<Build, "serving">, table: string): string {
  return serving ? table : `${table}_in_the_making`;
}

function make(
  db: DatabaseSync,
  view: HistoryView,
  { serving, number }: Pick<Build, "serving" | "number">,
): Build {
  for (const spec of view.tables) {
    const place = placeOf({ serving }, spec.name);
    db.exec(`DROP TABLE IF EXISTS ${identifier(place)}`);
    db.exec(createSql(spec, place, number));
  }
  const made = { view: view.name, serving, number, version: view.version, madeBy: madeBy(view) };
  db.prepare("INSERT INTO view_build VALUES (?, ?, ?, ?, ?, 0, 0, NULL, NULL, NULL)").run(
    made.view,
    serving ? 1 : 0,
    number,
    made.version,
    made.madeBy,
  );
  return { ...made, ...partsOf(made.madeBy), events: 0, anchor: null };
}

function drop(db: DatabaseSync, build: Build): void {
  for (const table of build.tables) {
    db.exec(`DROP TABLE IF EXISTS ${identifier(placeOf(build, table))}`);
  }
  const gone = db.prepare("DELETE FROM view_build WHERE view = ? AND serving = ?");
  gone.run(build.view, build.serving ? 1 : 0);
}

function placed(builds: readonly Build[]): [Build | undefined, Build | undefined] {
  return [builds.find(({ serving }) => serving), builds.find(({ serving }) => !serving)];
}

/** All that decides what is in the tables, but for the code of the fold: that is the version's. */
function madeBy({ version, reads, tables }: HistoryView): string {
  return JSON.stringify([version, reads, tables]);
}

function partsOf(madeBy: string): Pick<Build, "reads" | "tables"> {
  const [, reads, tables]: [number, string[], { name: string }[]] = JSON.parse(madeBy);
  return { reads, tables: tables.map(({ name }) => name) };
}

function buildFrom(row: Record<string, SQLOutputValue>): Build {
  const { stream, id } = row;
  const position = BigInt(String(row["position"]));
  const isBlank = stream === null || id === null;
  return {
    view: cellText(row["view"]),
    serving: row["serving"] === 1n,
    number: Number(row["number"]),
    version: Number(row["version"]),
    madeBy: cellText(row["made_by"]),
    ...partsOf(cellText(row["made_by"])),
    events: Number(row["events"]),
    anchor: isBlank
      ? null
      : { position, stream: cellText(stream), revision: Number(row["revision"]), id: cellText(id) },
  };
}
