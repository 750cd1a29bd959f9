import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Results } from "@nightshift/agents/dispatcher/ports";
import { failpoint } from "./log/failpoint.ts";

/** Reports as Markdown files, a folder a task; filing the same report again changes nothing. */
export function resultsFolder(root: string): Results {
  return {
    async file(task, name, text) {
      failpoint("effect:file-report:before");
      const folder = join(root, task);
      await mkdir(folder, { recursive: true });
      const path = join(folder, `${name}.md`);
      const temporary = `${path}.${process.pid}.tmp`;
      await writeFile(temporary, text);
      await rename(temporary, path);
      failpoint("effect:file-report:after");
      return join(task, `${name}.md`);
    },
  };
}
