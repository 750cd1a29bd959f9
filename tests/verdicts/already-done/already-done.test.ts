import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { alreadyDone } from "@nightshift/agents/planner/preflight";
import { repoRef, taskSpec } from "@nightshift/agents/testing/fixtures";
import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { filesOf, pairs, releaseFolder } from "./releases.ts";

/** Skipped where the releases are not there; fails there in CI. */
const FETCH_FIRST = "fetch the releases once: node tests/verdicts/already-done/releases.ts";
const folders = pairs.flatMap(({ package: name, release, before }) => [
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

test.skipIf(!isThere && !CI)(
  `most of the published changes are known as done in their release, nearly none before it (B15)${isThere ? "" : ` (${FETCH_FIRST})`}`,
  { timeout: 120_000 },
  async () => {
    if (!isThere) throw new Error(FETCH_FIRST);
    const told: { line: string; done: boolean; before: boolean }[] = [];
    for (const { package: name, release, before, line } of pairs) {
      const folder = (version: string) => releaseFolder(name, version) ?? "";
      told.push({
        line,
        done: await saysDone(line, folder(release)),
        before: await saysDone(line, folder(before)),
      });
    }
    const found = told.filter(({ done }) => done).length;
    const wrong = told.filter(({ before }) => before).length;
    expect(told.length).toBeGreaterThanOrEqual(60);
    expect(found / (found + wrong)).toBeGreaterThanOrEqual(0.9);
    expect(found / told.length).toBeGreaterThanOrEqual(0.5);
    expect(wrong / told.length).toBeLessThanOrEqual(0.05);
    process.stderr.write(`already done: ${found} of ${told.length} known, ${wrong} wrongly\n`);
  },
);
