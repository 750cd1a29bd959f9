import type { CheckOptions, RangeReport } from "./range-walk.ts";

/** What the second thread of a verification is given when it starts. */
export type VerifyStart = {
  path: string;
  /** Shared: the next range that nobody has taken. */
  next: SharedArrayBuffer;
  lastPosition: number;
  options: CheckOptions;
  cacheKib: number;
};

/** What it answers: what SQLite says of its pages first, then ranges as it ends them. */
export type FromVerifier = { pages: string[] } | { index: number; report: RangeReport };
