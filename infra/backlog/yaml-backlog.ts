import { z } from "zod";
import { readYaml } from "../config/yaml-file.ts";
import { BacklogEntry } from "./entry.ts";

const TASKS_MAX = 1_000;
const Entries = z.array(BacklogEntry).max(TASKS_MAX);
const Backlog = z.union([Entries, z.strictObject({ tasks: Entries }).transform(({ tasks }) => tasks)]);

/**
 * Reads a backlog in YAML: a list of tasks, or `tasks:` with that list.
 * @returns null where there is no such file.
 * @throws BadInput with file, line and field of the first thing that is wrong.
 */
export function readYamlBacklog(path: string): Promise<BacklogEntry[] | null> {
  return readYaml(path, Backlog, `edit ${path}, then: nightshift add --from ${path}`);
}
