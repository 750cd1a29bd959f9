/** Milliseconds one try of an append may take; a try that hangs is given up for the next. */
export const APPEND_TRY_MS = 5_000;
/** Milliseconds a read goes on without anything arriving, a lost server included. */
export const READ_PATIENCE_MS = 30_000;
/** The same for a server that has never answered: somebody waits at a terminal. */
export const FIRST_PATIENCE_MS = 5_000;
/** Milliseconds a follower goes on trying to reach a server that is gone. */
export const FOLLOW_PATIENCE_MS = 300_000;
/** Milliseconds between tries: the first, and the longest. */
export const PAUSE_MS_MIN = 30;
export const PAUSE_MS_MAX = 2_000;
/** Milliseconds closing waits for the client to let go. */
export const DISPOSE_MS = 5_000;
/** Most events of a subscription that have arrived and are not taken yet. */
export const SUBSCRIPTION_EVENTS_MAX = 64;
/** Events the server looks at before it tells where it stands: window times interval. */
export const SEARCH_WINDOW = 32;
export const CHECKPOINT_INTERVAL = 8;
/** How often an append is decided anew when its stream is written by others meanwhile. */
export const CONFLICT_TRIES_MAX = 5;
/** Most streams, and most event ids over all of them, that are remembered. */
export const STREAMS_KNOWN_MAX = 1_000;
export const IDS_KNOWN_MAX = 100_000;
/** Events of others that one look back for the last of ours covers. */
export const LOOK_BACK_EVENTS = 500;
