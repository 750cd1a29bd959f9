import { expect, test } from "vitest";
import { memoryBlobs } from "./memory-blobs.ts";
import { memoryWorkspace } from "./memory-workspace.ts";

const files = { "a.txt": "one\ntwo\n", "b.txt": "b\n" };

test("a sealed clone is a commit on its base that a ref keeps", async () => {
  const workspace = memoryWorkspace(files);
  const clone = await workspace.open("/repo", workspace.base, "t-g1");
  await clone.write("a.txt", "one\n2\n");
  const sealed = await clone.seal("work");
  expect(sealed?.files).toEqual([
    { path: "a.txt", status: "modified", addedLines: 1, removedLines: 1, baseLines: 2 },
  ]);
  expect(sealed?.diff).toContain("-two\n+2\n");
  expect(workspace.refs.get("refs/nightshift/attempts/t-g1")).toBe(sealed?.commit);
  expect(workspace.openClones.size).toBe(1);
  await clone.close();
  expect(workspace.openClones.size).toBe(0);
});

test("a clone that changed nothing seals to nothing", async () => {
  const workspace = memoryWorkspace(files);
  const clone = await workspace.open("/repo", workspace.base, "t-g1");
  await clone.write("a.txt", "one\ntwo\n");
  expect(await clone.seal("work")).toBeNull();
});

test("changes to different files merge, to the same file conflict", async () => {
  const workspace = memoryWorkspace(files);
  const left = workspace.commit(workspace.base, { "a.txt": "left\n" });
  const right = workspace.commit(workspace.base, { "b.txt": "right\n" });
  const other = workspace.commit(workspace.base, { "a.txt": "other\n" });
  const merge = await workspace.merge("/repo", left, right, "merge");
  if (merge.status !== "merged") throw new Error("did not merge");
  expect(workspace.files(merge.commit)).toEqual({ "a.txt": "left\n", "b.txt": "right\n" });
  expect(await workspace.merge("/repo", merge.commit, right, "again")).toMatchObject({
    commit: merge.commit,
    alreadyThere: true,
  });
  expect(await workspace.merge("/repo", left, other, "merge")).toEqual({
    status: "conflict",
    paths: ["a.txt"],
  });
});

test("a revert takes one commit back and leaves later work", async () => {
  const workspace = memoryWorkspace(files);
  const bad = workspace.commit(workspace.base, { "a.txt": "bad\n", "new.txt": "x\n" });
  const later = workspace.commit(bad, { "b.txt": "later\n" });
  const reverted = await workspace.revert("/repo", later, bad, "revert");
  if (reverted.status !== "merged") throw new Error("did not revert");
  expect(workspace.files(reverted.commit)).toEqual({ "a.txt": "one\ntwo\n", "b.txt": "later\n" });
});

test("a ref moves only from where the mover believes it stands, and never under a director", async () => {
  const workspace = memoryWorkspace(files);
  const next = workspace.commit(workspace.base, { "a.txt": "x\n" });
  const move = (ref: string, old: string | null) => workspace.moveRef("/repo", ref, old, next);
  expect(await move("refs/heads/nightshift/main", workspace.base)).toBe(false);
  expect(await move("refs/heads/nightshift/main", null)).toBe(true);
  expect(await workspace.resolve("/repo", "nightshift/main")).toBe(next);
  workspace.checkOut("refs/heads/main");
  await expect(move("refs/heads/main", workspace.base)).rejects.toThrow("checked out");
});

test("a clone refuses every path that is not inside it", async () => {
  const workspace = memoryWorkspace(files);
  const clone = await workspace.open("/repo", workspace.base, "t-g1");
  for (const path of ["../x", "/etc/passwd", ".git/config", "a/../../x", "", "a\\b", "x/.GIT/y"]) {
    await expect(clone.write(path, "x")).rejects.toThrow("not inside");
  }
});

test("a blob is named by the sha256 of what was kept, secrets masked", async () => {
  const blobs = memoryBlobs((text) => text.replace("hunter2", "[masked]"));
  const id = await blobs.put("password hunter2");
  expect(await blobs.get(id)).toBe("password [masked]");
  expect(await memoryBlobs().put("")).toBe(
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
  await expect(blobs.get("f".repeat(64))).rejects.toThrow("no blob");
});
