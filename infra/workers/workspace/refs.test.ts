import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFixture } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";
import { blame, inspect, mergesIntroducing, noteRoot } from "./repository.ts";
import { createWorkspace } from "./workspace.ts";
import type { HouseWorkspace } from "./workspace.ts";

let fixture: Fixture;
let workspace: HouseWorkspace;
let base: string;
let next: string;

beforeEach(() => {
  fixture = createFixture({ "a.txt": "one\n" });
  base = fixture.git("rev-parse", "HEAD");
  next = fixture.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "next");
  workspace = createWorkspace({ root: fixture.root });
});
afterEach(() => fixture.remove());

const move = (ref: string, old: string | null, to: string) =>
  workspace.moveRef(fixture.repo, ref, old, to);
const refuses = (act: Promise<unknown>) =>
  expect(act).rejects.toMatchObject({ name: "Refusal", code: "not-allowed" });

test("a ref is made where it is absent, moved from where it stood, and not otherwise", async () => {
  const ref = "refs/heads/nightshift/main";
  expect(await move(ref, base, next)).toBe(false);
  expect(await move(ref, null, base)).toBe(true);
  expect(await move(ref, null, next)).toBe(false);
  expect(await move(ref, next, base)).toBe(false);
  expect(await move(ref, base, next)).toBe(true);
  expect(await workspace.resolve(fixture.repo, ref)).toBe(next);
});

test("of two movers from the same commit one wins", async () => {
  const ref = "refs/heads/nightshift/main";
  await move(ref, null, base);
  const other = fixture.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "other");
  const won = await Promise.all([move(ref, base, next), move(ref, base, other)]);
  expect(won.filter(Boolean)).toHaveLength(1);
});

test("a branch checked out in the working copy is never moved", async () => {
  await refuses(move("refs/heads/main", base, next));
  expect(fixture.git("rev-parse", "main")).toBe(base);
});

test("a branch checked out in another worktree is not moved, and is once it is left", async () => {
  const place = join(fixture.folder, "other tree");
  fixture.git("worktree", "add", "-q", "-b", "feature", place);
  await refuses(move("refs/heads/feature", base, next));
  fixture.git("worktree", "remove", place);
  expect(await move("refs/heads/feature", base, next)).toBe(true);
});

test.each([["HEAD"], ["main"], ["refs/tags/v1"], ["refs/heads/../x"], ["refs/heads/-x"]])(
  "%s is no ref to move",
  (ref) => refuses(move(ref, null, next)),
);

test("hooks of the director's repository do not run when a ref moves", async () => {
  const hooks = join(fixture.repo, ".git", "hooks");
  mkdirSync(hooks, { recursive: true });
  writeFileSync(join(hooks, "reference-transaction"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  expect(await move("refs/heads/nightshift/main", null, base)).toBe(true);
});

test("inspection tells branch, detached head, dirt, and what is no repository", async () => {
  expect(await inspect(fixture.repo)).toMatchObject({
    isGit: true,
    top: fixture.repo,
    head: base,
    branch: "refs/heads/main",
    clean: true,
  });
  writeFileSync(join(fixture.repo, "new"), "x");
  expect(await inspect(fixture.repo)).toMatchObject({ clean: false });
  fixture.git("checkout", "-q", "--detach");
  expect(await inspect(fixture.repo)).toMatchObject({ branch: null });
  expect(await inspect(fixture.folder)).toEqual({ isGit: false });
});

test("a folder that is no repository is bad input with the way out", async () => {
  await expect(workspace.resolve(fixture.folder, "HEAD")).rejects.toMatchObject({
    name: "BadInput",
    where: fixture.folder,
  });
});

test("a line leads to its commit, and the commit to the merge that brought it", async () => {
  const clone = await workspace.open(fixture.repo, base, "t-g1");
  await clone.write("a.txt", "one\ntwo\n");
  const sealed = await clone.seal("two");
  await clone.close();
  if (sealed === null) throw new Error("nothing was sealed");
  const merge = await workspace.merge(fixture.repo, base, sealed.commit, "Merge");
  if (merge.status !== "merged") throw new Error("conflict");
  expect(await blame(fixture.repo, merge.commit, "a.txt", 2)).toBe(sealed.commit);
  expect(await blame(fixture.repo, merge.commit, "a.txt", 9)).toBeNull();
  const merges = await mergesIntroducing(fixture.repo, merge.commit, sealed.commit);
  expect(merges).toEqual([merge.commit]);
});

test("a root is noted once, beside the roots before it", async () => {
  await noteRoot(fixture.repo, base, "nightshift root aa");
  await noteRoot(fixture.repo, base, "nightshift root aa");
  await noteRoot(fixture.repo, base, "nightshift root bb");
  const lines = fixture.git("notes", "--ref=nightshift", "show", base).split("\n");
  expect(lines.filter(Boolean)).toEqual(["nightshift root aa", "nightshift root bb"]);
});

test("clones of processes that are no more are swept, our own are not", async () => {
  mkdirSync(join(fixture.root, "clones", "999999999", "x-g1-aa"), { recursive: true });
  const clone = await workspace.open(fixture.repo, base, "t-g1");
  expect(await workspace.sweep()).toBe(1);
  expect(await clone.read("a.txt")).toBe("one\n");
  await clone.close();
});
