import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { CliName } from "@nightshift/infra/sim/install-cli";
import { startModelServer } from "@nightshift/infra/sim/model-server";
import type { RequestRecord } from "@nightshift/infra/sim/model-server";
import type { Answer, Script } from "@nightshift/infra/sim/wire/script";
import type { SignIn } from "@nightshift/infra/workers/coding-agents/options";
import { unscannedBlobs } from "@nightshift/infra/workers/models/unscanned-blobs";
import type { CodingResult } from "@nightshift/agents/ports";
import { onTestFinished } from "vitest";
import { agentFor } from "./agents.ts";

/** Stands in for the director's key; nothing may keep it. */
export const KEY = "sk-secret-of-the-director";

export type Given = {
  prompt: string;
  files: Record<string, string>;
  signIn: SignIn;
  tapped: boolean;
  silenceMs: number;
  signal: AbortSignal;
  onRequest: () => void;
};

export type Worked = {
  result: CodingResult | null;
  failure: unknown;
  folder: string;
  notes: string[];
  transcript: string;
  requests: readonly RequestRecord[];
  /** Private homes that are still there. */
  left: string[];
};

/** Of a busy machine: opencode needs seconds until its first byte on a quiet one. */
const SILENCE_MS = 100_000;
const WALL_MS = 200_000;

/** One run of a CLI on a small repository against a model that answers like this. */
export async function work(
  name: CliName,
  answer: Answer | Script,
  given: Partial<Given> = {},
): Promise<Worked> {
  const { prompt = "Write add.", files = {}, signIn = { apiKey: KEY }, tapped = true } = given;
  const { silenceMs = SILENCE_MS, signal = new AbortController().signal, onRequest } = given;
  const folder = await repository(files);
  const homes = await temporary("real-cli-homes-");
  const server = await startModelServer({
    script: (request) => {
      onRequest?.();
      return typeof answer === "function" ? answer(request) : answer;
    },
  });
  onTestFinished(() => server.close());
  const { blobs, texts } = unscannedBlobs();
  const agent = await agentFor(name, { url: server.url, homes, blobs, signIn, tapped });
  const notes: string[] = [];
  const done = agent.work(
    { prompt, clone: folder, silenceMs, wallMs: WALL_MS },
    { signal, onProgress: (note) => void notes.push(note) },
  );
  const ended = await done.then(
    (result) => ({ result, failure: null }),
    (failure: unknown) => ({ result: null, failure }),
  );
  const transcript = ended.result ? (texts.get(ended.result.transcript) ?? "") : "";
  return {
    ...ended,
    folder,
    notes,
    transcript,
    requests: server.requests,
    left: await readdir(homes),
  };
}

export async function repository(files: Record<string, string> = {}): Promise<string> {
  const folder = await temporary("real-cli-");
  await writeFile(join(folder, "README.md"), "# Empty\n");
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  git(folder, "init", "-q");
  git(folder, "add", ".");
  git(folder, "-c", "user.name=n", "-c", "user.email=n@localhost", "commit", "-qm", "Begin");
  return folder;
}

export async function temporary(prefix: string): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), prefix)));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export function git(folder: string, ...args: string[]): string {
  return execFileSync("git", ["-C", folder, ...args], { encoding: "utf8" }).trim();
}
