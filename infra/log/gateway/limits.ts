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
/** Most bytes of the file that holds the streams of others. */
export const FOREIGN_BYTES_MAX = 16 * 1_073_741_824;
/** Most appends to streams of others that one commit carries. */
export const FOREIGN_COMMIT_MAX = 256;
/** Streams of others whose rules are kept in memory. */
export const FOREIGN_STREAMS_KEPT = 10_000;
/** Most characters of an event's type. */
export const TYPE_CHARS_MAX = 400;
/** Most names in one list of who may do something with a stream. */
export const ACL_NAMES_MAX = 100;
/** Most groups of persistent subscriptions, over all streams. */
export const GROUPS_MAX = 200;
/** Most subscribers of one group, and most events that each of them may hold. */
export const SUBSCRIBERS_MAX = 200;
export const SUBSCRIBER_EVENTS_MAX = 1_000;
/** Most events, and bytes of them, that a group holds in memory. */
export const GROUP_EVENTS_MAX = 5_000;
export const GROUP_BYTES_MAX = 16 * 1_048_576;
/** Bytes that all groups hold in memory together, from which on each holds one page at a time. */
export const GROUPS_BYTES_MAX = 128 * 1_048_576;
/** Most events that a group sets aside; one more goes round until there is room. */
export const PARKED_MAX = 10_000;
/** Most characters of a group's name, and of a reason to set an event aside. */
export const GROUP_CHARS_MAX = 200;
export const REASON_CHARS_MAX = 500;
/** Most ids in one answer of a subscriber. */
export const ANSWER_IDS_MAX = 2_000;
/** Milliseconds between two looks of a group at what was left too long, and at its checkpoint. */
export const GROUP_TICK_MS = 100;
/** Most messages to one subscriber that its connection has not taken yet. */
export const SUBSCRIBER_SENDS_MAX = 16;
/** Answers of one subscriber whose time is kept where a group is asked for more statistics. */
export const TIMINGS_KEPT = 500;
