import { execFileSync } from "node:child_process";
import {
  accessSync,
  constants,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openControlGroup } from "./control-group.ts";

/** Only root may have one, and not in every container. */
const tried = openControlGroup(100);
await tried?.remove();
const NEEDS = "(needs root, and a control group of processes that it may write)";

test.runIf(process.env["CI"] === "true" && isOffered())(
  "where root is offered one it is used (a writable group of version 1, or of 2 that counts)",
  () => expect(tried).not.toBeNull(),
);

/** Starts a number of processes that wait for one another, and prints how many there were. */
const forks = (count: number) =>
  `my $n = 1; for (2 .. ${count}) { my $p = fork; last unless defined $p;
    if ($p == 0) { sleep 20; exit } $n++; push @p, $p } kill 9, @p; waitpid $_, 0 for @p; print $n`;

test.skipIf(tried === null)(`the kernel lets no more processes begin ${NEEDS}`, async () => {
  const group = openControlGroup(20);
  const run = (count: number) => {
    const [program = "", ...args] = group?.entering(["perl", "-e", forks(count)]) ?? [];
    return Number(execFileSync(program, args, { encoding: "utf8" }));
  };
  expect(run(15)).toBe(15);
  expect(group?.isFull()).toBe(false);
  expect(run(60)).toBe(20);
  expect(group?.isFull()).toBe(true);
  await group?.remove();
});

test.skipIf(tried === null)(`nothing of it stays when the run is over ${NEEDS}`, async () => {
  const group = openControlGroup(20);
  const folder = group?.entering([])[3]?.replace(/\/cgroup\.procs$/, "") ?? "";
  expect(readdirSync(join(folder, ".."))).toContain(folder.split("/").at(-1));
  await group?.remove();
  expect(readdirSync(join(folder, ".."))).not.toContain(folder.split("/").at(-1));
});

test("where the kernel counts no processes there is none, and nothing is left behind", () => {
  const place = mkdtempSync(join(tmpdir(), "nightshift-group-"));
  onTestFinished(() => rmSync(place, { recursive: true }));
  expect(openControlGroup(20, [place, join(place, "missing")])).toBeNull();
  writeFileSync(join(place, "cgroup.procs"), "");
  expect(openControlGroup(20, [place])).toBeNull();
  expect(readdirSync(place)).toEqual(["cgroup.procs"]);
});

/** Version 1 counts wherever it is; version 2 where it is told to count processes for its children. */
function isOffered(): boolean {
  if (process.getuid?.() !== 0) return false;
  if (isWritable("/sys/fs/cgroup/pids/cgroup.procs")) return true;
  if (!isWritable("/sys/fs/cgroup/cgroup.procs")) return false;
  return /\bpids\b/.test(readFileSync("/sys/fs/cgroup/cgroup.subtree_control", "utf8"));
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
