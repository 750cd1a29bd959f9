import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Blobs } from "@nightshift/agents/ports";
import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import { explain } from "./sqlite/errors.ts";
import { maskSecrets } from "./secrets.ts";

/** Largest body that is kept, in UTF-8 bytes. */
export const BLOB_BYTES_MAX = 64 * 1_048_576;

/**
 * Bodies as files under their sha256, `ab/cd/abcd…`, private to their owner. Any number of
 * processes may write the same one at once: each writes its own file and renames it.
 */
export function fileBlobs(folder: string): Blobs {
  return {
    async put(text) {
      const { sha256, bytes } = await keepable(text);
      try {
        await writeOnce(placeOf(folder, sha256), bytes);
      } catch (error) {
        throw explain(error, folder);
      }
      return sha256;
    },

    async get(sha256) {
      if (!isSha256(sha256))
        throw new Unavailable(`no blob has the name ${JSON.stringify(sha256)}`);
      const bytes = await readFile(placeOf(folder, sha256)).catch((cause: unknown) => {
        throw new Unavailable(`no blob ${sha256}: it was erased or never kept here`, { cause });
      });
      if (sha256Of(bytes) !== sha256) throw new Unavailable(`blob ${sha256} is damaged`);
      return bytes.toString();
    },
  };
}

/**
 * What is kept of a text, and its name.
 * @throws Refusal `too-long` for a text over `BLOB_BYTES_MAX`.
 */
export async function keepable(text: string): Promise<{ sha256: string; bytes: Buffer }> {
  const bytes = Buffer.from((await maskSecrets(text)).text);
  if (bytes.length > BLOB_BYTES_MAX) {
    throw new Refusal(
      "too-long",
      `a blob of ${bytes.length} bytes; ${BLOB_BYTES_MAX} are the most`,
    );
  }
  return { sha256: sha256Of(bytes), bytes };
}

async function writeOnce(place: string, bytes: Buffer): Promise<void> {
  const there = await stat(place).catch(() => null);
  if (there?.size === bytes.length) return;
  await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  const draft = `${place}.${randomUUID()}`;
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      await file.writeFile(bytes);
      // On the disk before its name is: an event may point to it from now on.
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(draft, place);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** The file of a body. */
export function placeOf(folder: string, sha256: string): string {
  return join(folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
}

export function isSha256(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
