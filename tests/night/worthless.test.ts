import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openDirector, type Director } from "@nightshift/infra/cli/fixture";
import { startModelServer } from "@nightshift/infra/sim/model-server";
import type { Script, ScriptRequest } from "@nightshift/infra/sim/wire/script";
import { afterEach, expect, test } from "vitest";
import { eventsOf, ofType } from "./kept.ts";

const WALL_MS = 90_000;

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const TEST_FILE =
  'import assert from "node:assert";\nimport { test } from "node:test";\n' +
  'import { one } from "../index.js";\ntest("one is a number", () => assert.ok(one > 0));\n';

/** What the model says to each task, by the task's title. */
const NONSENSE: Record<string, string> = {
  "Talk about it": "Certainly! I have made the change and all tests pass.",
  "Say nothing": " ",
  "Aim elsewhere": '<file path="../outside.js">\nexport const two = 2;\n</file>\n',
  "Change what is not there": [
    '<edit path="index.js">\n<<<<<<< SEARCH\nexport const three = 3;\n=======',
    "export const two = 2;\n>>>>>>> REPLACE\n</edit>\n",
  ].join("\n"),
  "Break it": '<file path="index.js">\nexport const one = (;\n</file>\n',
  "Do it right, and be judged by nobody":
    '<file path="index.js">\nexport const one = 1;\nexport const two = 2;\n</file>\n',
};
const JUDGEMENT = JSON.stringify({
  criteria: [{ name: "does what the task asks", score: 8, quote: "two" }],
  score: 8,
  critique: "Say why.",
});

const isJudge = ({ system, prompt }: ScriptRequest) =>
  `${system}\n${prompt}`.includes('"criteria"');

function said(prompt: string): string {
  const title = Object.keys(NONSENSE).find((one) => prompt.includes(`# Task\n${one}\n`));
  return title === undefined ? "What?" : (NONSENSE[title] ?? "");
}

/** A director whose tasks all want a two in index.js, and whose models say what the script says. */
async function evening(script: Script): Promise<Director> {
  const server = await startModelServer({ script });
  const who = await openDirector({
    "nightshift.config.yaml":
      "test: npm test\nsandbox: off\nmerge: when-green\nparallel: 4\noverlap: true\n",
    "test/one.test.js": TEST_FILE,
  });
  open.push(who, server);
  const worker = (name: string, family: string) =>
    `  - { name: ${name}, kind: openai, model: m, family: ${family}, tier: local, baseUrl: "${server.url}/v1" }`;
  mkdirSync(dirname(who.paths.config), { recursive: true });
  const workers = [worker("one", "first"), worker("two", "second")].join("\n");
  writeFileSync(
    who.paths.config,
    `timeZone: UTC\nworkers:\n${workers}\nsettings: { triesMax: 1 }\n`,
  );
  const tasks = Object.keys(NONSENSE).map(
    (title, index) => `- [ ] TASK-${index} ${title}\n      success: grep -q two index.js\n`,
  );
  writeFileSync(join(who.repo, "TASKS.md"), tasks.join(""));
  return who;
}

test(
  "a model that answers nonsense merges nothing, and the first line says so",
  { timeout: WALL_MS },
  async () => {
    const who = await evening((request) => {
      if (!isJudge(request)) return { kind: "text", text: said(request.prompt) };
      const isNone = request.prompt.includes("judged by nobody");
      return { kind: "text", text: isNone ? "I like it very much, ten of ten!" : JUDGEMENT };
    });
    const before = await who.git("rev-parse", "main");
    const { code, stdout, stderr } = await who.nightshift(["run"]);
    expect(code, stderr).toBe(1);
    expect(stdout.split("\n")[0]).toMatch(/^Night 1: Nothing merged/);
    const events = eventsOf(who.paths.state);
    expect(ofType(events, "repo.merge-intended")).toEqual([]);
    expect(ofType(events, "attempt.integrated")).toEqual([]);
    expect(ofType(events, "task.abandoned")).toHaveLength(Object.keys(NONSENSE).length);
    expect(await who.git("branch", "--format=%(refname:short)")).toBe("main");
    expect(await who.git("rev-parse", "main")).toBe(before);
    expect(await who.git("status", "--short")).toBe("?? TASKS.md");
    const failures = new Set(ofType(events, "attempt.failed").map(({ body }) => body["kind"]));
    expect(failures).toEqual(new Set(["rejected", "unusable-answer"]));
  },
);

test("the same tasks, answered with sense once, merge once", { timeout: WALL_MS }, async () => {
  const who = await evening((request) => {
    const isMeant = request.prompt.includes("Do it right");
    const text = isJudge(request) ? JUDGEMENT : isMeant ? said(request.prompt) : "What?";
    return { kind: "text", text };
  });
  const { code, stdout, stderr } = await who.nightshift(["run"]);
  expect(code, stderr).toBe(0);
  expect(stdout.split("\n")[0]).toMatch(/^Night 1: 1 .*merged/);
  expect(await who.git("show", "nightshift/main:index.js")).toContain("export const two = 2;");
  expect(ofType(eventsOf(who.paths.state), "repo.merged")).toHaveLength(1);
});
