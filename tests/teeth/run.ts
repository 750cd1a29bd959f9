import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { teeth } from "./teeth.ts";
import type { Tooth } from "./tooth.ts";

/**
 * Takes one rule away at a time, in a copy of the tree, and fails unless a named test goes red.
 * `pnpm test:teeth [words]` runs only the teeth whose rule or file contains the words.
 */
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const words = process.argv.slice(2).join(" ").toLowerCase();
const chosen = teeth.filter(({ rule, file }) => `${rule} ${file}`.toLowerCase().includes(words));
const TOOTH_WALL_MS = 180_000;

type Outcome = { tooth: Tooth; bites: boolean; why: string };

const queue = [...chosen];
const outcomes: Outcome[] = [];
const workers = Math.min(availableParallelism(), 4, chosen.length);
await Promise.all(Array.from({ length: workers }, work));

const blunt = outcomes.filter(({ bites }) => !bites);
for (const { tooth, why } of blunt) process.stdout.write(`BLUNT ${tooth.rule}\n      ${why}\n`);
process.stdout.write(`${outcomes.length - blunt.length} passed, ${blunt.length} failed\n`);
process.exit(blunt.length === 0 && outcomes.length > 0 ? 0 : 1);

/** Each worker has a copy of its own, so that no tooth sees another one's patch. */
async function work(): Promise<void> {
  const copy = copyTree();
  try {
    for (let tooth = queue.shift(); tooth; tooth = queue.shift()) {
      const outcome = await bite(copy, tooth);
      outcomes.push(outcome);
      process.stdout.write(`${outcome.bites ? "bites" : "BLUNT"} ${tooth.rule}\n`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function bite(copy: string, tooth: Tooth): Promise<Outcome> {
  const path = join(copy, tooth.file);
  const text = readFileSync(path, "utf8");
  const parts = text.split(tooth.find);
  if (parts.length !== 2) {
    return { tooth, bites: false, why: `its text stands ${parts.length - 1} times in ${tooth.file}` };
  }
  writeFileSync(path, parts.join(tooth.replace));
  try {
    const { code, output } = await vitest(copy, tooth.tests);
    // A test that could not even load proves nothing: an assertion must have failed.
    const red = code !== 0 && /Tests\s+.*\d+ failed/.test(output);
    return { tooth, bites: red, why: red ? "" : `exit ${code}: ${output.slice(-300)}` };
  } finally {
    writeFileSync(path, text);
  }
}

function vitest(copy: string, tests: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const bin = join(root, "node_modules", "vitest", "vitest.mjs");
    const child = spawn(process.execPath, [bin, "run", "--bail", "1", "--no-color", ...tests], {
      cwd: copy,
      timeout: TOOTH_WALL_MS,
      env: { ...process.env, NO_COLOR: "1" },
    });
    let output = "";
    const keep = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000));
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("close", (code) => resolve({ code, output }));
  });
}

function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), "nightshift-teeth-"));
  for (const name of readdirSync(root)) {
    if (name === ".git" || name === "node_modules") continue;
    cpSync(join(root, name), join(copy, name), { recursive: true, verbatimSymlinks: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}
