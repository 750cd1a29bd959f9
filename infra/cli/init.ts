import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BadInput } from "@nightshift/protocol/errors";
import { pathsOf } from "../config/paths.ts";
import { REPOSITORY_FILE } from "../config/repository.ts";
import { openWorkingCopy } from "../repositories.ts";
import { discover, type Found } from "./doctor/discovery.ts";
import { findWorkers } from "./doctor/found-workers.ts";
import { findingLines, type Setup } from "./init-lines.ts";
import { directorFile, repositoryFile } from "./starter.ts";
import { EXIT, print, printJson, tell, verb } from "./terminal.ts";

type Options = { repo: string; yes?: boolean; test?: string; json?: boolean };

/** `nightshift init`: finds, shows, asks once, writes. A file that is there already stays as it is. */
export function init({ repo, yes, test, json }: Options) {
  return verb(async () => {
    const setup = await look(repo, test);
    if (json) printJson(setup);
    else print(findingLines(setup));
    if (!(await agreed(yes === true || json === true, "Write it?"))) {
      tell("plain", "Nothing was written.");
      return EXIT.cancelled;
    }
    await writeSetup(setup);
    if (!json) next(setup);
    return EXIT.ok;
  });
}

/** Writes the files that are not there yet. */
export async function writeSetup({ files }: Setup): Promise<void> {
  for (const { path, there, text } of files) if (!there) await writeNew(path, text);
}

/** Reads and runs nothing that could change anything. @throws BadInput where a night could not work. */
export async function look(folder: string, asked: string | undefined): Promise<Setup> {
  const { path: top, branch } = await openWorkingCopy(folder);
  const { test: discovered, prepare } = discover(top);
  const test: Found | null = asked === undefined ? discovered : { command: asked, from: "--test" };
  if (!test || test.command.trim() === "") {
    const message = "no test command found; a night needs one that must stay green";
    throw new BadInput(message, top, `nightshift init --repo ${top} --test "<command>"`);
  }
  const found = await findWorkers(process.env);
  const workers = found.filter(({ missing }) => missing === null);
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const settings = repositoryFile({ test: test.command, prepare: prepare?.command ?? null });
  const own = directorFile(
    timeZone,
    workers.map(({ worker }) => worker),
  );
  const files = [
    planned(join(top, REPOSITORY_FILE), settings),
    planned(pathsOf(process.env).config, own),
    // A file that is there is kept: settings that name nobody would stay so when somebody is there.
  ].filter(({ there }, index) => index === 0 || there || workers.length > 0);
  const lacking = found.filter(({ missing }) => missing !== null);
  return { repository: top, branch, test, prepare, workers, lacking, files };
}

function planned(path: string, text: string): Setup["files"][number] {
  return { path, there: existsSync(path), text };
}

/** Asks once, where a person can answer. */
export async function agreed(yes: boolean, message: string): Promise<boolean> {
  if (yes || !isAttended()) return true;
  const { confirm } = await import("@clack/prompts");
  return (await confirm({ message })) === true;
}

/** Whether somebody sits there who could answer. */
export function isAttended(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY;
}

async function writeNew(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { flag: "wx" });
}

function next({ files }: Setup): void {
  for (const { path, there } of files) if (!there) tell("good", `Written: ${path}`);
  if (files.length === 1) tell("ask", "Next: bring a worker, as told above; then: nightshift init");
  else tell("plain", 'Next: nightshift add "<what to do>" --success "<command>"');
}
