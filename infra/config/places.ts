import { DirectorConfig } from "./director.ts";
import { pathsOf, withLog, type Paths } from "./paths.ts";
import { readYaml } from "./yaml-file.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where everything of a director is, and the settings. The log is where `--log` or NIGHTSHIFT_LOG
 * says, else where the settings say, else in the state folder.
 */
export async function readPlaces(
  env: Environment,
): Promise<{ paths: Paths; config: DirectorConfig }> {
  const paths = pathsOf(env);
  const config = await readDirectorConfig(paths);
  if (env["NIGHTSHIFT_LOG"]) return { paths, config };
  return { paths: settledPaths(paths, config), config };
}

/** The paths with the log where the settings say that it is. */
export function settledPaths(paths: Paths, { log }: DirectorConfig): Paths {
  return log === undefined ? paths : withLog(paths, log, `${paths.config}: log`);
}

/** The settings file, or the defaults where there is none. */
export async function readDirectorConfig(paths: Paths): Promise<DirectorConfig> {
  const read = await readYaml(paths.config, DirectorConfig, `edit ${paths.config}`);
  return read ?? DirectorConfig.parse({});
}
