import { Refusal } from "@nightshift/protocol/errors";
import type { ReviewCommand, ReviewEvent } from "@nightshift/protocol/review";
import type { Decider } from "./decider.ts";
import { same } from "./same.ts";

type Request = Omit<Extract<ReviewEvent, { type: "review.requested" }>, "type">;

export type ReviewState = {
  status: "absent" | "requested" | "approved" | "rejected" | "ignored" | "merged" | "reverted";
  request: Request | null;
  /** Who approved or rejected it last. */
  by: string | null;
  lastComment: { by: string; text: string } | null;
  /** The commit the director made of it before the merge. */
  edited: string | null;
};

/** What waits for the director, and what became of it (H12). */
export const review: Decider<ReviewState, ReviewCommand, ReviewEvent> = {
  initial: { status: "absent", request: null, by: null, lastComment: null, edited: null },

  decide(command, state) {
    if (command.type === "review.request") {
      const { type: _, ...request } = command;
      if (same(state.request, request)) return [];
      if (state.status === "absent") return [{ type: "review.requested", ...request }];
      throw new Refusal("out-of-order", `${request.attempt} is in review already`);
    }
    if (state.status === "absent") throw new Refusal("not-found", "nobody asked for this review");
    return answer(command, state);
  },

  evolve(state, event) {
    switch (event.type) {
      case "review.requested": {
        const { type: _, ...request } = event;
        return { ...state, status: "requested", request };
      }
      case "review.approved":
        return { ...state, status: "approved", by: event.by };
      case "review.rejected":
        return { ...state, status: "rejected", by: event.by };
      case "review.commented":
        return { ...state, lastComment: { by: event.by, text: event.text } };
      case "review.edited-before-merge":
        return { ...state, edited: event.commit };
      case "review.merged":
        return { ...state, status: "merged" };
      case "review.reverted":
        return { ...state, status: "reverted" };
      case "review.ignored":
        return { ...state, status: "ignored" };
    }
  },
};

type Status = ReviewState["status"];

function answer(
  command: Exclude<ReviewCommand, { type: "review.request" }>,
  state: ReviewState,
): ReviewEvent[] {
  switch (command.type) {
    case "review.approve": {
      if (state.status === "approved") return [];
      needs(state, ["requested", "ignored"]);
      return [{ type: "review.approved", by: command.by }];
    }
    case "review.reject": {
      if (state.status === "rejected") return [];
      needs(state, ["requested", "ignored", "approved"]);
      return [{ type: "review.rejected", by: command.by, why: command.why }];
    }
    case "review.comment": {
      const { by, text } = command;
      return same(state.lastComment, { by, text }) ? [] : [{ type: "review.commented", by, text }];
    }
    case "review.note-edit": {
      if (state.edited === command.commit) return [];
      needs(state, ["requested", "ignored", "approved"]);
      return [{ type: "review.edited-before-merge", commit: command.commit }];
    }
    case "review.note-merge": {
      if (state.status === "merged") return [];
      if (state.status === "rejected") {
        throw new Refusal("not-accepted", `${state.by} rejected it: it is not merged`);
      }
      needs(state, ["requested", "ignored", "approved"]);
      return [{ type: "review.merged", commit: command.commit }];
    }
    case "review.note-revert": {
      if (state.status === "reverted") return [];
      needs(state, ["merged"]);
      return [{ type: "review.reverted", commit: command.commit }];
    }
    case "review.ignore": {
      if (state.status === "ignored") return [];
      needs(state, ["requested"]);
      return [{ type: "review.ignored", afterMs: command.afterMs }];
    }
    case "review.reopen": {
      if (state.status === "requested" || state.request === null) return [];
      needs(state, ["rejected", "approved", "ignored"]);
      return [{ type: "review.requested", ...state.request }];
    }
  }
}

function needs({ status }: ReviewState, allowed: readonly Status[]): void {
  if (allowed.includes(status)) return;
  throw new Refusal("out-of-order", `the review is ${status}, not ${allowed.join(" or ")}`);
}
