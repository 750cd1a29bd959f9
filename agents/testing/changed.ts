import type { Change } from "../verifier/changes.ts";
import { breaksIn } from "../verifier/breaks.ts";
import { pathFindings } from "../verifier/rules/files/run-unasked.ts";

/** A change of one file; null where it is not there, before or after. */
export function changeOf(path: string, before: string | null, after: string | null): Change {
  const status = before === null ? "added" : after === null ? "deleted" : "modified";
  return { path, status, before, after, special: null };
}

/** The rules of the constitution that a new file breaks, each once. */
export function brokenByNew(path: string, text: string): string[] {
  const found = [
    ...pathFindings(changeOf(path, null, text)),
    ...breaksIn({ path, text }, new Set()),
  ];
  return [...new Set(found.map(({ rule }) => rule))];
}
