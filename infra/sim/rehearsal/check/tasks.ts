import type { Evidence, Raw } from "./evidence.ts";

/** A task and its attempts, read off the log. */
export type Story = {
  id: string;
  name: string;
  spec: Record<string, unknown>;
  events: Raw[];
  attempts: { id: string; events: Raw[] }[];
};

/** The tasks whose name begins with a prefix, oldest first. */
export function storiesOf({ events }: Evidence): Story[] {
  const stories = new Map<string, Story>();
  for (const event of events) {
    if (event.type !== "task.proposed") continue;
    const spec = record(event.body["spec"]);
    const id = event.stream.slice("task-".length);
    const name = String(spec["name"]);
    stories.set(id, { id, name, spec, events: [], attempts: [] });
  }
  for (const event of events) {
    if (event.stream.startsWith("task-")) {
      stories.get(event.stream.slice("task-".length))?.events.push(event);
    } else if (event.stream.startsWith("attempt-")) {
      const id = event.stream.slice("attempt-".length);
      const story = stories.get(id.replace(/-g\d+$/, ""));
      if (!story) continue;
      let attempt = story.attempts.find((known) => known.id === id);
      if (!attempt) story.attempts.push((attempt = { id, events: [] }));
      attempt.events.push(event);
    }
  }
  return [...stories.values()];
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

export function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(record) : [];
}

/** A value of an event as text; nothing where it is neither text nor number. */
export function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** The first event of a type, or one without any body. */
export function first(events: readonly Raw[], type: string): Raw | undefined {
  return events.find((event) => event.type === type);
}

/** The codes of the gate's reasons for an attempt. */
export function reasonsOf(attempt: { events: Raw[] } | undefined): string[] {
  const gated = attempt && first(attempt.events, "attempt.gated");
  return list(gated?.body["reasons"]).map(({ code }) => String(code));
}

export function decisionOf(attempt: { events: Raw[] } | undefined): string {
  const gated = attempt && first(attempt.events, "attempt.gated");
  return textOf(gated?.body["decision"] ?? "none");
}
