import { spawn } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { teeth } from "./teeth.ts";
import type { Tooth } from "./tooth.ts";

/**
 * Takes one rule away at a time, in a copy of the tree, and fails unless a named test goes red.
 * `pnpm test:teeth [words]` runs only the teeth whose rule or file contains the words.
 */
const root = dirname(dirname(import.meta.dirname));
const vitestBin = join(root, "node_modules", "vitest", "vitest.mjs");
const words = process.argv.slice(2).join(" ").toLowerCase();
const chosen = teeth.filter(({ rule, file }) => `${rule} ${file}`.toLowerCase().includes(words));
const BASELINE_WALL_MS = 300_000;
const TOOTH_WALL_MS = 90_000;
const TEST_WALL_MS = 8_000;
const WORKERS_MAX = 4;
const OUTPUT_CHARS_MAX = 200_000;

type Outcome = { tooth: Tooth; bites: boolean; why: string };

const startedAtMs = performance.now();
const workers = Math.min(availableParallelism(), WORKERS_MAX, chosen.length);
const copies = Array.from({ length: workers }, copyTree);
const outcomes: Outcome[] = [];
try {
  const [first] = copies;
  const red = first ? await redWithout(first) : new Set<string>();
  const queue = [...chosen];
  await Promise.all(copies.map((copy) => work(copy, queue, red)));
} finally {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
}
report();

function report(): void {
  const blunt = outcomes.filter(({ bites }) => !bites);
  for (const { tooth, why } of blunt) process.stdout.write(`BLUNT ${tooth.rule}\n      ${why}\n`);
  const seconds = Math.round((performance.now() - startedAtMs) / 1_000);
  const counts = `${outcomes.length - blunt.length} passed, ${blunt.length} failed`;
  process.stdout.write(`${counts} in ${seconds} s\n`);
  process.exitCode = blunt.length === 0 && outcomes.length > 0 ? 0 : 1;
}

/** The named test files that are red on the tree as it is: what is red anyway proves nothing. */
async function redWithout(copy: string): Promise<ReadonlySet<string>> {
  const files = [...new Set(chosen.flatMap(({ tests }) => tests))];
  const { code, output } = await vitest(copy, files, BASELINE_WALL_MS, []);
  const red = new Set(
    [...output.matchAll(/FAIL +(\S+\.test\.ts)/g)].map((match) => match[1] ?? ""),
  );
  if (code === 0 || red.size > 0) return red;
  throw new Error(`the tests could not be run without a patch:\n${output.slice(-3_000)}`);
}

/** Each worker has a copy of its own, so that no tooth sees another one's patch. */
async function work(copy: string, queue: Tooth[], red: ReadonlySet<string>): Promise<void> {
  for (let tooth = queue.shift(); tooth; tooth = queue.shift()) {
    const anyway = tooth.tests.filter((file) => red.has(file));
    const why = `${anyway.join(", ")} is red anyway, and proves nothing`;
    const outcome = anyway.length > 0 ? { tooth, bites: false, why } : await bite(copy, tooth);
    outcomes.push(outcome);
    process.stdout.write(`${outcome.bites ? "bites" : "BLUNT"} ${tooth.rule}\n`);
  }
}

async function bite(copy: string, tooth: Tooth): Promise<Outcome> {
  const path = join(copy, tooth.file);
  const text = readFileSync(path, "utf8");
  const parts = text.split(tooth.find);
  if (parts.length !== 2) {
    const why = `its text stands ${parts.length - 1} times in ${tooth.file}`;
    return { tooth, bites: false, why };
  }
  writeFileSync(path, parts.join(tooth.replace));
  try {
    const { code, output } = await vitest(copy, tooth.tests, TOOTH_WALL_MS, ["--bail", "1"]);
    // A test that could not even load proves nothing: one that ran must have failed.
    const red = code !== 0 && /Tests\s+.*\d+ failed/.test(output);
    return {
      tooth,
      bites: red,
      why: red ? "" : `exit ${code}, and no test of ${tooth.tests.join(", ")} failed`,
    };
  } finally {
    writeFileSync(path, text);
  }
}

type Ran = { code: number | null; output: string };

function vitest(
  copy: string,
  tests: readonly string[],
  wallMs: number,
  more: readonly string[],
): Promise<Ran> {
  // What goes red once is red: the second try that CI gives a test would only take its time.
  const wait = ["--retry", "0", "--testTimeout", String(TEST_WALL_MS)];
  const options = ["--no-isolate", "--no-color", ...wait, ...more];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [vitestBin, "run", ...options, ...tests], {
      cwd: copy,
      timeout: wallMs,
      // On a machine for CI a sandbox that does not contain is a failure, never a skip.
      env: { ...process.env, CI: "true", NO_COLOR: "1" },
    });
    let output = "";
    const keep = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-OUTPUT_CHARS_MAX));
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** The tree without its history; installed packages are linked, those of the workspace are its own. */
function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), "nightshift-teeth-"));
  for (const name of readdirSync(root)) {
    if (name === ".git" || name === "node_modules") continue;
    const filter = (path: string) => basename(path) !== "test-results";
    const options = { recursive: true, verbatimSymlinks: true, filter };
    cpSync(join(root, name), join(copy, name), options);
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}
