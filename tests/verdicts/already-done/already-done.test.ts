import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { alreadyDone } from "@nightshift/agents/planner/preflight";
import { repoRef, taskSpec } from "@nightshift/agents/testing/fixtures";
import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { drawn, filesOf, type Pair, pairs, releaseFolder } from "./releases.ts";

/** Skipped where the releases are not there; fails there in CI. */
const FETCH_FIRST = "fetch the releases once: node tests/verdicts/already-done/releases.ts";
const folders = [...pairs, ...drawn].flatMap(({ package: name, release, before }) => [
  releaseFolder(name, release),
  releaseFolder(name, before),
]);
const isThere = folders.every((folder) => folder !== null);
const CI = process.env["CI"] === "true";
const listed = new Map<string, Promise<string[]>>();

/** What the planner says of a line of a changelog in a release, by files alone: it runs nothing. */
async function saysDone(line: string, folder: string): Promise<boolean> {
  const files = listed.get(folder) ?? filesOf(folder);
  listed.set(folder, files);
  const success = [{ kind: "command" as const, command: "npm test" }];
  const input = {
    task: "t",
    spec: taskSpec({ title: line, text: "", success }),
    repo: repoRef({ testCommand: "npm test" }),
    base: "0".repeat(40),
    known: [],
  };
  const workspace = {
    list: () => files,
    show: (_repo: string, _commit: string, path: string) => readFile(join(folder, path), "utf8"),
  };
  const checks = {
    sandboxed: true,
    run: () => Promise.reject(new Error("nothing is run to look for names")),
  };
  const ports = { workspace, checks, settings: defaultSettings };
  return (await alreadyDone(input, ports, new AbortController().signal)) !== null;
}

type Told = { lines: number; found: number; wrong: number };

/** How many lines are known as done in their release, and how many before it. */
async function toldOf(lines: readonly Pair[]): Promise<Told> {
  const told = { lines: lines.length, found: 0, wrong: 0 };
  for (const { package: name, release, before, line } of lines) {
    const folder = (version: string) => releaseFolder(name, version) ?? "";
    if (await saysDone(line, folder(release))) told.found += 1;
    if (await saysDone(line, folder(before))) told.wrong += 1;
  }
  return told;
}

/** What is said to be done, is done. */
function mustBeTrue({ lines, found, wrong }: Told): void {
  expect(lines).toBeGreaterThanOrEqual(60);
  expect(found / (found + wrong)).toBeGreaterThanOrEqual(0.9);
  expect(wrong / lines).toBeLessThanOrEqual(0.05);
}

const missing = isThere ? "" : ` (${FETCH_FIRST})`;
test.skipIf(!isThere && !CI)(
  `most of the published changes are known as done in their release, nearly none before it (B15)${missing}`,
  { timeout: 120_000 },
  async () => {
    if (!isThere) throw new Error(FETCH_FIRST);
    const chosen = await toldOf(pairs);
    mustBeTrue(chosen);
    expect(chosen.found / chosen.lines).toBeGreaterThanOrEqual(0.5);
    process.stderr.write(`already done, lines that name something: ${shown(chosen)}\n`);
  },
);

test.skipIf(!isThere && !CI)(
  `of lines as they come, most of which name nothing, a quarter is known, and nearly none wrongly (B15)${missing}`,
  { timeout: 120_000 },
  async () => {
    if (!isThere) throw new Error(FETCH_FIRST);
    const asTheyCome = await toldOf(drawn);
    mustBeTrue(asTheyCome);
    expect(asTheyCome.found / asTheyCome.lines).toBeGreaterThanOrEqual(0.25);
    process.stderr.write(`already done, lines as they come: ${shown(asTheyCome)}\n`);
  },
);

function shown({ lines, found, wrong }: Told): string {
  return `${found} of ${lines} known, ${wrong} wrongly`;
}
