import type { ForgeNews, ForgeRequest } from "@nightshift/agents/forge";
import { z } from "zod";
import { read, readAll, readList, type List } from "./answers.ts";
import { checksOf, type OneCheck } from "./checks.ts";
import { Login, RequestNumber, Sha, Url } from "./fields.ts";
import { mustMerge, type Requests } from "./github.ts";
import type { Transport } from "./transport.ts";

const User = z.object({ username: Login }).nullish();
const Listed = z.object({
  iid: RequestNumber,
  state: z.enum(["opened", "closed", "merged", "locked"]),
});
const MergeRequest = Listed.extend({
  web_url: Url,
  /** Null there while it has no commit: then there is nothing to look at. */
  sha: Sha,
  merge_commit_sha: Sha.nullish(),
  squash_commit_sha: Sha.nullish(),
  merge_user: User,
  closed_by: User,
});
const Note = z.object({
  id: z.int(),
  body: z.string(),
  author: User,
  system: z.boolean(),
  position: z.object({ new_path: z.string().nullish(), new_line: z.int().nullish() }).nullish(),
});
const Approvals = z.object({ approved_by: z.array(z.object({ user: User })) });
const Reviewer = z.object({ user: User, state: z.string() });
const StatusOf = z.object({
  name: z.string(),
  status: z.string(),
  allow_failure: z.boolean().optional(),
});
const Anything = z.unknown();

/** GitLab, by the REST API that `glab api` speaks as well. */
export function gitlab(
  ask: Transport,
  { repository, base }: { repository: string; base: string },
): Requests {
  const at = `projects/${encodeURIComponent(repository)}`;
  const one = async (number: number) =>
    read(
      MergeRequest,
      "look at a merge request",
      await ask("GET", `${at}/merge_requests/${number}`),
    );
  return {
    kind: "gitlab",
    base,
    async find(branch) {
      const of = `source_branch=${encodeURIComponent(branch)}&order_by=created_at&sort=desc`;
      const path = `${at}/merge_requests?state=all&${of}`;
      const found = await readAll(ask, path, z.array(Listed));
      const latest = found.find(isOpen) ?? found[0];
      return latest ? requestOf(await one(latest.iid)) : null;
    },
    async open({ branch, title, body }) {
      const asked = { title, description: body, source_branch: branch, target_branch: base };
      const answer = await ask("POST", `${at}/merge_requests`, asked);
      return requestOf(read(MergeRequest, "open a merge request", answer));
    },
    async look(number): Promise<ForgeNews> {
      const found = await one(number);
      const path = `${at}/merge_requests/${number}`;
      const [notes, approvals, reviewers] = await Promise.all([
        readList(ask, `${path}/notes?sort=asc`, z.array(Note)),
        ask("GET", `${path}/approvals`),
        ask("GET", `${path}/reviewers`),
      ]);
      const approved = read(Approvals, "list approvals", approvals).approved_by;
      const asking = read(z.array(Reviewer), "list reviewers", reviewers);
      return {
        ...requestOf(found),
        mergedAs: found.merge_commit_sha ?? found.squash_commit_sha ?? null,
        by: found.merge_user?.username ?? found.closed_by?.username ?? null,
        comments: notes.entries.flatMap(commentOf),
        verdicts: [
          ...asking.flatMap(({ user, state }) => verdictOf(user, state, notes)),
          ...approved.flatMap(({ user }) => verdictOf(user, "approved", notes)),
        ],
      };
    },
    async checks(commit) {
      const path = `${at}/repository/commits/${commit}/statuses`;
      const { entries, isWhole } = await readList(ask, path, z.array(StatusOf));
      return checksOf([{ entries: entries.map(checkOf), isWhole }]);
    },
    async say(number, body) {
      const answer = await ask("POST", `${at}/merge_requests/${number}/notes`, { body });
      read(Anything, "comment", answer);
    },
    async close(number) {
      const answer = await ask("PUT", `${at}/merge_requests/${number}`, { state_event: "close" });
      read(Anything, "close a merge request", answer);
    },
    async merge(number, commit) {
      if ((await one(number)).state === "merged") return;
      mustMerge(await ask("PUT", `${at}/merge_requests/${number}/merge`, { sha: commit }));
    },
  };
}

function requestOf(found: z.infer<typeof MergeRequest>): ForgeRequest {
  const { iid: number, web_url: url, sha: commit } = found;
  const state = isOpen(found) ? "open" : found.state === "merged" ? "merged" : "closed";
  return { number, url, commit, state };
}

function isOpen({ state }: z.infer<typeof Listed>): boolean {
  return state === "opened" || state === "locked";
}

/** What GitLab itself writes under a request is no comment. */
function commentOf({ id, body, author, system, position }: z.infer<typeof Note>) {
  if (system) return [];
  const { new_path: path, new_line: line } = position ?? {};
  const on = path ? (typeof line === "number" ? `${path}:${line}` : path) : null;
  return [{ ref: `note-${id}`, by: author?.username ?? "somebody", text: body.trim(), on }];
}

/** What GitLab notes itself when somebody says so: the note of the latest time names it. */
const NOTED = { approved: "approved this merge request", requested_changes: "requested changes" };

/**
 * A reviewer who asks for changes says so in a state, and what they are in their last note. Of which
 * commit they speak GitLab does not say. Of notes that were cut nobody knows which is the last.
 */
function verdictOf(
  user: z.infer<typeof User>,
  state: string,
  { entries: notes, isWhole }: List<z.infer<typeof Note>>,
): ForgeNews["verdicts"] {
  const by = user?.username;
  if (by === undefined || !isWhole) return [];
  if (state !== "approved" && state !== "requested_changes") return [];
  const mine = notes.filter(({ author }) => author?.username === by);
  const last = mine.findLast(({ system }) => !system);
  const noted = mine.findLast(({ system, body }) => system && body.startsWith(NOTED[state]));
  const ref = `verdict-${noted?.id ?? last?.id ?? by}-${state}`.slice(0, REF_CHARS_MAX);
  const is = state === "approved" ? "approved" : "changes-requested";
  return [{ ref, by, is, text: last?.body.trim() ?? "", commit: null }];
}

const REF_CHARS_MAX = 100;

const RED: ReadonlySet<string> = new Set(["failed", "canceled"]);
const GREEN: ReadonlySet<string> = new Set(["success", "skipped", "manual"]);

function checkOf({ name, status, allow_failure: mayFail }: z.infer<typeof StatusOf>): OneCheck {
  if (GREEN.has(status) || (RED.has(status) && mayFail === true)) return { name, is: "passed" };
  return { name, is: RED.has(status) ? "failed" : "pending" };
}
