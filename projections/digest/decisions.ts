import type { Recorded } from "@nightshift/protocol/envelope";
import { idOf } from "@nightshift/protocol/ids";
import type { ParkReason } from "@nightshift/protocol/task";
import type { Decision } from "./digest.ts";
import { attemptOf, type Night } from "./night.ts";
import { EXCERPT_CHARS_MAX, MODEL_CHARS_MAX, PATH_CHARS_MAX } from "./sizes.ts";
import { count, moment, plain } from "../words/plain.ts";

/**
 * What only the director can decide, most urgent first: sign-ins, a latched brake, reviews, parked
 * questions. A command names things by their ids alone: people and agents write names, and nobody
 * may put words into a shell.
 */
export function decisions(night: Night): Decision[] {
  const open = [...night.open.values()];
  return [
    ...open.flatMap((behind) => signIn(night, behind)),
    ...failedSignIns(night),
    ...open.flatMap((behind) => brake(night, behind)),
    ...open.flatMap((behind) => review(night, behind)),
    ...open.flatMap((behind) => parked(night, behind)),
  ];
}

function signIn(night: Night, [held]: readonly Recorded[]): Decision[] {
  if (held?.event.type !== "account.held" || held.event.reason !== "sign-in") return [];
  const text = `${night.account(idOf(held.stream))} needs you to sign in again`;
  return [{ text, events: [held.id], command: "nightshift doctor", otherwise: null }];
}

/** A worker that was not signed in, where no account is held for it. */
function failedSignIns(night: Night): Decision[] {
  if ([...night.open.keys()].some((stream) => stream.startsWith("account-"))) return [];
  const failed = night.all("attempt.failed").filter(({ event }) => event.kind === "sign-in");
  if (failed.length === 0) return [];
  const workers = failed.flatMap((recorded) => {
    const awarded = night.of("attempt.awarded", attemptOf(recorded));
    return awarded ? [plain(awarded.event.model, MODEL_CHARS_MAX)] : [];
  });
  const who = [...new Set(workers)].join(", ") || "A worker";
  const text = `${who} could not sign in (${count(failed.length, "attempt")})`;
  const events = failed.map(({ id }) => id);
  return [{ text, events, command: "nightshift doctor", otherwise: null }];
}

function brake(night: Night, behind: readonly Recorded[]): Decision[] {
  const [engaged] = behind;
  const latest = behind.at(-1);
  if (engaged?.event.type !== "brake.engaged" || latest?.event.type !== "brake.latched") return [];
  const scope = plain(engaged.event.scope, MODEL_CHARS_MAX);
  const since = moment(engaged.atMs, night.timeZone);
  const mean = engaged.event.mean.toFixed(2);
  const why = `scores averaged ${mean}, and the canary did no better`;
  return [
    {
      text: `The quality brake of ${scope} holds since ${since}: ${why}`,
      events: behind.map(({ id }) => id),
      command: `nightshift release ${idOf(engaged.stream)}`,
      otherwise: null,
    },
  ];
}

function review(night: Night, [requested]: readonly Recorded[]): Decision[] {
  if (requested?.event.type !== "review.requested") return [];
  const { attempt, task, branch, score, why } = requested.event;
  const named = night.task(task);
  const on = `on ${plain(branch, PATH_CHARS_MAX)}, score ${score.toFixed(1)}`;
  const id = idOf(requested.stream);
  return [
    {
      text: `${named.name}: review ${on}: ${plain(why, EXCERPT_CHARS_MAX)}`,
      events: [requested.id, ...named.events],
      command: `nightshift approve ${id}`,
      otherwise: id === attempt ? `nightshift reject ${id} --why "…"` : null,
    },
  ];
}

function parked(night: Night, [recorded]: readonly Recorded[]): Decision[] {
  if (recorded?.event.type !== "task.parked") return [];
  const id = idOf(recorded.stream);
  const named = night.task(id);
  const { question, reason } = recorded.event;
  return [
    {
      text: `${named.name}: ${plain(question, EXCERPT_CHARS_MAX)}`,
      events: [recorded.id, ...named.events],
      command: `nightshift add --task ${id} ${ANSWER[reason]}`,
      otherwise: null,
    },
  ];
}

const ANSWER: Record<ParkReason, string> = {
  "no-success-condition": '--success "<command>"',
  vague: '--text "…"',
  irreversible: '--text "…"',
  "missing-credentials": '--text "…"',
  "no-repository": "--repo <folder>",
};
