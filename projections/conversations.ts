import type { CallEvent } from "@nightshift/protocol/call";
import { idOf } from "@nightshift/protocol/ids";
import type { HistoryView, RowChange } from "./history.ts";

/**
 * Table `conversations`, one row a call: who asked whom for which skill, and how it ended. `state`
 * is sent, working, completed, failed, canceled or rejected. The bodies are blobs, by their sha256.
 */
export const conversations: HistoryView<CallEvent> = {
  name: "conversations",
  version: 1,
  reads: ["call.sent", "call.working", "call.finished"],
  tables: [
    {
      name: "conversations",
      columns: {
        call: "text",
        from_agent: "text",
        to_agent: "text",
        skill: "text",
        task: "text",
        attempt: "text",
        state: "text",
        note: "text",
        detail: "text",
        request: "text",
        answer: "text",
        /** The event or command that led to the call; never inferred. */
        causation: "text",
        sent_at_ms: "integer",
        finished_at_ms: "integer",
        duration_ms: "integer",
        first_position: "text",
        last_position: "text",
      },
      key: ["call"],
      indexes: [["task"], ["attempt"], ["to_agent", "skill"]],
    },
  ],
  apply({ stream, event, atMs, causation, position }) {
    const key = { call: idOf(stream) };
    const last_position = String(position);
    const change = (values: Record<string, string | number | null>): RowChange[] => [
      { table: "conversations", op: "upsert", key, values: { ...values, last_position } },
    ];
    switch (event.type) {
      case "call.sent":
        return change({
          from_agent: event.from,
          to_agent: event.to,
          skill: event.skill,
          task: event.task,
          attempt: event.attempt,
          state: "sent",
          request: event.request,
          causation,
          sent_at_ms: atMs,
          first_position: last_position,
        });
      case "call.working":
        return change({ state: "working", note: event.note });
      case "call.finished":
        return change({
          state: event.state,
          answer: event.answer,
          detail: event.detail,
          finished_at_ms: atMs,
          duration_ms: event.durationMs,
        });
    }
  },
};
