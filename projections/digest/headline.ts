import type { Recorded } from "@nightshift/protocol/envelope";
import { attemptsOf, having } from "./attempts.ts";
import type { Fact } from "./digest.ts";
import { drifts } from "./judging.ts";
import type { EventNamed } from "../words/event-named.ts";
import { attemptOf, type Night } from "./night.ts";
import { EXCERPT_CHARS_MAX, PATH_CHARS_MAX } from "./sizes.ts";
import { count, moment, plain } from "../words/plain.ts";
import { taskOf } from "../task-of.ts";

/** The night in one line. What did not work is never told as if it had (G14). */
export function headline(night: Night): Fact {
  const attempts = attemptsOf(night);
  const flagged = night.all("attempt.flagged");
  const back = having(attempts, "taken-back");
  const told = story(night, attempts);
  const braked = isLatched(night) || night.all("shift.ended").some(byBrake);
  // A brake that holds is what the director has to know before all else.
  const first = `${told[0]?.toLowerCase() ?? ""}${told.slice(1)}`;
  const parts = [braked ? `Stopped by the quality brake: ${first}` : told];
  if (back.n > 0) parts.push(`${count(back.n, "merge")} taken back`);
  if (flagged.length > 0) parts.push(count(flagged.length, "safety event"));
  if (!night.ended) parts.push("the night has no end yet: it still runs, or it was cut short");
  const behind = [night.started, ...flagged, ...(night.ended ? [night.ended] : [])];
  const events = behind.map(({ id }) => id);
  for (const attempt of attempts.values()) events.push(...attempt.events);
  return { text: parts.join("; "), events: [...new Set(events)] };
}

function byBrake({ event }: Recorded<EventNamed<"shift.ended">>): boolean {
  return event.reason === "brake";
}

function story(night: Night, attempts: ReturnType<typeof attemptsOf>): string {
  const n = {
    merged: having(attempts, "merged").n,
    kept: having(attempts, "in-review", "filed", "branch").n,
    failed: having(attempts, "failed", "taken-back").n,
    rejected: having(attempts, "rejected").n,
    deferred: having(attempts, "deferred").n,
    unfinished: having(attempts, "unfinished").n,
  };
  const total = attempts.size - having(attempts, "split").n;
  if (total === 0) return `Nothing was attempted${whyNot(night)}`;
  const good = goodOf(attempts, n.merged);
  const bad = [
    n.failed > 0 ? `${n.failed} failed` : "",
    n.rejected > 0 ? `${n.rejected} rejected` : "",
    n.deferred > 0 ? `${n.deferred} put off by limits` : "",
    n.unfinished > 0 ? `${n.unfinished} unfinished` : "",
  ].filter(Boolean);
  if (n.merged + n.kept > 0) {
    const rest = bad.length > 0 ? `; of ${count(total, "attempt")} ${bad.join(", ")}` : "";
    return `${n.merged > 0 ? "" : "Nothing merged: "}${good}${rest}`;
  }
  const all = total === 1 ? "the only attempt" : `all ${total} attempts`;
  if (n.failed + n.rejected === total) {
    const how = n.rejected > 0 ? ` (${bad.join(", ")})` : "";
    return `Nothing merged: ${all} failed${how}`;
  }
  if (n.deferred === total)
    return `Nothing merged: ${all} ${total === 1 ? "was" : "were"} put off by usage limits`;
  return `Nothing merged: of ${count(total, "attempt")} ${bad.join(", ")}`;
}

function goodOf(attempts: ReturnType<typeof attemptsOf>, merged: number): string {
  const review = having(attempts, "in-review").n;
  const filed = having(attempts, "filed").n;
  const branch = having(attempts, "branch").n;
  return [
    merged > 0 ? `${merged} merged` : "",
    review > 0 ? `${review} in review` : "",
    filed > 0 ? `${count(filed, "report")} filed` : "",
    branch > 0 ? `${branch} left on a branch` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

function whyNot(night: Night): string {
  const reason = night.all("shift.paused").at(-1)?.event.reason ?? night.ended?.event.reason;
  return reason === undefined ? "" : `: ${plain(reason, EXCERPT_CHARS_MAX)}`;
}

/** The brake over everything; that of one model in one category stops no night. */
function isLatched(night: Night): boolean {
  return [...night.open.values()].some((behind) => {
    const [engaged] = behind;
    const isOverAll = engaged?.event.type === "brake.engaged" && engaged.event.scope === "all";
    return isOverAll && behind.at(-1)?.event.type === "brake.latched";
  });
}

export function began({ started, timeZone }: Night): Fact {
  const zone = plain(timeZone, PATH_CHARS_MAX);
  return { text: `Began ${moment(started.atMs, timeZone)} (${zone})`, events: [started.id] };
}

/** What has to be known to read the rest rightly. */
export function notices(night: Night): Fact[] {
  return [
    ...ends(night),
    ...pauses(night),
    ...unsandboxed(night),
    ...sameFamily(night),
    ...drifts(night),
  ];
}

function ends({ ended, timeZone }: Night): Fact[] {
  if (!ended) return [];
  const reason = plain(ended.event.reason, EXCERPT_CHARS_MAX);
  return [{ text: `Ended ${moment(ended.atMs, timeZone)}: ${reason}`, events: [ended.id] }];
}

function pauses(night: Night): Fact[] {
  return night.all("shift.paused").map((paused) => {
    const { reason, untilMs } = paused.event;
    const until = untilMs === null ? "" : ` until ${moment(untilMs, night.timeZone)}`;
    const at = moment(paused.atMs, night.timeZone);
    const text = `Paused ${at}${until}: ${plain(reason, EXCERPT_CHARS_MAX)}`;
    return { text, events: [paused.id] };
  });
}

function unsandboxed(night: Night): Fact[] {
  const bare = night.all("attempt.executed").filter(({ event }) => !event.sandboxed);
  if (night.started.event.sandbox !== "off" && bare.length === 0) return [];
  const which = bare.length > 0 ? `: ${count(bare.length, "attempt")} worked uncontained` : "";
  const events = [night.started.id, ...bare.map(({ id }) => id)];
  return [{ text: `The sandbox was off${which}`, events }];
}

/** A judge of the author's own family counts for less, and the digest has to say so (F25). */
function sameFamily(night: Night): Fact[] {
  return night.all("attempt.assessed").flatMap((assessed) => {
    const attempt = attemptOf(assessed);
    const executed = night.of("attempt.executed", attempt);
    if (executed?.event.family !== assessed.event.family) return [];
    const task = night.task(taskOf(attempt));
    const family = plain(assessed.event.family, PATH_CHARS_MAX);
    const text = `${task.name}: judged by its author's own model family (${family})`;
    return [{ text, events: [assessed.id, executed.id, ...task.events] }];
  });
}
