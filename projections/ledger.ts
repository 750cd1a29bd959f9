import type { Recorded } from "@nightshift/protocol/envelope";
import { idOf } from "@nightshift/protocol/ids";
import type { TaskEvent } from "@nightshift/protocol/task";
import type { EventNamed } from "./words/event-named.ts";
import type { HistoryView, RowChange } from "./history.ts";
import { taskOf } from "./task-of.ts";

type Read =
  | TaskEvent
  | EventNamed<
      | "attempt.awarded"
      | "attempt.executed"
      | "attempt.gated"
      | "attempt.integrated"
      | "repo.branch-published"
      | "repo.merged"
      | "repo.reverted"
    >;

type Cells = Record<string, string | number | null>;

/**
 * Table `tasks`, one row a task: what became of it (B14). `work_cost_micro_usd` and `work_tokens`
 * are what its implementers used; planning and judging are in `spend`, by task.
 */
export const ledger: HistoryView<Read> = {
  name: "ledger",
  version: 2,
  reads: [
    "task.proposed",
    "task.amended",
    "task.admitted",
    "task.parked",
    "task.refused",
    "task.split",
    "task.claimed",
    "task.released",
    "task.returned",
    "task.completed",
    "task.abandoned",
    "task.reopened",
    "attempt.awarded",
    "attempt.executed",
    "attempt.gated",
    "attempt.integrated",
    "repo.branch-published",
    "repo.merged",
    "repo.reverted",
  ],
  tables: [
    {
      name: "tasks",
      columns: {
        task: "text",
        name: "text",
        title: "text",
        repo: "text",
        category: "text",
        output: "text",
        priority: "integer",
        source: "text",
        parent: "text",
        /** proposed, open, parked, claimed, split, done, refused, abandoned. */
        status: "text",
        /** merged, in-review, branch, filed, children; or why it was refused or abandoned. */
        outcome: "text",
        /** How it stands, as PROGRESS.md says it. */
        standing: "text",
        question: "text",
        critique: "text",
        generation: "integer",
        tries: "integer",
        score: "real",
        decision: "text",
        work_cost_micro_usd: "integer",
        work_tokens: "integer",
        agent: "text",
        model: "text",
        branch: "text",
        /** Path of a report under the results folder. */
        report: "text",
        commit_id: "text",
        /** The commit that took the merged one back. */
        revert_id: "text",
        proposed_at_ms: "integer",
        ended_at_ms: "integer",
        first_position: "text",
        last_position: "text",
      },
      key: ["task"],
      indexes: [["status"], ["repo", "category"], ["model"]],
    },
  ],
  apply(recorded) {
    const task = taskIn(recorded);
    const sums = sumsOf(recorded.event);
    const last_position = String(recorded.position);
    const values = { ...valuesOf(recorded), last_position };
    const changes: RowChange[] = [{ table: "tasks", op: "upsert", key: { task }, values }];
    if (sums) changes.push({ table: "tasks", op: "increment", key: { task }, values: sums });
    return changes;
  },
};

/** Events of a repository and of an attempt name their attempt, and that names its task. */
function taskIn({ stream, event }: Recorded<Read>): string {
  return "attempt" in event ? taskOf(event.attempt) : taskOf(idOf(stream));
}

/** What an event adds up to; null where it only sets. */
function sumsOf(event: Read): Record<string, number> | null {
  if (event.type === "task.proposed") return { tries: 0, work_cost_micro_usd: 0, work_tokens: 0 };
  if (event.type === "task.returned") return { tries: 1 };
  if (event.type === "task.released") {
    return { tries: event.reason === "failed" ? 1 : 0 };
  }
  if (event.type !== "attempt.executed") return null;
  const { inputTokens, outputTokens } = event.usage;
  return { work_cost_micro_usd: event.costMicroUsd, work_tokens: inputTokens + outputTokens };
}

function valuesOf({ event, atMs, position }: Recorded<Read>): Cells {
  switch (event.type) {
    case "task.proposed":
      return {
        ...specCells(event.spec),
        status: "proposed",
        standing: "proposed",
        proposed_at_ms: atMs,
        first_position: String(position),
      };
    case "task.amended":
      return specCells(event.spec);
    case "task.admitted":
      return { status: "open", standing: "open", question: null };
    case "task.parked":
      return {
        status: "parked",
        standing: `parked: ${event.question}`,
        question: event.question,
      };
    case "task.refused":
      return ended("refused", event.reason, `refused (${event.reason})`, atMs);
    case "task.split":
      return { status: "split", standing: `split into ${event.children.length}` };
    case "task.claimed":
      return { status: "claimed", standing: "in work", generation: event.generation };
    case "task.released":
      return { status: "open", standing: `open (${event.reason})` };
    case "task.returned":
      return { status: "open", standing: "open (needs improvement)", critique: event.critique };
    case "task.completed":
      return ended("done", event.outcome, `done (${event.outcome})`, atMs);
    case "task.abandoned":
      return ended("abandoned", event.reason, `given up: ${event.reason}`, atMs);
    case "task.reopened":
      return { status: "open", outcome: null, ended_at_ms: null };
    case "attempt.awarded":
      return { agent: event.agent, model: event.model };
    case "attempt.executed":
      return { commit_id: event.commit };
    case "attempt.gated":
      return { score: event.score, decision: event.decision };
    case "attempt.integrated":
      return event.how === "filed" ? { report: event.where } : { branch: event.where };
    case "repo.branch-published":
      return { branch: event.branch };
    case "repo.merged":
      return { commit_id: event.new };
    case "repo.reverted":
      return { revert_id: event.revert };
  }
}

function ended(status: string, outcome: string, standing: string, ended_at_ms: number): Cells {
  return { status, outcome, standing, ended_at_ms };
}

function specCells(spec: EventNamed<"task.proposed">["spec"]): Cells {
  const { name, title, repo, category, output, priority, source, parent } = spec;
  return { name, title, repo, category, output, priority, source, parent };
}
