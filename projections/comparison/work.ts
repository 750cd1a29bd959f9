import type { Recorded } from "@nightshift/protocol/envelope";
import { idsOf, mean, moved, type Measures } from "./measures.ts";
import { having, type Outcome } from "../digest/attempts.ts";
import type { Fact } from "../digest/digest.ts";
import { attemptOf, type Night } from "../digest/night.ts";
import { MODEL_CHARS_MAX } from "../digest/sizes.ts";
import { count, dollars, plain } from "../words/plain.ts";

const OUTCOMES: readonly [name: string, ...outcomes: Outcome[]][] = [
  ["Merged", "merged"],
  ["Taken back", "taken-back"],
  ["Waiting for review", "in-review"],
  ["Reports filed", "filed"],
  ["Left on a branch", "branch"],
  ["Rejected", "rejected"],
  ["Failed", "failed"],
  ["Put off by limits", "deferred"],
  ["Split", "split"],
  ["Unfinished", "unfinished"],
];

/** How many attempts came out which way. */
export function outcomes(was: Measures, is: Measures): Fact[] {
  const all = ({ attempts, night }: Measures) => [
    night.started.id,
    ...[...attempts.values()].flatMap(({ events }) => events),
  ];
  const total = moved("Attempts", String(was.attempts.size), String(is.attempts.size), [
    ...all(was),
    ...all(is),
  ]);
  const each = OUTCOMES.flatMap(([name, ...wanted]) => {
    const [before, after] = [having(was.attempts, ...wanted), having(is.attempts, ...wanted)];
    const starts = [was.night.started.id, is.night.started.id];
    const events = [...before.events, ...after.events, ...starts];
    return moved(name, String(before.n), String(after.n), events);
  });
  return [...each, ...total];
}

const TASKS_MAX = 40;

/** Tasks that both nights worked on, with another end. */
export function tasks(before: Night, after: Night, was: Measures, is: Measures): Fact[] {
  const both = [...is.tasks].flatMap(([task, now]) => {
    const then = was.tasks.get(task);
    if (!then || then.outcome === now.outcome) return [];
    const named = after.task(task).events.length > 0 ? after.task(task) : before.task(task);
    const events = [...then.events, ...now.events, ...named.events];
    return moved(named.name, then.outcome, now.outcome, events);
  });
  return both.slice(0, TASKS_MAX);
}

/** Kinds of failures, rules of the gate and safety events, and whose they were. */
export function failures(before: Night, after: Night): Fact[] {
  return [
    ...grouped(before, after, (night) =>
      night
        .all("attempt.failed")
        .filter(({ event }) => event.kind !== "rejected")
        .map((recorded) => [`Failed (${recorded.event.kind})`, recorded]),
    ),
    ...grouped(before, after, (night) =>
      night
        .all("attempt.gated")
        .filter(({ event }) => event.decision === "rejected")
        .flatMap((recorded) =>
          recorded.event.reasons.map(({ code }): Named => [`Rejected (${code})`, recorded]),
        ),
    ),
    ...grouped(before, after, (night) =>
      night
        .all("attempt.flagged")
        .map((recorded) => [`Safety event (${recorded.event.rule})`, recorded]),
    ),
  ];
}

type Named = [name: string, recorded: Recorded];

/** What happened more often first, then what happened less often. */
function grouped(before: Night, after: Night, pick: (night: Night) => Named[]): Fact[] {
  const [was, is] = [byName(pick(before)), byName(pick(after))];
  const names = [...new Set([...was.keys(), ...is.keys()])];
  const rise = (name: string) => (is.get(name)?.length ?? 0) - (was.get(name)?.length ?? 0);
  return names
    .toSorted((a, b) => rise(b) - rise(a))
    .flatMap((name) => {
      const [old, now] = [was.get(name) ?? [], is.get(name) ?? []];
      const starts = [before.started, after.started];
      const events = idsOf(old, now, starts);
      const who = now.length > old.length ? whose(after, now) : "";
      return moved(name, String(old.length), `${now.length}${who}`, events);
    })
    .filter(({ text }) => !/: (\d+) → \1\b/.test(text));
}

function byName(named: readonly Named[]): Map<string, Recorded[]> {
  const groups = Map.groupBy(named, ([name]) => name);
  return new Map([...groups].map(([name, list]) => [name, list.map(([, recorded]) => recorded)]));
}

/** ` (all with gpt)`, where it was one model. */
function whose(night: Night, failed: readonly Recorded[]): string {
  const names = failed.map((recorded) => modelOf(night, attemptOf(recorded)));
  const [first] = names;
  if (first === undefined || names.some((name) => name !== first)) return "";
  return ` (${failed.length > 1 ? "all " : ""}with ${plain(first, MODEL_CHARS_MAX)})`;
}

function modelOf(night: Night, attempt: string): string | undefined {
  const executed = night.of("attempt.executed", attempt);
  return (executed ?? night.of("attempt.awarded", attempt))?.event.model;
}

/** Both scores apart, their blend, and the share that passed. */
export function scores(before: Night, after: Night): Fact[] {
  const of = (night: Night, part: "heuristic" | "judge" | "blend") => {
    const value = mean(night.all("attempt.assessed").map(({ event }) => event[part]));
    return value === null ? "none" : value.toFixed(1);
  };
  const assessed = [before, after].flatMap((night) => [
    night.started,
    ...night.all("attempt.assessed"),
  ]);
  const events = idsOf(assessed);
  const gated = [before, after].flatMap((night) => [night.started, ...night.all("attempt.gated")]);
  return [
    ...moved("Mean blend", of(before, "blend"), of(after, "blend"), events),
    ...moved("Mean heuristic", of(before, "heuristic"), of(after, "heuristic"), events),
    ...moved("Mean judge", of(before, "judge"), of(after, "judge"), events),
    ...moved("Passed the gate", passed(before), passed(after), idsOf(gated)),
  ];
}

function passed(night: Night): string {
  const gated = night.all("attempt.gated");
  const good = gated.filter(({ event }) => event.decision === "accepted").length;
  return `${good} of ${gated.length}`;
}

/** What each model was given, and what came of it. */
export function models(before: Night, after: Night): Fact[] {
  const [was, is] = [worked(before), worked(after)];
  const names = [...new Set([...is.keys(), ...was.keys()])];
  return names.flatMap((name) => {
    const [old, now] = [was.get(name), is.get(name)];
    const events = [...(old?.events ?? []), ...(now?.events ?? [])];
    const starts = [before.started.id, after.started.id];
    const title = plain(name, MODEL_CHARS_MAX);
    return moved(title, old?.text ?? "not used", now?.text ?? "not used", [...events, ...starts]);
  });
}

function worked(night: Night): Map<string, { text: string; events: string[] }> {
  const groups = Map.groupBy(night.all("attempt.executed"), ({ event }) => event.model);
  return new Map(
    [...groups].map(([model, executed]) => {
      const attempts = new Set(executed.map(attemptOf));
      const gated = night.all("attempt.gated").filter((one) => attempts.has(attemptOf(one)));
      const merged = night.all("repo.merged").filter(({ event }) => attempts.has(event.attempt));
      const score = mean(gated.map(({ event }) => event.score));
      const cost = executed.reduce((sum, { event }) => sum + event.costMicroUsd, 0);
      const parts = [
        count(attempts.size, "attempt"),
        `${merged.length} merged`,
        ...(score === null ? [] : [`score ${score.toFixed(1)}`]),
        dollars(cost),
      ];
      return [model, { text: parts.join(", "), events: idsOf(executed, gated, merged) }];
    }),
  );
}
