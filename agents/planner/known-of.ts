import type { Learned, Lore } from "@nightshift/projections/lore";
import { moduleOf } from "@nightshift/projections/lore";
import type { TaskSpec } from "@nightshift/protocol/task";
import { namedThings } from "./named.ts";

/** Lines of what is known that a prompt or plan is given. */
const LINES_MAX = 5;

/**
 * What was learned about the parts of a repository that a task is about, in lines (B24): the modules
 * of the paths that it names or may touch, and those whose name is one of its words. What people
 * decided comes first, then what was taken back, then what went wrong, the newest first.
 */
export function knownOf(lore: Lore, spec: TaskSpec): string[] {
  const modules = lore.repos.get(spec.repo);
  if (!modules) return [];
  const wanted = modulesAbout(spec, [...modules.keys()]);
  const found = wanted.flatMap((name) =>
    (modules.get(name)?.learned ?? []).map((learned, at) => ({ name, learned, at })),
  );
  const sorted = found.sort((a, b) => RANKS[a.learned.kind] - RANKS[b.learned.kind] || b.at - a.at);
  const lines = sorted.map(({ name, learned }) => `${name}: ${learnedLine(learned)}`);
  return [...new Set(lines)].slice(0, LINES_MAX);
}

const RANKS = { decision: 0, "taken-back": 1, pitfall: 2 } as const;

/** What was learned, as people and prompts read it. */
export function learnedLine({ kind, text, by }: Learned): string {
  switch (kind) {
    case "decision":
      return `${by} decided: ${text}`;
    case "taken-back":
      return `a change was taken back: ${text}`;
    case "pitfall":
      return `went wrong before: ${text}`;
  }
}

function modulesAbout(spec: TaskSpec, known: readonly string[]): string[] {
  const { paths } = namedThings(spec);
  const named = new Set([...paths, ...spec.scope].map(moduleOf));
  const words = new Set(`${spec.title} ${spec.text}`.toLowerCase().match(/[a-z][a-z0-9-]{3,}/g));
  return known.filter((module) => {
    const last = module.slice(module.lastIndexOf("/") + 1).toLowerCase();
    return named.has(module) || words.has(last);
  });
}
