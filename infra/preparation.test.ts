import { memoryWorkspace } from "@nightshift/agents/testing/memory-workspace";
import { scriptedChecks } from "@nightshift/agents/testing/scripted-checks";
import { expect, test } from "vitest";
import { RepositoryConfig } from "./config/repository.ts";
import { preparable } from "./preparation.ts";
import type { Repository } from "./repositories.ts";

const config = RepositoryConfig.parse({ test: "npm test" });
const workspace = memoryWorkspace({ "package.json": "{}" });

function repository(path: string, prepareCommand: string | null): Repository {
  const plan = {
    id: "repo",
    name: path,
    path,
    target: "nightshift/main",
    testCommand: "npm test",
    prepareCommand,
    sealed: [],
    sandbox: "off" as const,
    policy: "never" as const,
    policyByCategory: {},
    startPoint: "main",
    parallelMax: 1,
    overlap: false,
    afterMergeCommand: null,
  };
  return { plan, config, head: workspace.base };
}

/** Checks that find an environment nowhere. */
const asked: string[] = [];
const checks = scriptedChecks(({ command }) => {
  asked.push(command);
  return { exitCode: 1, notRun: "the environment could not be prepared:\nno registry" };
});

async function tonight(...repositories: Repository[]) {
  const notes: string[] = [];
  const { signal: abort } = new AbortController();
  const tell = ({ text }: { text: string }) => void notes.push(text);
  const able = await preparable({ checks, workspace }, repositories, { abort, tell });
  return { able: able.map(({ plan }) => plan.path), notes };
}

test("a repository whose environment cannot be prepared is left out, and the others are not", async () => {
  const { able, notes } = await tonight(repository("/repo", "npm ci"), repository("/b", null));
  expect(able).toEqual(["/b"]);
  expect(notes).toEqual(["not tonight: /repo: the environment could not be prepared: no registry"]);
});

test("where none can be prepared no night begins, and the command that shows why is told", async () => {
  await expect(tonight(repository("/repo", "npm ci"))).rejects.toMatchObject({
    name: "BadInput",
    where: "/repo",
    mend: "cd /repo && npm ci",
  });
});

test("without a preparation nothing is run", async () => {
  asked.length = 0;
  expect((await tonight(repository("/b", null))).able).toEqual(["/b"]);
  expect(asked).toEqual([]);
});
