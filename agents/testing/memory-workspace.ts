import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import type { Clone, Workspace } from "../ports.ts";
import { memoryClone } from "./memory-clone.ts";
import { diffTrees } from "./memory-diff.ts";
import { CommitGraph, sorted, type Tree } from "./memory-git.ts";

export type MemoryWorkspace = Workspace & {
  /** The path of its one repository, `/repo` unless told. */
  readonly repo: string;
  /** The first commit, where `main` begins. */
  readonly base: string;
  /** Where each ref stands. */
  readonly refs: ReadonlyMap<string, string>;
  /** Clones that were opened and not closed. */
  readonly openClones: ReadonlySet<Clone>;
  /** Commits files on top of a commit (null removes one) and moves no ref. */
  commit(
    parent: string,
    changes: Readonly<Record<string, string | null>>,
    message?: string,
  ): string;
  /** The files of a commit. */
  files(commit: string): Record<string, string>;
  /** Says which ref a working copy has checked out: `moveRef` refuses it. */
  checkOut(ref: string): void;
};

/** The twin of git: one repository in memory, merged a file at a time. */
export function memoryWorkspace(
  files: Readonly<Record<string, string>>,
  { repo = "/repo", ref = "refs/heads/main" }: { repo?: string; ref?: string } = {},
): MemoryWorkspace {
  const graph = new CommitGraph();
  const base = graph.add({
    tree: sorted(new Map(Object.entries(files))),
    parents: [],
    message: "base",
  });
  const refs = new Map([[ref, base]]);
  const checkedOut = new Set<string>();
  const clones = new Set<Clone>();
  const inRepo = (path: string) => {
    if (path !== repo) throw new Unavailable(`no repository at ${path}`);
  };
  return {
    ...memoryHistory(graph, inRepo),
    repo,
    base,
    refs,
    openClones: clones,
    commit: (parent, changes, message = "change") =>
      graph.add({ tree: changed(graph.at(parent).tree, changes), parents: [parent], message }),
    files: (commit) => Object.fromEntries(graph.at(commit).tree),
    checkOut: (ref) => void checkedOut.add(ref),
    async resolve(path, name) {
      inRepo(path);
      const known = refs.get(name) ?? refs.get(`refs/heads/${name}`);
      return known ?? (graph.has(name) ? name : null);
    },
    async open(path, commit, attempt) {
      inRepo(path);
      const clone = memoryClone(graph, commit, {
        path: `/clones/${attempt}`,
        fetched: (sealed) => refs.set(`refs/nightshift/attempts/${attempt}`, sealed),
        closed: () => clones.delete(clone),
      });
      clones.add(clone);
      return clone;
    },
    async moveRef(path, name, old, next) {
      inRepo(path);
      graph.at(next);
      if (checkedOut.has(name)) throw new Refusal("not-allowed", `${name} is checked out`);
      if ((refs.get(name) ?? null) !== old) return false;
      refs.set(name, next);
      return true;
    },
  };
}

/** What asks only about commits, and moves nothing. */
function memoryHistory(
  graph: CommitGraph,
  inRepo: (path: string) => void,
): Pick<Workspace, "list" | "show" | "diff" | "merge" | "revert" | "contains"> {
  return {
    async list(path, commit) {
      inRepo(path);
      return [...graph.at(commit).tree.keys()];
    },
    async show(path, commit, file) {
      inRepo(path);
      const text = graph.at(commit).tree.get(file) ?? null;
      return text?.includes("\0") ? null : text;
    },
    async diff(path, from, to) {
      inRepo(path);
      return diffTrees(graph.at(from).tree, graph.at(to).tree);
    },
    async merge(path, onto, commit, message) {
      inRepo(path);
      return graph.merge(onto, commit, message);
    },
    async revert(path, onto, commit, message) {
      inRepo(path);
      return graph.revert(onto, commit, message);
    },
    async contains(path, commit, ancestor) {
      inRepo(path);
      return graph.contains(commit, ancestor);
    },
  };
}

function changed(tree: Tree, changes: Readonly<Record<string, string | null>>): Tree {
  const next = new Map(tree);
  for (const [path, text] of Object.entries(changes)) {
    if (text === null) next.delete(path);
    else next.set(path, text);
  }
  return sorted(next);
}
