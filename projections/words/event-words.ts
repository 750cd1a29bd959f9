import type { NightEvent } from "@nightshift/protocol/events";
import { attemptWords } from "./attempt-words.ts";
import type { EventNamed } from "./event-named.ts";
import { count, dollars, plain } from "./plain.ts";

const WORDS_CHARS_MAX = 300;

/**
 * What happened in one plain line, without the name of whom it happened to. What nobody here knows
 * is told by its type.
 */
export function wordsOf(event: NightEvent): string {
  // A type that is newer than this program is in the log all the same.
  const words: string | undefined = tell(event);
  return plain(words ?? event.type, WORDS_CHARS_MAX);
}

function tell(event: NightEvent): string {
  if (isOf("attempt", event)) return attemptWords(event);
  if (isOf("task", event)) return taskWords(event);
  if (isOf("repo", event)) return repoWords(event);
  if (isOf("review", event)) return reviewWords(event);
  if (isOf("budget", event)) return budgetWords(event);
  if (isOf("shift", event)) return shiftWords(event);
  if (isOf("agent", event) || isOf("account", event) || isOf("project", event)) {
    return standingWords(event);
  }
  if (isOf("call", event)) return callWords(event);
  return otherWords(event);
}

type Kind =
  | "attempt"
  | "task"
  | "repo"
  | "review"
  | "budget"
  | "shift"
  | "agent"
  | "account"
  | "project"
  | "call";
type Of<K extends Kind> = Extract<NightEvent, { type: `${K}.${string}` }>;

function isOf<K extends Kind>(kind: K, event: NightEvent): event is Of<K> {
  return event.type.startsWith(`${kind}.`);
}

function taskWords(event: Of<"task">): string {
  switch (event.type) {
    case "task.proposed":
      return `added: ${event.spec.title}`;
    case "task.amended":
      return `changed: ${event.spec.title}`;
    case "task.admitted":
      return `admitted by ${event.by}`;
    case "task.parked":
      return `parked: ${event.question}`;
    case "task.refused":
      return `refused (${event.reason}): ${event.evidence.join("; ")}`;
    case "task.split":
      return `split into ${count(event.children.length, "part")}: ${event.reason}`;
    case "task.claimed":
      return `claimed by ${event.agent}, try ${event.generation}`;
    case "task.released":
      return `back in the backlog (${event.reason})`;
    case "task.returned":
      return `back in the backlog: ${event.critique}`;
    case "task.completed":
      return `done (${event.outcome})`;
    case "task.abandoned":
      return `given up: ${event.reason}`;
    case "task.reopened":
      return `opened again by ${event.by}`;
  }
}

function repoWords(event: Of<"repo">): string {
  switch (event.type) {
    case "repo.registered":
      return `repository ${event.name}: into ${event.target}, ${event.policy}`;
    case "repo.fenced":
      return `a new leader, epoch ${event.epoch}`;
    case "repo.locked":
      return `locked for ${event.task}`;
    case "repo.unlocked":
      return `unlocked by ${event.task}`;
    case "repo.branch-published":
      return `branch ${event.branch} at ${short(event.commit)}`;
    case "repo.merge-intended":
      return `about to merge ${event.branch} into ${event.target} as ${short(event.new)}`;
    case "repo.merged":
      return `merged into ${event.target} as ${short(event.new)}`;
    case "repo.merge-failed":
      return `not merged (${event.reason}): ${event.detail}`;
    case "repo.reverted":
      return `taken back by ${short(event.revert)}: ${event.reason}`;
  }
}

const COMMIT_CHARS = 10;

function short(commit: string): string {
  return commit.slice(0, COMMIT_CHARS);
}

function reviewWords(event: Of<"review">): string {
  switch (event.type) {
    case "review.requested":
      return `waits for review at ${event.score.toFixed(1)}: ${event.why}`;
    case "review.approved":
      return `approved by ${event.by}`;
    case "review.rejected":
      return `rejected by ${event.by}: ${event.why}`;
    case "review.commented":
      return `${event.by}: ${event.text}`;
    case "review.publish-intended":
      return `about to ask for a review at ${event.forge}`;
    case "review.published":
      return `published as ${event.forge} ${event.number}: ${event.url}`;
    case "review.checked":
      return `${event.outcome} the forge's checks at ${short(event.commit)}`;
    case "review.sent-back":
      return `sent back, round ${event.round}: ${event.why}`;
    case "review.revert-requested":
      return `to be taken back by ${event.url}: ${event.why}`;
    case "review.edited-before-merge":
      return `changed by hand to ${short(event.commit)}`;
    case "review.merged":
      return `merged as ${short(event.commit)}`;
    case "review.reverted":
      return `taken back by ${short(event.commit)}`;
    case "review.ignored":
      return "nobody looked at it";
  }
}

function budgetWords(event: Of<"budget">): string {
  switch (event.type) {
    case "budget.reserved":
      return `${event.step} on ${event.account}: at most ${dollars(event.worstMicroUsd)} reserved`;
    case "budget.settled":
      return `${dollars(event.costMicroUsd)} ${event.costKind}, ${event.tokens} tokens`;
    case "budget.overshot":
      return `${dollars(event.byMicroUsd)} and ${event.byTokens} tokens over what was reserved`;
    case "budget.released":
      return "a reservation was not needed";
    case "budget.ceiling-hit":
      return `the ceiling ${event.ceiling} stopped a step`;
  }
}

