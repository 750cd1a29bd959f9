import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { createServer as createHttp } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clone } from "@nightshift/agents/ports";
import type { ProcessResult } from "@nightshift/agents/sandbox";
import { start } from "@nightshift/infra/workers/coding-agents/run";
import { openHome } from "@nightshift/infra/workers/coding-agents/home";
import { detectSandbox } from "@nightshift/infra/workers/sandbox/detect";
import { createWorkspace } from "@nightshift/infra/workers/workspace/workspace";

/** Where a director lives, with all that a worker must not reach, and a worker's place in it. */
export type World = {
  /** The director's home: `.ssh/id`, `.aws/credentials`, `.claude/.credentials.json`. */
  home: string;
  /** Another repository of the director. */
  other: string;
  /** The repository that is worked on. */
  repo: string;
  /** Night Shift's state. */
  log: string;
  /** Installed dependencies, shared by all clones. */
  cache: string;
  /** A folder of the system's where the attempts left a socket of a service. */
  serviceSocket: string;
  /** An abstract socket of a service, without its leading zero. */
  abstractSocket: string;
  /** Port of a service on the host's loopback that is not for workers. */
  servicePort: number;
  /** Port of UDP of the same. */
  datagramPort: number;
  /** Port of the model, which is. */
  modelPort: number;
  readonly clone: Clone;
  /** Whatever reached a service of the host. */
  reached: string[];
  /** Opens another clone for what comes. */
  renew(): Promise<void>;
  /** Runs a line of shell as a worker's command, by the way that a coding agent is started. */
  worker(line: string, options?: { wallMs?: number }): Promise<ProcessResult>;
  close(): Promise<void>;
};

export const SECRET = "the-secret-of-the-director";
const WALL_MS = 60_000;
/** Small, so that they are soon used up. */
const LIMITS = { memoryBytesMax: 1.5e9, processesMax: 200, diskBytesMax: 1e9 };

/** @returns null where this machine has no sandbox. */
export async function openWorld(): Promise<World | null> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "nightshift-escape-")));
  const [home, other, repo, log] = ["home", "other", "repo", "state"].map((n) => join(root, n));
  if (!home || !other || !repo || !log) throw new Error("no folders");
  const cache = join(root, "cache");
  const environment = { ...process.env, HOME: home, DIRECTORS_TOKEN: SECRET };
  const hidden = [log, other, repo];
  const detected = await detectSandbox({ hidden, environment, limits: LIMITS });
  if (!("sandbox" in detected)) return null;
  const { sandbox } = detected;
  await furnish({ home, other, repo, log, cache });
  const services = await openServices();
  sandbox.reveal(cache);
  const workspace = createWorkspace({ root: join(root, "house"), reveal: sandbox.reveal });
  const head = git(repo, "rev-parse", "HEAD");
  let clone = await workspace.open(repo, head, "escape");
  const { close: closeServices, ...told } = services;
  return {
    home,
    other,
    repo,
    log,
    cache,
    ...told,
    get clone() {
      return clone;
    },
    async renew() {
      await clone.close();
      clone = await workspace.open(repo, head, "escape");
    },
    async worker(line, { wallMs = WALL_MS } = {}) {
      const own = await openHome(root);
      try {
        await own.copyLogin(home, [".claude/.credentials.json"], "sign in");
        const { signal } = new AbortController();
        return await start(
          {
            sandbox,
            home: own,
            command: ["/bin/sh", "-c", line],
            env: { GIVEN: "a variable of its own" },
            hosts: [`127.0.0.1:${services.modelPort}`],
            secrets: [],
            request: { prompt: "", clone: clone.path, silenceMs: wallMs, wallMs },
            options: { signal, onProgress: () => {} },
            ended: signal,
            end: () => {},
          },
          { input: "/dev/null", onOutput: () => {} },
        );
      } finally {
        await own.close();
      }
    },
    async close() {
      await clone.close();
      await workspace.close();
      await closeServices();
      await rm(root, { recursive: true, force: true });
    },
  };
}

type Folders = { home: string; other: string; repo: string; log: string; cache: string };

async function furnish({ home, other, repo, log, cache }: Folders): Promise<void> {
  const files: [string, string][] = [
    [join(home, ".ssh", "id"), SECRET],
    [join(home, ".aws", "credentials"), SECRET],
    [join(home, ".claude", ".credentials.json"), '{"login":"of the CLI"}'],
    [join(other, "code.ts"), SECRET],
    [join(log, "log.sqlite"), SECRET],
    [join(cache, "dependency", "index.js"), "module.exports = 'as installed';\n"],
    [join(cache, "dependency", "package.json"), '{"name":"dependency","version":"1.0.0"}'],
    [join(repo, "package.json"), '{"name":"work","version":"1.0.0"}'],
    [join(repo, "src", "add.js"), "exports.add = (a, b) => a + b;\n"],
    [join(repo, "src", "add.test.js"), TEST],
    [join(repo, ".gitignore"), "node_modules\nbuild\n"],
  ];
  for (const [path, text] of files) {
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, text);
  }
  for (const folder of [repo, other]) {
    git(folder, "init", "-q");
    git(folder, "add", ".");
    git(folder, "-c", "user.name=n", "-c", "user.email=n@localhost", "commit", "-qm", "Begin");
  }
}

const TEST = `const test = require("node:test");
const assert = require("node:assert");
test("adds", () => assert.equal(require("./add.js").add(1, 2), 3));
`;

export function git(folder: string, ...args: string[]): string {
  return execFileSync("git", args, { cwd: folder, encoding: "utf8" }).trim();
}

/** Services of the host: one for workers, the model; the others write down whoever comes. */
async function openServices() {
  const reached: string[] = [];
  const model = createHttp((_, response) => response.end("the model"));
  const service = createHttp((_, response) => {
    reached.push("loopback");
    response.end("the service");
  });
  const datagrams = createSocket("udp4", () => reached.push("datagram"));
  await new Promise<void>((resolve) => datagrams.bind(0, "127.0.0.1", resolve));
  const folder = await visibleFolder();
  const serviceSocket = join(folder, "socket");
  const abstractSocket = `nightshift-escape-${process.pid}`;
  const onPath = createServer((socket) => {
    reached.push("socket");
    socket.end("the service");
  });
  const abstract = createServer((socket) => {
    reached.push("abstract socket");
    socket.end("the service");
  });
  const ports = [await listen(model), await listen(service)];
  await new Promise<void>((resolve) => onPath.listen(serviceSocket, resolve));
  await new Promise<void>((resolve) => abstract.listen(`\0${abstractSocket}`, resolve));
  return {
    reached,
    modelPort: ports[0] ?? 0,
    servicePort: ports[1] ?? 0,
    datagramPort: datagrams.address().port,
    serviceSocket,
    abstractSocket,
    async close() {
      datagrams.close();
      for (const server of [model, service, onPath, abstract]) server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function listen(server: ReturnType<typeof createHttp>): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
}

/** A folder that programs in a sandbox see; an ordinary user has none, and then it is hidden. */
async function visibleFolder(): Promise<string> {
  const made = await mkdtemp("/opt/nightshift-escape-").catch(() => null);
  return made ?? mkdtemp(join(tmpdir(), "nightshift-escape-"));
}
