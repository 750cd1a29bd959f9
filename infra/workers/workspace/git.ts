import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { Unavailable } from "@nightshift/protocol/errors";

/** No command of ours takes longer on a repository that people work on. */
const GIT_WALL_MS = 120_000;
/** Lists of paths of the largest repositories fit; a diff has a smaller maximum of its own. */
const OUTPUT_BYTES_MAX = 128 * 1024 ** 2;

/** Where git works: its folder, and where they differ from it, the rest. All absolute. */
export type Place = {
  gitDir: string;
  /** Folder of the objects, read and written. */
  objects?: string;
  /** A file that marks where a shallow history ends. */
  shallow?: string | null;
  workTree?: string;
  index?: string;
};

export type Person = { name: string; email: string };

export type GitOptions = {
  input?: string;
  /** Author and committer, and when; now where none is told. */
  person?: Person & { atMs?: number };
  /** Exit codes that are answers; any other throws. */
  answers?: readonly number[];
  outputBytesMax?: number;
};

export type GitResult = { code: number; stdout: string; cut: boolean };

/**
 * Runs git with a configuration of the house alone: no hooks, no file system monitor, no filters,
 * no files of system or user, nothing of the environment. What a worker wrote is data to it.
 * @throws Unavailable when git fails in a way that is no answer.
 */
export function git(
  place: Place,
  args: readonly string[],
  { input, person, answers = [0], outputBytesMax = OUTPUT_BYTES_MAX }: GitOptions = {},
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = startGit(place, args, person);
    const stdout = collect(child.stdout, outputBytesMax, () => child.kill("SIGKILL"));
    const stderr = collect(child.stderr, COMPLAINT_BYTES_MAX, () => {});
    const fail = (cause: unknown) => {
      const told = stderr.text().trim().slice(0, 500) || "it gave no reason";
      reject(new Unavailable(`git ${args[0]} failed: ${told}`, { cause }));
    };
    child.once("error", fail);
    child.once("close", (code, signal) => {
      if (stdout.isCut()) return resolve({ code: 0, stdout: stdout.text(), cut: true });
      if (code !== null && (code === 0 || answers.includes(code)))
        return resolve({ code, stdout: stdout.text(), cut: false });
      fail(new Error(`git ${args[0]} ended with ${signal ?? code}`));
    });
    // Git may end before it has read all; its exit code tells.
    child.stdin.on("error", () => {});
    child.stdin.end(input ?? "");
  });
}

/** Starts git as `git` does, for who reads what it says as it comes. */
export function startGit(place: Place, args: readonly string[], person?: GitOptions["person"]) {
  return spawn("git", [...FIXED, ...args], {
    cwd: place.workTree ?? place.gitDir,
    env: environment(place, person),
    timeout: GIT_WALL_MS,
    killSignal: "SIGKILL",
    // A Ctrl-C is for the night, which ends when its step is done; git is part of the step.
    detached: true,
  });
}

const COMPLAINT_BYTES_MAX = 64 * 1024;

/** What a stream says up to a maximum; what goes beyond is dropped, and `onOver` told once. */
function collect(stream: Readable, bytesMax: number, onOver: () => void) {
  const chunks: Buffer[] = [];
  let left = bytesMax;
  let over = false;
  stream.on("data", (chunk: Buffer) => {
    if (over) return;
    chunks.push(chunk.subarray(0, left));
    over = chunk.length > left;
    left -= chunk.length;
    if (over) onOver();
  });
  return { text: () => Buffer.concat(chunks).toString("utf8"), isCut: () => over };
}

/** Fields of output made with `-z`. */
export function fields(stdout: string): string[] {
  const parts = stdout.split("\0");
  if (parts.at(-1) === "") parts.pop();
  return parts;
}

const FIXED = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.untrackedCache=false",
  "core.excludesFile=/dev/null",
  "core.attributesFile=/dev/null",
  "core.autocrlf=false",
  "core.protectHFS=true",
  "core.protectNTFS=true",
  "core.quotePath=false",
  "submodule.recurse=false",
  "protocol.allow=never",
  "commit.gpgSign=false",
  "log.showSignature=false",
  "diff.renames=true",
  "gc.auto=0",
  "maintenance.auto=false",
].flatMap((setting) => ["-c", setting]);

function environment(place: Place, person: GitOptions["person"]): NodeJS.ProcessEnv {
  const atMs = person?.atMs;
  const date = atMs === undefined ? null : `@${Math.floor(atMs / 1000)} +0000`;
  return {
    PATH: process.env["PATH"],
    HOME: "/nonexistent",
    LC_ALL: "C",
    GIT_DIR: place.gitDir,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_LITERAL_PATHSPECS: "1",
    ...(place.objects && { GIT_OBJECT_DIRECTORY: place.objects }),
    ...(place.shallow && { GIT_SHALLOW_FILE: place.shallow }),
    ...(place.workTree && { GIT_WORK_TREE: place.workTree }),
    ...(place.index && { GIT_INDEX_FILE: place.index }),
    ...(person && {
      GIT_AUTHOR_NAME: person.name,
      GIT_AUTHOR_EMAIL: person.email,
      GIT_COMMITTER_NAME: person.name,
      GIT_COMMITTER_EMAIL: person.email,
    }),
    ...(date && { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }),
  };
}
