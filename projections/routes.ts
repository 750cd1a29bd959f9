import { idOf } from "@nightshift/protocol/ids";
import type { EventNamed } from "./words/event-named.ts";
import { failureScore } from "./failure-score.ts";
import type { Projection } from "./projection.ts";

type Route = {
  /** Attempts that have a score; a failure counts 1. */
  n: number;
  /** 0 to 10; 0 where n is 0. */
  meanScore: number;
  merged: number;
  truncated: number;
  /** Attempts whose end is still out, and whether each has its score. */
  open: Map<string, { scored: boolean }>;
};

/**
 * By `category|model`. A category without a model, `category|`, holds the attempts that are not
 * awarded yet; it has no track record.
 */
export type Routes = Map<string, Route>;

type Told =
  | "attempt.started"
  | "attempt.planned"
  | "attempt.awarded"
  | "attempt.executed"
  | "attempt.gated"
  | "attempt.integrated"
  | "attempt.failed"
  | "attempt.deferred"
  | "review.rejected"
  | "review.merged"
  | "review.ignored";

/** The track record of each model in each category: the router decides by it (B5, F9). */
export const routes: Projection<Routes, EventNamed<Told>> = {
  name: "routes",
  version: 1,
  reads: [
    "attempt.started",
    "attempt.planned",
    "attempt.awarded",
    "attempt.executed",
    "attempt.gated",
    "attempt.integrated",
    "attempt.failed",
    "attempt.deferred",
    "review.rejected",
    "review.merged",
    "review.ignored",
  ],
  initial: () => new Map(),
  apply(view, { stream, event }) {
    const attempt = idOf(stream);
    if (event.type === "attempt.started") {
      routeIn(view, `${event.category}|`).open.set(attempt, { scored: false });
      return;
    }
    const found = [...view].find(([, route]) => route.open.has(attempt));
    if (!found) return;
    const [key, route] = found;
    if (event.type === "attempt.planned") {
      if (event.parts > 0) route.open.delete(attempt);
      return;
    }
    if (event.type === "attempt.awarded") return award(view, key, attempt, event.model);
    follow(route, attempt, event);
  },
};

function award(view: Routes, from: string, attempt: string, model: string): void {
  const category = from.slice(0, from.indexOf("|"));
  const unawarded = view.get(from);
  unawarded?.open.delete(attempt);
  if (unawarded?.open.size === 0 && unawarded.n === 0) view.delete(from);
  routeIn(view, `${category}|${model}`).open.set(attempt, { scored: false });
}

type Later = Exclude<
  EventNamed<Told>,
  { type: "attempt.started" | "attempt.planned" | "attempt.awarded" }
>;

function follow(route: Route, attempt: string, event: Later): void {
  switch (event.type) {
    case "attempt.executed":
      if (event.stopReason === "truncated") route.truncated += 1;
      return;
    case "attempt.gated":
      score(route, attempt, event.score);
      if (event.decision === "rejected") route.open.delete(attempt);
      return;
    case "attempt.failed":
      score(route, attempt, failureScore(event.kind));
      route.open.delete(attempt);
      return;
    case "attempt.integrated":
      if (event.how === "merged") route.merged += 1;
      if (event.how !== "in-review") route.open.delete(attempt);
      return;
    case "review.merged":
      route.merged += 1;
      route.open.delete(attempt);
      return;
    case "attempt.deferred":
    case "review.rejected":
    case "review.ignored":
      route.open.delete(attempt);
      return;
  }
}

function score(route: Route, attempt: string, value: number | null): void {
  const open = route.open.get(attempt);
  if (!open || open.scored || value === null) return;
  open.scored = true;
  route.n += 1;
  route.meanScore += (value - route.meanScore) / route.n;
}

function routeIn(view: Routes, key: string): Route {
  const known = view.get(key);
  if (known) return known;
  const made: Route = { n: 0, meanScore: 0, merged: 0, truncated: 0, open: new Map() };
  view.set(key, made);
  return made;
}
