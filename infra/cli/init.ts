import { existsSync, realpathSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Line } from "@nightshift/projections/digest-terminal";
import { BadInput } from "@nightshift/protocol/errors";
import { pathsOf } from "../config/paths.ts";
import { REPOSITORY_FILE } from "../config/repository.ts";
import { inspect } from "../workers/workspace/repository.ts";
import { discover, type Found } from "./discovery.ts";
import { directorFile, repositoryFile } from "./starter.ts";
import { EXIT, print, printJson, tell, verb } from "./terminal.ts";
import { findWorkers } from "./found-workers.ts";

type Options = { repo: string; yes?: boolean; test?: string; json?: boolean };

/** `nightshift init`: finds, shows, asks once, writes. A file that is there already stays as it is. */
export function init({ repo, yes, test, json }: Options) {
  return verb(async () => {
    const { top, branch } = await workingCopy(repo);
    const found = discover(top);
    const command = test === undefined ? found.test : { command: test, from: "--test" };
    if (!command) {
      const mend = `nightshift init --repo ${top} --test "<command>"`;
      throw new BadInput(
        "no test command found; a night needs one that must stay green",
        top,
        mend,
      );
    }
    const workers = findWorkers(process.env);
    const { config } = pathsOf(process.env);
    const file = join(top, REPOSITORY_FILE);
    const files = [
      {
        path: file,
        text: repositoryFile({ test: command.command, prepare: found.prepare?.command ?? null }),
      },
      {
        path: config,
        text: directorFile(
          new Intl.DateTimeFormat().resolvedOptions().timeZone,
          workers.map(({ worker }) => worker),
        ),
      },
    ].map((one) => ({ ...one, there: existsSync(one.path) }));
    if (!json) print(findings(top, branch, command, found.prepare, workers, files));
    if (!(await agreed(yes === true || json === true))) {
      tell("plain", "Nothing was written.");
      return EXIT.cancelled;
    }
    for (const { path, text, there } of files) if (!there) await writeNew(path, text);
    if (json) {
      const written = files.filter(({ there }) => !there).map(({ path }) => path);
      printJson({
        repository: top,
        branch,
        test: command,
        prepare: found.prepare,
        workers,
        written,
      });
    } else next(file, files[0]?.there ?? false, workers.length);
    return EXIT.ok;
  });
}

/** @throws BadInput for what is no working copy on a branch, as `run` would. */
async function workingCopy(folder: string): Promise<{ top: string; branch: string }> {
  const asked = resolve(folder);
  if (!existsSync(asked))
    throw new BadInput("there is no such folder", asked, "nightshift init --repo <folder>");
  const state = await inspect(asked);
  if (!state.isGit || state.top === null) {
    throw new BadInput("not a git repository", asked, `git -C ${asked} init`);
  }
  if (state.head === null) {
    throw new BadInput(
      "the repository has no commit",
      asked,
      `git -C ${asked} add -A && git -C ${asked} commit -m "Begin"`,
    );
  }
  if (state.branch === null)
    throw new BadInput("detached head", asked, `git -C ${asked} switch main`);
  return { top: realpathSync(state.top), branch: state.branch.replace("refs/heads/", "") };
}

type Planned = { path: string; there: boolean };

function findings(
  top: string,
  branch: string,
  test: Found,
  prepare: Found | null,
  workers: ReturnType<typeof findWorkers>,
  files: readonly Planned[],
): Line[] {
  const line = (name: string, text: string): Line => ({
    tone: "plain",
    text: `  ${name.padEnd(9)} ${text}`,
  });
  return [
    { tone: "title", text: top },
    line("branch", `${branch}; accepted work goes to nightshift/main`),
    line("tests", `${test.command}  (${test.from})`),
    line("prepare", prepare ? `${prepare.command}  (${prepare.from})` : "nothing to install"),
    ...(workers.length === 0
      ? [
          {
            tone: "ask" as const,
            text: "  workers   none found: nightshift doctor says what there could be",
          },
        ]
      : workers.map(({ worker, from }, index) =>
          line(index === 0 ? "workers" : "", `${worker.name}: ${worker.model}  (${from})`),
        )),
    ...files.map(({ path, there }) =>
      line(there ? "keeps" : "writes", there ? `${path}, which is there already` : path),
    ),
  ];
}

/** Asks once, where a person can answer. */
async function agreed(yes: boolean): Promise<boolean> {
  if (yes || !process.stdin.isTTY || !process.stdout.isTTY) return true;
  const { confirm } = await import("@clack/prompts");
  return (await confirm({ message: "Write it?" })) === true;
}

async function writeNew(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { flag: "wx" });
}

function next(file: string, there: boolean, workers: number): void {
  tell("good", there ? `${file} stays as it was.` : `Written: ${file}`);
  const steps = [
    ...(workers === 0 ? ["nightshift doctor"] : []),
    'nightshift add "<what to do>" --success "<command>"',
    "nightshift run --dry-run",
  ];
  tell("plain", `Next: ${steps.join(", then ")}`);
}
