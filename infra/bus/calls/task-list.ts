import type { methods, Task } from "@nightshift/protocol/a2a";
import type { z } from "zod";
import type { Listed } from "./desk.ts";

type Query = z.infer<(typeof methods)["ListTasks"]>;

const PAGE_MAX = 100;
const PAGE = 50;

type Page = { page: Listed[]; nextPageToken: string; pageSize: number; totalSize: number };

/** The page of a list that a query asks for, the newest first. */
export function pageOf(all: readonly Listed[], query: Query): Page {
  const found = all
    .filter((call) => matches(call, query))
    .toSorted((a, b) => (sortKey(a) < sortKey(b) ? 1 : -1));
  const after = query.pageToken;
  const rest = after ? found.filter((call) => sortKey(call) < after) : found;
  const pageSize = Math.min(query.pageSize ?? PAGE, PAGE_MAX);
  const page = rest.slice(0, pageSize);
  const last = page.at(-1);
  const nextPageToken = last && rest.length > page.length ? sortKey(last) : "";
  return { page, nextPageToken, pageSize, totalSize: found.length };
}

/** A list shows answers only where it is asked to. */
export function asListed(task: Task, { includeArtifacts }: Query): Task {
  const { artifacts: _, ...rest } = task;
  return includeArtifacts ? task : rest;
}

function matches({ context, state, sinceMs }: Listed, query: Query): boolean {
  if (query.contextId !== undefined && context !== query.contextId) return false;
  if (query.status !== undefined && state !== query.status) return false;
  const after = query.statusTimestampAfter;
  return after === undefined || sinceMs > Date.parse(after);
}

function sortKey({ sinceMs, id }: Listed): string {
  return `${new Date(sinceMs).toISOString()}|${id}`;
}
