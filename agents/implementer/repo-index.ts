import { definitionsOf, isSource, type Definition } from "./definitions.ts";

/** What a repository's files define, and which file uses what of which other. */
export type RepoIndex = {
  /** Every tracked path, sorted. */
  paths: readonly string[];
  definitions: ReadonlyMap<string, readonly Definition[]>;
  /** Paths that define a name. */
  definers: ReadonlyMap<string, readonly string[]>;
  /** From a file to the files it uses, with weights. */
  uses: ReadonlyMap<string, ReadonlyMap<string, number>>;
};

/** A source file as the index takes it; its tree is gone once its definitions are told. */
export type Source = { path: string; text: string; definitions: readonly Definition[] };

export function sourceOf(path: string, text: string): Source {
  return { path, text, definitions: definitionsOf(path, text) };
}

/** Source files that are read at most, and their characters all together. */
export const INDEX_FILES_MAX = 3_000;
export const INDEX_CHARS_MAX = 12_000_000;

/** A name that more files define says nothing about which of them is meant. */
const DEFINERS_MAX = 5;
const IMPORT_WEIGHT = 3;

/** Whether a file is worth reading for the map: source that people wrote. */
export function isIndexed(path: string): boolean {
  return isSource(path) && !GENERATED.test(path);
}

const GENERATED =
  /(^|\/)(node_modules|vendor|third_party|dist|build|out|target|\.next|coverage)\/|\.min\.\w+$|\.d\.ts$/;

/** Pure: the same files make the same index. */
export function indexRepo(paths: readonly string[], sources: readonly Source[]): RepoIndex {
  const definers = new Map<string, string[]>();
  for (const { path, definitions } of sources) {
    for (const name of new Set(definitions.map((one) => one.name))) {
      const others = definers.get(name);
      if (others) others.push(path);
      else definers.set(name, [path]);
    }
  }
  const definitions = new Map(sources.map((source) => [source.path, source.definitions]));
  const known = new Set(paths);
  const uses = new Map(
    sources.map(({ path, text }) => [path, usesOf(path, text, definers, known)]),
  );
  return { paths, definitions, definers, uses };
}

function usesOf(
  path: string,
  text: string,
  definers: ReadonlyMap<string, readonly string[]>,
  known: ReadonlySet<string>,
): Map<string, number> {
  const uses = new Map<string, number>();
  const add = (other: string, weight: number) => {
    if (other !== path) uses.set(other, (uses.get(other) ?? 0) + weight);
  };
  for (const name of new Set(text.match(/[A-Za-z_$][\w$]{2,}/g))) {
    const places = definers.get(name) ?? [];
    if (places.length > DEFINERS_MAX) continue;
    for (const place of places) add(place, 1 / places.length);
  }
  for (const [, specifier] of text.matchAll(/(?:from|import|require\()\s*["']([^"']+)["']/g)) {
    const target = specifier?.startsWith(".") ? resolveImport(path, specifier, known) : null;
    if (target !== null) add(target, IMPORT_WEIGHT);
  }
  return uses;
}

const ENDINGS = ["", ".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", "/index.ts", "/index.js"];

/** The tracked file that a relative import means, or null. */
export function resolveImport(
  from: string,
  specifier: string,
  known: ReadonlySet<string>,
): string | null {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  const plain = parts.join("/");
  const typed = plain.replace(/\.([cm]?)js(x?)$/, ".$1ts$2");
  return (
    [typed, ...ENDINGS.map((ending) => plain + ending)].find((path) => known.has(path)) ?? null
  );
}
