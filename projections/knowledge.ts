import type { Recorded } from "@nightshift/protocol/envelope";
import { attemptId, idOf } from "@nightshift/protocol/ids";
import type { EventNamed } from "./words/event-named.ts";
import type { HistoryView, RowChange } from "./history.ts";

/** Files of one attempt beyond these are left out. */
const FILES_MAX = 500;

type Read = EventNamed<
  | "attempt.started"
  | "attempt.executed"
  | "attempt.verified"
  | "attempt.failed"
  | "task.returned"
  | "guidance.reflected"
  | "repo.merged"
  | "repo.reverted"
>;

/**
 * What is known of each repository. `knowledge_attempts` tells which attempt worked on which
 * repository and whether its work stayed; `knowledge_pitfalls` and `knowledge_files` join it by
 * attempt. Every pitfall names the event that tells it.
 */
export const knowledge: HistoryView<Read> = {
  name: "knowledge",
  version: 1,
  reads: [
    "attempt.started",
    "attempt.executed",
    "attempt.verified",
    "attempt.failed",
    "task.returned",
    "guidance.reflected",
    "repo.merged",
    "repo.reverted",
  ],
  tables: [
    {
      name: "knowledge_attempts",
      columns: {
        attempt: "text",
        task: "text",
        repo: "text",
        category: "text",
        /** 1 while its commit is on the target branch. */
        merged: "integer",
        commit_id: "text",
      },
      key: ["attempt"],
      indexes: [["repo", "category"], ["task"]],
    },
    {
      name: "knowledge_pitfalls",
      columns: {
        event: "text",
        number: "integer",
        attempt: "text",
        /** critique, reflection, check, rule or failure. */
        kind: "text",
        text: "text",
        file: "text",
        score: "real",
        at_ms: "integer",
        position: "text",
      },
      key: ["event", "number"],
      indexes: [["attempt"], ["kind"]],
    },
    {
      name: "knowledge_files",
      columns: {
        attempt: "text",
        path: "text",
        /** The folder it is in, `.` at the root. */
        module: "text",
        status: "text",
        added_lines: "integer",
        removed_lines: "integer",
        event: "text",
      },
      key: ["attempt", "path"],
      indexes: [["module"]],
    },
  ],
  apply(recorded) {
    const { event, stream } = recorded;
    switch (event.type) {
      case "attempt.started": {
        const { task, repo, category } = event;
        return [attemptRow(idOf(stream), { task, repo, category, merged: 0 })];
      }
      case "repo.merged":
        return [attemptRow(event.attempt, { merged: 1, commit_id: event.new })];
      case "repo.reverted":
        return [attemptRow(event.attempt, { merged: 0 })];
      case "attempt.executed":
        return fileRows(recorded.id, idOf(stream), event.files);
      case "attempt.verified":
        return verifiedRows(recorded, event);
      case "attempt.failed": {
        // What was rejected comes back as a critique.
        if (event.kind === "rejected") return [];
        const text = `${event.kind}: ${event.detail}`;
        return [pitfall(recorded, 0, { attempt: idOf(stream), kind: "failure", text })];
      }
      case "task.returned": {
        const attempt = attemptId(idOf(stream), event.generation);
        return [pitfall(recorded, 0, { attempt, kind: "critique", text: event.critique })];
      }
      case "guidance.reflected": {
        const { attempt, text, score } = event;
        return [pitfall(recorded, 0, { attempt, kind: "reflection", text, score })];
      }
    }
  },
};

type Cells = Record<string, string | number | null>;

function attemptRow(attempt: string, values: Cells): RowChange {
  return { table: "knowledge_attempts", op: "upsert", key: { attempt }, values };
}

function pitfall({ id, atMs, position }: Recorded, number: number, cells: Cells): RowChange {
  const key = { event: id, number };
  const values = { ...cells, at_ms: atMs, position: String(position) };
  return { table: "knowledge_pitfalls", op: "upsert", key, values };
}

function fileRows(
  event: string,
  attempt: string,
  files: EventNamed<"attempt.executed">["files"],
): RowChange[] {
  return files.slice(0, FILES_MAX).map(({ path, status, addedLines, removedLines }) => ({
    table: "knowledge_files",
    op: "upsert",
    key: { attempt, path },
    values: {
      module: moduleOf(path),
      status,
      added_lines: addedLines,
      removed_lines: removedLines,
      event,
    },
  }));
}

function verifiedRows(recorded: Recorded, event: EventNamed<"attempt.verified">): RowChange[] {
  const attempt = idOf(recorded.stream);
  const checks = event.checks
    .filter(({ outcome }) => outcome === "fail")
    .map(({ name, detail }) => ({ attempt, kind: "check", text: `${name}: ${detail}` }));
  const rules = event.hits.map(({ rule, file, excerpt }) => ({
    attempt,
    kind: "rule",
    text: `${rule}: ${excerpt}`,
    file,
  }));
  return [...checks, ...rules].map((cells, number) => pitfall(recorded, number, cells));
}

function moduleOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end < 0 ? "." : path.slice(0, end);
}
