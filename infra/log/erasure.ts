import { rm, stat } from "node:fs/promises";
import { placeOf } from "./blobs.ts";
import { explain } from "./sqlite/errors.ts";

/** Bytes of a body that lies in a blob folder; null where none does. */
export async function bytesOfBlob(folder: string, sha256: string): Promise<number | null> {
  const found = await stat(placeOf(folder, sha256)).catch(() => null);
  return found?.size ?? null;
}

/**
 * Removes a body for good; none there is no error.
 * @throws BadInput or Unavailable where the file cannot be removed.
 */
export async function eraseBlob(folder: string, sha256: string): Promise<void> {
  try {
    await rm(placeOf(folder, sha256), { force: true });
  } catch (error) {
    throw explain(error, folder);
  }
}
