import { type DiffFile, readDiff } from "../source/unified-diff.ts";

/** One file of a diff: what was added to it and what was taken away. */
export type ChangedFile = {
  path: string;
  /** It did not exist before: then `added` is all of it. */
  isNew: boolean;
  isGone: boolean;
  added: string[];
  removed: string[];
  /** Added lines with the lines around them, as the hunks show them. */
  context: string[];
};

const FILES_MAX = 500;

export function changedFiles(diff: string): ChangedFile[] {
  return readDiff(diff).slice(0, FILES_MAX).map(changedFile);
}

function changedFile({ path, isNew, isGone, lines }: DiffFile): ChangedFile {
  const textOf = (...kinds: (typeof lines)[number]["kind"][]) =>
    lines.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text);
  const [added, removed] = [textOf("added"), textOf("removed")];
  return { path, isNew, isGone, added, removed, context: textOf("added", "kept") };
}
