import type { Line } from "@nightshift/projections/digest-terminal";
import type { Found } from "./discovery.ts";
import type { FoundWorker } from "./found-workers.ts";

/** What `init` found, and the files it would write. */
export type Setup = {
  repository: string;
  branch: string;
  test: Found;
  prepare: Found | null;
  workers: FoundWorker[];
  files: { path: string; there: boolean; text: string }[];
};

/** For a person to look over before anything is written. */
export function findingLines({ repository, branch, test, prepare, workers, files }: Setup): Line[] {
  return [
    { tone: "title", text: repository },
    line("branch", `${branch}; accepted work goes to nightshift/main`),
    line("tests", `${test.command}  (${test.from})`),
    line("prepare", prepare ? `${prepare.command}  (${prepare.from})` : "nothing to install"),
    ...workerLines(workers),
    ...files.map(({ path, there }) => {
      return there ? line("keeps", `${path}, which is there already`) : line("writes", path);
    }),
  ];
}

function workerLines(workers: readonly FoundWorker[]): Line[] {
  if (workers.length === 0) {
    const text = "none: no key in the environment, no agent CLI on PATH; see nightshift doctor";
    return [{ ...line("workers", text), tone: "ask" }];
  }
  return workers.map(({ worker, from }, index) => {
    return line(index === 0 ? "workers" : "", `${worker.name}: ${worker.model}  (${from})`);
  });
}

const NAME_COLUMNS = 9;

function line(name: string, text: string): Line {
  return { tone: "plain", text: `  ${name.padEnd(NAME_COLUMNS)} ${text}` };
}
