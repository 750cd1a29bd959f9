import { WorkerFailure, type Clone, type ContextEngine } from "../ports.ts";
import { compose, type RepoView } from "./compose.ts";
import { factsOf, INDEX_CHARS_MAX, INDEX_FILES_MAX, isIndexed, type Facts } from "./map/facts.ts";
import { indexRepo, type RepoIndex } from "./map/repo-index.ts";
import type { TokenCounter } from "./tokens.ts";

const READ_AT_ONCE = 32;

/**
 * The context engine of one attempt, in this process and from its clone alone: for whoever has no
 * engine of its own, such as a guest.
 */
export function clonedContext(
  clone: Clone,
  loadCounter: () => Promise<TokenCounter>,
): ContextEngine {
  const read = (path: string) => readable(clone, path);
  return {
    async compose(ask) {
      const view: RepoView = { index: await readIndex(clone), read };
      return compose(ask, view, loadCounter, { exact: false });
    },
    async count(texts) {
      const count = await loadCounter();
      return texts.reduce((sum, text) => sum + count(text), 0);
    },
  };
}

/**
 * Reads the sources of a clone, as many as the index takes. Each is parsed as soon as it is read:
 * the memory of trees is given back only between two waits, and all of them at once take some
 * hundred megabytes.
 */
async function readIndex(clone: Clone): Promise<RepoIndex> {
  const paths = await clone.list();
  const wanted = paths.filter(isIndexed).slice(0, INDEX_FILES_MAX);
  const facts = new Map<string, Facts>();
  let chars = 0;
  for (let at = 0; at < wanted.length && chars < INDEX_CHARS_MAX; at += READ_AT_ONCE) {
    const some = wanted.slice(at, at + READ_AT_ONCE);
    const texts = await Promise.all(some.map((path) => readable(clone, path)));
    for (const [index, text] of texts.entries()) {
      const path = some[index];
      if (path === undefined || text === null) continue;
      chars += text.length;
      facts.set(path, factsOf(path, text));
    }
  }
  return indexRepo(paths, facts);
}

/** Text of a tracked file; null where it is binary or a link that leads out of the clone. */
async function readable(clone: Clone, path: string): Promise<string | null> {
  try {
    const text = await clone.read(path);
    return text?.includes("\0") ? null : text;
  } catch (error) {
    if (error instanceof WorkerFailure) return null;
    throw error;
  }
}
