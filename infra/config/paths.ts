import { hash } from "node:crypto";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { checkPlace, isCluster, serversOf } from "../log/place.ts";

/** The folders of one director, by the XDG rules; nothing of Night Shift lies anywhere else. */
export type Paths = {
  config: string;
  state: string;
  /** The path of the log, or the connection string of a cluster: a secret then, see `shownPlace`. */
  log: string;
  tables: string;
  snapshots: string;
  blobs: string;
  results: string;
  clones: string;
  cache: string;
  guests: string;
  /** Agents elsewhere that the director added. */
  remoteAgents: string;
  /** Keys that sign the cards of the house; its owner alone can read them. */
  houseKeys: string;
  /** What is to be posted to clients that asked for it, with the tokens that they gave. */
  push: string;
  /** Keys for a broker, and what each of them may do there. */
  nats: string;
  /** What the gateway keeps: who may use it, and its certificate. */
  gateway: string;
};

/** Enough of a hash to tell a few logs apart. */
const KEY_CHARS = 12;

type Environment = Readonly<Record<string, string | undefined>>;

export function pathsOf(env: Environment): Paths {
  const home = env["HOME"] ?? homedir();
  const config = join(base(env, "XDG_CONFIG_HOME") ?? join(home, ".config"), "nightshift");
  const state = join(base(env, "XDG_STATE_HOME") ?? join(home, ".local", "state"), "nightshift");
  const cache = join(base(env, "XDG_CACHE_HOME") ?? join(home, ".cache"), "nightshift");
  const paths = {
    config: join(config, "config.yaml"),
    state,
    log: join(state, "log.sqlite"),
    tables: join(state, "tables.sqlite"),
    snapshots: join(state, "snapshots.sqlite"),
    blobs: join(state, "blobs"),
    results: join(state, "results"),
    clones: join(state, "clones"),
    cache,
    guests: join(state, "guests.json"),
    remoteAgents: join(state, "remote-agents.json"),
    houseKeys: join(state, "house-keys.json"),
    push: join(state, "push.sqlite"),
    nats: join(config, "nats"),
    gateway: join(state, "gateway"),
  };
  const elsewhere = env["NIGHTSHIFT_LOG"];
  return elsewhere ? withLog(paths, elsewhere, "--log or NIGHTSHIFT_LOG") : paths;
}

/**
 * The same director with the log at another place. What is derived from a log is kept apart from
 * what is derived from others.
 * @param stands Where that place was given, for messages.
 * @throws BadInput for what is no place of a log.
 */
export function withLog(paths: Paths, where: string, stands: string): Paths {
  checkPlace(where, stands);
  const log = isCluster(where) ? where : resolve(where);
  if (log === paths.log) return paths;
  const key = hash("sha256", isCluster(log) ? serversOf(log) : log).slice(0, KEY_CHARS);
  const tables = join(paths.state, `tables-${key}.sqlite`);
  const snapshots = join(paths.state, `snapshots-${key}.sqlite`);
  return { ...paths, log, tables, snapshots };
}

/** A relative path in an XDG variable is to be ignored, says the rule. */
function base(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value !== undefined && isAbsolute(value) ? value : undefined;
}
