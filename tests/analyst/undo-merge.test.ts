import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRehearsal, type Rehearsal } from "@nightshift/infra/sim/rehearsal/rehearsal";
import { detectSandbox } from "@nightshift/infra/workers/sandbox/detect";
import { eventsOf, ofType, stateOf } from "../night/kept.ts";

const NIGHT_WALL_MS = 200_000;
const TARGET = "nightshift/main";

/** A night that merged one fix, then what a director does about it in the morning. */
let night: Rehearsal;
let name = "";

beforeAll(async () => {
  const sandbox = "sandbox" in (await detectSandbox()) ? "required" : "off";
  night = await openRehearsal({ seed: 1, sandbox, rows: [1], oneProcess: true });
  await night.nightshift(["add", "--from", "../backlog.yaml"]);
  expect((await night.nightshift(["run"])).code).toBe(0);
  const [proposed] = ofType(events(), "task.proposed");
  name = String(Object(proposed?.body["spec"])["name"]);
}, NIGHT_WALL_MS);
afterAll(() => night.close());

const events = () => eventsOf(stateOf(night.stage.root));
const merges = () => ofType(events(), "repo.merged").map(({ body }) => String(body["new"]));

function git(...args: string[]): string {
  const env = { ...night.stage.env, GIT_CONFIG_GLOBAL: "/dev/null" };
  const who = ["-c", "user.name=Director", "-c", "user.email=director@localhost"];
  return execFileSync("git", ["-C", night.stage.repo, ...who, ...args], { env })
    .toString()
    .trim();
}

/** A commit of the director's on the target, which nobody has checked out. */
function commitOnTarget(change: (folder: string) => void): void {
  const folder = join(night.stage.root, "worktree");
  git("worktree", "add", "--quiet", folder, TARGET);
  change(folder);
  git("-C", folder, "add", "--all");
  git("-C", folder, "commit", "--quiet", "--message", "By hand");
  git("worktree", "remove", "--force", folder);
}

async function undo(...args: string[]) {
  const { code, stdout, stderr } = await night.nightshift(["undo", ...args, "--json"]);
  const { status, text, next } = stdout === "" ? {} : JSON.parse(stdout);
  return { code, status, text, next, stderr };
}

test(
  "a tree that fails its tests without the merge is not made, and the target stays",
  async () => {
    const before = git("rev-parse", TARGET);
    commitOnTarget((folder) => {
      const later = [
        'import assert from "node:assert";',
        'import test from "node:test";',
        'import { formatMoney } from "../src/money.ts";',
        'test("later", () => assert.equal(formatMoney(-5, "USD"), "-$0.05"));',
      ];
      writeFileSync(join(folder, "test", "later.test.ts"), `${later.join("\n")}\n`);
    });
    const head = git("rev-parse", TARGET);
    expect(await undo(name)).toMatchObject({
      code: 1,
      status: "not-undone",
      text: expect.stringContaining("without it the tests fail"),
    });
    expect(git("rev-parse", TARGET)).toBe(head);
    git("update-ref", `refs/heads/${TARGET}`, before);
  },
  NIGHT_WALL_MS,
);

test(
  "a conflict is told with the paths and the command that mends it",
  async () => {
    const before = git("rev-parse", TARGET);
    commitOnTarget((folder) => {
      const file = join(folder, "src", "money.ts");
      writeFileSync(file, readFileSync(file, "utf8").replaceAll(/^ {2}/gm, "    "));
    });
    const answer = await undo(name);
    expect(answer).toMatchObject({ code: 1, status: "not-undone" });
    expect(answer.text).toContain("src/money.ts");
    expect(answer.next).toMatch(/git -C .* revert -m 1 [0-9a-f]{40}$/);
    git("update-ref", `refs/heads/${TARGET}`, before);
  },
  NIGHT_WALL_MS,
);

test(
  "a target that is checked out with changes is left alone",
  async () => {
    git("switch", "--quiet", TARGET);
    const file = join(night.stage.repo, "mine.txt");
    writeFileSync(file, "not committed");
    const head = git("rev-parse", TARGET);
    expect(await undo(name)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is checked out with changes"),
    });
    expect(git("rev-parse", TARGET)).toBe(head);
    expect(readFileSync(file, "utf8")).toBe("not committed");
    rmSync(file);
  },
  NIGHT_WALL_MS,
);

test(
  "a merge is taken back by a commit on top, in the log as in git, and only once",
  async () => {
    const [commit = ""] = merges();
    const head = git("rev-parse", TARGET);
    expect(await undo(commit.slice(0, 10), "--why", "it was the wrong day")).toMatchObject({
      code: 0,
      status: "undone",
    });
    expect(git("rev-parse", `${TARGET}^`)).toBe(head);
    expect(git("diff", `${commit}^1`, TARGET, "--", "src")).toBe("");
    expect(git("log", "-1", "--format=%B", TARGET)).toContain("it was the wrong day");
    // The copy that has it checked out went along, and is clean.
    expect(git("status", "--porcelain")).toBe("");
    const [reverted, ...more] = ofType(events(), "repo.reverted");
    expect(more).toEqual([]);
    expect(reverted).toMatchObject({
      actor: "director",
      body: { commit, revert: git("rev-parse", TARGET), reason: "it was the wrong day" },
    });
    const count = events().length;
    expect(await undo(name)).toMatchObject({ code: 0, status: "already" });
    expect(events()).toHaveLength(count);
  },
  NIGHT_WALL_MS,
);

test(
  "the task's history says that it was taken back, and all is as the log has it",
  async () => {
    const why = await night.nightshift(["why", name]);
    expect(why.stdout).toContain("taken back from nightshift/main");
    const sql = `SELECT status, revert_id FROM tasks WHERE name = '${name}'`;
    const asked = await night.nightshift(["log", "query", sql, "--json"]);
    expect(JSON.parse(asked.stdout)).toEqual([
      { status: "done", revert_id: git("rev-parse", TARGET) },
    ]);
    expect((await night.nightshift(["log", "verify"])).code).toBe(0);
    expect((await night.nightshift(["replay", "--check"])).code).toBe(0);
  },
  NIGHT_WALL_MS,
);
