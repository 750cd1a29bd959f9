import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { loadTokenCounter } from "@nightshift/agents/implementer/tokens";
import { taskSpec } from "@nightshift/agents/testing/fixtures";
import type { ContextAsk } from "@nightshift/agents/ports";
import { expect, onTestFinished, test } from "vitest";
import { createFixture } from "../workspace/fixture.ts";
import { createContextEngine } from "./engine.ts";

const { signal } = new AbortController();
const large = "export const line = (one: number) => one + 1; // adds\n".repeat(2_000);

function opened() {
  const fixture = createFixture({
    "src/slugify.ts": "export function slugify(text: string) {\n  return text;\n}\n",
    "src/large.ts": large,
  });
  const engine = createContextEngine({
    root: fixture.root,
    cache: join(fixture.folder, "cache"),
  });
  onTestFinished(() => {
    engine.close();
    fixture.remove();
  });
  const ask: ContextAsk = {
    repo: fixture.repo,
    base: fixture.git("rev-parse", "HEAD"),
    spec: taskSpec({ text: "Mend src/slugify.ts and src/large.ts" }),
    critique: null,
    genes: { contextDepth: 1, scope: "normal" },
    reflections: [],
    guidance: [],
    whole: true,
    instructions: "",
    system: "You write code.",
    sources: [],
    capTokens: 4_000,
    scale: null,
  };
  return { engine, ask };
}

/** Processes of the engine of a test: its folder is in their command line. */
function processesOf({ repo }: ContextAsk): number[] {
  const folder = join(repo, "..");
  const listed = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
  return listed
    .filter((line) => line.includes("engine-main.ts") && line.includes(folder))
    .map((line) => Number(line.trim().split(/\s+/)[0]));
}

test("a prompt comes from a process of its own, under its cap, counted by the tokenizer", async () => {
  const { engine, ask } = opened();
  const { text, tokens, rawTokens } = await engine.compose(ask, { signal });
  expect(text).toContain("## src/slugify.ts\n```\nexport function slugify(text: string)");
  expect(text).toContain("## src/large.ts (outline)");
  expect(text).toContain("# Repository");
  const count = await loadTokenCounter();
  expect(rawTokens).toBe(count(ask.system) + count(text));
  expect(tokens).toBe(rawTokens);
  expect(tokens).toBeLessThanOrEqual(ask.capTokens);
  expect(await engine.count([ask.system, text])).toBe(tokens);
});

test("a model that counts more gets less, by as much as was learned of it", async () => {
  const { engine, ask } = opened();
  const spec = taskSpec({ text: "word ".repeat(1_500) });
  const plain = await engine.compose({ ...ask, spec, capTokens: 1_500 }, { signal });
  const scale = { perToken: 1.5, overheadTokens: 100 };
  const scaled = await engine.compose({ ...ask, spec, scale, capTokens: 1_500 }, { signal });
  expect(scaled.rawTokens ?? 0).toBeLessThan((plain.rawTokens ?? 0) / 1.4);
  expect(scaled.tokens).toBeLessThanOrEqual(1_500);
});

test("an engine that is killed is started again for who still waits", async () => {
  const { engine, ask } = opened();
  await engine.compose(ask, { signal });
  const [first = 0] = processesOf(ask);
  expect(first).toBeGreaterThan(0);
  process.kill(first, "SIGKILL");
  const { text } = await engine.compose(ask, { signal });
  expect(text).toContain("slugify");
  expect(processesOf(ask)).not.toContain(first);
});

test("what cannot be made is a failure of the task, what broke is the engine's", async () => {
  const { engine, ask } = opened();
  const tiny = engine.compose({ ...ask, capTokens: 10 }, { signal });
  await expect(tiny).rejects.toMatchObject({ name: "WorkerFailure", kind: "unusable-answer" });
  const nowhere = engine.compose({ ...ask, base: "0".repeat(40) }, { signal });
  await expect(nowhere).rejects.toMatchObject({ name: "Unavailable" });
  const spec = taskSpec({ text: "word ".repeat(3_000) });
  const outside = engine.compose({ ...ask, spec }, { signal });
  await expect(outside).rejects.toMatchObject({ name: "Unavailable" });
  expect((await engine.compose(ask, { signal })).text).toContain("slugify");
});

test("a closed engine leaves no process behind, and a caller who gives up waits no longer", async () => {
  const { engine, ask } = opened();
  const given = new AbortController();
  const waiting = engine.compose(ask, { signal: given.signal });
  given.abort();
  await expect(waiting).rejects.toMatchObject({ kind: "cancelled" });
  await engine.count(["one"]);
  const [pid = 0] = processesOf(ask);
  engine.close();
  await expect.poll(() => processesOf(ask), { timeout: 20_000 }).not.toContain(pid);
});
