import { Unavailable } from "@nightshift/protocol/errors";
import type { Merge } from "../ports.ts";

/** The files of a commit: text by path. */
export type Tree = ReadonlyMap<string, string>;
export type Snapshot = { tree: Tree; parents: readonly string[]; message: string };

/** Commits by id; the same tree, parents and message are the same commit, as in git. */
export class CommitGraph {
  readonly #commits = new Map<string, Snapshot>();

  add(snapshot: Snapshot): string {
    const id = hexOf(JSON.stringify([[...snapshot.tree], snapshot.parents, snapshot.message]));
    this.#commits.set(id, snapshot);
    return id;
  }

  /** @throws Unavailable when there is no such commit. */
  at(id: string): Snapshot {
    const found = this.#commits.get(id);
    if (!found) throw new Unavailable(`no commit ${id}`);
    return found;
  }

  /** The commit and all before it, nearest first. */
  history(id: string): string[] {
    const seen = new Set([id]);
    for (const commit of seen) for (const parent of this.at(commit).parents) seen.add(parent);
    return [...seen];
  }

  has(commit: string): boolean {
    return this.#commits.has(commit);
  }

  contains(commit: string, ancestor: string): boolean {
    return this.history(commit).includes(ancestor);
  }

  /** The nearest common ancestor, or null. */
  mergeBase(left: string, right: string): string | null {
    const others = new Set(this.history(right));
    return this.history(left).find((commit) => others.has(commit)) ?? null;
  }

  merge(onto: string, commit: string, message: string): Merge {
    if (this.contains(onto, commit)) {
      return { status: "merged", commit: onto, alreadyThere: true };
    }
    const common = this.mergeBase(onto, commit);
    const base = common === null ? new Map<string, string>() : this.at(common).tree;
    const { tree, paths } = mergeTrees(base, this.at(onto).tree, this.at(commit).tree);
    if (paths.length > 0) return { status: "conflict", paths };
    const made = this.add({ tree, parents: [onto, commit], message });
    return { status: "merged", commit: made, alreadyThere: false };
  }

  /** Takes back what a commit did to its first parent. */
  revert(onto: string, commit: string, message: string): Merge {
    const { tree: taken, parents } = this.at(commit);
    const before = parents[0] === undefined ? new Map<string, string>() : this.at(parents[0]).tree;
    const { tree, paths } = mergeTrees(taken, this.at(onto).tree, before);
    if (paths.length > 0) return { status: "conflict", paths };
    const made = this.add({ tree, parents: [onto], message });
    return { status: "merged", commit: made, alreadyThere: false };
  }
}

/**
 * Takes over what `theirs` changed since `base` into `ours`, a file at a time: a file that both
 * changed, and not to the same text, is a conflict.
 */
function mergeTrees(base: Tree, ours: Tree, theirs: Tree): { tree: Tree; paths: string[] } {
  const tree = new Map(ours);
  const paths: string[] = [];
  for (const path of new Set([...base.keys(), ...theirs.keys()])) {
    const before = base.get(path);
    const after = theirs.get(path);
    if (before === after || ours.get(path) === after) continue;
    if (ours.get(path) !== before) paths.push(path);
    else if (after === undefined) tree.delete(path);
    else tree.set(path, after);
  }
  return { tree: sorted(tree), paths };
}

export function sorted(tree: Tree): Tree {
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Forty hexadecimal digits from five salted FNV-1a hashes: names commits, secures nothing. */
function hexOf(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return [1, 2, 3, 4, 5]
    .map((salt) => {
      let hash = (0x811c9dc5 ^ Math.imul(salt, 0x9e3779b1)) >>> 0;
      for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
      return hash.toString(16).padStart(8, "0");
    })
    .join("");
}
