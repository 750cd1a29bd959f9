import type { Settings } from "@nightshift/protocol/settings";
import type { SkillInput } from "@nightshift/protocol/skills";
import { definitionsOf } from "../implementer/map/definitions.ts";
import { isIndexed } from "../implementer/map/facts.ts";
import type { Checks, Workspace } from "../ports.ts";
import { textsAt } from "../source/texts.ts";
import { isTest } from "../verifier/languages.ts";
import { claimOf } from "./claims.ts";
import { evidenceOf, isData, speaksOf } from "./evidence.ts";
import { asksToCreate, namedThings } from "./named.ts";
import type { Source } from "./retrieval.ts";

type Input = SkillInput<"admit">;
export type PreflightPorts = {
  workspace: Pick<Workspace, "list" | "show">;
  checks: Checks;
  settings: Pick<Settings, "preflightOverlapShare" | "checkWallMs">;
};

/** Source files that are read at most to look for what is there already. */
const FILES_READ_MAX = 3_000;
/** Characters of them, at most. */
const CHARS_READ_MAX = 20_000_000;
/** Things that a text asks to create, and names in it: whoever asks for more is not done. */
const CLAIMS_MAX = 40;
const NAMES_MAX = 200;

/**
 * Whether the work is there already (B15): its evidence, or null. Overlap of names is only what
 * makes it look; it is done when everything the task asks to create is defined, every path it names
 * is there, and each success command of its own passes at the base, unchanged. A task that makes a
 * claim in words is never done here: nobody has read for it.
 */
export async function alreadyDone(
  input: Input,
  ports: PreflightPorts,
  signal: AbortSignal,
): Promise<string[] | null> {
  const { spec, repo, base } = input;
  if (spec.claims !== undefined && spec.claims.length > 0) return null;
  const commands = ownCommands(input);
  if (commands.length === 0) return shownByNames(input, ports);
  const named = namedThings(spec);
  const created = asksToCreate(spec);
  if (created.size === 0) return null;
  const { workspace, checks, settings } = ports;
  const tracked = await workspace.list(repo.path, base);
  const places = await definitionsAt(
    ports,
    input,
    tracked,
    new Set([...named.symbols, ...created]),
  );
  const found = [...named.symbols].filter((name) => places.has(name));
  const there = [...named.paths].filter((path) => isTracked(path, tracked));
  const overlap = (found.length + there.length) / (named.symbols.size + named.paths.size || 1);
  if (named.symbols.size + named.paths.size > 0 && overlap <= settings.preflightOverlapShare) {
    return null;
  }
  if ([...created].some((name) => !places.has(name))) return null;
  if (there.length < named.paths.size || !filesHold(input, tracked)) return null;
  const evidence = [...created].map((name) => `${places.get(name)} defines ${name}`);
  for (const command of commands) {
    const { path, prepareCommand } = repo;
    const options = { wallMs: settings.checkWallMs, signal };
    const run = await checks.run({ path, prepareCommand }, base, command, options);
    if (run.exitCode !== 0 || run.timedOut) return null;
    evidence.push(`\`${command}\` passes at ${base.slice(0, 12)} already`);
  }
  return evidence;
}

/** Orders beside the creation that no name can show to be done. */
const OTHER_ORDER =
  /^(?:please\s+)?(?:also\s+)?(?:fix|remove|rename|make|change|update|refactor|replace|move|delete|drop|convert|migrate|speed|reduce|merge|split)\b/i;

/**
 * Without a condition of its own a task is done only where everything that it asks to create stands
 * where it is about, and is tested (B15). More names in its text than the setting must be there to
 * look at all.
 */
