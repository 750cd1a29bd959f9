import type { SkillInput } from "@nightshift/protocol/skills";
import { WorkerFailure, type Clone } from "../ports.ts";
import { compact } from "./compact.ts";
import type { Material, Shown } from "./context.ts";
import {
  INDEX_CHARS_MAX,
  INDEX_FILES_MAX,
  indexRepo,
  isIndexed,
  sourceOf,
  type RepoIndex,
  type Source,
} from "./repo-index.ts";
import { renderMap } from "./repo-map.ts";
import { chooseFiles } from "./targets.ts";

const READ_AT_ONCE = 32;

/**
 * Reads the sources of a clone, as many as the index takes. Each is parsed as soon as it is read:
 * the memory of trees is given back only between two waits, and all of them at once take some
 * hundred megabytes.
 */
export async function readIndex(clone: Clone): Promise<RepoIndex> {
  const paths = await clone.list();
  const wanted = paths.filter(isIndexed).slice(0, INDEX_FILES_MAX);
  const sources: Source[] = [];
  let chars = 0;
  for (let at = 0; at < wanted.length && chars < INDEX_CHARS_MAX; at += READ_AT_ONCE) {
    const some = wanted.slice(at, at + READ_AT_ONCE);
    const texts = await Promise.all(some.map((path) => readable(clone, path)));
    for (const [index, text] of texts.entries()) {
      const path = some[index];
      if (path === undefined || text === null) continue;
      chars += text.length;
      sources.push(sourceOf(path, text));
    }
  }
  return indexRepo(paths, sources);
}

/** @param whole Whether targets are shown in full; a coding agent reads them itself. */
export async function gather(
  input: SkillInput<"implement">,
  clone: Clone,
  index: RepoIndex,
  { whole, instructions }: { whole: boolean; instructions: string },
): Promise<Material> {
  const { spec, critique, genes, reflections, guidance } = input;
  const { targets, dependencies, ranked } = chooseFiles(spec, critique, index, genes);
  const show = async (path: string, full: boolean): Promise<Shown[]> => {
    const text = await readable(clone, path);
    if (text === null) return [];
    const outline = compact(path, text, index.definitions.get(path) ?? []);
    return [{ path, full: full ? text : null, compact: outline }];
  };
  const all = async (paths: readonly string[], full: boolean) =>
    (await Promise.all(paths.map((path) => show(path, full)))).flat();
  return {
    spec,
    instructions,
    targets: await all(targets, whole),
    dependencies: await all(dependencies, false),
    map: (budgetTokens, count) => renderMap(index, ranked, budgetTokens, count),
    reflections,
    guidance,
    critique,
  };
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
