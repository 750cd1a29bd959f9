import { Refusal } from "@nightshift/protocol/errors";
import type { ReviewCommand, ReviewEvent } from "@nightshift/protocol/review";
import type { Decider } from "./decider.ts";
import { same } from "./same.ts";

type Request = Omit<Extract<ReviewEvent, { type: "review.requested" }>, "type">;

export type ReviewState = {
  status:
    | "absent"
    | "requested"
    | "approved"
    | "rejected"
    | "ignored"
    | "sent-back"
    | "merged"
    | "reverted";
  request: Request | null;
  /** Who approved or rejected it last. */
  by: string | null;
  lastComment: { by: string; text: string } | null;
  /** The commit the director made of it before the merge. */
  edited: string | null;
  /** What the forge knows of it: `number` is null between saying so and having done it. */
  published: { forge: string; number: number | null; url: string; commit: string } | null;
  /** What the forge's checks last said, by commit. */
  checked: { commit: string; outcome: "passed" | "failed"; failures: readonly string[] } | null;
  /** Comments of the forge that are told already. */
  told: readonly string[];
  /** Words of reviewers, tied to no commit, that were acted on. */
  heard: readonly string[];
  /** The request at the forge that takes its merge back. */
  revertRequest: number | null;
};

/** Comments of one review that are taken from a forge, at most; the director's own have no end. */
const COMMENTS_MAX = 200;

/** What waits for the director, and what became of it (H12). */
export const review: Decider<ReviewState, ReviewCommand, ReviewEvent> = {
  initial: {
    status: "absent",
    request: null,
    by: null,
    lastComment: null,
    edited: null,
    published: null,
    checked: null,
    told: [],
    heard: [],
    revertRequest: null,
  },

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

  evolve,
};

function evolve(state: ReviewState, event: ReviewEvent): ReviewState {
  switch (event.type) {
    case "review.requested": {
      const { type: _, ...request } = event;
      return { ...state, status: "requested", request };
    }
    case "review.approved":
      return { ...state, status: "approved", by: event.by, ...heardIn(state, event) };
    case "review.rejected":
      return { ...state, status: "rejected", by: event.by };
    case "review.commented": {
      const told = event.ref === undefined ? state.told : [...state.told, event.ref];
      return { ...state, lastComment: { by: event.by, text: event.text }, told };
    }
    case "review.publish-intended": {
      const { forge, commit } = event;
      return { ...state, published: { forge, number: null, url: "", commit } };
    }
    case "review.published": {
      const { forge, number, url, commit } = event;
      return { ...state, published: { forge, number, url, commit } };
    }
    case "review.checked": {
      const { type: _, ...checked } = event;
      return { ...state, checked };
    }
    case "review.sent-back":
      return { ...state, status: "sent-back", ...heardIn(state, event) };
    case "review.revert-requested":
      return { ...state, revertRequest: event.number };
    case "review.edited-before-merge":
      return { ...state, edited: event.commit };
    case "review.merged":
      return { ...state, status: "merged" };
    case "review.reverted":
      return { ...state, status: "reverted" };
    case "review.ignored":
      return { ...state, status: "ignored" };
  }
}

type Heard = { heard?: string[] | undefined };

function heardIn(state: ReviewState, { heard = [] }: Heard): Pick<ReviewState, "heard"> {
  return { heard: [...state.heard, ...heard] };
}

function heardOf({ heard }: Heard): { heard?: string[] } {
  return heard === undefined ? {} : { heard };
}

type Status = ReviewState["status"];

function answer(
  command: Exclude<ReviewCommand, { type: "review.request" }>,
  state: ReviewState,
): ReviewEvent[] {
  switch (command.type) {
    case "review.approve": {
      if (state.status === "approved") return [];
      needs(state, ["requested", "ignored"]);
      return [{ type: "review.approved", by: command.by, ...heardOf(command) }];
    }
    case "review.reject": {
      if (state.status === "rejected") return [];
      needs(state, ["requested", "ignored", "approved"]);
      return [{ type: "review.rejected", by: command.by, why: command.why }];
    }
    case "review.comment":
      return comment(command, state);
    case "review.intend-publish":
    case "review.confirm-publish":
    case "review.note-checks":
    case "review.send-back":
    case "review.note-revert-request":
      return atForge(command, state);
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

type Command<T extends ReviewCommand["type"]> = Extract<ReviewCommand, { type: T }>;

function comment(
  { by, text, ref, on }: Command<"review.comment">,
  state: ReviewState,
): ReviewEvent[] {
  const isKnown =
    ref === undefined ? same(state.lastComment, { by, text }) : state.told.includes(ref);
  if (isKnown) return [];
  if (ref !== undefined && state.told.length >= COMMENTS_MAX) {
    throw new Refusal("out-of-bounds", `${COMMENTS_MAX} comments of a forge are taken, not more`);
  }
  const where = { ...(ref === undefined ? {} : { ref }), ...(on === undefined ? {} : { on }) };
  return [{ type: "review.commented", by, text, ...where }];
}

/** What a forge does with a review, and is told: intend, do, confirm. */
function atForge(
  command: Command<
    | "review.intend-publish"
    | "review.confirm-publish"
    | "review.note-checks"
    | "review.send-back"
    | "review.note-revert-request"
  >,
  state: ReviewState,
): ReviewEvent[] {
  switch (command.type) {
    case "review.intend-publish": {
      const { forge, commit } = command;
      if (state.published?.commit === commit) return [];
      needs(state, ["requested", "approved"]);
      return [{ type: "review.publish-intended", forge, commit }];
    }
    case "review.confirm-publish": {
      const { forge, number, url, commit } = command;
      if (same(state.published, { forge, number, url, commit })) return [];
      if (state.published?.commit !== commit) {
        throw new Refusal("out-of-order", "nobody meant to publish that commit");
      }
      return [{ type: "review.published", forge, number, url, commit }];
    }
    case "review.note-checks": {
      const { commit, outcome, failures } = command;
      if (same(state.checked, { commit, outcome, failures })) return [];
      return [{ type: "review.checked", commit, outcome, failures }];
    }
    case "review.send-back": {
      if (state.status === "sent-back") return [];
      needs(state, ["requested", "approved"]);
      const { round, why } = command;
      return [{ type: "review.sent-back", round, why, ...heardOf(command) }];
    }
    case "review.note-revert-request": {
      if (state.revertRequest !== null) return [];
      needs(state, ["merged"]);
      const { commit, number, url, why } = command;
      return [{ type: "review.revert-requested", commit, number, url, why }];
    }
  }
}

function needs({ status }: ReviewState, allowed: readonly Status[]): void {
  if (allowed.includes(status)) return;
  throw new Refusal("out-of-order", `the review is ${status}, not ${allowed.join(" or ")}`);
}
