import { idOf } from "@nightshift/protocol/ids";
import type { ReviewEvent } from "@nightshift/protocol/review";
import type { EventNamed } from "./words/event-named.ts";
import type { Projection } from "./projection.ts";

/** What was merged at a forge, and what it came to there is not known yet. */
export type Landing = {
  task: string;
  repo: string;
  branch: string;
  /** What the merge made of it; null until it is merged. */
  commit: string | null;
  atMs: number;
  /** What the forge's checks of it failed at; empty while nothing is known. */
  failures: string[];
  /** The request there that takes it back; null where there is none. */
  revert: number | null;
};

/** By attempt: the merged ones of them are watched, the others wait to be merged. */
export type Landings = Map<string, Landing>;

type Told =
  | "review.requested"
  | "review.published"
  | "review.checked"
  | "review.merged"
  | "review.rejected"
  | "review.sent-back"
  | "review.reverted"
  | "review.revert-requested";

/** Merges at forges that are looked at at once; older ones are taken to be good. */
const WATCHED_MAX = 100;

/** What has to be watched after a merge at a forge: a check that fails there takes it back. */
export const landings: Projection<Landings, EventNamed<Told> & ReviewEvent> = {
  name: "landings",
  version: 2,
  reads: [
    "review.requested",
    "review.published",
    "review.checked",
    "review.merged",
    "review.rejected",
    "review.sent-back",
    "review.reverted",
    "review.revert-requested",
  ],
  initial: () => new Map(),
  apply(view, { stream, event, atMs }) {
    const attempt = idOf(stream);
    const known = view.get(attempt);
    switch (event.type) {
      case "review.requested": {
        const { task, repo, branch } = event;
        view.set(attempt, {
          task,
          repo,
          branch,
          commit: null,
          atMs: 0,
          failures: [],
          revert: null,
        });
        while (view.size > WATCHED_MAX) view.delete(view.keys().next().value ?? "");
        return;
      }
      case "review.published":
        if (known) known.atMs = atMs;
        return;
      case "review.merged":
        // What never was at a forge was merged here, after the tests of here.
        if (known && known.atMs > 0) Object.assign(known, { commit: event.commit, atMs });
        else view.delete(attempt);
        return;
      case "review.checked":
        if (known?.commit !== event.commit) return;
        if (event.outcome === "passed") view.delete(attempt);
        else known.failures = event.failures;
        return;
      case "review.rejected":
      case "review.sent-back":
      case "review.reverted":
        view.delete(attempt);
        return;
      case "review.revert-requested":
        if (known) known.revert = event.number;
        return;
    }
  },
};
