import type { BudgetEvent } from "@nightshift/protocol/budget";
import { idOf } from "@nightshift/protocol/ids";
import type { HistoryView, RowChange } from "./history.ts";
import { taskOf } from "./task-of.ts";

/**
 * Table `spend`, one row a reservation: what a step might have cost and what it did (F4). Costs of
 * different `cost_kind` are never to be added up as if they were one money. `state` is reserved,
 * settled or released.
 */
export const spend: HistoryView<BudgetEvent> = {
  name: "spend",
  version: 1,
  reads: ["budget.reserved", "budget.settled", "budget.overshot", "budget.released"],
  tables: [
    {
      name: "spend",
      columns: {
        reservation: "text",
        week: "text",
        day: "text",
        shift: "integer",
        task: "text",
        attempt: "text",
        step: "text",
        category: "text",
        account: "text",
        state: "text",
        worst_micro_usd: "integer",
        worst_tokens: "integer",
        cost_micro_usd: "integer",
        tokens: "integer",
        /** billed, estimated, subscription or unknown. */
        cost_kind: "text",
        overshot_micro_usd: "integer",
        overshot_tokens: "integer",
        reserved_at_ms: "integer",
        settled_at_ms: "integer",
        last_position: "text",
      },
      key: ["reservation"],
      indexes: [["task"], ["attempt"], ["week", "category"], ["shift"], ["account"]],
    },
  ],
  apply({ stream, event, atMs, position }) {
    if (event.type === "budget.ceiling-hit") return [];
    const key = { reservation: event.reservation };
    const last_position = String(position);
    const change = (values: Record<string, string | number>): RowChange[] => [
      { table: "spend", op: "upsert", key, values: { ...values, last_position } },
    ];
    switch (event.type) {
      case "budget.reserved":
        return change({
          week: idOf(stream),
          day: event.day,
          shift: event.shift,
          task: taskOf(event.attempt),
          attempt: event.attempt,
          step: event.step,
          category: event.category,
          account: event.account,
          state: "reserved",
          worst_micro_usd: event.worstMicroUsd,
          worst_tokens: event.worstTokens,
          reserved_at_ms: atMs,
        });
      case "budget.settled":
        return change({
          state: "settled",
          cost_micro_usd: event.costMicroUsd,
          tokens: event.tokens,
          cost_kind: event.costKind,
          settled_at_ms: atMs,
        });
      case "budget.overshot":
        return change({ overshot_micro_usd: event.byMicroUsd, overshot_tokens: event.byTokens });
      case "budget.released":
        return change({ state: "released" });
    }
  },
};
