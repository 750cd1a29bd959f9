/** Passes over a name, each of which may bare something that git forbids as well. */
const PASSES_MAX = 20;

/**
 * A branch keeps the director's spelling; what git forbids in a name becomes a hyphen. What is cut off
 * an end may bare another end: `yarn.lock!` without its mark ends with `.lock`.
 */
export function branchOf(name: string): string {
  let safe = name.replaceAll(/[^A-Za-z0-9._/-]+/g, "-");
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    const tidied = safe
      .replaceAll(/\.{2,}|\/{2,}|\.lock(?=$|\/)|(^|\/)[.-]+/g, "-")
      .replaceAll(/^[-/]+|[-/.]+$/g, "");
    if (tidied === safe) return `nightshift/${safe || "task"}`;
    safe = tidied;
  }
  return "nightshift/task";
}
