import { idOf } from "@nightshift/protocol/ids";
import type { EventNamed } from "./words/event-named.ts";
import type { HistoryView, RowChange } from "./history.ts";

type Read = EventNamed<(typeof READS)[number]>;

const READS = [
  "call.sent",
  "call.received",
  "call.working",
  "call.answered",
  "call.finished",
  "call.ended",
  "attempt.announced",
  "attempt.bid",
  "attempt.awarded",
] as const;

/**
 * Table `calls`, one row a call: who asked whom for which skill, and how it ended. `state`
 * is sent, working, completed, failed, canceled or rejected. The bodies are blobs, by their sha256;
 * null where they stand in the event. What was said in an auction has rows too: the announcement to
 * everyone (`*`), each bid, and the award.
 */
export const conversations: HistoryView<Read> = {
  name: "conversations",
  version: 3,
  reads: READS,
  tables: [
    {
      name: "calls",
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
  apply({ stream, event, atMs, causation, correlation, position }) {
    const last_position = String(position);
    const begun = { causation, sent_at_ms: atMs, first_position: last_position };
    const change = (values: Cells, call = idOf(stream)): RowChange[] => [
      { table: "calls", op: "upsert", key: { call }, values: { ...values, last_position } },
    ];
    const attempt = idOf(stream);
    const inAuction = { ...begun, task: correlation, attempt, state: "completed" };
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
          ...begun,
        });
      case "call.received":
        return change({
          from_agent: event.from,
          to_agent: event.to,
          skill: event.skill,
          task: event.context,
          state: "sent",
          request: "blob" in event.request ? event.request.blob : null,
          ...begun,
        });
      case "call.working":
        return change({ state: "working", note: event.note });
      case "call.answered":
        return change({ answer: "blob" in event.answer ? event.answer.blob : null });
      case "call.ended":
        return change({
          state: event.state,
          detail: event.detail,
          finished_at_ms: atMs,
          duration_ms: event.durationMs,
        });
      case "attempt.announced": {
        const said = { from_agent: "dispatcher", to_agent: "*", skill: "announce" };
        return change({ ...inAuction, ...said, note: event.skill }, `${attempt}:announce`);
      }
      case "attempt.bid": {
        const said = { from_agent: event.agent, to_agent: "dispatcher", skill: "bid" };
        const row = `${attempt}:bid:${event.agent}:${event.model}`;
        return change({ ...inAuction, ...said, note: event.model }, row);
      }
      case "attempt.awarded": {
        const said = { from_agent: "dispatcher", to_agent: event.agent, skill: "award" };
        return change({ ...inAuction, ...said, note: event.model }, `${attempt}:award`);
      }
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

type Cells = Record<string, string | number | null>;