async function shownByNames(input: Input, ports: PreflightPorts): Promise<string[] | null> {
  const { spec, repo, base } = input;
  if (spec.output !== "code") return null;
  const lines = [spec.title, ...spec.text.split(/(?<=[.!?])\s+|\n+/)];
  if (lines.some((line) => OTHER_ORDER.test(line.trim()))) return null;
  const claims = lines.map(claimOf);
  if (claims[0]?.created.length === 0) return null;
  const names = new Set(claims.flatMap(({ created, context }) => [...created, ...context]));
  const creating = claims.filter(({ created }) => created.length > 0);
  if (creating.length > CLAIMS_MAX || names.size > NAMES_MAX) return null;
  const tracked = await ports.workspace.list(repo.path, base);
  const named = namedThings(spec);
  if ([...named.paths].some((path) => !isTracked(path, tracked))) return null;
  if (!filesHold(input, tracked)) return null;
  const sources = await sourcesAt(ports, input, tracked);
  // Tests that were not reached could tell that it is not tested: then nothing is shown.
  if (!sources.some(({ path }) => isTest(path)) && tracked.some(isIndexedTest)) return null;
  const there = [...names].filter((name) => sources.some((source) => speaksOf(source, name)));
  if (there.length / names.size <= ports.settings.preflightOverlapShare) return null;
  return evidenceOf(creating, sources);
}

function isIndexedTest(path: string): boolean {
  return isIndexed(path) && isTest(path);
}

async function sourcesAt(
  { workspace }: PreflightPorts,
  { repo, base }: Input,
  tracked: readonly string[],
): Promise<Source[]> {
  const sources: Source[] = [];
  // Source first: what a repository keeps as data must not take its room.
  const ordered = [...tracked.filter(isIndexed), ...tracked.filter(isData)];
  const files = ordered.slice(0, FILES_READ_MAX);
  let chars = 0;
  for await (const { path, text } of textsAt(files, (path) =>
    workspace.show(repo.path, base, path),
  )) {
    if (chars >= CHARS_READ_MAX) break;
    chars += text?.length ?? 0;
    sources.push({ path, text: text ?? "" });
  }
  return sources;
}

/** Success commands that say something about this task, and not about the repository at large. */
function ownCommands({ spec, repo }: Input): string[] {
  const plain = (command: string) => command.trim().replaceAll(/\s+/g, " ");
  return spec.success
    .flatMap((one) => (one.kind === "command" ? plain(one.command) : []))
    .filter((command) => command !== plain(repo.testCommand) && !GENERAL.test(command));
}

/** Runs everything, whatever the task: a test, type, lint or build command without an argument. */
const GENERAL =
  /^(?:npx |pnpm exec )?(?:(?:npm|pnpm|yarn|bun)(?: run)? (?:-s )?(?:test|t|check|lint|build|typecheck|format)(?::\w+)?|node --test|vitest(?: run)?|jest|mocha|ava|tsc(?: -p \S+| --noEmit)*|eslint \.|oxlint|pytest(?: -q)?|tox|ruff check(?: \.)?|mypy \.|go (?:test|vet|build) \.\/\.\.\.|cargo (?:test|build|check|clippy)|mvn test|gradle test|\.\/gradlew test|make(?: test| check)?|rake|bundle exec rspec|rspec|phpunit|dotnet test)$/;

function filesHold({ spec }: Input, tracked: readonly string[]): boolean {
  return spec.success.every((one) => one.kind !== "file" || tracked.includes(one.path));
}

function isTracked(path: string, tracked: readonly string[]): boolean {
  return tracked.some(
    (one) => one === path || one.endsWith(`/${path}`) || one.startsWith(`${path}/`),
  );
}

/** Where names are defined, as `path:line`. */
async function definitionsAt(
  { workspace }: PreflightPorts,
  { repo, base }: Input,
  tracked: readonly string[],
  names: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const places = new Map<string, string>();
  const files = tracked.filter(isIndexed).slice(0, FILES_READ_MAX);
  for await (const { path, text } of textsAt(files, (path) =>
    workspace.show(repo.path, base, path),
  )) {
    if (text === null || ![...names].some((name) => text.includes(name))) continue;
    for (const { name, line } of definitionsOf(path, text)) {
      if (names.has(name) && !places.has(name)) places.set(name, `${path}:${line}`);
    }
  }
  return places;
}
