import { execFileSync } from "node:child_process";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

export type Kind = "github" | "gitlab" | "gitea";

type Said = { id: number; by: string; text: string; path?: string; line?: number };
type Reviewed = Said & {
  is: "approved" | "changes-requested";
  trusted: boolean;
  /** What the branch stood at when it was written. */
  commit: string | null;
};

/** A request as the forge keeps it, in nobody's dialect. */
export type Kept = {
  number: number;
  branch: string;
  base: string;
  title: string;
  body: string;
  state: "open" | "closed" | "merged";
  mergedAs: string | null;
  by: string | null;
  comments: Said[];
  reviews: Reviewed[];
};

export type ForgeServer = {
  url: string;
  token: string;
  /** A bare repository: the remote that branches are pushed to. */
  remote: string;
  requests: Kept[];
  /** Every call that changed something, as `POST /api/…`. */
  changes: string[];
  headOf(branch: string): string | null;
  check(commit: string, name: string, is: "pending" | "success" | "failure"): void;
  comment(number: number, by: string, text: string): void;
  review(number: number, given: Omit<Reviewed, "id" | "commit">): void;
  /** As a person's click: the base branch moves. @returns the merge. */
  merge(number: number, by: string): string;
  close(): Promise<void>;
};

type Asked = {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
};
export type Dialect = (
  server: ForgeServer,
  asked: Asked,
  statuses: ReadonlyMap<string, ReadonlyMap<string, string>>,
) => { status: number; body: unknown } | null;

/**
 * A forge on loopback with a bare repository behind it, for tests: it keeps requests, comments and
 * checks, and answers in the dialect of one kind, field for field as far as the real one is asked.
 */
export async function startForge(
  dialect: Dialect,
  { remote, port = 0 }: { remote: string; port?: number },
): Promise<ForgeServer> {
  gitIn(remote, "init", "--quiet", "--bare", "--initial-branch=main");
  const statuses: Statuses = new Map();
  const http = createServer();
  const server = forgeOf(remote, statuses, http);
  http.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const say = async () => {
      const { status, body } = await answer(server, dialect, statuses, request);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    say().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => void http.listen(port, "127.0.0.1", resolve));
  const address = http.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  server.url = `http://127.0.0.1:${address.port}`;
  return server;
}

type Statuses = Map<string, Map<string, string>>;

function forgeOf(remote: string, statuses: Statuses, http: Server): ForgeServer {
  let ids = 100;
  const requests: Kept[] = [];
  const of = (number: number): Kept => {
    const found = requests.find((one) => one.number === number);
    if (!found) throw new Error(`no request ${number}`);
    return found;
  };
  const headOf = (branch: string) => {
    try {
      return gitIn(remote, "rev-parse", "--verify", "--quiet", `refs/heads/${branch}`);
    } catch {
      return null;
    }
  };
  return {
    url: "",
    token: "secret-token-of-the-forge",
    remote,
    requests,
    changes: [],
    headOf,
    check: (commit, name, is) =>
      void statuses.set(commit, (statuses.get(commit) ?? new Map<string, string>()).set(name, is)),
    comment: (number, by, text) => void of(number).comments.push({ id: ++ids, by, text }),
    review(number, given) {
      const one = of(number);
      one.reviews.push({ id: ++ids, ...given, commit: headOf(one.branch) });
    },
    merge: (number, by) => merged(remote, of(number), by),
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

function merged(remote: string, one: Kept, by: string): string {
  const head = gitIn(remote, "rev-parse", one.branch);
  const base = gitIn(remote, "rev-parse", one.base);
  const tree = gitIn(remote, "merge-tree", "--write-tree", base, head);
  const parents = ["-p", base, "-p", head];
  const made = gitIn(remote, "commit-tree", tree, ...parents, "-m", `Merge ${one.branch}`);
  gitIn(remote, "update-ref", `refs/heads/${one.base}`, made);
  Object.assign(one, { state: "merged", mergedAs: made, by });
  return made;
}

async function answer(
  server: ForgeServer,
  dialect: Dialect,
  statuses: Statuses,
  request: IncomingMessage,
): Promise<{ status: number; body: unknown }> {
  const { method = "GET" } = request;
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  if (!isSignedIn(request, server.token)) {
    return { status: 401, body: { message: "token is required" } };
  }
  const body: Record<string, unknown> = Object(JSON.parse((await textOf(request)) || "{}"));
  if (method !== "GET") server.changes.push(`${method} ${pathname}`);
  const asked = { method, path: pathname, query: searchParams, body };
  const none = { status: 404, body: { message: `no such thing: ${pathname}` } };
  const { status, body: all } = dialect(server, asked, statuses) ?? none;
  return { status, body: method === "GET" ? pageOf(all, asked) : all };
}

/** A forge may give less on a page than it is asked for: this one gives two. */
const PAGE_MAX = 2;

function pageOf(body: unknown, { path, query }: Asked): unknown {
  // Gitea gives comments whole, whatever page is asked for.
  if (/^\/api\/v1\/.*\/comments$/.test(path)) return body;
  const size = Math.min(Number(query.get("per_page") ?? query.get("limit") ?? PAGE_MAX), PAGE_MAX);
  const from = (Number(query.get("page") ?? 1) - 1) * size;
  if (Array.isArray(body)) return body.slice(from, from + size);
  if (typeof body !== "object" || body === null) return body;
  const parts = Object.entries(body).map(([name, part]): [string, unknown] =>
    Array.isArray(part) && LISTS.has(name) ? [name, part.slice(from, from + size)] : [name, part],
  );
  return Object.fromEntries(parts);
}

/** Lists that stand in an answer, and come by the page as well. */
const LISTS: ReadonlySet<string> = new Set(["check_runs", "statuses"]);

function gitIn(remote: string, ...args: string[]): string {
  const options = { encoding: "utf8", stdio: "pipe", env: ENV } as const;
  return execFileSync("git", ["-C", remote, ...args], options).trim();
}

const ENV = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Forge",
  GIT_AUTHOR_EMAIL: "forge@example.org",
  GIT_COMMITTER_NAME: "Forge",
  GIT_COMMITTER_EMAIL: "forge@example.org",
};

function isSignedIn({ headers }: IncomingMessage, token: string): boolean {
  const { authorization = "" } = headers;
  return authorization.endsWith(` ${token}`) || headers["private-token"] === token;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
