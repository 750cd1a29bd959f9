import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Worker } from "../config/director.ts";
import { readinessOf } from "./readiness.ts";

/** A folder with these programs in it. */
async function folderWith(...files: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "readiness-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), "#!/bin/sh\n");
    await chmod(join(folder, file), 0o755);
  }
  return folder;
}

/** As it would stand in the settings. */
const settings = (more: object) => Worker.parse({ name: "w", model: "m", ...more });

test("each CLI is ready with its own login, and what is missing has its own command", async () => {
  const PATH = await folderWith("gemini", "qwen", "copilot", "opencode");
  const home = await folderWith(".gemini/oauth_creds.json", ".local/share/opencode/auth.json");
  const of = (kind: string) => readinessOf(settings({ kind, loginHome: home }), { PATH });
  expect(of("gemini")).toMatchObject({ ready: true });
  expect(of("opencode")).toMatchObject({ ready: true });
  expect(of("qwen")).toMatchObject({ ready: false, mend: "qwen, then /auth" });
  expect(of("copilot")).toMatchObject({ ready: false, mend: "copilot login" });
  expect(of("codex")).toMatchObject({ mend: "npm install --global @openai/codex" });
});

test("an agent of one's own is ready when its program is there, and the key that it names", async () => {
  const PATH = await folderWith("goose");
  const goose = settings({ kind: "acp", command: ["goose", "acp"], apiKeyEnv: "GOOSE_KEY" });
  expect(readinessOf(goose, { PATH })).toMatchObject({ ready: false, mend: "export GOOSE_KEY=…" });
  expect(readinessOf(goose, { PATH, GOOSE_KEY: "x" })).toMatchObject({ ready: true });
  const aider = settings({ kind: "program", command: ["aider", "{prompt}"] });
  expect(readinessOf(aider, { PATH })).toMatchObject({ mend: "install aider" });
  const nothing = readinessOf(settings({ kind: "program" }), { PATH });
  expect(nothing).toMatchObject({ ready: false, missing: "w has no command" });
});

test("a login that lies outside the home is refused where the settings are read", () => {
  for (const login of ["/etc/passwd", "../x", "a/../../x"])
    expect(() => settings({ kind: "acp", command: ["a"], login })).toThrow("below the home");
  expect(settings({ kind: "acp", command: ["a"], login: ".config/a..b/c" }).login).toBeDefined();
});
