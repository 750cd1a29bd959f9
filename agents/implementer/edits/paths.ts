const PATH_CHARS_MAX = 300;
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * Why a path that an answer names may not be touched, or null. Relative, with slashes, no way out,
 * nothing of git's own. The clone checks again, links included: this is the first of two doors.
 */
export function pathProblem(path: string): string | null {
  if (path.length > PATH_CHARS_MAX) return `is longer than ${PATH_CHARS_MAX} characters`;
  if (/^([/\\~]|[a-z]:)/i.test(path)) return "is not relative to the repository";
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return "has a backslash or control character";
  for (const part of path.split("/")) {
    if (part === "" || part === ".") return "has an empty part";
    if (part === "..") return "leads out of the repository";
    // Git ignores these letters on some file systems, so that `.g\u200cit` would be its folder.
    const bare = part.replaceAll(/[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, "");
    if (/^(\.git|git~\d+)[ .]*$/i.test(bare.split(":")[0] ?? ""))
      return "leads into git's own files";
    if (RESERVED.test(part)) return "is a reserved name";
  }
  return null;
}
