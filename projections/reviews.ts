import { idOf } from "@nightshift/protocol/ids";
import type { ReviewEvent } from "@nightshift/protocol/review";
import type { Projection } from "./projection.ts";

export type OpenReview = {
  task: string;
  repo: string;
  branch: string;
  commit: string;
  /** 0 to 10. */
  score: number;
  why: string;
  /** Approved ones stay until they are merged. */
  status: "waiting" | "approved";
  /** Where it is at a forge; null where it is not, or where nobody knows yet whether it is. */
  request: { forge: string; number: number; url: string; commit: string } | null;
  /** Since when it waits, ms since 1970. */
  sinceMs: number;
};

/** By attempt. */
export type Reviews = Map<string, OpenReview>;

/** What waits for the director; too many of them stop new work (H12). */
export const reviews: Projection<Reviews, ReviewEvent> = {
  name: "reviews",
  version: 2,
  reads: [
    "review.requested",
    "review.approved",
    "review.rejected",
    "review.published",
    "review.sent-back",
    "review.commented",
    "review.edited-before-merge",
    "review.merged",
    "review.reverted",
    "review.ignored",
  ],
  initial: () => new Map(),
  apply(view, { stream, event, atMs: sinceMs }) {
    const attempt = idOf(stream);
    switch (event.type) {
      case "review.requested": {
        const { task, repo, branch, commit, score, why } = event;
        const request = view.get(attempt)?.request ?? null;
        const waits = { task, repo, branch, commit, score, why, request, sinceMs };
        view.set(attempt, { ...waits, status: "waiting" });
        return;
      }
      case "review.published": {
        const { type: _, ...request } = event;
        const review = view.get(attempt);
        if (review) review.request = request;
        return;
      }
      case "review.approved": {
        const review = view.get(attempt);
        if (review) review.status = "approved";
        return;
      }
      case "review.edited-before-merge": {
        const review = view.get(attempt);
        if (review) review.commit = event.commit;
        return;
      }
      case "review.rejected":
      case "review.sent-back":
      case "review.merged":
      case "review.reverted":
      case "review.ignored":
        view.delete(attempt);
        return;
      case "review.commented":
      case "review.publish-intended":
      case "review.checked":
      case "review.revert-requested":
        return;
    }
  },
};
