import { logEngine } from "./log-engine.ts";
import { logGateway } from "./log-gateway.ts";
import { logViews } from "./log-views.ts";
import type { Benchmark } from "./ratio.ts";

/** What is promised of the log, each figure against a limit that was measured in the same run. */
export async function log(): Promise<Benchmark> {
  return [...(await logEngine()), ...(await logViews()), ...(await logGateway())];
}
