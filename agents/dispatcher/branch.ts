/** A branch keeps the director's spelling; what git forbids in a name becomes a hyphen. */
export function branchOf(name: string): string {
  const safe = name
    .replaceAll(/[^A-Za-z0-9._/-]+/g, "-")
    .replaceAll(/\.{2,}|\/{2,}|\.lock(?=$|\/)|(^|\/)[.-]+/g, "-")
    .replaceAll(/^[-/]+|[-/.]+$/g, "");
  return `nightshift/${safe || "task"}`;
}
