import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { replaceFile } from "./replace-file.ts";

async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "nightshift-replace-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("writers of one path at once all succeed, and leave one whole text and nothing beside it", async () => {
  const folder = join(await testFolder(), "new");
  const path = join(folder, "a.json");
  const texts = Array.from({ length: 20 }, (_, n) => `${n} `.repeat(50_000));
  await Promise.all(texts.map((text) => replaceFile(path, text)));
  expect(texts).toContain(await readFile(path, "utf8"));
  expect(await readdir(folder)).toEqual(["a.json"]);
});

test("what cannot be put in its place leaves no draft", async () => {
  const folder = await testFolder();
  await replaceFile(join(folder, "taken", "inside"), "x");
  await expect(replaceFile(join(folder, "taken"), "y")).rejects.toThrow("EISDIR");
  expect(await readdir(folder)).toEqual(["taken"]);
});
