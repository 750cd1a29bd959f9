import type { TellStranger } from "./kurrent/strangers.ts";
import type { LogStore } from "./log-store.ts";
import { isCluster } from "./place.ts";
import { openLog } from "./sqlite/store.ts";

/**
 * Opens the log that a house works with: a path, or the connection string of a cluster. What speaks
 * to a cluster is loaded only when one is named.
 * @param tell Called once for each type that nobody knows, when a reader passes it on a cluster; of
 *   a file `strangersIn` tells them.
 * @throws BadInput for what is neither, or cannot be used.
 * @throws Unavailable when the disk fails; a server is first asked when something is wanted of it.
 */
export async function openStore(where: string, tell?: TellStranger): Promise<LogStore> {
  if (!isCluster(where)) return openLog(where, { writer: "thread" });
  const { openCluster } = await import("./kurrent/open.ts");
  return openCluster(where, tell);
}
