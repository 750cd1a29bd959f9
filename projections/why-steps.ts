import type { Recorded } from "@nightshift/protocol/envelope";
import type { EventType, NightEvent } from "@nightshift/protocol/events";
import type { EventNamed } from "./words/event-named.ts";
import { lintWords } from "./words/lint.ts";
import { dollars, plain } from "./words/plain.ts";
import { reachLines } from "./words/reach-words.ts";
import type { Step, StepKind } from "./why.ts";

const TEXT_CHARS_MAX = 300;
const DETAILS_MAX = 40;

/** The steps of one attempt, from its result back to the wish, as far as there are any. */
export function stepsOf(events: readonly Recorded[]): Step[] {
  return ORDER.flatMap(({ kind, reads, tell }) => {
    const behind = events.filter(({ event }) => reads.includes(event.type));
    const [first, ...more] = behind.flatMap(({ event }) => tell(event));
    if (first === undefined) return [];
    return [
      {
        kind,
        text: plain(first, TEXT_CHARS_MAX),
        details: more.slice(0, DETAILS_MAX).map((line) => plain(line, TEXT_CHARS_MAX)),
        events: behind.map(({ id }) => id),
        blobs: behind.flatMap(({ event }) => blobsOf(event)),
      },
    ];
  });
}

type Teller = {
  kind: StepKind;
  reads: readonly EventType[];
  tell: (event: NightEvent) => string[];
};

/** A teller that is only shown the types it reads. */
function step<T extends EventType>(
  kind: StepKind,
  reads: readonly T[],
  tell: (event: EventNamed<T>) => string[],
): Teller {
  const isRead = (event: NightEvent): event is EventNamed<T> =>
    reads.some((type) => type === event.type);
  return { kind, reads, tell: (event) => (isRead(event) ? tell(event) : []) };
}

const integration = step(
  "integration",
  [
    "attempt.integrated",
    "attempt.failed",
    "attempt.deferred",
    "repo.branch-published",
    "repo.merged",
    "repo.merge-failed",
    "repo.reverted",
    "task.completed",
    "task.returned",
    "task.refused",
    "task.abandoned",
  ],
  (event) => [ended(event)],
);

type Ended =
  | "attempt.integrated"
  | "attempt.failed"
  | "attempt.deferred"
  | "repo.branch-published"
  | "repo.merged"
  | "repo.merge-failed"
  | "repo.reverted"
  | "task.completed"
  | "task.returned"
  | "task.refused"
  | "task.abandoned";

function ended(event: EventNamed<Ended>): string {
  switch (event.type) {
    case "attempt.integrated":
      return `integrated (${event.how}) at ${event.where}, commit ${event.commit ?? "none"}`;
    case "attempt.failed":
      return `failed (${event.kind}): ${event.detail}`;
    case "attempt.deferred":
      return `put off: ${event.account} was at its limit`;
    case "repo.branch-published":
      return `published as ${event.branch}, commit ${event.commit}`;
    case "repo.merged":
      return `merged into ${event.target}: from ${event.old} to ${event.new}`;
    case "repo.merge-failed":
      return `not merged (${event.reason}): ${event.detail}`;
    case "repo.reverted":
      return `taken back from ${event.target} by ${event.revert}: ${event.reason}`;
    case "task.completed":
      return `task completed (${event.outcome})`;
    case "task.returned":
      return `task returned: ${event.critique}`;
    case "task.refused":
      return `task refused (${event.reason}): ${event.evidence.join("; ")}`;
    case "task.abandoned":
      return `task given up: ${event.reason}`;
  }
}

const review = step(
  "review",
  ["review.requested", "review.approved", "review.rejected", "review.commented"],
  (event) => {
    if (event.type === "review.requested") return [`review asked for: ${event.why}`];
    if (event.type === "review.approved") return [`approved by ${event.by}`];
    if (event.type === "review.rejected") return [`rejected by ${event.by}: ${event.why}`];
    return [`${event.by}: ${event.text}`];
  },
);

const gate = step("gate", ["attempt.gated", "attempt.flagged"], (event) =>
  event.type === "attempt.flagged"
    ? [`safety event (${event.rule}): ${event.detail}`]
    : [
        `${event.decision} at ${event.score.toFixed(1)}`,
        ...event.reasons.map(({ code, text }) => `${code}: ${text}`),
      ],
);

