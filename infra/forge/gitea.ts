import type { ForgeNews, ForgeRequest } from "@nightshift/agents/forge";
import { z } from "zod";
import { read, readAll, readList, type List } from "./answers.ts";
import { checksOf } from "./checks.ts";
import { Login, RequestNumber, Sha, Url } from "./fields.ts";
import { checkOfStatus, mustMerge, type Requests } from "./github.ts";
import type { Transport } from "./transport.ts";

const User = z.object({ login: Login }).nullish();
const Listed = z.object({
  number: RequestNumber,
  state: z.enum(["open", "closed"]),
  head: z.object({ ref: z.string() }),
});
const Pull = Listed.extend({
  html_url: Url,
  merged: z.boolean(),
  merge_commit_sha: Sha.nullish(),
  merged_by: User,
  head: z.object({ sha: Sha }),
});
const Comment = z.object({ id: z.int(), user: User, body: z.string() });
const LineComment = z.object({
  id: z.int(),
  user: User,
  body: z.string(),
  path: z.string(),
  position: z.int().nullish(),
});
const Review = z.object({
  id: z.int(),
  user: User,
  body: z.string(),
  state: z.string(),
  /** Of somebody who may merge here. */
  official: z.boolean().optional(),
  dismissed: z.boolean().optional(),
  comments_count: z.int().optional(),
  commit_id: z.union([Sha, z.literal("")]).nullish(),
});
const Status = z
  .object({ statuses: z.array(z.object({ context: z.string(), status: z.string() })).nullable() })
  .transform(({ statuses }) =>
    (statuses ?? []).map(({ context, status: state }) => checkOfStatus({ context, state })),
  );
const Anything = z.unknown();
/** Reviews whose comments on lines are read. */
const REVIEWS_MAX = 20;

/** Gitea and Forgejo, whose API is the same. */
export function gitea(
  ask: Transport,
  { kind, repository, base }: { kind: "gitea" | "forgejo"; repository: string; base: string },
): Requests {
  const at = `repos/${repository}`;
  const pull = async (number: number) =>
    read(Pull, "look at a pull request", await ask("GET", `${at}/pulls/${number}`));
  return {
    kind,
    base,
    async find(branch) {
      const all = await readAll(ask, `${at}/pulls?state=all&sort=recentupdate`, z.array(Listed));
      const found = all.filter(({ head }) => head.ref === branch);
      const one = found.find(({ state }) => state === "open") ?? found[0];
      return one ? requestOf(await pull(one.number)) : null;
    },
    async open({ branch, title, body }) {
      const answer = await ask("POST", `${at}/pulls`, { title, body, head: branch, base });
      return requestOf(read(Pull, "open a pull request", answer));
    },
    async look(number): Promise<ForgeNews> {
      const found = await pull(number);
      const [reviews, others] = await Promise.all([
        readList(ask, `${at}/pulls/${number}/reviews`, z.array(Review)),
        readAll(ask, `${at}/issues/${number}/comments`, z.array(Comment)),
      ]);
      const onLines = await lineComments(ask, `${at}/pulls/${number}/reviews`, reviews.entries);
      const request = requestOf(found);
      return {
        ...request,
        mergedAs: found.merged ? (found.merge_commit_sha ?? null) : null,
        by: found.merged_by?.login ?? null,
        comments: [
          ...reviews.entries.map(({ id, user, body }) => said("review", id, user, body, null)),
          ...onLines,
          ...others.map(({ id, user, body }) => said("comment", id, user, body, null)),
        ].filter(({ text }) => text !== ""),
        verdicts: verdictsOf(reviews),
      };
    },
    async checks(commit) {
      return checksOf([await readList(ask, `${at}/commits/${commit}/status`, Status)]);
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
      if ((await pull(number)).merged) return;
      const how = { Do: "merge", head_commit_id: commit };
      mustMerge(await ask("POST", `${at}/pulls/${number}/merge`, how));
    },
  };
}

function requestOf({ number, html_url: url, state, merged, head }: z.infer<typeof Pull>) {
  const is = merged ? "merged" : state;
  return { number, url, commit: head.sha, state: is } satisfies ForgeRequest;
}

async function lineComments(
  ask: Transport,
  path: string,
  reviews: readonly z.infer<typeof Review>[],
): Promise<ForgeNews["comments"]> {
  const all: ForgeNews["comments"] = [];
  const some = reviews.filter(({ comments_count: count = 0 }) => count > 0).slice(-REVIEWS_MAX);
  for (const { id } of some) {
    const answer = await ask("GET", `${path}/${id}/comments`);
    for (const { id: line, user, body, path: file, position } of read(
      z.array(LineComment),
      "list comments",
      answer,
    )) {
      const on = typeof position === "number" ? `${file}:${position}` : file;
      all.push(said("line", line, user, body, on));
    }
  }
  return all;
}

function said(
  kind: string,
  id: number,
  user: z.infer<typeof User>,
  body: string,
  on: string | null,
): ForgeNews["comments"][number] {
  return { ref: `${kind}-${id}`, by: user?.login ?? "somebody", text: body.trim(), on };
}

/** Of a list that was cut nobody knows what is the latest. */
function verdictsOf({ entries, isWhole }: List<z.infer<typeof Review>>): ForgeNews["verdicts"] {
  const reviews = isWhole ? entries : [];
  const latest = new Map<string, ForgeNews["verdicts"][number]>();
  for (const review of reviews) {
    const { id, user, body, state, official = false, dismissed = false } = review;
    const by = user?.login;
    if (by === undefined || !official) continue;
    // Where it names none it is a word on none.
    const commit = review.commit_id || null;
    const one = { ref: `review-${id}`, by, text: body.trim(), commit };
    if (dismissed) latest.delete(by);
    else if (state === "APPROVED") latest.set(by, { ...one, is: "approved" });
    else if (state === "REQUEST_CHANGES") latest.set(by, { ...one, is: "changes-requested" });
  }
  return [...latest.values()];
}
