import type { ReviewEvent } from "@nightshift/protocol/review";
import { test } from "vitest";
import { review } from "./review.ts";
import { spec } from "./spec.ts";

const { given } = spec(review);
const commit = "c".repeat(40);
const told = {
  task: "one",
  attempt: "one-g1",
  repo: "shop",
  branch: "nightshift/one",
  commit,
  score: 7.2,
  why: "merges here wait for a review",
} as const;
const request = { type: "review.request", ...told } as const;
const requested = { type: "review.requested", ...told } as const;
const approve = { type: "review.approve", by: "director" } as const;
const approved = { type: "review.approved", by: "director" } as const;
const reject = { type: "review.reject", by: "director", why: "not like this" } as const;
const rejected = { type: "review.rejected", by: "director", why: "not like this" } as const;
const merge = { type: "review.note-merge", commit } as const;
const merged = { type: "review.merged", commit } as const;

test("a review is asked for once", () => {
  given().when(request).thenEvents(requested);
  given(requested, approved).when(request).thenNothing();
  given(requested)
    .when({ ...request, commit: "d".repeat(40) })
    .thenRefuses("out-of-order");
});

test("nobody answers what was not asked", () => given().when(approve).thenRefuses("not-found"));

test("the director approves or rejects", () => {
  given(requested).when(approve).thenEvents(approved);
  given(requested).when(reject).thenEvents(rejected);
});

test("an approval is taken back before the merge, a rejection is not", () => {
  given(requested, approved).when(reject).thenEvents(rejected);
  given(requested, rejected).when(approve).thenRefuses("out-of-order");
  given(requested, approved, merged).when(reject).thenRefuses("out-of-order");
});

test("what was rejected is not merged", () =>
  given(requested, rejected).when(merge).thenRefuses("not-accepted"));

test("a merge counts with and without an approval: people merge pull requests elsewhere", () => {
  given(requested, approved).when(merge).thenEvents(merged);
  given(requested).when(merge).thenEvents(merged);
});

test("what was merged can be taken back, once", () => {
  const revert = { type: "review.note-revert", commit } as const;
  given(requested, approved, merged).when(revert).thenEvents({ type: "review.reverted", commit });
  given(requested, approved).when(revert).thenRefuses("out-of-order");
});

test("a change before the merge is told", () => {
  const edit = { type: "review.note-edit", commit } as const;
  given(requested).when(edit).thenEvents({ type: "review.edited-before-merge", commit });
  given(requested, merged).when(edit).thenRefuses("out-of-order");
});

test("a comment is kept at any time, and not twice", () => {
  const comment = { type: "review.comment", by: "director", text: "nice" } as const;
  const commented = { type: "review.commented", by: "director", text: "nice" } as const;
  given(requested, rejected).when(comment).thenEvents(commented);
  given(requested, commented)
    .when({ ...comment, text: "but" })
    .thenEvents({ ...commented, text: "but" });
});

test("what nobody looked at is ignored, and may still be approved", () => {
  const ignore = { type: "review.ignore", afterMs: 9_000 } as const;
  const ignored = { type: "review.ignored", afterMs: 9_000 } as const;
  given(requested).when(ignore).thenEvents(ignored);
  given(requested, approved).when(ignore).thenRefuses("out-of-order");
  given(requested, ignored).when(approve).thenEvents(approved);
});

test("a rejection, or an approval that merged nothing, can be taken back", () => {
  const reopen = { type: "review.reopen" } as const;
  given(requested, rejected).when(reopen).thenEvents(requested);
  given(requested, approved).when(reopen).thenEvents(requested);
  given(requested).when(reopen).thenNothing();
  given(requested, rejected, requested).when(approve).thenEvents(approved);
});

test("what is merged does not wait again", () =>
  given(requested, approved, merged).when({ type: "review.reopen" }).thenRefuses("out-of-order"));

const intendPublish = { type: "review.intend-publish", forge: "gitea", commit } as const;
const publishIntended = { type: "review.publish-intended", forge: "gitea", commit } as const;
const at = { forge: "gitea", number: 7, url: "https://forge.example/7", commit } as const;
const published = { type: "review.published", ...at } as const;

