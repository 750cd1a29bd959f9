import { channel } from "node:diagnostics_channel";
import { ChildProcess, execFileSync, spawnSync, type StdioOptions } from "node:child_process";
import { join } from "node:path";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { createChecks } from "@nightshift/infra/workers/checks/checks";
import { detectSandbox } from "@nightshift/infra/workers/sandbox/detect";
import { systemCallFilter } from "@nightshift/infra/workers/sandbox/system-calls";
import { createFixture, type Fixture } from "@nightshift/infra/workers/workspace/fixture";
import { createWorkspace } from "@nightshift/infra/workers/workspace/workspace";
import { median, times, type Benchmark } from "./ratio.ts";

const FILES = 2_000;
const RUNS = 5;
const RATIO_MAX = 1.4;
const TARGET = "refs/heads/nightshift/main";
const COMMAND = "node --test sum.test.js";
const WALL_MS = 60_000;

/**
 * The mechanics of an attempt (a clone from the pool, one file, seal, checks in the sandbox, merge,
 * move of the ref) against the plain commands that do the same: both make and merge the same change
 * of a repository of 2,000 files, both check out used trees, both run the same sandbox.
 */
export async function attempt(): Promise<Benchmark> {
  const fixtures = [createFixture(repository()), createFixture(repository())] as const;
  try {
    const house = await houseSide(fixtures[0]);
    const sandboxed = await sandboxLineOf(house);
    const raw = rawSide(fixtures[1], sandboxed);
    raw();
    const ours: number[] = [];
    const theirs: number[] = [];
    // In turns, so that a busy moment of the machine falls on both.
    for (let run = 0; run < RUNS; run++) {
      ours.push(...(await times(1, house.attempt)));
      theirs.push(...(await times(1, raw)));
    }
    await house.close();
    const value = median(ours) / median(theirs);
    return [
      { what: "attempt by the house", value: median(ours), unit: "ms", limit: null },
      { what: "attempt by plain commands", value: median(theirs), unit: "ms", limit: null },
      { what: "attempt / plain commands", value, unit: "times", limit: RATIO_MAX },
    ];
  } finally {
    for (const fixture of fixtures) fixture.remove();
  }
}

function repository(): Record<string, string> {
  const line = "export const value = (input) => input.map((one) => one + 1).filter(Boolean);\n";
  const file = (at: number) => [`src/${at % 40}/file-${at}.js`, `// ${at}\n${line.repeat(30)}`];
  const test = 'require("node:test")("adds", () => require("node:assert").equal(1 + 2, 3));\n';
  return {
    ...Object.fromEntries(Array.from({ length: FILES }, (_, at) => file(at))),
    "package.json": '{"name":"sample","type":"commonjs"}\n',
    "sum.test.js": test,
  };
}

/** Content that differs each time, so that each attempt has something to commit and to merge. */
function contents(): () => string {
  let run = 0;
  return () => `// run ${++run}\n`;
}

type House = { attempt: () => Promise<void>; close: () => Promise<void> };

async function houseSide({ repo, root, folder, git }: Fixture): Promise<House> {
  const detected = await detectSandbox();
  if ("missing" in detected) throw new Error(`${detected.missing}; ${detected.mend}`);
  const { sandbox } = detected;
  const reveal = (path: string) => sandbox.reveal(path);
  const workspace = createWorkspace({ root, reveal });
  const checks = createChecks({ workspace, sandbox, cacheDir: join(folder, "cache"), reveal });
  const { signal } = new AbortController();
  const next = contents();
  let tip = git("rev-parse", "HEAD");
  await workspace.moveRef(repo, TARGET, null, tip);
  return {
    close: () => workspace.close(),
    async attempt() {
      const clone = await workspace.open(repo, tip, "bench-g1");
      await clone.write("src/0/file-0.js", next());
      const sealed = await clone.seal("Change one file");
      if (sealed === null) throw new Error("nothing was sealed");
      const where = { path: repo, prepareCommand: null };
      const run = await checks.run(where, sealed.commit, COMMAND, { wallMs: WALL_MS, signal });
      if (run.exitCode !== 0) throw new Error(`the checks failed:\n${run.tail}`);
      const merged = await workspace.merge(repo, tip, sealed.commit, "Merge it");
      if (merged.status === "conflict") throw new Error("a conflict");
      if (!(await workspace.moveRef(repo, TARGET, tip, merged.commit))) throw new Error("moved");
      await clone.close();
      tip = merged.commit;
    },
  };
}

