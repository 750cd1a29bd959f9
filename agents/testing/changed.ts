import type { Change } from "../verifier/changes.ts";
import { constitutionCheck } from "../verifier/constitution.ts";
import { taskSpec } from "./fixtures.ts";

/** A change of one file; null where it is not there, before or after. */
export function changeOf(path: string, before: string | null, after: string | null): Change {
  const status = before === null ? "added" : after === null ? "deleted" : "modified";
  return { path, status, before, after, special: null };
}

/** The rules of the constitution that a new file breaks, each once. */
export function brokenByNew(path: string, text: string): string[] {
  const spec = taskSpec({ title: "Tidy", text: "" });
  const { hits } = constitutionCheck([changeOf(path, null, text)], spec, []);
  return [...new Set(hits.map(({ rule }) => rule))];
}
