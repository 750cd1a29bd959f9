/**
 * Whether a path, relative and with slashes, is one that the globs name. `**` crosses folders, `*`
 * and `?` do not, `{a,b}` chooses. A glob without a wildcard names the file or all of that folder.
 * Letters are compared without case: some file systems do not tell `.GitHub` from `.github`.
 */
export function matchesAny(path: string, globs: readonly string[]): boolean {
  return globs.some((glob) => expressionOf(glob).test(path));
}

const known = new Map<string, RegExp>();
const KNOWN_MAX = 1_000;

function expressionOf(glob: string): RegExp {
  const cached = known.get(glob);
  if (cached) return cached;
  const plain = glob.replace(/^\.?\//, "").replace(/\/+$/, "");
  const folder = /[*?{]/.test(plain) ? "" : "(?:/.*)?";
  const made = new RegExp(`^${translate(plain)}${folder}$`, "i");
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(glob, made);
  return made;
}

function translate(glob: string): string {
  let made = "";
  let choices = 0;
  for (let at = 0; at < glob.length; at++) {
    const letter = glob.charAt(at);
    if (glob.startsWith("**/", at)) {
      made += "(?:.*/)?";
      at += 2;
    } else if (glob.startsWith("**", at)) {
      made += ".*";
      at += 1;
    } else if (letter === "*") made += "[^/]*";
    else if (letter === "?") made += "[^/]";
    else if (letter === "{" && glob.includes("}", at)) {
      made += "(?:";
      choices += 1;
    } else if (letter === "}" && choices > 0) {
      made += ")";
      choices -= 1;
    } else if (letter === "," && choices > 0) made += "|";
    else made += letter.replace(/[\\^$.|+()[\]{}]/, String.raw`\$&`);
  }
  return made;
}