function shiftWords(event: Of<"shift">): string {
  switch (event.type) {
    case "shift.started":
      return `night ${event.number} begins`;
    case "shift.leader-elected":
      return `${event.leader} leads, epoch ${event.epoch}`;
    case "shift.cycle-started":
      return `cycle ${event.cycle}`;
    case "shift.paused":
      return `paused: ${event.reason}`;
    case "shift.resumed":
      return "goes on";
    case "shift.sealed":
      return `sealed: root ${short(event.root)} over ${count(event.streams, "stream")}`;
    case "shift.ended":
      return `the night ends: ${event.reason}`;
  }
}

type Other = Exclude<NightEvent, Of<Kind>>;

function otherWords(event: Other): string {
  switch (event.type) {
    case "guidance.given":
      return `guidance for ${event.category}: ${event.text}`;
    case "guidance.reflected":
      return `lesson for ${event.category}: ${event.text}`;
    case "guidance.withdrawn":
      return `no longer heeded in ${event.category}: ${event.text}`;
    case "brake.engaged":
      return event.rule === "cusum"
        ? `brake on ${event.scope}: ${count(event.scores.length, "score")} far below the usual`
        : `brake on ${event.scope}: scores averaged ${event.mean.toFixed(2)}`;
    case "brake.canary-started":
      return `a canary of ${count(event.size, "task")}`;
    case "brake.released":
      return `brake released by ${event.by}`;
    case "brake.latched":
      return `brake holds until a person releases it (${event.mean.toFixed(2)})`;
    case "policy.proposed":
      return `proposes ${event.key} from ${event.from} to ${event.to}: ${event.rationale}`;
    case "policy.tried":
      return `on trial with ${count(event.tasksMax, "task")}`;
    case "policy.adopted":
    case "policy.rolled-back":
      return `${event.type === "policy.adopted" ? "adopted" : "rolled back"}: ${event.rationale}`;
    case "allocation.adjusted":
      return `weights moved by the ${event.loop} loop: ${event.rationale}`;
    case "genome.seeded":
    case "genome.bred":
    case "genome.mutated":
      return genomeWords(event);
    case "genome.evaluated":
      return `fitness ${event.fitness.toFixed(2)} in ${event.attempt}`;
    case "genome.inducted":
      return `into the hall of fame at ${event.mean.toFixed(1)}`;
    case "genome.retired":
      return `retired: ${event.reason}`;
    case "blob.erased":
      return `a body of ${count(event.bytes, "byte")} erased by ${event.by}: ${event.why}`;
  }
}

function callWords(event: Of<"call">): string {
  switch (event.type) {
    case "call.sent":
      return `asks ${event.to} to ${event.skill}`;
    case "call.received":
      return `is asked by ${event.from} to ${event.skill}`;
    case "call.working":
      return event.note;
    case "call.held":
      return "still at it";
    case "call.revoked":
      return `no longer wanted by ${event.by}`;
    case "call.answered":
      return "answers";
    case "call.ended":
    case "call.finished":
      return `${event.state} after ${event.durationMs} ms${event.detail && `: ${event.detail}`}`;
  }
}

/** Who and what is there. */
function standingWords(event: Of<"agent" | "account" | "project">): string {
  switch (event.type) {
    case "agent.joined":
      return `${event.name} joined (${event.standing}, ${event.binding})`;
    case "agent.approved":
      return `approved by ${event.by}`;
    case "agent.tried":
      return `tried on past calls by ${event.by}: ${event.passed} of ${event.calls} passed`;
    case "agent.left":
      return "left";
    case "agent.lost":
      return `lost after ${event.silentMs} ms of silence`;
    case "agent.fenced":
      return `an older session is fenced by ${event.by}`;
    case "account.registered":
      return `account ${event.name} (${event.provider}, ${event.kind})`;
    case "account.window-observed":
      return `${event.window}: ${event.usedPercent.toFixed(0)} % used`;
    case "account.limits-known":
      return `${count(event.windows.length, "window")} known`;
    case "account.limit-hit":
      return `limit hit by ${event.attempt}`;
    case "account.held":
      return `held (${event.reason})`;
    case "account.reopened":
      return "open again";
    case "project.added":
      return `project ${event.name} in ${count(event.stages.length, "stage")}`;
    case "project.phase-entered":
      return `enters ${event.phase}`;
    case "project.phase-exited":
      return `leaves ${event.phase}: ${event.evidence}`;
    case "project.sent-back":
      return `back from ${event.from} to ${event.to}: ${event.reason}`;
    case "project.ready":
      return "ready";
  }
}

function genomeWords(
  event: EventNamed<"genome.seeded" | "genome.bred" | "genome.mutated">,
): string {
  const of = `of ${event.category} on ${event.island}`;
  if (event.type === "genome.seeded") return `seeded, ${of}`;
  if (event.type === "genome.bred") return `bred from ${event.parents.join(" and ")}, ${of}`;
  return `mutated, ${of}: ${event.rationale}`;
}
