/** The sentences and list items of a text, without fenced code, trimmed, in lower case. */
export function sentencesOf(text: string): string[] {
  return text
    .replaceAll(/```[\s\S]*?(```|$)/g, " ")
    .toLowerCase()
    .split(/(?<=[.!?;:])\s+|\n+/)
    .map((sentence) => sentence.replace(/^\s*(?:[-*+•]|\d+[.)])\s+/, "").trim())
    .filter((sentence) => sentence !== "");
}

/** Names that a text uses as code: what someone could look for in a repository. */
export function identifiersOf(text: string): { symbols: Set<string>; paths: Set<string> } {
  const symbols = new Set<string>();
  const paths = new Set<string>();
  const own = text.replaceAll(ADDRESS, " ");
  for (const [path] of own.matchAll(PATH)) paths.add(path);
  const prose = own.replaceAll(PATH, " ");
  for (const [, quoted] of prose.matchAll(/`([^`\n]+)`/g)) {
    const head = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*(?=$|\()/.exec(quoted ?? "")?.[0];
    if (head) symbols.add(lastPart(head));
  }
  const bare = prose.replaceAll(/`[^`\n]*`/g, " ");
  for (const [word] of bare.matchAll(/\b[A-Za-z_$][\w$]*(?=\()/g)) symbols.add(word);
  for (const [word] of bare.matchAll(/\b[A-Za-z_$][\w$]*\b/g)) {
    if (/[a-z0-9][A-Z]|[A-Za-z]_[A-Za-z]/.test(word)) symbols.add(word);
  }
  return { symbols, paths };
}

/** An address somewhere else is no path here. */
const ADDRESS = /\b[a-z][a-z\d+.-]*:\/\/[^\s)\]>]+/gi;
/** A path with a folder, or a file name with an ending of two to four letters. */
const PATH =
  /(?:[\w@.-]+\/)+[\w@.-]*\w|\b[\w-]+\.(?:[cm]?[jt]sx?|py|go|rs|rb|java|kt|md|json|ya?ml|toml|css|html|sql|sh|php|txt)\b/g;

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