test("a request at a forge is announced before it is confirmed, and each once", () => {
  given(requested).when(intendPublish).thenEvents(publishIntended);
  given(requested, publishIntended).when(intendPublish).thenNothing();
  given(requested)
    .when({ type: "review.confirm-publish", ...at })
    .thenRefuses("out-of-order");
  given(requested, publishIntended)
    .when({ type: "review.confirm-publish", ...at })
    .thenEvents(published);
  given(requested, publishIntended, published)
    .when({ type: "review.confirm-publish", ...at })
    .thenNothing();
});

test("what a forge says is told once: its checks, and each comment by its own name", () => {
  const told = { commit, outcome: "failed", failures: ["lint"] } as const;
  const checks = { ...told, failures: ["lint"] };
  given(requested)
    .when({ type: "review.note-checks", ...checks })
    .thenEvents({ type: "review.checked", ...checks });
  given(requested, { type: "review.checked", ...checks })
    .when({ type: "review.note-checks", ...checks })
    .thenNothing();
  const said = { by: "gitea:ann", text: "Why?", ref: "comment-1", on: "src/a.ts:1" };
  given(requested)
    .when({ type: "review.comment", ...said })
    .thenEvents({ type: "review.commented", ...said });
  given(
    requested,
    { type: "review.commented", ...said },
    { type: "review.commented", by: "director", text: "So." },
  )
    .when({ type: "review.comment", ...said })
    .thenNothing();
});

test("of a forge 200 comments are taken, and one more is refused; the director is always heard", () => {
  const some = Array.from({ length: 200 }, (_, at): ReviewEvent => {
    return { type: "review.commented", by: "gitea:ann", text: "Why?", ref: `comment-${at}` };
  });
  const more = {
    type: "review.comment",
    by: "gitea:ann",
    text: "And?",
    ref: "comment-200",
  } as const;
  const { type: _, ...said } = more;
  given(requested, ...some.slice(1))
    .when(more)
    .thenEvents({ type: "review.commented", ...said });
  given(requested, ...some)
    .when(more)
    .thenRefuses("out-of-bounds");
  given(requested, ...some)
    .when({ ...more, ref: "comment-7" })
    .thenNothing();
  given(requested, ...some)
    .when({ type: "review.comment", by: "director", text: "So." })
    .thenEvents({ type: "review.commented", by: "director", text: "So." });
});

test("it is sent back once, and not once it is merged", () => {
  const back = { type: "review.send-back", round: 2, why: "lint fails" } as const;
  const sentBack = { type: "review.sent-back", round: 2, why: "lint fails" } as const;
  given(requested).when(back).thenEvents(sentBack);
  given(requested, sentBack).when(back).thenNothing();
  given(requested, approved, merged).when(back).thenRefuses("out-of-order");
});

test("words that no commit is named for are kept with what was made of them", () => {
  const back = { type: "review.send-back", round: 1, why: "Name it." } as const;
  const sentBack = { type: "review.sent-back", round: 1, why: "Name it." } as const;
  given(requested)
    .when({ ...back, heard: ["v1"] })
    .thenEvents({ ...sentBack, heard: ["v1"] });
  given(requested)
    .when({ ...approve, heard: ["v1", "v2"] })
    .thenEvents({ ...approved, heard: ["v1", "v2"] });
});

test("a revert at the forge is asked for once, of what was merged", () => {
  const ask = { commit, number: 8, url: "https://forge.example/8", why: "smoke fails" } as const;
  given(requested)
    .when({ type: "review.note-revert-request", ...ask })
    .thenRefuses("out-of-order");
  given(requested, approved, merged)
    .when({ type: "review.note-revert-request", ...ask })
    .thenEvents({ type: "review.revert-requested", ...ask });
  given(requested, approved, merged, { type: "review.revert-requested", ...ask })
    .when({ type: "review.note-revert-request", ...ask })
    .thenNothing();
});
