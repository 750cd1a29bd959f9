/** What a program inside is told of the machine, beside what its caller gives it. */
export type Surroundings = {
  /** Folders where programs are looked for, absolute, in order. */
  path: readonly string[];
  /** A folder of its own that it may write to. */
  home: string;
  temporary: string;
  /** Where toolchains of the director live, since HOME no longer tells. */
  toolchains: Readonly<Record<string, string>>;
};

/**
 * The whole environment of a program that is not trusted. Nothing of the director's environment
 * passes but the way to the programs, and to the network for those that have one: keys and tokens
 * live there.
 */
export function scrubbedEnvironment(
  given: Readonly<Record<string, string>>,
  { path, home, temporary, toolchains }: Surroundings,
): Record<string, string> {
  return {
    ...toolchains,
    PATH: path.join(":"),
    HOME: home,
    TMPDIR: temporary,
    LANG: "C.UTF-8",
    TERM: "dumb",
    CI: "true",
    ...given,
  };
}

/** The absolute folders of a PATH: a relative one would mean another place inside a clone. */
export function pathFolders(path: string | undefined): string[] {
  const folders = (path ?? "").split(":").filter((folder) => folder.startsWith("/"));
  return folders.length > 0 ? [...new Set(folders)] : ["/usr/local/bin", "/usr/bin", "/bin"];
}
