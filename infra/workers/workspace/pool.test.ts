import { execFileSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Clone } from "@nightshift/agents/ports";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFixture } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";
import { createWorkspace } from "./workspace.ts";
import type { HouseWorkspace } from "./workspace.ts";

let fixture: Fixture;
let workspace: HouseWorkspace;
let clone: Clone;
let base: string;

beforeEach(async () => {
  fixture = createFixture({
    "a.txt": "one\ntwo\nthree\n",
    "src/b.ts": "export const b = 1;\n",
    ".gitignore": "ignored/\n",
  });
  base = fixture.git("rev-parse", "HEAD");
  workspace = createWorkspace({ root: fixture.root });
  clone = await workspace.open(fixture.repo, base, "t-g1");
});
afterEach(async () => {
  await clone.close();
  fixture.remove();
});

test("a tree that is used again is that of its commit, whatever was left in it", async () => {
  const { path } = clone;
  const { atime, mtime } = statSync(join(path, "a.txt"));
  writeFileSync(join(path, "a.txt"), "ONE\nTWO\nTHREE\n");
  utimesSync(join(path, "a.txt"), atime, mtime);
  rmSync(join(path, "src"), { recursive: true });
  symlinkSync(fixture.folder, join(path, "src"));
  mkdirSync(join(path, ".git", "hooks"), { recursive: true });
  writeFileSync(join(path, ".git", "hooks", "pre-commit"), "x", { mode: 0o755 });
  execFileSync("mkfifo", [join(path, "pipe")]);
  linkSync(join(path, ".gitignore"), join(path, "second"));
  mkdirSync(join(path, "ignored"));
  writeFileSync(join(path, "ignored", "left"), "x");
  mkdirSync(join(path, "inner", ".git"), { recursive: true });
  writeFileSync(join(fixture.folder, "b.ts"), "untouched");
  await clone.close();
  await clone.close();

  clone = await workspace.open(fixture.repo, base, "u-g1");
  expect(readdirSync(clone.path).sort()).toEqual([".git", ".gitignore", "a.txt", "src"]);
  expect(await clone.read("a.txt")).toBe("one\ntwo\nthree\n");
  expect(await clone.read("src/b.ts")).toBe("export const b = 1;\n");
  expect(statSync(join(clone.path, ".gitignore")).nlink).toBe(1);
  expect(readdirSync(join(clone.path, ".git", "hooks"))).toEqual([]);
  expect(readFileSync(join(fixture.folder, "b.ts"), "utf8")).toBe("untouched");
  expect(await clone.seal("nothing")).toBeNull();
  const other = await workspace.open(fixture.repo, base, "v-g1");
  expect(other.path).not.toBe(clone.path);
  await other.close();
});

test("a tree is used again at another commit", async () => {
  await clone.write("kept.txt", "x");
  await clone.close();
  const next = fixture.commit({ "deep/er/c.txt": "c\n", "a.txt": "changed\n" });
  clone = await workspace.open(fixture.repo, next, "u-g1");
  expect(await clone.list()).toEqual([".gitignore", "a.txt", "deep/er/c.txt", "src/b.ts"]);
  expect(await clone.read("a.txt")).toBe("changed\n");
  expect(await clone.read("kept.txt")).toBeNull();
});

test("a change in the moment of the checkout that pretends to be none is found", async () => {
  for (let round = 0; round < 20; round++) {
    const file = join(clone.path, "a.txt");
    const { atime, mtime } = statSync(file);
    writeFileSync(file, "ONE\nTWO\nTHREE\n");
    utimesSync(file, atime, mtime);
    await clone.close();
    clone = await workspace.open(fixture.repo, base, `u-g${round}`);
    expect(await clone.read("a.txt")).toBe("one\ntwo\nthree\n");
  }
});

test("what nobody touched is not written anew", async () => {
  const stat = () => statSync(join(clone.path, "a.txt"));
  const { ino, mtimeMs } = stat();
  await clone.close();
  clone = await workspace.open(fixture.repo, base, "u-g1");
  expect([stat().ino, stat().mtimeMs]).toEqual([ino, mtimeMs]);
});

test("without an index to compare with, every file is read", async () => {
  const { path } = clone;
  writeFileSync(join(path, "a.txt"), "ONE\nTWO\nTHREE\n");
  await clone.close();
  rmSync(join(path, "..", "index"));
  clone = await workspace.open(fixture.repo, base, "u-g1");
  expect(await clone.read("a.txt")).toBe("one\ntwo\nthree\n");
  expect(await clone.read("src/b.ts")).toBe("export const b = 1;\n");
  expect(await clone.seal("nothing")).toBeNull();
});

test("what an attempt sealed is not in the tree of the next, nor in its list", async () => {
  await clone.write("a.txt", "sealed\n");
  await clone.write("src/new.ts", "export {};\n");
  await clone.remove("src/b.ts");
  expect(await clone.seal("change")).not.toBeNull();
  expect(await clone.list()).toEqual([".gitignore", "a.txt", "src/new.ts"]);
  await clone.close();
  clone = await workspace.open(fixture.repo, base, "u-g1");
  expect(await clone.list()).toEqual([".gitignore", "a.txt", "src/b.ts"]);
  expect(readdirSync(join(clone.path, "src"))).toEqual(["b.ts"]);
  expect(await clone.read("a.txt")).toBe("one\ntwo\nthree\n");
});
