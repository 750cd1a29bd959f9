import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cachedCli } from "@nightshift/infra/sim/install-cli";
import { startModelServer, type RequestRecord } from "@nightshift/infra/sim/model-server";
import { detectSandbox } from "@nightshift/infra/workers/sandbox/detect";
import { describe, expect, test } from "vitest";
import { openDirector, type Director, type Ran } from "./director.ts";
import { readied, isNeeded } from "./needed.ts";
import { cachedPackage } from "./package.ts";
import { scriptOf, task } from "./task.ts";

/**
 * What a director does who has an agent CLI and a repository of their own: `init`, `add`, `run`,
 * `digest`, `approve`, all as typed. The repository is a published package, the CLI is the real
 * one, and only the model that it asks is scripted. Fetch both once:
 * `node infra/sim/install-cli.ts codex && node tests/real-cli/package.ts`.
 * Skipped where they are not there; fails there when NIGHTSHIFT_CLI names the CLI,
 * and for codex and gemini in CI.
 */
const archive = await cachedPackage();
const contained = "sandbox" in (await detectSandbox());
const BRANCH = `nightshift/${task.name}`;
const NIGHT_WALL_MS = 240_000;

/** Stands in for a key or token; what is scripted lets it in, and nothing may keep it. */
const KEY = "sk-ant-oat01-dummy-0123456789abcdefghijklmnop";
const keys = (url: string) => ({
  OPENAI_API_KEY: KEY,
  OPENAI_BASE_URL: `${url}/v1`,
  ANTHROPIC_API_KEY: KEY,
  ANTHROPIC_BASE_URL: url,
  GEMINI_API_KEY: KEY,
  GOOGLE_GEMINI_BASE_URL: url,
});
const subscription = (url: string) => ({ CLAUDE_CODE_OAUTH_TOKEN: KEY, ANTHROPIC_BASE_URL: url });

const WORKERS = { codex: "codex", claude: "claude-code", gemini: "gemini" };

describe.each(["codex", "claude", "gemini"] as const)(
  "a published package, by %s",
  async (name) => {
    const cli = await cachedCli(name);

    test.runIf(isNeeded(name))("everything it takes is there", () => {
      expect({ cli, archive, contained }).toEqual({
        cli: expect.any(String),
        archive: expect.any(String),
        contained: true,
      });
    });

    test.runIf(cli !== null && archive !== null && contained)(
      `is worked on, waits for a review, and is merged when approved (${readied(name)})`,
      async () => {
        const { director, requests, close } = await open(cli ?? "", keys);
        try {
          const published = await director.git("rev-parse", "main");
          await ok(director.nightshift("init", "--repo", director.repo, "--yes"));
          await ok(director.nightshift(...addTask(director, WORKERS[name])));
          await ok(director.nightshift("run", "--repo", director.repo));

          await itsTestsPass(director, BRANCH);
          await theLogTells(director, WORKERS[name]);
          await theDigestTells(director);
          asked(requests, name);
          await nothingIsLeft(director);

          expect(await director.git("branch", "--list", "nightshift/main")).toBe("");
          await ok(director.inAnotherShell("approve", task.name));
          expect(await director.git("show", "nightshift/main:defaults.js")).toContain("defaults");
          await itsTestsPass(director, "nightshift/main");
          await ok(director.nightshift("log", "verify"));

          expect(await director.git("rev-parse", "main")).toBe(published);
          expect(await director.git("status", "--short")).toBe("?? nightshift.config.yaml");
        } finally {
          await close();
        }
      },
      NIGHT_WALL_MS,
    );
  },
);

