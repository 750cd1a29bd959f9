/**
 * Whether two lists of globs can never name the same path. It would rather say no: an empty list is
 * the whole repository, letters are compared without case, and of a glob only the folder in front
 * of its first wildcard counts (F23).
 */
export function disjoint(a: readonly string[], b: readonly string[]): boolean {
  if (a.length === 0 || b.length === 0) return false;
  const others = b.map(root);
  return a.map(root).every((one) => others.every((other) => !meet(one, other)));
}

function meet(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

/** The start that all paths of a glob share; empty where nothing certain can be said. */
function root(glob: string): string {
  const path = glob
    .normalize("NFC")
    .toLowerCase()
    .replace(/^(\.?\/)+/, "");
  if (/^!|\\|(^|\/)\.\.?(\/|$)|\/\//.test(path)) return "";
  const wild = path.search(/[*?[{(]/);
  return wild === -1 ? path : path.slice(0, path.lastIndexOf("/", wild) + 1);
}
