import { matchesAny } from "../../glob.ts";
import type { Finding } from "../finding.ts";
import { foreignIn, isGoHost, isKnownImage, isRegistry } from "./registries.ts";

/** Reads one line of a file that lists what is taken in; null where nothing is wrong with it. */
type Reading = (line: string, above: readonly string[]) => string | null;

const READERS: readonly (readonly [files: readonly string[], read: Reading])[] = [
  [
    [
      "**/*{requirements,constraints,reqs}*.{txt,in,pip}",
      "**/{requirements,requires}/**/*.{txt,in,pip}",
    ],
    requirement,
  ],
  [["**/go.{mod,work}"], goModule],
  [["**/{setup,tox}.{cfg,ini}", "**/pytest.ini"], setting],
  [
    [
      "**/*{environment,conda}*.{yml,yaml}",
      "**/pnpm-workspace.{yml,yaml}",
      "**/{pubspec,shard,stack,Chart,galaxy,melos}.{yml,yaml}",
      "**/{package.{json5,yaml,yml},{deno,jsr,bower,composer,vcpkg}.{json,jsonc}}",
      "**/{nuget,packages}.config",
      "**/{WORKSPACE,MODULE}{,.bazel,.bzlmod}",
      "**/{mix.exs,Package.swift,build.sbt,deps.edn,project.clj,rebar.config,conanfile.txt}",
      "**/{gradle,maven}-wrapper.properties",
    ],
    listed,
  ],
  [["**/{dockerfile,containerfile}*", "**/*.{dockerfile,containerfile}"], image],
  [["**/{docker-,}compose*.{yml,yaml}"], image],
  [
    ["**/{poetry,uv,pdm,Cargo,Pipfile,Gemfile,Podfile,deno,bun}.lock", "**/pylock.toml"],
    (line) => foreignIn(line) && "registry",
  ],
  [
    ["**/{package-lock.json,npm-shrinkwrap.json,yarn.lock,pnpm-lock.yaml}"],
    (line) =>
      /\b(?:resolved|tarball|repo|resolution|version)\b["']?:?\s/.test(line) && foreignIn(line)
        ? "registry"
        : null,
  ],
];

/** Where the lists of packages, modules and images of a project lead, line by line. */
export function listFindings(path: string, text: string): Finding[] {
  const read = READERS.find(([files]) => matchesAny(path, files))?.[1];
  if (!read) return [];
  // What goes on in the next line is one line; the count of lines stays.
  const lines = text.split("\n");
  const found: Finding[] = [];
  for (const [at, line] of lines.entries()) {
    let whole = line;
    for (let more = at + 1; whole.endsWith("\\") && more < at + LINES_JOINED_MAX; more++) {
      whole = whole.slice(0, -1) + (lines[more] ?? "");
    }
    const rule = read(whole, lines.slice(Math.max(0, at - LINES_ABOVE), at));
    if (rule) found.push({ rule, line: at + 1, text: whole.trim(), severe: true });
  }
  return found;
}

const LINES_JOINED_MAX = 20;
const LINES_ABOVE = 200;

const OPTIONS =
  /^--?(?:r|c|requirement|constraint|hash|no-binary|only-binary|pre|require-hashes|prefer-binary|use-feature|no-deps|e|editable|no-index)\b/;

function requirement(line: string): string | null {
  const said = line.replace(/(?:^|\s)#.*$/, "").trim();
  if (said === "") return null;
  if (said.startsWith("-")) {
    if (!OPTIONS.test(said)) return isKnownOption(said) ? null : "registry";
    if (foreignIn(said) !== null || /\s(?:\/|~|(?:\.\.\/){2})/.test(said)) return "foreign-source";
    return null;
  }
  if (/@\s*(?![\d.]+$)\S{1,300}:|\$\{?\w|^[\w.+-]+:|^(?:\/|~|(?:\.\.\/){2})|^[\w-]+\+/.test(said)) {
    const address = /\bhttps?:\S+/.exec(said)?.[0];
    return address !== undefined && isRegistry(address) ? null : "foreign-source";
  }
  return foreignIn(said) === null ? null : "foreign-source";
}

function isKnownOption(said: string): boolean {
  const address = /\bhttps?:\S+/.exec(said)?.[0];
  return address !== undefined && isRegistry(address);
}

function goModule(line: string, above: readonly string[]): string | null {
  const said = line.replace(/\/\/.*$/, "").trim();
  const [, target] = /=>\s*(\S+)/.exec(said) ?? [];
  if (target !== undefined) {
    const isInside = /^\.{1,2}\//.test(target) && !/^(?:\.\.\/){3}/.test(target);
    return isInside ? null : "foreign-source";
  }
  if (/^toolchain\s+(?!go\d|default)/.test(said)) return "foreign-source";
  const block = /^(\w+)\s*\(/.exec(
    [...above].reverse().find((each) => /^\S/.test(each)) ?? "",
  )?.[1];
  const inBlock = /^\s/.test(line) ? block : undefined;
  const [, kind = inBlock, module] =
    /^(?:(require|tool|use)\s+)?["`]?([\w.-]+\.[\w-]+\/[^\s"`]*)/.exec(said) ?? [];
  if (module === undefined || (kind !== "require" && kind !== "tool")) return null;
  return isGoHost(module) ? null : "foreign-source";
}

/** Settings of Python's installers: what they take in, and what they run. */
function setting(line: string): string | null {
  const said = line.replace(/^\s*[#;].*$/, "");
  if (/^\s*["']?(?:cmdclass|script_args|setup_hooks|setup-hooks)\b/.test(said)) {
    return "install-script";
  }
  if (/^\s*(?:distutils\.commands|egg_info\.writers|setuptools\.\w+|pytest11)\s*=/.test(said)) {
    return "install-script";
  }
  if (/^\s*(?:find_links|index_url|extra_index_url|indexserver|dependency_links)\b/.test(said)) {
    return "foreign-source";
  }
  const taken = /(?:^|\s)@\s*\S+:|\b(?:git|hg|svn|bzr)\+|^\s*(?:install_command|deps)\b/.test(said);
  return taken && foreignIn(said) !== null ? "foreign-source" : null;
}

const TOLD =
  /["']?\b(?:homepage|home|documentation|docs|repository|issue_?tracker|issues|bugs|funding|sponsors?|license|author|maintainers?|changelog|support|topics|description|url|\$schema|icon|sources?_url|readme|web|wiki|forum|chat|rss|email|links)["']?\s*[:=]/i;
const TAKEN =
  /["']?\b(?:git|hg|svn|path|github|gitlab|bitbucket|hosted|remote|registry|archive|channels?)["']?\s*(?::|=>|=)\s*["']?(?!false|true|null|\{\s*\}|\[\s*\])[\w@./:~-]/;
const FETCHES =
  /\b(?:http_archive|http_file|http_jar|git_repository|new_git_repository|archive_override|git_override|local_path_override|maven_install|container_pull|resolvers)\b/;

/** Lists of other package managers: an address that is no registry's and tells no reader anything. */
function listed(line: string, above: readonly string[]): string | null {
  const said = line.replace(/^\s*(?:#|\/\/|;).*$/, "").replaceAll("\\:", ":");
  if (FETCHES.test(said)) return "foreign-source";
  if (foreignIn(said) === null) return null;
  const isTold = TOLD.test(said) && !TAKEN.test(said) && !isTakenAbove(above);
  return isTold ? null : "foreign-source";
}

/** `url:` below `git:` or in a list of repositories is where a package comes from. */
function isTakenAbove(above: readonly string[]): boolean {
  const near = above.slice(-TAKEN_LINES).join("\n");
  return /\b(?:git|hosted|repositories|channels|sources|packageSources|distributionUrl)["']?\s*[:=>]\s*(?:[[{]\s*)?$/m.test(
    near,
  );
}

const TAKEN_LINES = 6;

function image(line: string, above: readonly string[]): string | null {
  const said = line
    .replace(/^\s*#.*$/, "")
    .replaceAll(
      /\$\{?(\w+)(?::-[^}]*)?\}?/g,
      (all, name: string) => argumentOf(name, above) ?? all,
    );
  const [, from] =
    /^\s*(?:FROM\s+(?:--\S+\s+)*|COPY\s+--from=|(?:-\s*)?image:\s*["']?)([^\s"']+)/i.exec(said) ??
    [];
  if (
    from !== undefined &&
    (/\$/.test(from.split("/")[0] ?? "") ? from.includes("/") : !isKnownImage(from))
  ) {
    return "foreign-source";
  }
  return /^\s*ADD\s/i.test(said) && foreignIn(said) !== null ? "foreign-source" : null;
}

/** What `ARG name=…` above gives a name. */
function argumentOf(name: string, above: readonly string[]): string | null {
  const given = above.map((line) => /^\s*ARG\s+(\w+)=["']?([^\s"']+)/i.exec(line));
  return given.findLast((match) => match?.[1] === name)?.[2] ?? null;
}
