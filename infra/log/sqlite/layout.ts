/** The events themselves, in a log and in its archive alike. */
export const EVENT_TABLE = `
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
  CREATE UNIQUE INDEX event_stream ON event (stream, revision);
  CREATE UNIQUE INDEX event_id ON event (id);
  CREATE INDEX event_type ON event (type);
`;

/** What a log notes of itself; events up to `archived_to` are in its archive, and only there. */
export const STATE_TABLE = `
  CREATE TABLE log_state (
    only           INTEGER PRIMARY KEY CHECK (only = 1),
    last_position  INTEGER NOT NULL,
    schema_version INTEGER NOT NULL,
    archived_to    INTEGER NOT NULL DEFAULT 0
  ) STRICT;
`;

/** A log of format 1 knew no archive. */
export const TO_FORMAT_2 =
  "ALTER TABLE log_state ADD COLUMN archived_to INTEGER NOT NULL DEFAULT 0;";

/** Back to it, to know how it was made. */
export const TO_FORMAT_1 = "ALTER TABLE log_state DROP COLUMN archived_to;";

/** A view is found before the table of its name, so that who reads `event` reads both. */
export const WHOLE_LOG = `
  CREATE TEMP VIEW event AS
    SELECT * FROM archive.event WHERE position <= (SELECT archived_to FROM main.log_state)
    UNION ALL SELECT * FROM main.event
`;
