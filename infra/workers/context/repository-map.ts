import type { RepoView } from "@nightshift/agents/implementer/compose";
import {
  factsOf,
  INDEX_CHARS_MAX,
  INDEX_FILES_MAX,
  isIndexed,
  type Facts,
} from "@nightshift/agents/implementer/map/facts";
import {
  isCurrent,
  manifestLines,
  type Manifest,
} from "@nightshift/agents/implementer/map/manifest";
import { rankFiles } from "@nightshift/agents/implementer/map/rank";
import { repoIndexer } from "@nightshift/agents/implementer/map/repo-index";
import { defaultSettings } from "@nightshift/protocol/settings";
import type { Place } from "../workspace/git.ts";
import type { FactsStore } from "./facts-store.ts";
import { openObjects, type ObjectReader } from "./object-reader.ts";
import { trackedFiles, type Tracked, type TrackedFile } from "./tracked-files.ts";

/** The map of one repository, which goes from commit to commit with it. */
export type RepositoryMap = {
  /** The repository as it is at a commit; only files that are not known yet are read. */
  at(commit: string): Promise<RepoView & { parsedFiles: number }>;
};

/** After as many files the memory of their trees is given back. */
const FILES_A_TURN = 16;
/** A file beyond this is data; it is named and not read. */
const FILE_BYTES_MAX = 1_000_000;

export function repositoryMap(
  place: Place,
  store: FactsStore,
  clock: { now(): number },
): RepositoryMap {
  const indexer = repoIndexer();
  const known = new Map<string, string>();
  let tracked: Tracked | null = null;
  let manifest: Manifest | null = null;
  const moveTo = async (commit: string, objects: ObjectReader): Promise<number> => {
    const { files } = (tracked = await trackedFiles(place, commit, objects, tracked));
    const wanted = chosen(files);
    const changed = new Map<string, Facts | null>();
    for (const path of known.keys()) if (!wanted.has(path)) changed.set(path, null);
    const fresh = [...wanted.values()].filter(({ path, id }) => known.get(path) !== id);
    const { facts, parsedFiles } = await factsFor(objects, fresh, store, clock.now());
    for (const { path, id } of fresh) {
      const told = facts.get(keyOf(path, id));
      if (told) changed.set(path, told);
    }
    indexer.update(
      files.map(({ path }) => path),
      changed,
    );
    for (const [path, told] of changed) if (told === null) known.delete(path);
    for (const { path, id } of fresh) known.set(path, id);
    return parsedFiles;
  };
  return {
    async at(commit) {
      const objects = openObjects(place);
      const parsedFiles = await moveTo(commit, objects).finally(() => objects.close());
      const { tree = "", files = [] } = tracked ?? {};
      const now = { tree, nowMs: clock.now(), daysMax: defaultSettings.manifestDaysMax };
      if (manifest === null || !isCurrent(manifest, now)) {
        const lines = manifestLines(indexer.index, rankFiles(indexer.index, []));
        manifest = { tree, madeAtMs: now.nowMs, lines };
      }
      const byPath = new Map(files.map((file) => [file.path, file]));
      return {
        index: indexer.index,
        manifest: manifest.lines,
        parsedFiles,
        read: (path) => readOne(place, byPath.get(path)),
      };
    },
  };
}

function chosen(files: readonly TrackedFile[]): Map<string, TrackedFile> {
  const wanted = new Map<string, TrackedFile>();
  let bytes = 0;
  for (const file of files) {
    if (!isIndexed(file.path) || file.bytes > FILE_BYTES_MAX) continue;
    bytes += file.bytes;
    if (wanted.size >= INDEX_FILES_MAX || bytes > INDEX_CHARS_MAX) break;
    wanted.set(file.path, file);
  }
  return wanted;
}

/** Facts follow from the content and the language, which the ending tells. */
function keyOf(path: string, id: string): string {
  return `${id}.${path.slice(path.lastIndexOf(".") + 1).toLowerCase()}`;
}

async function factsFor(
  objects: ObjectReader,
  files: readonly TrackedFile[],
  store: FactsStore,
  nowMs: number,
): Promise<{ facts: Map<string, Facts>; parsedFiles: number }> {
  const facts = store.get(files.map(({ path, id }) => keyOf(path, id)));
  const unread = files.filter(({ path, id }) => !facts.has(keyOf(path, id)));
  const told = new Map<string, Facts>();
  let at = 0;
  for await (const text of objects.texts(unread.map(({ id }) => id))) {
    const file = unread[at++];
    if (!file) break;
    told.set(keyOf(file.path, file.id), factsOf(file.path, text ?? ""));
    if (at % FILES_A_TURN === 0) await giveBack();
  }
  store.put(told, nowMs);
  for (const [key, one] of told) facts.set(key, one);
  return { facts, parsedFiles: told.size };
}

/** A tree is many times its file, and the collector does not see it: it lies outside its heap. */
async function giveBack(): Promise<void> {
  globalThis.gc?.({ type: "minor" });
  await new Promise((resolve) => setImmediate(resolve));
}

async function readOne(place: Place, file: TrackedFile | undefined): Promise<string | null> {
  if (file === undefined || file.bytes > FILE_BYTES_MAX) return null;
  const objects = openObjects(place);
  try {
    for await (const text of objects.texts([file.id])) return text;
    return null;
  } finally {
    objects.close();
  }
}
