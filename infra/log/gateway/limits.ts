import { EVENT_BYTES_MAX } from "@nightshift/blackboard/admission";

/** Most bytes of all events of one append, data and metadata. */
export const APPEND_BYTES_MAX = 16 * EVENT_BYTES_MAX;
/** Most bytes of one message; an official client sends an event of this size and reads one. */
export const MESSAGE_BYTES_MAX = 17 * 1_048_576;
/** Most bytes of appends that have begun and are not written yet, over all callers. */
export const PENDING_BYTES_MAX = 128 * 1_048_576;
/** Most appends that have begun and are not answered yet, over all callers. */
export const APPENDS_MAX = 4_096;
/** Most events of an append that is still arriving: one more than may be written. */
export const ARRIVING_EVENTS_MAX = 1_001;
/** Most reads that run at the same time. */
export const READS_MAX = 200;
/** Most subscriptions that are open at the same time. */
export const SUBSCRIPTIONS_MAX = 200;
/** Most calls of one connection at the same time. */
export const CALLS_PER_CONNECTION_MAX = 256;
/** Milliseconds a reader may leave what it was sent lying before its call is ended. */
export const SLOW_READER_MS = 30_000;
/** Milliseconds an append waits for the disk where its caller names no deadline, and at most. */
export const APPEND_WAIT_MS = 10_000;
export const APPEND_WAIT_MS_MAX = 60_000;
/** Most characters of a stream's name, of a filter's pattern, and most prefixes of a filter. */
export const STREAM_CHARS_MAX = 400;
export const PATTERN_CHARS_MAX = 1_000;
export const PREFIXES_MAX = 500;
/** How often an append that takes any revision is decided anew when others write the stream. */
export const ANY_REVISION_TRIES_MAX = 20;
/** Positions that one look into the log covers before others have their turn. */
export const WINDOW_POSITIONS = 2_000;
/** Most events that are read at once. */
export const PAGE_EVENTS = 200;
/** Most bytes of events that are read at once; one event may be larger. */
export const PAGE_BYTES_MAX = 262_144;
/** Bytes that were sent to one reader and not taken, from which on nothing more is sent. */
export const LYING_BYTES_MAX = 262_144;