const scores = step("scores", ["attempt.assessed"], (event) => [
  [
    `heuristic ${event.heuristic.toFixed(1)}`,
    `judge ${event.judge.toFixed(1)}`,
    `blend ${event.blend.toFixed(1)}`,
  ].join(", "),
  `by ${event.by} (${event.family}), rubric ${event.rubric}`,
  `critique: ${event.critique}`,
  ...(event.reviewed?.checks ?? []).map(
    ({ text, outcome, detail }) => `review, ${outcome}: ${text}, ${detail}`,
  ),
]);

const verdict = step("verdict", ["attempt.verified"], (event) => [
  `${event.verdict}, by ${event.by}`,
  ...event.checks.map(({ name, outcome, detail }) => `${name}: ${outcome}, ${detail}`),
  ...reachLines(event.reach),
  ...event.hits.map(({ rule, file, line, excerpt }) => `${rule} in ${file}:${line}: ${excerpt}`),
  ...(event.lint ? lintWords(event.lint) : []),
]);

const execution = step("execution", ["attempt.executed"], (event) => [
  `${event.by} with ${event.model} (${event.family}), ${event.stopReason}, ${event.durationMs} ms`,
  [
    `${event.usage.inputTokens} tokens in (${event.usage.cachedTokens} cached)`,
    `${event.usage.outputTokens} out`,
    `${dollars(event.costMicroUsd)} ${event.costKind}`,
  ].join(", "),
  event.sandboxed ? "in the sandbox" : "NOT in a sandbox",
  ...event.files.map(
    ({ path, status, addedLines, removedLines }) =>
      `${status} ${path} (+${addedLines} −${removedLines} lines)`,
  ),
]);

const spend = step("spend", ["budget.reserved", "budget.settled", "budget.overshot"], (event) => {
  if (event.type === "budget.reserved")
    return [`${event.step} on ${event.account}: at most ${dollars(event.worstMicroUsd)} reserved`];
  if (event.type === "budget.settled") {
    const cost = `${dollars(event.costMicroUsd)} ${event.costKind}`;
    return [`${event.reservation}: ${cost}, ${event.tokens} tokens`];
  }
  return [`${event.reservation}: ${dollars(event.byMicroUsd)} more than was reserved`];
});

const prompt = step("prompt", ["attempt.prompted"], (event) => [
  `${event.by} asked ${event.model}: ${event.contextTokens} of at most ${event.capTokens} tokens`,
]);

const award = step("award", ["attempt.awarded"], (event) => [
  [
    `${event.agent} with ${event.model} on ${event.account}`,
    `by ${event.reason}`,
    `propensity ${event.propensity.toFixed(3)}`,
    `genome ${event.genome}`,
  ].join(", "),
]);

const bids = step("bids", ["attempt.bid"], (event) => [
  [
    `${event.agent} with ${event.model}: ${dollars(event.priceMicroUsd)}`,
    `${event.etaMs} ms`,
    `merit ${event.merit.toFixed(2)}`,
  ].join(", "),
]);

const plan = step("plan", ["attempt.planned", "task.split"], (event) =>
  event.type === "task.split"
    ? [`split into ${event.children.join(", ")}: ${event.reason}`]
    : [`about ${event.estimateTokens} output tokens, by ${event.by}: ${event.note}`],
);

const claim = step("claim", ["task.claimed", "attempt.started"], (event) =>
  event.type === "task.claimed"
    ? [`claimed by ${event.agent}, generation ${event.generation}, epoch ${event.epoch}`]
    : [`base ${event.base}, policy ${event.rules.policy}, at least ${event.rules.scoreMin}`],
);

const proposal = step(
  "proposal",
  ["task.proposed", "task.amended", "task.admitted", "task.parked", "task.reopened"],
  (event) => {
    if (event.type === "task.reopened") return [`opened again by ${event.by}`];
    if (event.type === "task.admitted") return [`admitted by ${event.by}`, ...event.evidence];
    if (event.type === "task.parked") return [`parked (${event.reason}): ${event.question}`];
    const { title, source, category, priority, text } = event.spec;
    return [`${title} (${source}, ${category}, priority ${priority})`, text];
  },
);

const ORDER: readonly Teller[] = [
  integration,
  review,
  gate,
  scores,
  verdict,
  execution,
  spend,
  prompt,
  award,
  bids,
  plan,
  claim,
  proposal,
];

function blobsOf(event: NightEvent): string[] {
  if (event.type === "attempt.prompted") return [event.blob];
  if (event.type === "attempt.assessed") return [event.evidence];
  if (event.type === "attempt.failed") return event.transcripts ?? [];
  if (event.type !== "attempt.executed") return [];
  return [event.diff, event.report, event.transcript].filter((blob) => blob !== null);
}
