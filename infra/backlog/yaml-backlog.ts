import { z } from "zod";
import { readYaml } from "../config/yaml-file.ts";
import { BacklogEntry } from "./entry.ts";

const TASKS_MAX = 1_000;
const Entries = z.array(BacklogEntry, "give a list of tasks, or `tasks:` with one").max(TASKS_MAX);
const Named = z.strictObject({ tasks: Entries });

/**
 * Reads a backlog in YAML: a list of tasks, or `tasks:` with that list.
 * @returns null where there is no such file.
 * @throws BadInput with file, line and field of the first thing that is wrong.
 */
export async function readYamlBacklog(path: string): Promise<BacklogEntry[] | null> {
  const mend = `edit ${path}, then: nightshift add --from ${path}`;
  // One shape at a time: of two that both fail, a schema could not tell which line is wrong.
  const raw = await readYaml(path, z.unknown(), mend);
  if (raw === null) return null;
  if (typeof raw !== "object" || Array.isArray(raw)) return readYaml(path, Entries, mend);
  return (await readYaml(path, Named, mend))?.tasks ?? null;
}
