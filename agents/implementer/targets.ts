import type { Genes } from "@nightshift/protocol/genome";
import type { TaskSpec } from "@nightshift/protocol/task";
import { matchesAny } from "../verifier/glob.ts";
import { rankFiles } from "./map/rank.ts";
import type { RepoIndex } from "./map/repo-index.ts";

/** The files of a prompt's middle: what the task is about, and what that depends on. */
export type Chosen = { targets: string[]; dependencies: string[]; ranked: string[] };

const TARGETS_MAX = { narrow: 3, normal: 6, wide: 12 } as const;
const DEPENDENCIES_A_HOP = 6;
/** With nothing named, the files that everything else leans on. */
const CENTRAL_FILES = 3;

/** How much each sign says that the task is about a file. */
const SIGNS = { path: 10, scope: 6, symbol: 5, test: 4, stem: 2, word: 1 } as const;

export function chooseFiles(
  spec: TaskSpec,
  critique: string | null,
  index: RepoIndex,
  { contextDepth, scope }: Pick<Genes, "contextDepth" | "scope">,
): Chosen {
  const scores = scoreFiles(spec, critique, index);
  const max = TARGETS_MAX[scope];
  const named = [...scores]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .filter(([, score], at) => score >= SIGNS.path || at < max)
    .slice(0, TARGETS_MAX.wide)
    .map(([path]) => path);
  const ranked = rankFiles(index, named);
  const targets = named.length > 0 ? named : ranked.slice(0, CENTRAL_FILES);
  return { targets, dependencies: dependenciesOf(targets, index, contextDepth), ranked };
}

function scoreFiles(
  spec: TaskSpec,
  critique: string | null,
  index: RepoIndex,
): Map<string, number> {
  const scores = new Map<string, number>();
  const add = (path: string, score: number) => scores.set(path, (scores.get(path) ?? 0) + score);
  const conditions = spec.success.map((one) => (one.kind === "command" ? one.command : one.path));
  const text = [
    spec.title,
    spec.text,
    ...conditions,
    ...(spec.claims ?? []),
    ...spec.drops,
    critique ?? "",
  ].join("\n");
  const pathLike = new Set(text.match(/[\w@.-]+(?:\/[\w@.-]+)*\.\w+/g));
  const words = new Set((text.match(/[A-Za-z_$][\w$]*/g) ?? []).filter((word) => word.length > 2));
  const inScope = index.paths.filter((path) => matchesAny(path, spec.scope));
  for (const path of inScope.slice(0, TARGETS_MAX.wide)) add(path, SIGNS.scope);
  for (const path of index.paths) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (pathLike.has(path) || pathLike.has(name)) add(path, SIGNS.path);
    else if (words.has(stemOf(path))) add(path, SIGNS.stem);
  }
  for (const word of words) {
    const code = /[a-z][A-Z]|_|^[A-Z]\w*[a-z]\w*[A-Z]/.test(word) || text.includes(`\`${word}`);
    for (const path of index.definers.get(word) ?? []) add(path, code ? SIGNS.symbol : SIGNS.word);
  }
  const stems = new Set([...scores.keys()].map(stemOf));
  for (const path of index.paths) {
    if (isTest(path) && stems.has(stemOf(path))) add(path, SIGNS.test);
  }
  return scores;
}

/** Files that the targets use, hop by hop, the most used first. */
function dependenciesOf(targets: readonly string[], index: RepoIndex, hops: number): string[] {
  const seen = new Set(targets);
  let edge: readonly string[] = targets;
  for (let hop = 0; hop < hops; hop++) {
    const found = new Map<string, number>();
    for (const path of edge) {
      for (const [other, weight] of index.uses.get(path) ?? []) {
        if (!seen.has(other)) found.set(other, (found.get(other) ?? 0) + weight);
      }
    }
    edge = [...found]
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, DEPENDENCIES_A_HOP)
      .map(([path]) => path);
    for (const path of edge) seen.add(path);
  }
  return [...seen].slice(targets.length);
}

function isTest(path: string): boolean {
  return /(^|[/._-])(test|tests|spec|__tests__)([/._-]|$)/i.test(path);
}

/** `src/slugify.ts`, `test/slugify.test.ts` and `tests/test_slugify.py` are all about `slugify`. */
function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return (name.split(".")[0] ?? "").replace(/^test_|_test$/, "");
}
