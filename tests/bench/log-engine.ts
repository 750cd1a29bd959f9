import { logFollowing } from "./log-following.ts";
import { logReading } from "./log-reading.ts";
import { logWriting } from "./log-writing.ts";
import type { Benchmark } from "./ratio.ts";

/** The embedded engine: writing, reading and verifying, following. */
export async function logEngine(): Promise<Benchmark> {
  return [...(await logWriting()), ...(await logReading()), ...(await logFollowing())];
}
