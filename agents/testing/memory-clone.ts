import { WorkerFailure, type Clone } from "../ports.ts";
import { diffTrees } from "./memory-diff.ts";
import { sorted, type CommitGraph } from "./memory-git.ts";

/** The twin of an attempt's own working copy; told when it is sealed and when it is closed. */
export function memoryClone(
  graph: CommitGraph,
  base: string,
  {
    path,
    fetched,
    closed,
  }: {
    path: string;
    fetched: (commit: string) => void;
    closed: () => void;
  },
): Clone {
  const before = graph.at(base).tree;
  const tree = new Map(before);
  return {
    path,
    base,
    list: async () => [...before.keys()].sort(),
    read: async (file) => tree.get(inside(file)) ?? null,
    write: async (file, text) => void tree.set(inside(file), text),
    remove: async (file) => void tree.delete(inside(file)),
    async seal(message) {
      const { text, files } = diffTrees(before, tree);
      if (files.length === 0) return null;
      const commit = graph.add({ tree: sorted(tree), parents: [base], message });
      fetched(commit);
      return { commit, files, diff: text };
    },
    close: async () => closed(),
  };
}

function inside(path: string): string {
  const parts = path.split("/");
  const outside = parts.some((part) => ["", ".", "..", ".git"].includes(part.toLowerCase()));
  if (outside || /[\0\\]/.test(path)) {
    throw new WorkerFailure("unusable-answer", `${JSON.stringify(path)} is not inside the clone`);
  }
  return path;
}
