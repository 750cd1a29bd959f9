import type { Dialect, ForgeServer, Kept, Kind } from "./forge-server.ts";

/** The dialects in which the forge of the tests answers, by the published API of each kind. */
export const dialects: Readonly<Record<Kind, Dialect>> = {
  github: (server, asked, statuses) => {
    const at = /^\/api\/v3\/repos\/me\/it\/(.*)$/.exec(asked.path)?.[1];
    if (at === undefined) return null;
    const checks = /^commits\/([0-9a-f]+)\/(check-runs|status)$/.exec(at);
    if (checks) {
      const all = [...(statuses.get(checks[1] ?? "") ?? [])];
      const runs = all.map(([name, is]) => ({
        name,
        status: is === "pending" ? "in_progress" : "completed",
        conclusion: is === "pending" ? null : is,
      }));
      // Checks of apps are runs; what others report are statuses.
      return ok(checks[2] === "status" ? { statuses: [] } : { check_runs: runs });
    }
    return pulls(server, asked, at, {
      show: (one) => ({
        number: one.number,
        html_url: `${server.url}/me/it/pull/${one.number}`,
        state: one.state === "open" ? "open" : "closed",
        merged_at: one.state === "merged" ? "2026-11-21T06:00:00Z" : null,
        merge_commit_sha: one.mergedAs,
        merged_by: one.state === "merged" ? { login: one.by } : null,
        head: { sha: server.headOf(one.branch) ?? "", ref: one.branch },
      }),
      branch: asked.query.get("head")?.replace(/^me:/, "") ?? null,
      review: ({ id, by, text, is, trusted, commit }) => ({
        id,
        user: { login: by },
        body: text,
        commit_id: commit,
        state: is === "approved" ? "APPROVED" : "CHANGES_REQUESTED",
        author_association: trusted ? "COLLABORATOR" : "NONE",
      }),
    });
  },
  gitea: (server, asked, statuses) => {
    const at = /^\/api\/v1\/repos\/me\/it\/(.*)$/.exec(asked.path)?.[1];
    if (at === undefined) return null;
    const commit = /^commits\/([0-9a-f]+)\/status$/.exec(at)?.[1];
    if (commit !== undefined) {
      const all = [...(statuses.get(commit) ?? [])];
      return ok({ statuses: all.map(([context, status]) => ({ context, status })) });
    }
    return pulls(server, asked, at, {
      show: (one) => ({
        number: one.number,
        html_url: `${server.url}/me/it/pulls/${one.number}`,
        state: one.state === "open" ? "open" : "closed",
        merged: one.state === "merged",
        merge_commit_sha: one.mergedAs,
        merged_by: one.state === "merged" ? { login: one.by } : null,
        head: { sha: server.headOf(one.branch) ?? "", ref: one.branch },
      }),
      branch: null,
      review: ({ id, by, text, is, trusted, commit }) => ({
        id,
        user: { login: by },
        body: text,
        commit_id: commit,
        state: is === "approved" ? "APPROVED" : "REQUEST_CHANGES",
        official: trusted,
        dismissed: false,
        comments_count: 0,
      }),
    });
  },
  gitlab: (server, asked, statuses) => {
    const at = /^\/api\/v4\/projects\/me%2Fit\/(.*)$/.exec(asked.path)?.[1];
    if (at === undefined) return null;
    const commit = /^repository\/commits\/([0-9a-f]+)\/statuses$/.exec(at)?.[1];
    if (commit !== undefined) {
      const all = [...(statuses.get(commit) ?? [])];
      const words: Record<string, string> = { failure: "failed", pending: "running" };
      return ok(all.map(([name, is]) => ({ name, status: words[is] ?? is, allow_failure: false })));
    }
    return mergeRequests(server, asked, at);
  },
};

function ok(body: unknown) {
  return { status: 200, body };
}

type Asked = Parameters<Dialect>[1];

