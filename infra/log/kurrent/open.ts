import { BadInput } from "@nightshift/protocol/errors";
import { checkPlace, clusterKind, shownPlace } from "../place.ts";
import { inSpace } from "./space.ts";
import { clusterStore, type ClusterStore } from "./store.ts";
import type { TellStranger } from "./strangers.ts";

const LIBRARIES = {
  esdb: () => import("./eventstore.ts"),
  kurrentdb: () => import("./kurrentdb.ts"),
} as const;

/** Both libraries keep their messages in the same global names: a process can load one of them. */
let loaded: keyof typeof LIBRARIES | null = null;

/**
 * Connects to a cluster: `esdb://` by the EventStoreDB client, `kurrentdb://` by KurrentDB's, with
 * everything else in the string as the library takes it (hosts, `+discover`, TLS, credentials).
 * @param tell Called once for each type of event that nobody knows here.
 * @throws BadInput for a string that the library cannot read.
 */
export async function openCluster(where: string, tell?: TellStranger): Promise<ClusterStore> {
  checkPlace(where, shownPlace(where));
  const kind = clusterKind(where);
  if (kind === null) throw new Error("no cluster");
  if (loaded !== null && loaded !== kind) {
    const what = `this process speaks ${loaded}:// already, and cannot speak ${kind}:// too`;
    throw new BadInput(what, shownPlace(where), `write it with ${loaded}://`);
  }
  keepQuiet();
  loaded = kind;
  const { connect } = await LIBRARIES[kind]();
  try {
    const [, address = where, space = ""] = SPACE.exec(where) ?? [];
    return clusterStore(inSpace(connect(address), space), where, tell);
  } catch (error) {
    const why = error instanceof Error ? error.message.replaceAll(where, shownPlace(where)) : "";
    throw new BadInput(
      `not a connection string: ${why}`,
      shownPlace(where),
      "esdb://name:password@host:2113?tlsCAFile=<file> is one",
    );
  }
}

/** `#name` at the end names a log among others on the same cluster; the libraries never see it. */
const SPACE = /^(.*)#([a-z0-9-]{1,40})$/;

/** With DEBUG set, both libraries print the connection string, password and all: not here. */
function keepQuiet(): void {
  const asked = process.env["DEBUG"];
  if (asked) process.env["DEBUG"] = `${asked},-esdb:connection*,-kdb:connection*`;
}
