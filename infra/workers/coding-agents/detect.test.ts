import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { startModelServer } from "../../sim/model-server.ts";
import { detectModels } from "../models/detect.ts";
import { detectCodingAgents } from "./detect.ts";

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A folder with these files, all of them programs. */
async function folderWith(...files: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "detect-"));
  folders.push(folder);
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), "#!/bin/sh\n");
    await chmod(join(folder, file), 0o755);
  }
  return folder;
}

test("what is not installed is told with the command that installs it", async () => {
  const PATH = await folderWith();
  const found = detectCodingAgents({ env: { PATH }, home: null });
  expect(found.map(({ missing, mend }) => [missing, mend])).toEqual([
    ["claude is not on PATH", "npm install --global @anthropic-ai/claude-code"],
    ["codex is not on PATH", "npm install --global @openai/codex"],
    ["gemini is not on PATH", "npm install --global @google/gemini-cli"],
    ["opencode is not on PATH", "npm install --global opencode-ai"],
    ["qwen is not on PATH", "npm install --global @qwen-code/qwen-code"],
    ["copilot is not on PATH", "npm install --global @github/copilot"],
  ]);
});

test("a login is preferred to a key, and either is enough", async () => {
  const PATH = await folderWith("claude", "codex");
  const home = await folderWith(".codex/auth.json");
  const env = { PATH, ANTHROPIC_API_KEY: "sk-secret", OPENAI_API_KEY: "sk-secret" };
  const found = detectCodingAgents({ env, home });
  const ready = found.filter(({ missing }) => missing === null);
  expect(ready.map(({ worker }) => worker.kind)).toEqual(["claude-code", "codex"]);
  expect(found[0]?.worker).toMatchObject({ apiKeyEnv: "ANTHROPIC_API_KEY" });
  expect(found[1]?.worker).toMatchObject({ loginHome: home, account: "codex-login" });
  expect(JSON.stringify(found)).not.toContain("sk-secret");
});

test("a token of a subscription is preferred to a key, and goes where it is meant for", async () => {
  const PATH = await folderWith("claude", "codex");
  const env = {
    PATH,
    CLAUDE_CODE_OAUTH_TOKEN: "sk-secret",
    ANTHROPIC_API_KEY: "sk-secret",
    ANTHROPIC_BASE_URL: "https://proxy.test",
    OPENAI_API_KEY: "sk-secret",
    OPENAI_BASE_URL: "https://proxy.test/v1",
  };
  const [claude, codex] = detectCodingAgents({ env, home: await folderWith() });
  expect(claude?.worker).toMatchObject({
    oauthTokenEnv: "CLAUDE_CODE_OAUTH_TOKEN",
    baseUrl: "https://proxy.test",
  });
  expect(claude?.worker).not.toHaveProperty("apiKeyEnv");
  expect(codex?.worker).toMatchObject({
    apiKeyEnv: "OPENAI_API_KEY",
    baseUrl: "https://proxy.test/v1",
  });
  expect(JSON.stringify([claude, codex])).not.toContain("sk-secret");
});

test("a CLI that nobody signed in to is told with the command that does", async () => {
  const PATH = await folderWith("codex");
  const found = detectCodingAgents({ env: { PATH }, home: await folderWith() });
  expect(found[1]).toMatchObject({ mend: "codex login" });
  expect(found[1]?.missing).toContain("not signed in");
});

const { signal } = new AbortController();

test("a model is ready where its key is set, at the address that is set", async () => {
  const env = { OPENAI_API_KEY: "sk-secret", OPENAI_BASE_URL: "https://example.test/v1" };
  const found = await detectModels({ env, signal });
  const ready = found.filter(({ missing }) => missing === null);
  expect(ready.map(({ worker }) => worker.name)).toEqual(["gpt", "gpt-mini"]);
  expect(ready[0]?.worker.baseUrl).toBe("https://example.test/v1");
  expect(found[0]).toMatchObject({ mend: "export ANTHROPIC_API_KEY=…" });
  expect(JSON.stringify(found)).not.toContain("sk-secret");
});

test("a local server tells its models; none and no server are told with what mends them", async () => {
  const script = () => ({ kind: "silence" }) as const;
  const full = await startModelServer({ script, models: ["qwen2.5-coder:32b"] });
  const empty = await startModelServer({ script });
  try {
    const found = await detectModels({ env: {}, localUrl: full.url, signal });
    expect(found.at(-1)).toMatchObject({
      missing: null,
      worker: { name: "local-qwen2-5-coder-32b", tier: "local", baseUrl: `${full.url}/v1` },
    });
    const bare = await detectModels({ env: {}, localUrl: empty.url, signal });
    expect(bare.at(-1)).toMatchObject({ mend: "ollama pull qwen2.5-coder:32b" });
  } finally {
    await full.close();
    await empty.close();
  }
  const gone = await detectModels({ env: {}, localUrl: full.url, signal });
  expect(gone.at(-1)).toMatchObject({ mend: "ollama serve" });
});
