import type { Blobs } from "@nightshift/agents/ports";
import { Unavailable } from "@nightshift/protocol/errors";
import { keepable } from "../log/blobs.ts";

/** The twin of the blob store that keeps everything in memory, under the same names. */
export function memoryBlobs(): Blobs {
  const kept = new Map<string, string>();
  return {
    async put(text) {
      const { sha256, bytes } = await keepable(text);
      kept.set(sha256, bytes.toString());
      return sha256;
    },
    async get(sha256) {
      const text = kept.get(sha256);
      if (text === undefined) throw new Unavailable(`no blob ${sha256}: it was never kept here`);
      return text;
    },
  };
}
