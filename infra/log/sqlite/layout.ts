/** How a log of format 1 was made; its archive, which never changes, is to this day. */
const EVENT_TABLE = `
  CREATE TABLE event (
    position    INTEGER PRIMARY KEY,
    stream      TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    id          TEXT NOT NULL,
    type        TEXT NOT NULL,
    at_ms       INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    causation   TEXT,
    correlation TEXT,
    version     INTEGER NOT NULL,
    body        TEXT NOT NULL,
    hash        TEXT NOT NULL
  ) STRICT;
`;
export const ARCHIVE_TABLES = `
  ${EVENT_TABLE}
  CREATE UNIQUE INDEX event_stream ON event (stream, revision);
  CREATE UNIQUE INDEX event_id ON event (id);
  CREATE INDEX event_type ON event (type);
`;
const FORMAT_1 = `
  ${ARCHIVE_TABLES}
  CREATE TABLE log_state (
    only           INTEGER PRIMARY KEY CHECK (only = 1),
    last_position  INTEGER NOT NULL,
    schema_version INTEGER NOT NULL
  ) STRICT;
`;

/** Events up to `archived_to` are in the log's archive, and only there. */
const ARCHIVED = "ALTER TABLE log_state ADD COLUMN archived_to INTEGER NOT NULL DEFAULT 0;";

/**
 * The indexes are tables of our own, which follow: an append writes a page or two of `event` alone,
 * and what lies behind `settled_to` is entered into all of them once there is much of it. A page of
 * an index that many events belong on is then written once.
 */
const INDEX_TABLES = `
  CREATE TABLE by_stream (
    stream   TEXT NOT NULL,
    revision INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (stream, revision)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE by_id (
    id       TEXT PRIMARY KEY,
    position INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE by_type (
    type     TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (type, position)
  ) STRICT, WITHOUT ROWID;
`;

/** Enters the events that a condition is about, in the order of each index. */
const enterStreams = (which = "") => `INSERT INTO by_stream
  SELECT stream, revision, position FROM event ${which} ORDER BY stream, revision;`;
const enterTypes = (which = "") => `INSERT INTO by_type
  SELECT type, position FROM event ${which} ORDER BY type, position;`;
const enterKeys = (which: string) => `INSERT INTO by_id
  SELECT id_key(id), position FROM event ${which} ORDER BY 1, 2;`;

const FOLLOWING = `
  ALTER TABLE log_state RENAME COLUMN last_position TO settled_to;
  ${INDEX_TABLES}
  ${enterStreams()}
  INSERT INTO by_id SELECT id, position FROM event ORDER BY id;
  ${enterTypes()}
  DROP INDEX event_stream;
  DROP INDEX event_id;
  DROP INDEX event_type;
`;

/**
 * Ids are found by `idKey`, which `knowIdKeys` lets a connection ask for. And hashes are base64url
 * from here on (`linkHash`), which the tables do not show.
 */
const KEYED = `
  DROP TABLE by_id;
  CREATE TABLE by_id (
    key      INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (key, position)
  ) STRICT, WITHOUT ROWID;
  ${enterKeys("WHERE position <= (SELECT settled_to FROM log_state)")}
`;

/** The first format whose indexes are tables that follow, and the first that knows an id by its key. */
export const INDEXES_FOLLOW = 3;
export const IDS_KEYED = 4;

/** How each format is made of the one before, from none: 1, 2, 3, 4. */
export const FORMATS: readonly string[] = [FORMAT_1, ARCHIVED, FOLLOWING, KEYED];

/** What is not settled yet. */
const LAST = "WHERE position > (SELECT settled_to FROM log_state)";

/** Enters what is not settled yet into the indexes. */
export const SETTLE: readonly string[] = [
  enterStreams(LAST),
  enterKeys(LAST),
  enterTypes(LAST),
  "UPDATE log_state SET settled_to = coalesce((SELECT max(position) FROM event), settled_to)",
];

/** Takes events up to a position out of the indexes; each asks for it once. */
export const UNSETTLE: readonly string[] = [
  `DELETE FROM by_stream WHERE (stream, revision) IN
   (SELECT stream, revision FROM event WHERE position <= ?)`,
  `DELETE FROM by_id WHERE (key, position) IN
   (SELECT id_key(id), position FROM event WHERE position <= ?)`,
  `DELETE FROM by_type WHERE (type, position) IN
   (SELECT type, position FROM event WHERE position <= ?)`,
];

/**
 * The indexes of an archive, or of a log of an older format, for who knows those of today. An id is
 * found in `event` itself.
 */
export const AS_TODAY = `
  CREATE TEMP VIEW by_stream AS SELECT stream, revision, position FROM main.event;
  CREATE TEMP VIEW by_type AS SELECT type, position FROM main.event;
`;

/** The last position of a log, in SQL. */
export const LAST_POSITION = "max(settled_to, coalesce((SELECT max(position) FROM main.event), 0))";

/** A view is found before the table of its name, so that who reads `event` reads both. */
export const WHOLE_LOG = `
  CREATE TEMP VIEW event AS
    SELECT * FROM archive.event WHERE position <= (SELECT archived_to FROM main.log_state)
    UNION ALL SELECT * FROM main.event
`;
