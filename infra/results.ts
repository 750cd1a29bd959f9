import { join } from "node:path";
import type { Results } from "@nightshift/agents/dispatcher/ports";
import { failpoint } from "./log/failpoint.ts";
import { replaceFile } from "./replace-file.ts";

/** Reports as Markdown files, a folder a task; filing the same report again changes nothing. */
export function resultsFolder(root: string): Results {
  return {
    async file(task, name, text) {
      failpoint("effect:file-report:before");
      const path = join(task, `${name}.md`);
      await replaceFile(join(root, path), text);
      failpoint("effect:file-report:after");
      return path;
    },
  };
}
