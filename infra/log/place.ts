import { BadInput } from "@nightshift/protocol/errors";

/** How clusters are named: by the official clients' schemes, for one server or a DNS name of many. */
const CLUSTER = /^(esdb|kurrentdb)(?:\+discover)?:\/\//i;

/** Whether a log is a cluster, not a file of this machine. */
export function isCluster(where: string): boolean {
  return where.includes("://");
}

/** Which client library speaks to a cluster; null for what is no cluster that is known here. */
export function clusterKind(where: string): "esdb" | "kurrentdb" | null {
  const kind = CLUSTER.exec(where)?.[1]?.toLowerCase();
  return kind === "esdb" || kind === "kurrentdb" ? kind : null;
}

/**
 * Holds what somebody gave as the place of a log against what there is.
 * @param stands Where it was given, as the director would look for it.
 * @throws BadInput for a scheme that nobody knows here.
 */
export function checkPlace(where: string, stands: string): void {
  if (where === "esdb" || where === "kurrentdb") {
    throw new BadInput(
      `${where} names no server`,
      stands,
      `${where}://<name>:<password>@<host>:2113`,
    );
  }
  if (!isCluster(where) || clusterKind(where) !== null) return;
  const what = `no log is at ${shownPlace(where)}: give a path, esdb://… or kurrentdb://…`;
  throw new BadInput(what, stands, "nightshift --log <path> status");
}

/**
 * The path of a log that must be a file here.
 * @throws BadInput for a cluster: there is nothing but its server.
 */
export function logFile(where: string): string {
  if (!isCluster(where)) return where;
  const mend = "run it where the log's file is, with --log <path>";
  throw new BadInput("this works on the file of a log, not on a server", shownPlace(where), mend);
}

/** A connection string without its name and password, as it may be shown. */
export function shownPlace(where: string): string {
  // Up to the last @ there is: a password may hold any character, and whole or not at all it goes.
  return where.replace(/^([a-z+]+:\/\/).*@/is, "$1");
}

/** The servers that a connection string names, in small letters. */
export function serversOf(where: string): string {
  return /^[a-z+]+:\/\/([^/?#]*)/i.exec(shownPlace(where))?.[1]?.toLowerCase() ?? "";
}
