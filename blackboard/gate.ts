import type { Assessed } from "@nightshift/protocol/assessment";
import type {
  AttemptEvent,
  Check,
  Executed,
  GateCode,
  Verified,
} from "@nightshift/protocol/attempt";

type Started = Extract<AttemptEvent, { type: "attempt.started" }>;

/** All that the gate looks at: what the log says, nothing else. */
export type Evidence = {
  started: Pick<Started, "category" | "output" | "rules" | "claims">;
  executed: Executed;
  verified: Verified;
  assessed: Assessed;
};

type Reason = { code: GateCode; text: string };
export type Flag = { kind: "safety"; rule: GateCode; detail: string };
export type Gated = {
  decision: "accepted" | "rejected" | "escalated";
  /** The blend, less what a cut-off answer loses; 0 to 10. */
  score: number;
  reasons: Reason[];
};

/**
 * What becomes of an attempt (DESIGN step 8). Failing evidence rejects it, doubt and the policy
 * hand it to the director, and only what is left is accepted. Every reason that applies is told.
 */
export function gate(evidence: Evidence): Gated & { flags: Flag[] } {
  const { started, executed, assessed } = evidence;
  const { scoreMin, truncationPenalty } = started.rules;
  const truncated = executed.stopReason === "truncated";
  const score = truncated ? lessPenalty(assessed.blend, truncationPenalty) : assessed.blend;
  const notes: Reason[] = truncated
    ? [{ code: "truncated", text: `it was cut off: ${truncationPenalty} points less` }]
    : [];
  const failing = [...lowScore(score, scoreMin), ...failures(evidence)];
  const flags = failing
    .filter(({ code }) => code === "sealed")
    .map(({ code, text }): Flag => ({ kind: "safety", rule: code, detail: text }));
  const unsure = uncertain(evidence, truncated ? truncationPenalty : 0);
  const held = [...unsure, ...doubts(evidence), ...policies(evidence)];
  // A low score alone, and the judge may well be wrong by more: a person looks instead (C34).
  const isDoubtful = unsure.length > 0 && failing.every(({ code }) => code === "low-score");
  if (failing.length > 0 && isDoubtful) {
    return { decision: "escalated", score, reasons: [...held, ...failing, ...notes], flags };
  }
  if (failing.length > 0) {
    return { decision: "rejected", score, reasons: [...failing, ...notes, ...held], flags };
  }
  const green: Reason = { code: "green", text: `nothing fails and the score is ${score}` };
  // A report moves no branch: filing it harms nothing, and its reader sees what could not be shown.
  return held.length > 0 && started.output === "code"
    ? { decision: "escalated", score, reasons: [...held, ...notes], flags }
    : { decision: "accepted", score, reasons: [green, ...notes, ...held], flags };
}

function lessPenalty(blend: number, penalty: number): number {
  return Math.max(0, Math.round((blend - penalty) * 100) / 100);
}

function lowScore(score: number, scoreMin: number): Reason[] {
  if (score >= scoreMin) return [];
  return [{ code: "low-score", text: `the score is ${score}, below ${scoreMin}` }];
}

/** Whether the judge, by all that people told it, may be wrong about which side of the gate it is. */
function uncertain({ started, assessed }: Evidence, penalty: number): Reason[] {
  const { scoreMin } = started.rules;
  if (assessed.interval === undefined || started.output !== "code") return [];
  const [low, high] = [assessed.interval.low - penalty, assessed.interval.high - penalty];
  if (low >= scoreMin || high < scoreMin) return [];
  const text = `people might give it ${low.toFixed(1)} to ${high.toFixed(1)}; ${scoreMin} is needed`;
  return [{ code: "uncertain", text }];
}

/** What each failed check rejects for. */
const CODES: Record<Check["kind"], GateCode> = {
  tests: "tests",
  success: "success",
  sealed: "sealed",
  scope: "scope",
  constitution: "constitution",
  truncation: "truncation-guard",
  secret: "secret",
};
const TEXT_CHARS_MAX = 1_000;

