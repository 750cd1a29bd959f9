import type { Line } from "@nightshift/projections/digest/terminal";
import { knownWindows } from "../config/accounts.ts";
import { DirectorConfig } from "../config/director.ts";
import { RepositoryConfig } from "../config/repository.ts";
import type { FoundWorker } from "../workers/models/detect.ts";
import type { Found } from "./doctor/discovery.ts";

/** What `init` found, and the files it would write. */
export type Setup = {
  repository: string;
  branch: string;
  test: Found;
  prepare: Found | null;
  /** Those that can work, and those that could if something were mended. */
  workers: FoundWorker[];
  lacking: FoundWorker[];
  files: { path: string; there: boolean; text: string }[];
};

/** For a person to look over before anything is written. */
export function findingLines(setup: Setup): Line[] {
  const { repository, branch, test, prepare, files } = setup;
  return [
    { tone: "title", text: repository },
    line("branch", `${branch}; accepted work goes to nightshift/main`),
    line("tests", `${test.command}  (${test.from})`),
    line("prepare", prepare ? `${prepare.command}  (${prepare.from})` : "nothing to install"),
    ...workerLines(setup),
    ...limitLines(setup),
    ...files.map(({ path, there }) => {
      return there ? line("keeps", `${path}, which is there already`) : line("writes", path);
    }),
  ];
}

/** What holds unless the director writes otherwise; where settings are kept, they say it. */
function limitLines({ files }: Setup): Line[] {
  if (files.every(({ there }) => there)) return [];
  const { budget, day } = DirectorConfig.parse({});
  const money = budget.dayUsd === null ? "no limit of money" : `$${budget.dayUsd} a day`;
  const tokens =
    budget.weekTokens === null
      ? ""
      : `, ${budget.weekTokens.toLocaleString("en-US")} tokens a week`;
  const kept = knownWindows(undefined, "subscription")[0]?.keepShare ?? 0;
  const reserve = `${100 * kept} % of every window of a subscription stay free for your day`;
  const hours = day === null ? "" : ` (${day.from} to ${day.to})`;
  const { merge, sandbox } = RepositoryConfig.parse({ test: "true" });
  return [
    line("limits", `${money}${tokens}`),
    line("", `${reserve}${hours}`),
    line("policy", `${POLICIES[merge]}; sandbox ${sandbox}`),
  ];
}

const POLICIES = {
  never: "nothing is merged",
  "pull-request": "nothing is merged without your approval",
  "when-green": "what is green and passes the gates is merged",
} as const;

/** Who is there; where nobody is, what would bring somebody: one of these commands is enough. */
function workerLines({ workers, lacking, files }: Setup): Line[] {
  if (workers.length === 0) {
    if (files.length > 1) return [line("workers", "none found beside those of your settings")];
    const mends = new Map(lacking.map(({ missing, mend }) => [mend ?? "", missing ?? ""]));
    const none = line("workers", "none yet; one of these is enough, then: nightshift init");
    const ways = [...mends].map(([mend, missing]) => line("", `${mend}  (${missing})`));
    return [none, ...ways].map((told): Line => ({ ...told, tone: "ask" }));
  }
  return workers.map(({ worker, from }, index) => {
    return line(index === 0 ? "workers" : "", `${worker.name}: ${worker.model}  (${from})`);
  });
}

const NAME_COLUMNS = 9;

function line(name: string, text: string, tone: Line["tone"] = "plain"): Line {
  return { tone, text: `  ${name.padEnd(NAME_COLUMNS)} ${text}` };
}
