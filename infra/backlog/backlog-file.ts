import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { BadInput } from "@nightshift/protocol/errors";
import type { BacklogEntry } from "./entry.ts";
import { parseTasksFile } from "./tasks-file.ts";
import { readYamlBacklog } from "./yaml-backlog.ts";

/** A backlog as it stands in a file, read to its end before anything is done with it. */
export type BacklogFile = {
  entries: BacklogEntry[];
  /** Where words stand in it, `TASKS.md:12`, for what turns out wrong later. */
  placeOf: (words: string) => string;
};

/**
 * Reads a backlog by the ending of its name: Markdown or YAML.
 * @returns null where there is no such file.
 * @throws BadInput with the line of the first thing that is wrong.
 */
export async function readBacklogFile(path: string): Promise<BacklogFile | null> {
  const text = await readText(path);
  if (text === null) return null;
  const entries = await entriesOf(path, text);
  return { entries, placeOf: (words) => `${path}:${lineOf(text, words)}` };
}

async function entriesOf(path: string, text: string): Promise<BacklogEntry[]> {
  switch (extname(path).toLowerCase()) {
    case ".md":
    case ".markdown":
      return parseTasksFile(text, path);
    case ".yaml":
    case ".yml":
      return (await readYamlBacklog(path)) ?? [];
    default:
      throw new BadInput("a backlog is Markdown or YAML", path, `mv ${path} ${path}.yaml`);
  }
}

/** Files of more than this are no backlog. */
const CHARS_MAX = 1_000_000;

async function readText(path: string): Promise<string | null> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new BadInput("cannot be read", path, `ls -l ${path}`, { cause: error });
  });
  if (text === null || text.length <= CHARS_MAX) return text;
  throw new BadInput(`more than ${CHARS_MAX} characters`, path, "make two backlogs of it");
}

function lineOf(text: string, words: string): number {
  const index = text.split(/\r?\n/).findIndex((line) => line.includes(words));
  return index === -1 ? 1 : index + 1;
}
