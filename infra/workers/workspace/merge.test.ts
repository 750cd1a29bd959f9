import { afterEach, beforeEach, expect, test } from "vitest";
import { createFixture } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";
import { createWorkspace } from "./workspace.ts";
import type { HouseWorkspace } from "./workspace.ts";

let fixture: Fixture;
let workspace: HouseWorkspace;
let base: string;

beforeEach(() => {
  fixture = createFixture({ "a.txt": "one\ntwo\nthree\n", "b.txt": "b\n" });
  base = fixture.git("rev-parse", "HEAD");
  workspace = createWorkspace({ root: fixture.root });
});
afterEach(() => fixture.remove());

const work = async (attempt: string, files: Record<string, string>, from = base) => {
  const clone = await workspace.open(fixture.repo, from, attempt);
  for (const [path, text] of Object.entries(files)) await clone.write(path, text);
  const sealed = await clone.seal(attempt);
  await clone.close();
  if (sealed === null) throw new Error("nothing was sealed");
  return sealed.commit;
};
const merged = async (onto: string, commit: string) => {
  const merge = await workspace.merge(fixture.repo, onto, commit, "Merge");
  if (merge.status !== "merged") throw new Error(`conflict in ${merge.paths.join()}`);
  return merge;
};
const show = (commit: string, path: string) => workspace.show(fixture.repo, commit, path);

test("two attempts on different files merge; no branch and no working copy moves", async () => {
  const [x, y] = [await work("x-g1", { "x.txt": "x\n" }), await work("y-g1", { "b.txt": "B\n" })];
  const first = await merged(base, x);
  const second = await merged(first.commit, y);
  expect(await show(second.commit, "x.txt")).toBe("x\n");
  expect(await show(second.commit, "b.txt")).toBe("B\n");
  expect(fixture.git("log", "-1", "--format=%P", second.commit)).toBe(`${first.commit} ${y}`);
  expect(fixture.git("rev-parse", "main")).toBe(base);
  expect(fixture.git("status", "--porcelain")).toBe("");
});

test("two attempts on the same lines conflict, by path", async () => {
  const x = await work("x-g1", { "a.txt": "one\nX\nthree\n" });
  const y = await work("y-g1", { "a.txt": "one\nY\nthree\n" });
  const { commit } = await merged(base, x);
  expect(await workspace.merge(fixture.repo, commit, y, "Merge")).toEqual({
    status: "conflict",
    paths: ["a.txt"],
  });
});

test("attributes of a worker do not join conflicting lines", async () => {
  const x = await work("x-g1", { "a.txt": "X\n", ".gitattributes": "* merge=union\n" });
  const y = await work("y-g1", { "a.txt": "Y\n", ".gitattributes": "* merge=union\n" });
  expect(await workspace.merge(fixture.repo, x, y, "Merge")).toMatchObject({ status: "conflict" });
});

test("what is contained already is told so and makes no commit", async () => {
  const x = await work("x-g1", { "x.txt": "x\n" });
  const { commit } = await merged(base, x);
  expect(await merged(commit, x)).toEqual({ status: "merged", commit, alreadyThere: true });
  expect(await merged(commit, base)).toEqual({ status: "merged", commit, alreadyThere: true });
  expect(await workspace.contains(fixture.repo, commit, x)).toBe(true);
  expect(await workspace.contains(fixture.repo, base, x)).toBe(false);
});

test("a merge is taken back on top of what came after it, and only it", async () => {
  const x = await work("x-g1", { "a.txt": "one\nX\nthree\n", "x.txt": "x\n" });
  const y = await work("y-g1", { "b.txt": "B\n" });
  const first = await merged(base, x);
  const second = await merged(first.commit, y);
  const back = await workspace.revert(fixture.repo, second.commit, first.commit, "Revert");
  if (back.status !== "merged") throw new Error("conflict");
  expect(await show(back.commit, "a.txt")).toBe("one\ntwo\nthree\n");
  expect(await show(back.commit, "x.txt")).toBeNull();
  expect(await show(back.commit, "b.txt")).toBe("B\n");
  expect(fixture.git("log", "-1", "--format=%P %s", back.commit)).toBe(`${second.commit} Revert`);
  const again = await workspace.revert(fixture.repo, back.commit, first.commit, "Revert");
  expect(again).toEqual({ status: "merged", commit: back.commit, alreadyThere: true });
});

test("a plain commit is taken back, the first of all too", async () => {
  const next = fixture.commit({ "b.txt": "changed\n" });
  const back = await workspace.revert(fixture.repo, next, next, "Revert");
  expect(back.status === "merged" && (await show(back.commit, "b.txt"))).toBe("b\n");
  const nothing = await workspace.revert(fixture.repo, base, base, "Revert");
  expect(
    nothing.status === "merged" && (await workspace.list(fixture.repo, nothing.commit)),
  ).toEqual([]);
});

test("a revert whose lines were changed since is a conflict", async () => {
  const x = await work("x-g1", { "a.txt": "one\nX\nthree\n" });
  const { commit } = await merged(base, x);
  const later = await work("y-g1", { "a.txt": "one\nLATER\nthree\n" }, commit);
  expect(await workspace.revert(fixture.repo, later, commit, "Revert")).toEqual({
    status: "conflict",
    paths: ["a.txt"],
  });
});

test("the diff of two commits tells text and counts", async () => {
  const next = fixture.commit({ "b.txt": "b\nc\n" });
  const { text, files } = await workspace.diff(fixture.repo, base, next);
  expect(text).toContain("+c");
  expect(files).toEqual([
    { path: "b.txt", status: "modified", addedLines: 1, removedLines: 0, baseLines: 1 },
  ]);
});

test("an unknown ref resolves to null, a known one to its commit", async () => {
  expect(await workspace.resolve(fixture.repo, "nightshift/none")).toBeNull();
  expect(await workspace.resolve(fixture.repo, "main")).toBe(base);
  expect(await workspace.resolve(fixture.repo, "--all")).toBeNull();
});