/** What GitHub and Gitea say in the same places. */
function pulls(
  server: ForgeServer,
  { method, body }: Asked,
  at: string,
  how: {
    show: (one: Kept) => unknown;
    branch: string | null;
    review: (one: Kept["reviews"][number]) => unknown;
  },
): ReturnType<Dialect> {
  const comment = ({ id, by, text }: Kept["comments"][number]) => {
    return { id, user: { login: by }, body: text };
  };
  if (at === "pulls" && method === "GET") {
    const newest = server.requests.toReversed();
    return ok(
      newest.filter(({ branch }) => how.branch === null || branch === how.branch).map(how.show),
    );
  }
  if (at === "pulls" && method === "POST") {
    const made = opened(server, body["head"], body["base"], body["title"], body["body"]);
    return made ? { status: 201, body: how.show(made) } : { status: 422, body: { message: "no" } };
  }
  const [, kind, number, what] = /^(pulls|issues)\/(\d+)(?:\/(\w+))?$/.exec(at) ?? [];
  const one = server.requests.find((kept) => kept.number === Number(number));
  if (!one) return null;
  if (method === "GET" && what === undefined) return ok(how.show(one));
  if (method === "PATCH" && body["state"] === "closed") {
    one.state = "closed";
    return ok(how.show(one));
  }
  if (what === "merge") return mergedBy(server, one, body["sha"] ?? body["head_commit_id"]);
  if (what === "reviews") return ok(one.reviews.map(how.review));
  if (what === "comments" && method === "POST")
    return { status: 201, body: said(one, body["body"]) };
  if (what === "comments") return ok(kind === "issues" ? one.comments.map(comment) : []);
  return null;
}

function mergeRequests(
  server: ForgeServer,
  { method, body, query }: Asked,
  at: string,
): ReturnType<Dialect> {
  const show = (one: Kept) => ({
    iid: one.number,
    web_url: `${server.url}/me/it/-/merge_requests/${one.number}`,
    state: one.state === "open" ? "opened" : one.state,
    sha: server.headOf(one.branch),
    merge_commit_sha: one.mergedAs,
    squash_commit_sha: null,
    merge_user: one.by === null ? null : { username: one.by },
    closed_by: null,
  });
  if (at === "merge_requests" && method === "GET") {
    const branch = query.get("source_branch");
    return ok(
      server.requests
        .toReversed()
        .filter((one) => one.branch === branch)
        .map(show),
    );
  }
  if (at === "merge_requests") {
    const { source_branch: head, target_branch: base, title, description } = body;
    const made = opened(server, head, base, title, description);
    return made ? { status: 201, body: show(made) } : { status: 409, body: { message: ["no"] } };
  }
  const [, number, what] = /^merge_requests\/(\d+)(?:\/(\w+))?$/.exec(at) ?? [];
  const one = server.requests.find((kept) => kept.number === Number(number));
  if (!one) return null;
  if (method === "GET" && what === undefined) return ok(show(one));
  if (method === "PUT" && what === "merge") return mergedBy(server, one, body["sha"]);
  if (method === "PUT") {
    if (body["state_event"] === "close") one.state = "closed";
    return ok(show(one));
  }
  if (what === "notes" && method === "POST") return { status: 201, body: said(one, body["body"]) };
  // A note of GitLab's own stands among them.
  const system = { id: 1, body: "added 1 commit", author: { username: "me" }, system: true };
  const notes = [...one.comments, ...one.reviews].map(({ id, by, text }) => {
    return { id, body: text, author: { username: by }, system: false, position: null };
  });
  if (what === "notes") return ok([system, ...notes]);
  const trusted = one.reviews.filter((review) => review.trusted);
  const users = (is: string) =>
    trusted.filter((review) => review.is === is).map(({ by }) => ({ user: { username: by } }));
  if (what === "approvals") return ok({ approved_by: users("approved") });
  if (what === "reviewers") {
    return ok(users("changes-requested").map((one) => ({ ...one, state: "requested_changes" })));
  }
  return null;
}

function opened(server: ForgeServer, ...[head, base, title, text]: unknown[]): Kept | null {
  const branch = String(head);
  const isOpen = server.requests.some((one) => one.branch === branch && one.state === "open");
  if (isOpen || server.headOf(branch) === null || server.headOf(String(base)) === null) return null;
  const number = server.requests.length + 1;
  const told = { number, branch, base: String(base), title: String(title), body: String(text) };
  const one: Kept = { ...told, state: "open", mergedAs: null, by: null, comments: [], reviews: [] };
  server.requests.push(one);
  return one;
}

function mergedBy(server: ForgeServer, one: Kept, head: unknown) {
  if (server.headOf(one.branch) !== head) return { status: 409, body: { message: "head moved" } };
  return ok({ sha: server.merge(one.number, "me"), merged: true });
}

function said(one: Kept, text: unknown) {
  const made = { id: 500 + one.comments.length, by: "nightshift", text: String(text) };
  one.comments.push(made);
  return { id: made.id, user: { login: made.by }, body: made.text };
}
