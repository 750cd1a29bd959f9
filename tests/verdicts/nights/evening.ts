import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { openDirector, type Director } from "@nightshift/infra/cli/fixture";
import { startModelServer, type ModelServer } from "@nightshift/infra/sim/model-server";
import type { Answer, ScriptRequest } from "@nightshift/infra/sim/wire/script";
import { BACKLOG, testOf, type Wanted } from "./backlog.ts";

/** Twelve of the backlog in the suite; `NIGHT_TASKS=20` is all of it. */
export const TONIGHT = BACKLOG.slice(0, Number(process.env["NIGHT_TASKS"] ?? 12));

export type Evening = { who: Director; server: ModelServer; close(): Promise<void> };

/** What a model is asked for: to judge, to plan, or to do the task that it names. */
export type Asked = {
  role: "judge" | "planner" | "implementer";
  task: Wanted | null;
  turn: number;
};

/**
 * A director with a small library and a backlog, each of whose tasks has a test that waits for it;
 * the models say what the script says. They merge by themselves what is green.
 */
export async function openEvening(
  script: (asked: Asked) => Answer,
  { tasks = TONIGHT, repository = "merge: when-green\nparallel: 2\noverlap: true\n" } = {},
): Promise<Evening> {
  let turn = 0;
  const server = await startModelServer({
    script: (request) => script({ role: roleOf(request), task: taskOf(request), turn: turn++ }),
  });
  const pending = tasks.map((task) => [`pending/${task.name}.test.js`, testOf(task)] as const);
  const who = await openDirector({
    "nightshift.config.yaml": `test: npm test\nsandbox: off\n${repository}`,
    "package.json":
      '{ "name": "small", "type": "module", "scripts": { "test": "node --test test/*.test.js" } }\n',
    "test/one.test.js": BASE_TEST,
    ...Object.fromEntries(pending),
    "TASKS.md": tasks.map(lineOf).join(""),
  });
  mkdirSync(dirname(who.paths.config), { recursive: true });
  writeFileSync(who.paths.config, settingsOf(server));
  return {
    who,
    server,
    async close() {
      await server.close();
      who.close();
    },
  };
}

const BASE_TEST =
  'import assert from "node:assert";\nimport { test } from "node:test";\n' +
  'import { one } from "../index.js";\ntest("one is a number", () => assert.ok(one > 0));\n';

function lineOf({ name, title }: Wanted): string {
  const success = `node --test pending/${name}.test.js`;
  return `- [ ] ${name.toUpperCase()} ${title}\n      success: ${success}\n`;
}

/** Two models of two families, so that nobody is judged by its own. */
function settingsOf({ url }: ModelServer): string {
  const worker = (name: string, family: string) =>
    `  - { name: ${name}, kind: openai, model: m, family: ${family}, tier: small, baseUrl: "${url}/v1", price: { inputUsd: 1, outputUsd: 2 }, apiKeyEnv: SMALL_KEY }\n`;
  const workers = `${worker("one", "first")}${worker("two", "second")}`;
  return `timeZone: UTC\nsettings: { followUpsMax: 0 }\nworkers:\n${workers}`;
}

function roleOf({ system, prompt }: ScriptRequest): Asked["role"] {
  const text = `${system}\n${prompt}`;
  if (text.includes('"criteria"')) return "judge";
  return text.includes('"parts"') ? "planner" : "implementer";
}

function taskOf({ prompt }: ScriptRequest): Wanted | null {
  return BACKLOG.find(({ title }) => prompt.includes(title)) ?? null;
}
