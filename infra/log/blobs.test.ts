import { createHash } from "node:crypto";
import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Blobs } from "@nightshift/agents/ports";
import { BadInput, Unavailable } from "@nightshift/protocol/errors";
import { describe, expect, test } from "vitest";
import { memoryBlobs } from "../sim/memory-blobs.ts";
import { BLOB_BYTES_MAX, fileBlobs } from "./blobs.ts";
import { MASK } from "./secrets.ts";
import { testFolder } from "./test-log.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const stores: [string, () => Promise<Blobs>][] = [
  ["the file store", async () => fileBlobs(join(await testFolder(), "blobs"))],
  ["the memory twin", async () => memoryBlobs()],
];

describe.each(stores)("%s", (_, open) => {
  test.each(["", "a text", "lines\r\n\0 and 🌙 \uFFFD", "x".repeat(300_000)])(
    "gives back what was kept, under its sha256",
    async (text) => {
      const blobs = await open();
      expect(await blobs.put(text)).toBe(sha256(text));
      expect(await blobs.put(text)).toBe(sha256(text));
      expect(await blobs.get(sha256(text))).toBe(text);
    },
  );

  test("masks secrets before it names and keeps", async () => {
    const blobs = await open();
    const name = await blobs.put("export A_TOKEN=abcdef1234567890abcdef");
    expect(name).toBe(sha256(`export A_TOKEN=${MASK}`));
    expect(await blobs.get(name)).toBe(`export A_TOKEN=${MASK}`);
  });

  test("has nothing under a name that was not kept, or is no name", async () => {
    const blobs = await open();
    for (const name of [sha256("never"), "", "../../etc/passwd", "..", `${sha256("x")}/..`]) {
      await expect(blobs.get(name)).rejects.toBeInstanceOf(Unavailable);
    }
  });

  test("refuses what is over the maximum", async () => {
    const blobs = await open();
    const text = "x".repeat(BLOB_BYTES_MAX + 1);
    await expect(blobs.put(text)).rejects.toMatchObject({ code: "too-long" });
  });
});

test("what is no sha256 is not even looked for on the disk (I11)", async () => {
  const blobs = fileBlobs(join(await testFolder(), "blobs"));
  for (const name of ["../../../etc/passwd", `../${sha256("x")}`, sha256("x").toUpperCase()]) {
    await expect(blobs.get(name)).rejects.toThrow("no blob has the name");
  }
});

test("writers of one blob at once leave one whole file, readable by its owner alone", async () => {
  const folder = await testFolder();
  const text = "the same ".repeat(10_000);
  await Promise.all(Array.from({ length: 16 }, () => fileBlobs(folder).put(text)));
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const name = sha256(text);
  const place = join(folder, name.slice(0, 2), name.slice(2, 4), name);
  expect(files.map((file) => join(file.parentPath, file.name))).toEqual([place]);
  expect(await readFile(place, "utf8")).toBe(text);
  expect((await stat(place)).mode & 0o777).toBe(0o600);
});

test("a blob that was changed on the disk is not handed out", async () => {
  const folder = await testFolder();
  const blobs = fileBlobs(folder);
  const name = await blobs.put("what was said");
  const place = join(folder, name.slice(0, 2), name.slice(2, 4), name);
  await chmod(place, 0o600);
  await writeFile(place, "what was paid");
  await expect(blobs.get(name)).rejects.toThrow("damaged");
});

test("a folder that cannot be is told in one line", async () => {
  const file = join(await testFolder(), "file");
  await writeFile(file, "");
  await expect(fileBlobs(file).put("x")).rejects.toBeInstanceOf(BadInput);
});
