import type { Settings } from "@nightshift/protocol/settings";
import type { SkillInput } from "@nightshift/protocol/skills";
import { definitionsOf } from "../implementer/definitions.ts";
import { INDEX_FILES_MAX, isIndexed } from "../implementer/repo-index.ts";
import type { Checks, Workspace } from "../ports.ts";
import { asksToCreate, namedThings } from "./named.ts";

type Input = SkillInput<"admit">;
export type PreflightPorts = {
  workspace: Pick<Workspace, "list" | "show">;
  checks: Checks;
  settings: Pick<Settings, "preflightOverlapShare" | "checkWallMs">;
};

const READ_AT_ONCE = 32;

/**
 * Whether the work is there already (B15): its evidence, or null. Overlap of names is only what
 * makes it look; it is done when everything the task asks to create is defined, every path it names
 * is there, and each success command of its own passes at the base, unchanged.
 */
export async function alreadyDone(
  input: Input,
  ports: PreflightPorts,
  signal: AbortSignal,
): Promise<string[] | null> {
  const { spec, repo, base } = input;
  const commands = ownCommands(input);
  const named = namedThings(spec);
  const created = asksToCreate(spec);
  if (commands.length === 0 || created.size === 0) return null;
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
  const files = tracked.filter(isIndexed).slice(0, INDEX_FILES_MAX);
  for (let at = 0; at < files.length; at += READ_AT_ONCE) {
    const some = files.slice(at, at + READ_AT_ONCE);
    const texts = await Promise.all(some.map((path) => workspace.show(repo.path, base, path)));
    for (const [index, path] of some.entries()) {
      const text = texts[index] ?? "";
      if (![...names].some((name) => text.includes(name))) continue;
      for (const { name, line } of definitionsOf(path, text)) {
        if (names.has(name) && !places.has(name)) places.set(name, `${path}:${line}`);
      }
    }
  }
  return places;
}
