import { BadInput } from "@nightshift/protocol/errors";
import { skills } from "@nightshift/protocol/skills";
import { expect, test } from "vitest";
import type { Environments } from "../environments.ts";
import { WorkerFailure, type Surroundings } from "../ports.ts";
import { repoRef } from "../testing/fixtures.ts";
import { ask, edit, files } from "../testing/asked.ts";
import { memoryBlobs } from "../testing/memory-blobs.ts";
import { memoryRecorder, testCall, tickingClock } from "../testing/memory-recorder.ts";
import { memoryWorkspace } from "../testing/memory-workspace.ts";
import { scriptedCodingAgent, scriptedModel } from "../testing/scripted-model.ts";
import { implementer } from "./implementer.ts";
import type { Worker } from "./worker.ts";

const installed: Surroundings = { programs: ["/venv/bin"], env: { VIRTUAL_ENV: "/venv" } };
const nowhere: Environments = {
  prepare: () => Promise.reject(new WorkerFailure("sandbox", "no registry")),
};
const nothing = { usage: { inputTokens: 0, cachedTokens: 0, outputTokens: 0 }, costMicroUsd: 0 };

async function run(worker: Worker, environments: Environments, prepareCommand: string | null) {
  const workspace = memoryWorkspace(files);
  const ports = { workspace, environments, blobs: memoryBlobs(), clock: tickingClock() };
  const recorder = memoryRecorder();
  const peer = implementer({ ...ports, workers: [worker], recorder, sandboxed: true });
  const input = ask(workspace.base, { model: worker.name, repo: repoRef({ prepareCommand }) });
  const answer = await peer.handle("implement", input, testCall());
  return { output: skills.implement.output.parse(answer), commands: recorder.commands };
}

test("a coding agent finds in its clone what is installed for the repository", async () => {
  const agent = scriptedCodingAgent(() => ({}));
  const asked: unknown[] = [];
  const environments: Environments = {
    prepare: async (clone, repo) => {
      asked.push(clone.base, repo);
      return installed;
    },
  };
  await run(agent, environments, "npm ci");
  expect(agent.asked[0]?.surroundings).toEqual(installed);
  expect(asked[1]).toEqual({ path: "/repo", prepareCommand: "npm ci" });
});

test("where nothing can be installed nobody is asked, and nothing is spent", async () => {
  const agent = scriptedCodingAgent(() => ({}));
  const { output, commands } = await run(agent, nowhere, "npm ci");
  expect(output).toMatchObject({ status: "failed", kind: "sandbox", detail: "no registry" });
  expect(output).toMatchObject({ spend: nothing });
  expect(agent.asked).toEqual([]);
  expect(commands).toEqual([]);
});

test("a model needs no installation where the repository names none", async () => {
  const { output } = await run(scriptedModel([edit]), nowhere, null);
  expect(output.status).toBe("executed");
});

test("a coding agent that cannot be started has spent nothing, and what mends it is told", async () => {
  const agent = scriptedCodingAgent(() => {
    throw new BadInput("there is no program codex", "codex", "npm install --global codex");
  });
  const { output } = await run(agent, { prepare: async () => installed }, null);
  expect(output).toMatchObject({
    status: "failed",
    kind: "sign-in",
    detail: "there is no program codex: npm install --global codex",
    spend: nothing,
  });
});
