import { Tangled } from "../../../source/source-tree.ts";
import { matchesAny } from "../../glob.ts";
import { lineIn } from "../../line-at.ts";
import type { Finding } from "../finding.ts";
import { charOf } from "../reading/literal.ts";
import { foreignIn } from "./registries.ts";

const FILES = [
  "**/*pom*.xml",
  "**/{settings,extensions,ivy,ivysettings,build,nuget,toolchains}.{xml,config}",
  "**/*.{csproj,fsproj,vbproj,vcxproj,props,targets,proj}",
];
/** Parts that only tell people where to read on; one that closes itself has no inside. */
const TELLS =
  /<(scm|issueManagement|licenses|developers|contributors|organization|ciManagement|mailingLists|PackageProjectUrl|RepositoryUrl|PackageLicenseUrl|PackageIconUrl|description)\b[^<>]*(?<!\/)>/g;
/** Parts that say where something is taken from. */
const SOURCES =
  /<(repository|pluginRepository|snapshotRepository|mirror|distributionManagement|packageSources|RestoreSources|RestoreAdditionalProjectSources|resolvers|systemPath|get|Import|DownloadFile|add)\b(?:[^<>]*\/>|[^]*?(?:<\/\1>|$))/g;
const RUNS =
  /<artifactId>\s*(?:exec-maven-plugin|maven-antrun-plugin|maven-invoker-plugin|download-maven-plugin|wagon-maven-plugin|frontend-maven-plugin|process-exec-maven-plugin|jshell-maven-plugin|[\w-]*(?:groovy|gmaven|jruby|jython|beanshell|rhino|script)[\w-]*)\s*<|<(?:executable|commandlineArgs|exec|script|Exec|UsingTask|PreBuildEvent|PostBuildEvent|PreLinkEvent|sshexec|javac?Task|scriptdef)\b|\bInitialTargets\s*=/g;

/**
 * What an XML file of a build takes from elsewhere, and the programs that it runs.
 * @throws Tangled where its entities and properties come to far more than it says.
 */
export function xmlFindings(path: string, text: string): Finding[] {
  if (!matchesAny(path, FILES)) return [];
  const read = withoutTold(withProperties(path, decoded(path, text)));
  const lineAt = lineIn(read);
  const finding = (rule: string, at: number, said: string) => {
    const text = said.replaceAll(/\s+/g, " ").slice(0, 500);
    return { rule, line: lineAt(at), text, severe: true };
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
  return /<url>(?:[^<]*\$\{|\s*(?:file:|\/|\.\.))|<systemPath>(?:\s*\/|[^<]*\.\.)/.test(block);
}

function blanked(part: string): string {
  return part.replaceAll(/[^\n]/g, " ");
}

const ENTITY = /&(?:#x([\da-fA-F]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos|\w+));/g;
const OWN = /&(\w+);/g;
const NAMED: Readonly<Record<string, string>> = { amp: "&", quot: '"', apos: "'" };
const DECLARED = /<!ENTITY\s+(\w+)\s+["']([^"']*)["']\s*>/g;

/** Comments and plain text; both end where the first end stands, whatever is said in between. */
const MARKED = /<!--[^]*?(?:-->|$)|<!\[CDATA\[([^]*?)(?:\]\]>|$)/g;

/**
 * Entities read, comments and the marks of plain text gone; lines stay where they are. What comes
 * out of an entity or stands in plain text is text: it opens and closes no element.
 */
function decoded(path: string, text: string): string {
  // What an entity says is read as if it stood where it is named: its letters may open elements.
  const own = new Map(
    [...text.matchAll(DECLARED)].map(([, name = "", said = ""]) => [name, withLetters(said)]),
  );
  const room = roomIn(path);
  const plain = text.replaceAll(MARKED, (all, said: string | undefined) => {
    return said === undefined ? blanked(all) : asText(said);
  });
  return withOwn(plain, own, room).replaceAll(
    ENTITY,
    (all, hex: string, code: string, name: string) => {
      if (hex !== undefined) return asText(charOf(Number.parseInt(hex, 16)));
      if (code !== undefined) return asText(charOf(Number(code)));
      return room(NAMED[name] ?? (/^[lg]t$/.test(name) ? " " : all));
    },
  );
}

/** Entities that the file declares read, and those that they are made of. */
function withOwn(
  text: string,
  own: ReadonlyMap<string, string>,
  room: (said: string) => string,
): string {
  let read = text;
  for (let round = 0; own.size > 0; round++) {
    const next = read.replaceAll(OWN, (all, name: string) => {
      const said = own.get(name);
      return said === undefined ? all : room(said);
    });
    if (next === read) return read;
    if (round >= ROUNDS_MAX)
      throw new Tangled("its entities are too deep in each other to be read");
    read = next;
  }
  return read;
}

function withLetters(said: string): string {
  return said.replaceAll(/&#(?:x([\da-fA-F]{1,6})|(\d{1,7}));/g, (_, hex?: string, code?: string) =>
    charOf(hex === undefined ? Number(code) : Number.parseInt(hex, 16)),
  );
}

const asText = (plain: string) => plain.replaceAll(/[<>]/g, " ");

/** Counts what is put in. */
function roomIn(path: string): (said: string) => string {
  let left = PUT_IN_CHARS_MAX;
  return (said) => {
    left -= said.length;
    if (left < 0) throw new Tangled(`${path} comes to more than can be read`);
    return said;
  };
}

/** Elements that only tell people something, blanked; each is looked for once behind its begin. */
function withoutTold(text: string): string {
  let read = "";
  let at = 0;
  const unclosed = new Set<string>();
  for (const { index, 0: opened, 1: name = "" } of text.matchAll(TELLS)) {
    if (index < at || unclosed.has(name)) continue;
    const close = text.indexOf(`</${name}>`, index + opened.length);
    if (close === -1) {
      unclosed.add(name);
      continue;
    }
    read += text.slice(at, index) + blanked(text.slice(index, close));
    at = close;
  }
  return read + text.slice(at);
}

const ROUNDS_MAX = 6;
/** Characters that entities, or one round of properties, may put in. */
const PUT_IN_CHARS_MAX = 400_000;

/** `${name}` and `$(name)` as the element of that name says it. */
function withProperties(path: string, text: string): string {
  const values = new Map<string, string>();
  for (const [, name = "", said = ""] of text.matchAll(/<([\w.-]+)>([^<>\n]*)<\//g)) {
    values.set(name, said.trim());
  }
  let read = text;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const room = roomIn(path);
    const next = read.replaceAll(
      /\$\{(?:project\.|env\.)?([\w.-]+)\}|\$\(([\w.-]+)\)/g,
      (all, one: string | undefined, other: string | undefined) =>
        room(values.get(one ?? other ?? "") ?? all),
    );
    if (next === read) break;
    read = next;
  }
  return read;
}