/** One reason a kind of evidence, which names all that broke it. */
function failures({ started, executed, verified }: Evidence): Reason[] {
  const broken = new Map<GateCode, string[]>();
  const add = (code: GateCode, text: string) =>
    broken.set(code, [...(broken.get(code) ?? []), text]);
  for (const { rule, file, line } of verified.hits)
    add("constitution", `${rule} at ${file}:${line}`);
  for (const { kind, name, outcome, detail } of verified.checks) {
    // What the constitution's check found stands in the hits already, each with its line.
    if (kind === "constitution" && verified.hits.length > 0) continue;
    if (outcome === "fail") add(CODES[kind], detail === "" ? name : `${name}: ${detail}`);
  }
  if (started.output === "code" && executed.commit === null) add("success", "no change was made");
  if (verified.verdict === "fail" && broken.size === 0)
    add("success", "the verifier says it fails");
  return [...broken].map(([code, texts]) => ({
    code,
    text: texts.join("; ").slice(0, TEXT_CHARS_MAX),
  }));
}

/** What could not be shown. */
function unverified({ verified }: Evidence): Reason[] {
  if (verified.verdict !== "unverifiable") return [];
  const open = verified.checks.filter(({ outcome }) => outcome === "unverifiable");
  const what = open.map(({ name }) => name).join(", ") || "the work";
  return [{ code: "unverifiable", text: `could not be shown: ${what}`.slice(0, TEXT_CHARS_MAX) }];
}

/**
 * What no command shows: a reviewer's doubt holds it back, and its approval decides nothing. The
 * author's own family shows nothing to be met, and a claim that nobody read for is open (I6, F25).
 */
function reviewed({ started, executed, verified, assessed }: Evidence): Reason[] {
  const { family = null, checks = [] } = assessed.reviewed ?? {};
  const isOwn = family === executed.family;
  const words = checks.flatMap(({ text, outcome, detail }) => {
    if (outcome !== "pass") return [`"${text}" ${detail}`];
    return isOwn ? [`"${text}" by the author's own family alone: ${detail}`] : [];
  });
  const read = checks.filter(({ source }) => source === "task").length;
  const unread = (started.claims ?? 0) - read;
  // Where a check fails nobody is asked.
  if (unread > 0 && verified.verdict !== "fail") {
    words.push(`nothing said of ${unread} ${unread === 1 ? "claim" : "claims"} of the task`);
  }
  if (words.length === 0) return [];
  return [{ code: "review", text: `a reviewer: ${words.join("; ")}`.slice(0, TEXT_CHARS_MAX) }];
}

/** Who judged, and where it ran: grounds to let a person look first (H5, F25). */
function doubts(evidence: Evidence): Reason[] {
  const { started, executed, assessed } = evidence;
  const reasons = [...unverified(evidence), ...reviewed(evidence)];
  if (started.output !== "code") return reasons;
  if (assessed.family === executed.family) {
    const text = `${executed.family} wrote it and ${assessed.family} judged it`;
    reasons.push({ code: "same-family", text });
  }
  if (!executed.sandboxed && started.rules.sandbox === "required") {
    reasons.push({ code: "not-sandboxed", text: "it was made outside the sandbox" });
  }
  return reasons;
}

/** What the director decided beforehand (F11, C30). */
function policies({ started }: Evidence): Reason[] {
  const reasons: Reason[] = [];
  if (started.output !== "code") return reasons;
  if (started.category === "self_improvement") {
    reasons.push({ code: "self-improvement", text: "self-improvement always waits for a person" });
  }
  switch (started.rules.policy) {
    case "never":
      reasons.push({ code: "policy-never", text: "nothing is merged here: the branch is all" });
      return reasons;
    case "pull-request":
      reasons.push({ code: "policy-review", text: "merges here wait for a review" });
      return reasons;
    case "when-green":
      return reasons;
  }
}
