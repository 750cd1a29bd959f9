import { TaskState, type ListTasksRequest, type ListTasksResponse, type Task } from "@a2a-js/sdk";
import type { ServerCallContext, TaskStore } from "@a2a-js/sdk/server";

/** Calls that are remembered after they ended, of one agent, and characters of their answers. */
const ENDED_MAX = 1_000;
const ENDED_CHARS_MAX = 32 * 1024 * 1024;
const PAGE_MAX = 100;

type Entry = { owner: string; task: Task; chars: number };

/**
 * The calls of one agent, for A2A's GetTask and ListTasks; each caller sees its own. A cache of the
 * running process, not a record: what happened stands in the log. Running calls stay, ended ones go
 * when there are too many. The request itself and the notes on the way are not kept: they would hold
 * megabytes for each call. In place of the SDK's store, which clones every task on every touch.
 */
export class CallStore implements TaskStore {
  readonly #entries = new Map<string, Entry>();
  #ended = 0;
  #chars = 0;

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  async load(id: string, context: ServerCallContext): Promise<Task | undefined> {
    const entry = this.#entries.get(id);
    return entry && entry.owner === ownerOf(context) ? copy(entry.task) : undefined;
  }

  async save(task: Task, context: ServerCallContext): Promise<void> {
    this.#forget(task.id);
    const ended = isOver(task);
    const chars = ended ? JSON.stringify(task.artifacts).length : 0;
    this.#entries.set(task.id, {
      owner: ownerOf(context),
      task: { ...copy(task), history: [] },
      chars,
    });
    if (!ended) return;
    this.#ended += 1;
    this.#chars += chars;
    this.#shrink();
  }

  async list(query: ListTasksRequest, context: ServerCallContext): Promise<ListTasksResponse> {
    const owner = ownerOf(context);
    const found = [...this.#entries.values()]
      .filter((entry) => entry.owner === owner && matches(entry.task, query))
      .map(({ task }) => copy(task))
      .toSorted((a, b) => sortKey(b).localeCompare(sortKey(a)));
    const after = query.pageToken;
    const rest = after ? found.filter((task) => sortKey(task) < after) : found;
    const pageSize = Math.min(query.pageSize ?? PAGE_MAX, PAGE_MAX);
    const page = rest.slice(0, pageSize);
    const last = page.at(-1);
    return {
      tasks: query.includeArtifacts ? page : page.map((task) => ({ ...task, artifacts: [] })),
      nextPageToken: last && rest.length > page.length ? sortKey(last) : "",
      pageSize,
      totalSize: found.length,
    };
  }

  #shrink(): void {
    for (const [id, { task }] of this.#entries) {
      if (this.#ended <= ENDED_MAX && this.#chars <= ENDED_CHARS_MAX) return;
      if (isOver(task)) this.#forget(id);
    }
  }

  #forget(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    if (!isOver(entry.task)) return;
    this.#ended -= 1;
    this.#chars -= entry.chars;
  }
}

/** The SDK changes what it loads; one level of its own is all it touches. */
function copy(task: Task): Task {
  return { ...task, history: [...task.history], artifacts: [...task.artifacts] };
}

function matches(task: Task, query: ListTasksRequest): boolean {
  if (query.contextId && task.contextId !== query.contextId) return false;
  if (query.status !== TaskState.TASK_STATE_UNSPECIFIED && task.status?.state !== query.status)
    return false;
  const after = query.statusTimestampAfter;
  return !after || Date.parse(task.status?.timestamp ?? "") > Date.parse(after);
}

function sortKey(task: Task): string {
  return `${task.status?.timestamp ?? ""}|${task.id}`;
}

const over: ReadonlySet<TaskState> = new Set([
  TaskState.TASK_STATE_COMPLETED,
  TaskState.TASK_STATE_FAILED,
  TaskState.TASK_STATE_CANCELED,
  TaskState.TASK_STATE_REJECTED,
]);

function isOver({ status }: Task): boolean {
  return status !== undefined && over.has(status.state);
}

function ownerOf(context: ServerCallContext): string {
  return context.user?.userName ?? "";
}
