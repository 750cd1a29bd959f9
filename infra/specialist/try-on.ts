import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TaskSpec } from "@nightshift/protocol/task";
import type { Job, Specialist } from "./specialist.ts";

/** What a specialist made of some files, and what it told on the way. */
type TriedOn = { files: Record<string, string>; notes: string[] };

const spec: TaskSpec = {
  name: "TRY-1",
  title: "Try it on",
  text: "",
  repo: "none",
  category: "capability",
  priority: 3,
  output: "code",
  success: [],
  scope: [],
  tags: [],
  model: null,
  dependsOn: [],
  drops: [],
  parent: null,
  depth: 0,
  source: "director",
};

/**
 * Has a specialist work on files in a folder that is gone afterwards: for its builder's own tests,
 * without git, a hub or a night. `tryOn.spec` is the task it is given unless told otherwise.
 */
export const tryOn = Object.assign(run, { spec });

async function run(
  specialist: Specialist,
  given: Readonly<Record<string, string>>,
  job: Partial<Job> = {},
): Promise<TriedOn> {
  const folder = await mkdtemp(join(tmpdir(), "nightshift-try-"));
  const notes: string[] = [];
  try {
    for (const [path, text] of Object.entries(given)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const { signal } = new AbortController();
    const progress = (note: string) => void notes.push(note);
    const asked = { spec, critique: null, guidance: [], signal, progress, ...job };
    await specialist.work(folder, asked);
    const files: Record<string, string> = {};
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files[path.slice(folder.length + 1)] = await readFile(path, "utf8");
    }
    return { files, notes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
