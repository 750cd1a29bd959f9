import type { Check } from "@nightshift/protocol/attempt";
import { z } from "zod";
import type { Change } from "./changes.ts";
import { matchesAny } from "./glob.ts";
import { manifestOf } from "./rules/files/manifest.ts";

const RUNNER_CONFIG = [
  "**/{vitest,vite,jest,karma,playwright,cypress,ava}.config.*",
  "**/{vitest.workspace,jest.setup,vitest.setup}.*",
  "**/{.mocharc,.c8rc,.nycrc,.taprc}*",
  "**/{pytest.ini,tox.ini,noxfile.py,conftest.py,.rspec,phpunit.xml}",
];
const RUNNER_KEYS = ["jest", "vitest", "mocha", "ava", "tap", "c8", "nyc"];
const DEPTH_MAX = 5;

/**
 * Whether the command that judges a task still is what it was: changing a script that the test
 * command runs fails; changing the runner's configuration is for a person to look at.
 * @param commands The repository's test command and the success conditions of the task.
 */
export function testCommandCheck(changes: readonly Change[], commands: readonly string[]): Check {
  const faults: string[] = [];
  const doubts: string[] = [];
  for (const { path, before, after } of changes) {
    if (/(?:^|\/)package\.json$/.test(path) && before !== null) {
      faults.push(
        ...changedScripts(before, after ?? "{}", commands).map((name) => `${path} scripts.${name}`),
      );
      doubts.push(...changedKeys(before, after ?? "{}").map((key) => `${path} ${key}`));
    } else if (matchesAny(path, RUNNER_CONFIG) || isRunMakefile(path, before, commands)) {
      doubts.push(path);
    }
  }
  if (faults.length > 0) {
    return {
      ...NAMED,
      outcome: "fail",
      detail: `changes the tests' own command: ${faults.join(", ")}`,
    };
  }
  if (doubts.length > 0) {
    return {
      ...NAMED,
      outcome: "unverifiable",
      detail: `changes how tests are run: ${doubts.join(", ")}`,
    };
  }
  return { ...NAMED, outcome: "pass", detail: "the tests are run as they were" };
}

const NAMED = { name: "test command", kind: "sealed" } as const;

function changedScripts(before: string, after: string, commands: readonly string[]): string[] {
  const old = manifestOf(before)?.scripts ?? {};
  const now = manifestOf(after)?.scripts ?? {};
  return judging(old, commands).filter((name) => old[name] !== now[name]);
}

/** Scripts that the commands run, what would run around them, and the scripts that these run. */
function judging(scripts: Readonly<Record<string, string>>, commands: readonly string[]): string[] {
  const found = new Set<string>();
  let texts = ["npm test", ...commands];
  for (let depth = 0; depth < DEPTH_MAX && texts.length > 0; depth++) {
    const named = Object.keys(scripts).filter((name) => texts.some((text) => runs(text, name)));
    const around = named.flatMap((name) => [name, `pre${name}`, `post${name}`]);
    const fresh = around.filter((name) => !found.has(name));
    for (const name of fresh) found.add(name);
    texts = fresh.map((name) => scripts[name] ?? "");
  }
  return [...found];
}

function runs(command: string, script: string): boolean {
  const name = script.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(
    String.raw`\b(?:npm|pnpm|yarn|bun)\s+(?:(?:-\S+|run|run-script)\s+)*${name}(?=\s|$|[;&|])`,
  ).test(command);
}

function changedKeys(before: string, after: string): string[] {
  const [old, now] = [keysOf(before), keysOf(after)];
  return RUNNER_KEYS.filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]));
}

function keysOf(text: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    // Not an object of JSON: its scripts are gone as well, which fails.
    return {};
  }
}

function isRunMakefile(path: string, before: string | null, commands: readonly string[]): boolean {
  const makes = commands.some((command) => /(?:^|[;&|]\s*)(?:make|just)\b/.test(command));
  return makes && before !== null && /(?:^|\/)(?:GNUm|m|M)akefile$|(?:^|\/)justfile$/.test(path);
}
