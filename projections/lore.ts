import { attemptId, idOf } from "@nightshift/protocol/ids";
import type { EventNamed } from "./words/event-named.ts";
import { plain } from "./words/plain.ts";
import type { Projection } from "./projection.ts";

/** Something that was learned of a module, and the event that tells it. */
export type Learned = {
  kind: "pitfall" | "decision" | "taken-back";
  text: string;
  /** Who decided; null for what was found. */
  by: string | null;
  event: string;
};

/** A folder of a repository, as what happened there shows it. */
type Module = { attempts: number; merged: number; learned: Learned[] };

/**
 * A graph of what was learned about repositories (B24): attempts lead to the modules that they
 * touched, and what came of them, pitfalls and people's decisions, is tied to those.
 */
export type Lore = {
  /** By repository, then by module; the module touched last is the last. */
  repos: Map<string, Map<string, Module>>;
  /** The modules of the latest attempts: a review may come days later. */
  attempts: Map<string, { repo: string; modules: readonly string[] }>;
};

const MODULES_KEPT = 300;
const LEARNED_KEPT = 6;
const ATTEMPTS_KEPT = 500;
/** Modules of one attempt; a change of the whole repository teaches nothing of its parts. */
const MODULES_OF_ATTEMPT = 8;
const TEXT_CHARS_MAX = 240;

type Read = EventNamed<
  | "attempt.started"
  | "attempt.executed"
  | "attempt.verified"
  | "attempt.graded"
  | "task.returned"
  | "review.rejected"
  | "repo.merged"
  | "repo.reverted"
>;

export const lore: Projection<Lore, Read> = {
  name: "lore",
  version: 1,
  reads: [
    "attempt.started",
    "attempt.executed",
    "attempt.verified",
    "attempt.graded",
    "task.returned",
    "review.rejected",
    "repo.merged",
    "repo.reverted",
  ],
  initial: () => ({ repos: new Map(), attempts: new Map() }),
  apply(view, { id, stream, event }) {
    const attempt = idOf(stream);
    switch (event.type) {
      case "attempt.started":
        return begin(view, attempt, event.repo);
      case "attempt.executed":
        return touch(view, attempt, event.files);
      case "attempt.verified": {
        const hits = event.hits.map(({ rule, file }) => `${rule} in ${file}`);
        const failed = event.checks.filter(({ outcome }) => outcome === "fail");
        const checks = failed.map(({ name, detail }) => `${name}: ${detail}`);
        for (const text of [...hits, ...checks])
          learn(view, attempt, id, { kind: "pitfall", text });
        return;
      }
      case "task.returned":
        return learn(view, attemptId(attempt, event.generation), id, {
          kind: "pitfall",
          text: event.critique,
        });
      case "review.rejected":
        return learn(view, attempt, id, { kind: "decision", text: event.why, by: event.by });
      case "attempt.graded":
        if (event.note === "") return;
        return learn(view, attempt, id, { kind: "decision", text: event.note, by: event.by });
      case "repo.merged":
        return modulesOf(view, event.attempt).forEach((module) => void (module.merged += 1));
      case "repo.reverted":
        return learn(view, event.attempt, id, { kind: "taken-back", text: event.reason });
    }
  },
};

function begin(view: Lore, attempt: string, repo: string): void {
  view.attempts.set(attempt, { repo, modules: [] });
  const [oldest] = view.attempts.keys();
  if (view.attempts.size > ATTEMPTS_KEPT && oldest !== undefined) view.attempts.delete(oldest);
}

function touch(view: Lore, attempt: string, files: readonly { path: string }[]): void {
  const known = view.attempts.get(attempt);
  if (!known) return;
  const modules = [...new Set(files.map(({ path }) => moduleOf(path)))];
  known.modules = modules.slice(0, MODULES_OF_ATTEMPT);
  const repo = view.repos.get(known.repo) ?? new Map<string, Module>();
  view.repos.set(known.repo, repo);
  for (const name of known.modules) {
    const module = repo.get(name) ?? { attempts: 0, merged: 0, learned: [] };
    repo.delete(name);
    repo.set(name, { ...module, attempts: module.attempts + 1 });
  }
  for (const name of [...repo.keys()].slice(0, Math.max(0, repo.size - MODULES_KEPT))) {
    repo.delete(name);
  }
}

function modulesOf({ attempts, repos }: Lore, attempt: string): Module[] {
  const known = attempts.get(attempt);
  const repo = known && repos.get(known.repo);
  return (known?.modules ?? []).flatMap((name) => repo?.get(name) ?? []);
}

type Told = { kind: Learned["kind"]; text: string; by?: string };

function learn(view: Lore, attempt: string, event: string, { kind, text, by }: Told): void {
  const one = { kind, text: plain(text, TEXT_CHARS_MAX), by: by ?? null, event };
  for (const module of modulesOf(view, attempt)) {
    const others = module.learned.filter((known) => known.text !== one.text);
    module.learned = [...others, one].slice(-LEARNED_KEPT);
  }
}

/** The folder it is in, `.` at the root. */
export function moduleOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end < 0 ? "." : path.slice(0, end);
}