/** A subscription and nothing else: the CLI that wrote it is asked afresh to judge it. */
describe("a published package, by a subscription alone", async () => {
  const cli = await cachedCli("claude");

  test.runIf(cli !== null && archive !== null && contained)(
    `is worked on and waits for a review, which says who judged (${readied("claude")})`,
    async () => {
      const { director, requests, close } = await open(cli ?? "", subscription);
      try {
        await ok(director.nightshift("init", "--repo", director.repo, "--yes"));
        await ok(director.nightshift(...addTask(director, "claude-code")));
        await ok(director.nightshift("run", "--repo", director.repo));
        await itsTestsPass(director, BRANCH);
        const text = (await ok(director.nightshift("digest"))).replaceAll(/\s+/g, " ");
        expect(text).toContain("judged by its author's own model family (claude)");
        expect(text).toContain("claude wrote it and claude judged it");
        expect(text).toContain("Worth of subscription use");
        expect(requests.every(({ api, hasKey }) => api === "anthropic" && hasKey)).toBe(true);
        await nothingIsLeft(director);
      } finally {
        await close();
      }
    },
    NIGHT_WALL_MS,
  );
});

async function open(cli: string, signIn: (url: string) => Record<string, string>) {
  const published = { test: "", readme: "" };
  const server = await startModelServer({ script: scriptOf(published) });
  const director = await openDirector({ archive: archive ?? "", cli }, signIn(server.url));
  published.test = await readFile(join(director.repo, "test.js"), "utf8");
  published.readme = await readFile(join(director.repo, "README.md"), "utf8");
  const close = () => Promise.all([server.close(), director.close()]);
  return { director, requests: server.requests, close };
}

function addTask({ repo }: Director, worker: string): string[] {
  const { title, text, success, name } = task;
  const about = ["--name", name, "--text", text, "--success", success, "--model", worker];
  return ["add", title, "--repo", repo, ...about];
}

async function ok(run: Promise<Ran>): Promise<string> {
  const { code, stdout, stderr } = await run;
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

/** By git and by the package's own test command, in a fresh clone: 15 as published, 3 new. */
async function itsTestsPass(director: Director, branch: string): Promise<void> {
  const told = await ok(director.testAt(branch));
  expect(told).toContain("# pass  18");
  expect(told).toContain(task.mark);
}

async function theLogTells(director: Director, worker: string): Promise<void> {
  const { state } = JSON.parse(await ok(director.nightshift("review", task.name, "--json")));
  expect(state).toMatchObject({
    awarded: { model: worker },
    executed: { model: worker, stopReason: "finished", sandboxed: true },
    verified: { verdict: "pass" },
    gated: { decision: "escalated" },
    end: { kind: "integrated", how: "in-review", where: BRANCH },
  });
  expect(state.assessed.family).not.toBe(state.executed.family);
  const [tests] = state.verified.checks;
  expect(tests).toMatchObject({ name: "tests", detail: "18 pass, 15 before" });
}

async function theDigestTells(director: Director): Promise<void> {
  const text = (await ok(director.nightshift("digest"))).replaceAll(/\s+/g, " ");
  expect(text).toContain("Nothing merged: 1 in review");
  expect(text).toContain(`${task.name} ${task.title}: review on ${BRANCH}`);
  expect(text).toContain(`nightshift approve`);
}

/** The CLI asked with tools in hand, somebody of another maker judged, and both showed a key. */
function asked(requests: readonly RequestRecord[], name: keyof typeof WORKERS): void {
  const work = requests.filter(({ tools }) => tools.length > 0);
  const judged = requests.filter(({ tools }) => tools.length === 0);
  const maker = { codex: "responses", claude: "anthropic", gemini: "gemini" }[name];
  const judge = name === "claude" ? "chat" : "anthropic";
  expect(new Set(work.map(({ api }) => api))).toEqual(new Set([maker]));
  expect(new Set(judged.map(({ api }) => api))).toEqual(new Set([judge]));
  expect(requests.every(({ hasKey }) => hasKey)).toBe(true);
}

/** No process, no temporary file, no trace of the CLI at home, no key in anything that is kept. */
async function nothingIsLeft(director: Director): Promise<void> {
  expect(await director.processes()).toEqual([]);
  // Node keeps what it compiled of Night Shift itself there.
  const temporary = await readdir(director.temporary);
  expect(temporary.filter((name) => name !== "node-compile-cache")).toEqual([]);
  const home = await readdir(director.home);
  expect(home.filter((name) => /codex|claude|gemini/.test(name))).toEqual([]);
  expect(await director.keeps(KEY)).toBe(false);
}
