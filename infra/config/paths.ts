import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** The folders of one director, by the XDG rules; nothing of Night Shift lies anywhere else. */
export type Paths = {
  config: string;
  state: string;
  log: string;
  tables: string;
  blobs: string;
  results: string;
  clones: string;
  cache: string;
  guests: string;
};

type Environment = Readonly<Record<string, string | undefined>>;

export function pathsOf(env: Environment): Paths {
  const home = env["HOME"] ?? homedir();
  const config = join(base(env, "XDG_CONFIG_HOME") ?? join(home, ".config"), "nightshift");
  const state = join(base(env, "XDG_STATE_HOME") ?? join(home, ".local", "state"), "nightshift");
  const cache = join(base(env, "XDG_CACHE_HOME") ?? join(home, ".cache"), "nightshift");
  return {
    config: join(config, "config.yaml"),
    state,
    log: join(state, "log.sqlite"),
    tables: join(state, "tables.sqlite"),
    blobs: join(state, "blobs"),
    results: join(state, "results"),
    clones: join(state, "clones"),
    cache,
    guests: join(state, "guests.json"),
  };
}

/** A relative path in an XDG variable is to be ignored, says the rule. */
function base(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value !== undefined && isAbsolute(value) ? value : undefined;
}
