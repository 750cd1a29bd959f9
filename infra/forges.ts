import type { Forge } from "@nightshift/agents/forge";
import type { Repository } from "./repositories.ts";

/**
 * What speaks to a forge is loaded only where there is one.
 * @param signal Ends whatever is asked of them.
 */
export async function forgesOf(
  repositories: readonly Repository[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Forge>> {
  if (repositories.every(({ config }) => config.forge === undefined)) return new Map();
  const { openForges } = await import("./forge/open-forge.ts");
  return openForges(repositories, process.env, signal);
}
