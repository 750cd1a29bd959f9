import type { FileChange } from "@nightshift/protocol/attempt";
import type { Tree } from "./memory-git.ts";

const CONTEXT_LINES = 3;

/** A unified diff of two trees, one hunk a file, and what changed in numbers. */
export function diffTrees(from: Tree, to: Tree): { text: string; files: FileChange[] } {
  const paths = [...new Set([...from.keys(), ...to.keys()])].sort();
  const changed = paths.filter((path) => from.get(path) !== to.get(path));
  const parts = changed.map((path) => diffFile(path, from.get(path), to.get(path)));
  return { text: parts.map(({ text }) => text).join(""), files: parts.map(({ file }) => file) };
}

function diffFile(path: string, before: string | undefined, after: string | undefined) {
  const old = linesOf(before ?? "");
  const next = linesOf(after ?? "");
  let head = 0;
  while (head < Math.min(old.length, next.length) && old[head] === next[head]) head++;
  let tail = 0;
  const rest = Math.min(old.length, next.length) - head;
  while (tail < rest && old.at(-1 - tail) === next.at(-1 - tail)) tail++;
  const removed = old.slice(head, old.length - tail);
  const added = next.slice(head, next.length - tail);
  const start = Math.max(0, head - CONTEXT_LINES);
  const lead = old.slice(start, head);
  const trail = old.slice(old.length - tail, old.length - tail + CONTEXT_LINES);
  const around = lead.length + trail.length;
  const body = [
    `diff --git a/${path} b/${path}`,
    `--- ${before === undefined ? "/dev/null" : `a/${path}`}`,
    `+++ ${after === undefined ? "/dev/null" : `b/${path}`}`,
    `@@ -${start + 1},${around + removed.length} +${start + 1},${around + added.length} @@`,
    ...lead.map((line) => ` ${line}`),
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    ...trail.map((line) => ` ${line}`),
  ];
  const status = before === undefined ? "added" : after === undefined ? "deleted" : "modified";
  const file: FileChange = {
    path,
    status,
    addedLines: added.length,
    removedLines: removed.length,
    baseLines: old.length,
  };
  return { text: `${body.join("\n")}\n`, file };
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
