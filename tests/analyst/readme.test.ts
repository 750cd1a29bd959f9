import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRehearsal, type Rehearsal } from "@nightshift/infra/sim/rehearsal/rehearsal";
import { detectSandbox } from "@nightshift/infra/workers/sandbox/detect";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const MAIN = here("../../infra/cli/main.ts");
const NIGHT_WALL_MS = 200_000;
/** A line that follows the log is ended by Ctrl-C after this time. */
const FOLLOW_MS = 3_000;

let night: Rehearsal;
let folder = "";

/** Two nights, and a folder in which `nightshift` is on the PATH as `npm link` would have it. */
beforeAll(async () => {
  const sandbox = "sandbox" in (await detectSandbox()) ? "required" : "off";
  night = await openRehearsal({ seed: 1, sandbox, rows: [1, 4, 5], oneProcess: true });
  await night.nightshift(["add", "--from", "../backlog.yaml"]);
  expect((await night.nightshift(["run"])).code).toBe(0);
  expect((await night.nightshift(["run"])).code).toBe(0);
  folder = mkdtempSync(join(night.stage.root, "analyst-"));
  mkdirSync(join(folder, "bin"));
  const bin = join(folder, "bin", "nightshift");
  writeFileSync(bin, `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
  chmodSync(bin, 0o755);
}, NIGHT_WALL_MS);
afterAll(() => night.close());

/** The lines of a section's blocks of one language. */
function linesIn(file: string, section: string, language: string): string[] {
  const text = readFileSync(here(`../../${file}`), "utf8");
  const [, rest = ""] = text.split(`\n## ${section}\n`);
  const [own = ""] = rest.split("\n## ");
  const blocks = [...own.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))];
  return blocks.flatMap(([, block = ""]) => block.split("\n"));
}

function run(line: string): Promise<{ code: number | null; output: string }> {
  const { env } = night.stage;
  const path = `${join(folder, "bin")}:${env["PATH"] ?? ""}`;
  return new Promise((resolve) => {
    // The shell is a group of its own, so that Ctrl-C reaches whatever runs in it.
    const options = { cwd: folder, env: { ...env, PATH: path }, detached: true };
    const child = spawn("sh", ["-c", `trap : INT; ${line}`], options);
    let output = "";
    const keep = (chunk: Buffer) => (output += chunk.toString());
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const isEndless = line.startsWith("nightshift watch") && !line.includes("--once");
    const interrupt = () => child.pid !== undefined && process.kill(-child.pid, "SIGINT");
    const timer = isEndless ? setTimeout(interrupt, FOLLOW_MS) : undefined;
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}

test(
  "every line of the README for analysts runs as it is written",
  async () => {
    const lines = linesIn("README.md", "For analysts", "sh").filter((line) => line.trim() !== "");
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) {
      const { code, output } = await run(line);
      expect(code, `${line}\n${output}`).toBe(0);
      expect(output, line).not.toContain("mend it");
    }
  },
  NIGHT_WALL_MS,
);

test(
  "every question in SQL that ARCHITECTURE.md asks has an answer",
  async () => {
    const text = linesIn("ARCHITECTURE.md", "Analysing a night", "sql").join("\n");
    const questions = text.split(";").filter((sql) => sql.trim() !== "");
    expect(questions.length).toBeGreaterThan(4);
    for (const sql of questions) {
      const { code, stdout, stderr } = await night.nightshift([
        "log",
        "query",
        "--json",
        "--",
        sql,
      ]);
      expect(code, `${sql}\n${stderr}`).toBe(0);
      expect(Array.isArray(JSON.parse(stdout)), sql).toBe(true);
    }
  },
  NIGHT_WALL_MS,
);
