import type { PackedAppend } from "./packed-append.ts";
import type { PackedError } from "./packed-error.ts";

/** What the thread is given when it starts. */
export type WriterStart = {
  path: string;
  schemaVersion: number;
  settleEvents?: number | undefined;
};

/** What it is asked: to write appends, or to write what waits and end. */
export type ToWriter = { appends: readonly PackedAppend[] } | "close";

/** What it answers: that it is ready, or how appends went. */
export type FromWriter = "ready" | { answers: readonly Answer[] };
export type Answer = readonly [number: number, outcome: bigint | PackedError];
