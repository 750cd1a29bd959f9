import type { Recorded } from "@nightshift/protocol/envelope";
import type { EventType } from "@nightshift/protocol/events";
import { idOf } from "@nightshift/protocol/ids";
import type { Fact } from "../digest/digest.ts";
import { wordsOf } from "../words/event-words.ts";
import { plain } from "../words/plain.ts";

/** Whatever makes the next attempt another one than the last was. */
export const CHANGE_READS: readonly EventType[] = [
  "policy.proposed",
  "policy.adopted",
  "policy.rolled-back",
  "allocation.adjusted",
  "genome.mutated",
  "genome.inducted",
  "genome.retired",
  "guidance.given",
  "guidance.withdrawn",
  "brake.released",
  "repo.registered",
  "attempt.started",
];

const NAME_CHARS_MAX = 60;
const FACTS_MAX = 60;

/** Settings, rules of the gate, guidance, weights and genomes, in the order in which they moved. */
export function changesBetween(between: readonly Recorded[]): Fact[] {
  const proposals = new Map<string, Recorded>();
  const facts: Fact[] = [];
  for (const recorded of between) {
    const { event, stream } = recorded;
    if (event.type === "policy.proposed") proposals.set(stream, recorded);
    else if (event.type !== "attempt.started") facts.push(told(recorded, proposals.get(stream)));
  }
  return [...rules(between), ...facts].slice(0, FACTS_MAX);
}

function told(recorded: Recorded, proposal: Recorded | undefined): Fact {
  const { event, stream, id } = recorded;
  const words = wordsOf(event);
  if (proposal?.event.type === "policy.proposed") {
    const { key, from, to } = proposal.event;
    return { text: `${key} from ${from} to ${to}, ${words}`, events: [id, proposal.id] };
  }
  const isNamed = event.type.startsWith("genome.");
  const name = isNamed ? `genome ${plain(idOf(stream), NAME_CHARS_MAX)}: ` : "";
  return { text: `${name}${words}`, events: [id] };
}

/** The rules of the gate are written into each attempt: where two in a row differ, they were changed. */
function rules(between: readonly Recorded[]): Fact[] {
  const latest = new Map<string, { recorded: Recorded; text: string }>();
  return between.flatMap((recorded) => {
    const { event } = recorded;
    if (event.type !== "attempt.started") return [];
    const { scoreMin, truncationPenalty, evidenceCap, policy, sandbox, sealed } = event.rules;
    const scope = `${event.repo} ${event.category}`;
    const text = [
      `at least ${scoreMin}`,
      `truncation ${truncationPenalty}`,
      `evidence cap ${evidenceCap}`,
      `merge ${policy}`,
      `sandbox ${sandbox}`,
      `${sealed.length} sealed`,
    ].join(", ");
    const before = latest.get(scope);
    latest.set(scope, { recorded, text });
    if (!before || before.text === text) return [];
    const of = plain(event.category, NAME_CHARS_MAX);
    const fact = `Rules of the gate for ${of}: ${before.text} → ${text}`;
    return [{ text: fact, events: [before.recorded.id, recorded.id] }];
  });
}
