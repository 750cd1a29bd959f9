import type { Forge, ForgeNews, ForgeRequest } from "@nightshift/agents/forge";
import { Refusal } from "@nightshift/protocol/errors";
import { z } from "zod";
import { read, readAll, readList, type List } from "./answers.ts";
import { checksOf, type OneCheck } from "./checks.ts";
import { Login, RequestNumber, Sha, Url } from "./fields.ts";
import type { Transport } from "./transport.ts";

/** What every kind of forge does alike: where branches go is git's. */
export type Requests = Omit<Forge, "push" | "bring">;

const User = z.object({ login: Login }).nullish();
const Listed = z.object({ number: RequestNumber, state: z.enum(["open", "closed"]) });
const Pull = Listed.extend({
  html_url: Url,
  merged_at: z.string().nullish(),
  merge_commit_sha: Sha.nullish(),
  merged_by: User,
  head: z.object({ sha: Sha }),
});
const Comment = z.object({
  id: z.int(),
  user: User,
  body: z.string().nullish(),
  path: z.string().optional(),
  line: z.int().nullish(),
});
const Review = z.object({
  id: z.int(),
  user: User,
  body: z.string().nullish(),
  state: z.string(),
  author_association: z.string().optional(),
  commit_id: Sha.nullish(),
});
const Run = z.object({ name: z.string(), status: z.string(), conclusion: z.string().nullish() });
const CheckRuns = z
  .object({ check_runs: z.array(Run) })
  .transform(({ check_runs: runs }) => runs.map(checkOfRun));
const Status = z
  .object({ statuses: z.array(z.object({ context: z.string(), state: z.string() })) })
  .transform(({ statuses }) => statuses.map(checkOfStatus));
const Anything = z.unknown();

/** Whose review counts: anybody may leave one at a public repository. */
const TRUSTED: ReadonlySet<string> = new Set(["OWNER", "MEMBER", "COLLABORATOR"]);

/** GitHub, by the REST API that `gh api` speaks as well. */
export function github(
  ask: Transport,
  { repository, base }: { repository: string; base: string },
): Requests {
  const at = `repos/${repository}`;
  const [owner = ""] = repository.split("/");
  const pull = async (number: number) =>
    read(Pull, "look at a pull request", await ask("GET", `${at}/pulls/${number}`));
  return {
    kind: "github",
    base,
    async find(branch) {
      const head = encodeURIComponent(`${owner}:${branch}`);
      const found = await readAll(ask, `${at}/pulls?state=all&head=${head}`, z.array(Listed));
      const one = found.find(({ state }) => state === "open") ?? found[0];
      return one ? requestOf(await pull(one.number)) : null;
    },
    async open({ branch, title, body }) {
      const answer = await ask("POST", `${at}/pulls`, { title, body, head: branch, base });
      return requestOf(read(Pull, "open a pull request", answer));
    },
    async look(number): Promise<ForgeNews> {
      const found = await pull(number);
      const [reviews, onLines, others] = await Promise.all([
        readList(ask, `${at}/pulls/${number}/reviews`, z.array(Review)),
        readAll(ask, `${at}/pulls/${number}/comments`, z.array(Comment)),
        readAll(ask, `${at}/issues/${number}/comments`, z.array(Comment)),
      ]);
      const request = requestOf(found);
      return {
        ...request,
        mergedAs: request.state === "merged" ? (found.merge_commit_sha ?? null) : null,
        by: found.merged_by?.login ?? null,
        comments: [
          ...reviews.entries.map((review) => commentOf("review", review)),
          ...onLines.map((comment) => commentOf("line", comment)),
          ...others.map((comment) => commentOf("comment", comment)),
        ].filter(({ text }) => text !== ""),
        verdicts: verdictsOf(reviews),
      };
    },
    async checks(commit) {
      return checksOf(
        await Promise.all([
          readList(ask, `${at}/commits/${commit}/check-runs`, CheckRuns),
          readList(ask, `${at}/commits/${commit}/status`, Status),
        ]),
      );
    },
    async say(number, body) {
      const answer = await ask("POST", `${at}/issues/${number}/comments`, { body });
      read(Anything, "comment", answer);
    },
    async close(number) {
      const answer = await ask("PATCH", `${at}/pulls/${number}`, { state: "closed" });
      read(Anything, "close a pull request", answer);
    },
    async merge(number, commit) {
      if (requestOf(await pull(number)).state === "merged") return;
      const how = { sha: commit, merge_method: "merge" };
      mustMerge(await ask("PUT", `${at}/pulls/${number}/merge`, how));
    },
  };
}

/** @throws Refusal "not-accepted" for what a forge's own rules forbid. */
export function mustMerge(answer: { status: number; body: unknown }): void {
  if (answer.status === 405 || answer.status === 409 || answer.status === 406) {
    throw new Refusal("not-accepted", `the forge does not merge it (${answer.status})`);
  }
  read(Anything, "merge", answer);
}

function requestOf(pull: z.infer<typeof Pull>): ForgeRequest {
  const isMerged = pull.merged_at !== null && pull.merged_at !== undefined;
  const state = pull.state === "open" ? "open" : isMerged ? "merged" : "closed";
  return { number: pull.number, url: pull.html_url, commit: pull.head.sha, state };
}

function commentOf(
  kind: string,
  { id, user, body, path, line }: Partial<z.infer<typeof Comment>> & { id: number },
): ForgeNews["comments"][number] {
  const on = path === undefined ? null : typeof line === "number" ? `${path}:${line}` : path;
  return { ref: `${kind}-${id}`, by: user?.login ?? "somebody", text: (body ?? "").trim(), on };
}

/**
 * The latest of each who may say so; a comment takes no approval back. Of a list that was cut nobody
 * knows what is the latest.
 */
function verdictsOf({ entries, isWhole }: List<z.infer<typeof Review>>): ForgeNews["verdicts"] {
  const reviews = isWhole ? entries : [];
  const latest = new Map<string, ForgeNews["verdicts"][number]>();
  for (const review of reviews) {
    const { id, user, body, state, author_association: who = "", commit_id: commit } = review;
    const by = user?.login;
    if (by === undefined || !TRUSTED.has(who)) continue;
    const text = (body ?? "").trim();
    const said = { ref: `review-${id}`, by, text, commit: commit ?? null };
    if (state === "APPROVED") latest.set(by, { ...said, is: "approved" });
    if (state === "CHANGES_REQUESTED") latest.set(by, { ...said, is: "changes-requested" });
    if (state === "DISMISSED") latest.delete(by);
  }
  return [...latest.values()];
}

const GOOD: ReadonlySet<string> = new Set(["success", "neutral", "skipped"]);

function checkOfRun({ name, status, conclusion }: z.infer<typeof Run>): OneCheck {
  if (status !== "completed") return { name, is: "pending" };
  return { name, is: GOOD.has(conclusion ?? "") ? "passed" : "failed" };
}

export function checkOfStatus({
  context: name,
  state,
}: {
  context: string;
  state: string;
}): OneCheck {
  if (state === "pending") return { name, is: "pending" };
  return { name, is: GOOD.has(state) || state === "warning" ? "passed" : "failed" };
}
