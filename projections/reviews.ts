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
};

/** By attempt. */
export type Reviews = Map<string, OpenReview>;

/** What waits for the director; too many of them stop new work (H12). */
export const reviews: Projection<Reviews, ReviewEvent> = {
  name: "reviews",
  version: 1,
  reads: [
    "review.requested",
    "review.approved",
    "review.rejected",
    "review.commented",
    "review.edited-before-merge",
    "review.merged",
    "review.reverted",
    "review.ignored",
  ],
  initial: () => new Map(),
  apply(view, { stream, event }) {
    const attempt = idOf(stream);
    switch (event.type) {
      case "review.requested": {
        const { task, repo, branch, commit, score, why } = event;
        view.set(attempt, { task, repo, branch, commit, score, why, status: "waiting" });
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
      case "review.merged":
      case "review.reverted":
      case "review.ignored":
        view.delete(attempt);
        return;
      case "review.commented":
        return;
    }
  },
};
