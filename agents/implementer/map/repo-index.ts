import type { Definition } from "./definitions.ts";
import type { Facts } from "./facts.ts";
import { meantBy, placesOf, type Places } from "./imports.ts";

/** What a repository's files define, and which file uses what of which other. */
export type RepoIndex = {
  /** Every tracked path, sorted. */
  paths: readonly string[];
  definitions: ReadonlyMap<string, readonly Definition[]>;
  /** Paths that define a name. */
  definers: ReadonlyMap<string, ReadonlySet<string>>;
  /** From a file to the files it uses, with weights. */
  uses: ReadonlyMap<string, ReadonlyMap<string, number>>;
};

/** A name that more files define says nothing about which of them is meant. */
const DEFINERS_MAX = 5;
const IMPORT_WEIGHT = 3;

/** An index that follows its repository: only what a change touches is worked out again. */
export type RepoIndexer = {
  readonly index: RepoIndex;
  /**
   * Brings the index to another state of the repository.
   * @param paths Every tracked path, sorted.
   * @param changed Facts of the source files that are new or another; null for those that are gone.
   */
  update(paths: readonly string[], changed: ReadonlyMap<string, Facts | null>): void;
};

/** The same files make the same index, in whatever steps they came. */
export function repoIndexer(): RepoIndexer {
  const facts = new Map<string, Facts>();
  const definitions = new Map<string, readonly Definition[]>();
  const definers = new Map<string, Set<string>>();
  /** Files in which a name stands. */
  const mentions = new Map<string, Set<string>>();
  const uses = new Map<string, Map<string, number>>();
  const index = { paths: [] as readonly string[], definitions, definers, uses };

  const replace = (path: string, next: Facts | null, touched: Set<string>) => {
    const before = namesDefined(facts.get(path));
    const after = namesDefined(next);
    // A name that stays defined here changes nothing for those who use it.
    for (const name of before.symmetricDifference(after)) touched.add(name);
    for (const name of before.difference(after)) drop(definers, name, path);
    for (const name of after.difference(before)) put(definers, name, path);
    const [old, told] = [new Set(facts.get(path)?.names), new Set(next?.names)];
    for (const name of old.difference(told)) drop(mentions, name, path);
    for (const name of told.difference(old)) put(mentions, name, path);
    if (next === null) for (const map of [facts, definitions, uses]) map.delete(path);
    else {
      facts.set(path, next);
      definitions.set(path, next.definitions);
    }
  };
  let places = placesOf([]);

  return {
    index,
    update(paths, changed) {
      const isSameTree = samePaths(paths, index.paths);
      index.paths = paths;
      const touched = new Set<string>();
      for (const [path, told] of changed) replace(path, told, touched);
      if (!isSameTree) places = placesOf(paths);
      // Where files came or went, any import may mean another one.
      const stale = isSameTree ? staleFiles(changed, touched, mentions) : facts.keys();
      for (const path of stale) {
        const told = facts.get(path);
        if (told) uses.set(path, usesOf(path, told, definers, places));
      }
    },
  };
}

/** The index of a repository whose facts are all at hand. */
export function indexRepo(paths: readonly string[], facts: ReadonlyMap<string, Facts>): RepoIndex {
  const indexer = repoIndexer();
  indexer.update(paths, facts);
  return indexer.index;
}

function namesDefined(facts: Facts | null | undefined): Set<string> {
  return new Set(facts?.definitions.map(({ name }) => name));
}

function samePaths(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((path, at) => path === other[at]);
}

/** What changed, and whoever mentions a name that is now defined elsewhere. */
function staleFiles(
  changed: ReadonlyMap<string, unknown>,
  touched: ReadonlySet<string>,
  mentions: ReadonlyMap<string, ReadonlySet<string>>,
): Set<string> {
  const stale = new Set(changed.keys());
  for (const name of touched) for (const path of mentions.get(name) ?? []) stale.add(path);
  return stale;
}

function usesOf(
  path: string,
  { names, imports }: Facts,
  definers: ReadonlyMap<string, ReadonlySet<string>>,
  places: Places,
): Map<string, number> {
  const uses = new Map<string, number>();
  const add = (other: string, weight: number) => {
    if (other !== path) uses.set(other, (uses.get(other) ?? 0) + weight);
  };
  for (const name of names) {
    const definedBy = definers.get(name);
    if (definedBy === undefined || definedBy.size > DEFINERS_MAX) continue;
    for (const place of definedBy) add(place, 1 / definedBy.size);
  }
  for (const specifier of imports) {
    const meant = meantBy(path, specifier, places);
    for (const target of meant) add(target, IMPORT_WEIGHT / meant.length);
  }
  return uses;
}

function put(map: Map<string, Set<string>>, name: string, path: string): void {
  const known = map.get(name);
  if (known) known.add(path);
  else map.set(name, new Set([path]));
}

function drop(map: Map<string, Set<string>>, name: string, path: string): void {
  const known = map.get(name);
  if (known?.delete(path) && known.size === 0) map.delete(name);
}
