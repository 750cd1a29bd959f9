import { createHash } from "node:crypto";
import type { Blobs } from "@nightshift/agents/ports";
import { Unavailable } from "@nightshift/protocol/errors";

/** Blobs in memory, unscanned, so that a test sees what was handed over. */
export function unscannedBlobs(): { blobs: Blobs; texts: Map<string, string> } {
  const texts = new Map<string, string>();
  const blobs: Blobs = {
    put(text) {
      const sha256 = createHash("sha256").update(text).digest("hex");
      texts.set(sha256, text);
      return Promise.resolve(sha256);
    },
    get(sha256) {
      const text = texts.get(sha256);
      if (text === undefined) return Promise.reject(new Unavailable(`no blob ${sha256}`));
      return Promise.resolve(text);
    },
  };
  return { blobs, texts };
}
