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

/**
 * Reads a unified diff as git writes it. Line counts of the hunk headers say where a hunk ends, so
 * no line of content can pass for a header.
 */
export function changedFiles(diff: string): ChangedFile[] {
  const files: ChangedFile[] = [];
  let file: ChangedFile | null = null;
  let left = { old: 0, now: 0 };
  for (const line of diff.split("\n")) {
    if (left.old > 0 || left.now > 0) {
      if (file) read(file, line, left);
      continue;
    }
    const header = /^diff --git "?a\/.* "?b\/(.*?)"?$/.exec(line);
    if (header) {
      if (files.length >= FILES_MAX) break;
      file = begun(header[1] ?? "");
      files.push(file);
    } else if (file && /^(?:new file mode|--- \/dev\/null)/.test(line)) file.isNew = true;
    else if (file && /^(?:deleted file mode|\+\+\+ \/dev\/null)/.test(line)) file.isGone = true;
    else if (!file && line.startsWith("+++ b/")) files.push((file = begun(line.slice(6))));
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (hunk) left = { old: Number(hunk[1] ?? 1), now: Number(hunk[2] ?? 1) };
  }
  return files;
}

function begun(path: string): ChangedFile {
  return { path, isNew: false, isGone: false, added: [], removed: [], context: [] };
}

function read(file: ChangedFile, line: string, left: { old: number; now: number }): void {
  const text = line.slice(1);
  if (line.startsWith("\\")) return;
  if (line.startsWith("+")) {
    file.added.push(text);
    left.now -= 1;
  } else if (line.startsWith("-")) {
    file.removed.push(text);
    left.old -= 1;
  } else {
    left.old -= 1;
    left.now -= 1;
  }
  if (!line.startsWith("-")) file.context.push(text);
}
