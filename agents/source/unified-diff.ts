/** One file of a diff, with the lines that its hunks show. */
export type DiffFile = {
  path: string;
  /** It did not exist before. */
  isNew: boolean;
  isGone: boolean;
  lines: DiffLine[];
};

type DiffLine = {
  kind: "added" | "removed" | "kept";
  text: string;
  /** In the file as it is afterwards, from 1; of a line that was taken away, what follows it. */
  at: number;
};

/**
 * Reads a unified diff as git writes it. Line counts of the hunk headers say where a hunk ends, so
 * no line of content can pass for a header.
 */
export function readDiff(diff: string): DiffFile[] {
  const files: DiffFile[] = [];
  let file: DiffFile | null = null;
  let left = { old: 0, now: 0, at: 0 };
  for (const line of diff.split("\n")) {
    if (left.old > 0 || left.now > 0) {
      const read = contentOf(line, left);
      if (read !== null) file?.lines.push(read);
      continue;
    }
    const header = /^diff --git "?a\/.* "?b\/(.*?)"?$/.exec(line)?.[1];
    if (header !== undefined) files.push((file = begun(header)));
    else if (file && /^(?:new file mode|--- \/dev\/null)/.test(line)) file.isNew = true;
    else if (file && /^(?:deleted file mode|\+\+\+ \/dev\/null)/.test(line)) file.isGone = true;
    else if (!file && line.startsWith("+++ b/")) files.push((file = begun(line.slice(6))));
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (!hunk) continue;
    left = { old: Number(hunk[1] ?? 1), now: Number(hunk[3] ?? 1), at: Number(hunk[2]) };
  }
  return files;
}

function begun(path: string): DiffFile {
  return { path, isNew: false, isGone: false, lines: [] };
}

/** One line of a hunk, taken off what is left of it; null for git's own word on a last newline. */
function contentOf(line: string, left: { old: number; now: number; at: number }): DiffLine | null {
  if (line.startsWith("\\")) return null;
  const kind = line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "kept";
  const read: DiffLine = { kind, text: line.slice(1), at: left.at };
  if (kind !== "added") left.old -= 1;
  if (kind !== "removed") {
    left.now -= 1;
    left.at += 1;
  }
  return read;
}
