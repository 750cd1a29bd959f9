import type { Recorded } from "@nightshift/protocol/envelope";
import type { Fact, Section } from "./digest.ts";
import type { Night } from "./night.ts";
import { grown, readFor } from "./judging.ts";
import { count } from "../words/plain.ts";

/** How good it was: both scores apart, and five measures that are easily taken for one another. */
export function numbers(night: Night): Section[] {
  const facts = [...scores(night), ...readFor(night), ...grown(night)];
  return [
    { name: "scores", title: "Scores", facts },
    { name: "metrics", title: "Measures", facts: metrics(night) },
  ];
}

/** Both means side by side: a drift between them shows before it does harm (D24). */
function scores(night: Night): Fact[] {
  const assessed = night.all("attempt.assessed");
  if (assessed.length === 0) return [];
  const mean = (of: (recorded: (typeof assessed)[number]) => number) =>
    (assessed.reduce((sum, recorded) => sum + of(recorded), 0) / assessed.length).toFixed(2);
  const heuristic = mean(({ event }) => event.heuristic);
  const judge = mean(({ event }) => event.judge);
  const blend = mean(({ event }) => event.blend);
  const over = count(assessed.length, "attempt");
  const text = `On average heuristic ${heuristic}, judge ${judge}, blend ${blend}, over ${over}`;
  return [{ text, events: assessed.map(({ id }) => id) }];
}

function metrics(night: Night): Fact[] {
  const completed = night.all("task.completed").filter(({ event }) => event.outcome !== "children");
  const gated = night.all("attempt.gated");
  const passed = gated.filter(({ event }) => event.decision === "accepted");
  const waiting = [...night.open.values()]
    .map(([first]) => first)
    .filter((first) => first?.event.type === "review.requested");
  const approved = night.all("review.approved");
  const reverted = new Set(night.all("repo.reverted").map(({ event }) => event.attempt));
  const merged = night.all("repo.merged").filter(({ event }) => !reverted.has(event.attempt));
  return [
    measure(night, "Completed", completed, ""),
    measure(night, "Passed the gate", passed, ` of ${count(gated.length, "attempt")} gated`, gated),
    measure(night, "In review now", waiting, ""),
    measure(night, "Accepted by a human", approved, ""),
    measure(night, "Merged and standing", merged, ""),
  ];
}

/** A count of nothing rests on the shift itself: the log from its start on holds none. */
function measure(
  { started }: Night,
  name: string,
  counted: readonly (Recorded | undefined)[],
  of: string,
  among = counted,
): Fact {
  const events = among.flatMap((recorded) => (recorded ? [recorded.id] : []));
  const text = `${name}: ${counted.length}${of}`;
  return { text, events: events.length > 0 ? events : [started.id] };
}
