import { matchesAny } from "../glob.ts";
import type { Finding } from "./finding.ts";
import { charOf } from "./literal.ts";
import { foreignIn } from "./registries.ts";

const FILES = [
  "**/*pom*.xml",
  "**/{settings,extensions,ivy,ivysettings,build,nuget,toolchains}.{xml,config}",
  "**/*.{csproj,fsproj,vbproj,vcxproj,props,targets,proj}",
];
/** Parts that only tell people where to read on. */
const TELLS =
  /<(scm|issueManagement|licenses|developers|contributors|organization|ciManagement|mailingLists|PackageProjectUrl|RepositoryUrl|PackageLicenseUrl|PackageIconUrl|description)\b[^>]*>[^]*?<\/\1>/g;
/** Parts that say where something is taken from. */
const SOURCES =
  /<(repository|pluginRepository|snapshotRepository|mirror|distributionManagement|packageSources|RestoreSources|RestoreAdditionalProjectSources|resolvers|systemPath|get|Import|DownloadFile|add)\b[^]*?(?:<\/\1>|\/>|$)/g;
const RUNS =
  /<artifactId>\s*(?:exec-maven-plugin|maven-antrun-plugin|maven-invoker-plugin|download-maven-plugin|wagon-maven-plugin|frontend-maven-plugin|process-exec-maven-plugin|jshell-maven-plugin|[\w-]*(?:groovy|gmaven|jruby|jython|beanshell|rhino|script)[\w-]*)\s*<|<(?:executable|commandlineArgs|exec|script|Exec|UsingTask|PreBuildEvent|PostBuildEvent|PreLinkEvent|sshexec|javac?Task|scriptdef)\b|\bInitialTargets\s*=/g;

/** What an XML file of a build takes from elsewhere, and the programs that it runs. */
export function xmlFindings(path: string, text: string): Finding[] {
  if (!matchesAny(path, FILES)) return [];
  const read = withProperties(decoded(text)).replaceAll(TELLS, blanked);
  const finding = (rule: string, at: number, said: string) => {
    const line = read.slice(0, at).split("\n").length;
    return { rule, line, text: said.replaceAll(/\s+/g, " ").slice(0, 500), severe: true };
  };
  const sources = [...read.matchAll(SOURCES)]
    .filter(([block]) => foreignIn(block) !== null || isOpen(block))
    .map(({ index, 0: block }) => finding("registry", index, block));
  const runs = [...read.matchAll(RUNS)].map(({ index, 0: said }) =>
    finding("install-script", index, said),
  );
  return [...sources, ...runs];
}

/** An address that is not known until the build runs, or one of this machine. */
function isOpen(block: string): boolean {
  return /<url>\s*(?:[^<]*\$\{|file:|\/|\.\.)|<systemPath>\s*(?:\/|[^<]*\.\.)/.test(block);
}

function blanked(part: string): string {
  return part.replaceAll(/[^\n]/g, " ");
}

const ENTITY = /&(?:#x([\da-fA-F]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos|\w+));/g;
const NAMED: Readonly<Record<string, string>> = { amp: "&", quot: '"', apos: "'" };
const DECLARED = /<!ENTITY\s+(\w+)\s+["']([^"']*)["']\s*>/g;

/** Entities read, comments and the marks of plain text gone; lines stay where they are. */
function decoded(text: string): string {
  const own = new Map([...text.matchAll(DECLARED)].map(([, name = "", said = ""]) => [name, said]));
  return text
    .replaceAll(/<!--[^]*?-->/g, blanked)
    .replaceAll(/<!\[CDATA\[([^]*?)\]\]>/g, "$1")
    .replaceAll(ENTITY, (all, hex: string, code: string, name: string) => {
      if (hex !== undefined) return charOf(Number.parseInt(hex, 16));
      if (code !== undefined) return charOf(Number(code));
      return own.get(name) ?? NAMED[name] ?? all;
    });
}

const ROUNDS_MAX = 6;
const TEXT_CHARS_MAX = 400_000;

/** `${name}` and `$(name)` as the element of that name says it. */
function withProperties(text: string): string {
  const values = new Map<string, string>();
  for (const [, name = "", said = ""] of text.matchAll(/<([\w.-]+)>([^<>\n]*)<\//g)) {
    values.set(name, said.trim());
  }
  let read = text;
  for (let round = 0; round < ROUNDS_MAX && read.length < TEXT_CHARS_MAX; round++) {
    const next = read.replaceAll(
      /\$\{(?:project\.|env\.)?([\w.-]+)\}|\$\(([\w.-]+)\)/g,
      (all, one: string | undefined, other: string | undefined) =>
        values.get(one ?? other ?? "") ?? all,
    );
    if (next === read) break;
    read = next;
  }
  return read;
}