type SandboxLine = { program: string; args: readonly string[]; checkout: string };

/** The command line with which the house starts its sandbox, seen while it does. */
async function sandboxLineOf(house: House): Promise<SandboxLine> {
  const started: ChildProcess[] = [];
  const watch = (message: unknown) => {
    if (typeof message !== "object" || message === null || !("process" in message)) return;
    if (message.process instanceof ChildProcess) started.push(message.process);
  };
  channel("child_process").subscribe(watch);
  // Twice: from then on both checkouts of an attempt come from the pool.
  await house.attempt();
  await house.attempt();
  channel("child_process").unsubscribe(watch);
  const last = started.findLast(({ spawnargs }) => spawnargs.includes("bwrap"));
  // What stands before it puts it into a control group: plain commands have none.
  const all = last?.spawnargs ?? [];
  const [program = "", ...args] = all.slice(all.indexOf("bwrap"));
  const checkout = args[args.indexOf("--chdir") + 1];
  if (checkout === undefined) throw new Error("the house started no sandbox");
  return { program, args, checkout };
}

/** The same by plain commands in two pooled clones: one to work in, one to run the checks in. */
function rawSide({ repo, folder, git }: Fixture, line: SandboxLine): () => void {
  const [tree, checkout] = [join(folder, "tree"), join(folder, "checkout")];
  for (const place of [tree, checkout]) git("clone", "--quiet", "--shared", repo, place);
  const next = contents();
  const base = git("rev-parse", "HEAD");
  git("update-ref", TARGET, base);
  const env = { ...process.env, GIT_CONFIG_NOSYSTEM: "1", HOME: folder };
  const person = ["-c", "user.name=Dora", "-c", "user.email=dora@example.org"];
  const run = (cwd: string, ...args: string[]) =>
    execFileSync("git", [...person, ...args], { cwd, env, encoding: "utf8" }).trim();
  const args = line.args.map((word) => word.replace(line.checkout, checkout));
  const { PATH } = process.env;
  const filter = join(folder, "filter");
  writeFileSync(filter, systemCallFilter(process.arch) ?? "");
  let tip = base;
  return () => {
    run(tree, "checkout", "--quiet", "--force", "--detach", tip);
    run(tree, "clean", "-ffdxq");
    writeFileSync(join(tree, "src/0/file-0.js"), next());
    run(tree, "add", "--all");
    run(tree, "commit", "--quiet", "--message", "Change one file");
    run(repo, "fetch", "--quiet", tree, "+HEAD:refs/nightshift/attempts/bench-g1");
    const commit = run(repo, "rev-parse", "refs/nightshift/attempts/bench-g1");
    run(checkout, "checkout", "--quiet", "--force", "--detach", commit);
    run(checkout, "clean", "-ffdxq");
    const given = openSync(filter, "r");
    const stdio: StdioOptions = ["ignore", "pipe", "pipe", "pipe", given];
    const tested = spawnSync(line.program, args, { cwd: "/", env: { PATH }, stdio });
    closeSync(given);
    if (tested.status !== 0) throw new Error(`the checks failed:\n${String(tested.stderr)}`);
    const merged = run(repo, "merge-tree", "--write-tree", tip, commit);
    const parents = ["-p", tip, "-p", commit];
    const later = run(repo, "commit-tree", merged, ...parents, "-m", "Merge it");
    run(repo, "update-ref", TARGET, later, tip);
    tip = later;
  };
}
