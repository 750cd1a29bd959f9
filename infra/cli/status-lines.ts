import type { Line } from "@nightshift/projections/digest/terminal";
import { count, dollars, moment } from "@nightshift/projections/words/plain";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@nightshift/protocol/clock";
import type { Status } from "./status.ts";
import { table } from "./table.ts";

/** Status for a terminal: what runs first, then what is in the way, then what it has cost. */
export function statusLines(now: Status, timeZone: string, nowMs: number): Line[] {
  const clock = (atMs: number) => moment(atMs, timeZone);
  return [
    ...headline(now, clock),
    ...runningLines(now, nowMs),
    ...inTheWay(now, clock),
    ...spendLines(now.spend),
    ...nextLines(now),
  ];
}

type Clock = (atMs: number) => string;

function headline({ shift, leader }: Status, clock: Clock): Line[] {
  if (shift.number === 0) return [{ tone: "title", text: "No night has run yet." }];
  const night = `Night ${shift.number}`;
  if (shift.status === "ended") {
    const text = `${night} is over (${shift.endedReason ?? "ended"}); it began ${clock(shift.sinceMs)}.`;
    return [{ tone: "title", text }];
  }
  if (leader.process === "gone") {
    const text = `${night} stopped before its end; last sign of life ${clock(leader.seenAtMs)}.`;
    return [
      { tone: "bad", text },
      { tone: "ask", text: "  go on with: nightshift run" },
    ];
  }
  const until = shift.untilMs === null ? "" : `, until ${clock(shift.untilMs)}`;
  const lines: Line[] = [
    {
      tone: "title",
      text: `${night} runs since ${clock(shift.sinceMs)}${until}; cycle ${shift.cycle}.`,
    },
    {
      tone: "quiet",
      text: `led by ${shift.leader ?? "nobody"} (epoch ${shift.epoch}), sandbox ${shift.sandbox ?? "none"}`,
    },
  ];
  if (shift.status !== "paused") return lines;
  const end = shift.pausedUntilMs === null ? "" : ` until ${clock(shift.pausedUntilMs)}`;
  return [...lines, { tone: "ask", text: `paused${end}: ${shift.pausedReason ?? ""}` }];
}

function runningLines({ running, shift, leader }: Status, nowMs: number): Line[] {
  if (running.length === 0) return [];
  const isOver = shift.status === "ended" || leader.process === "gone";
  const rows = running.map(({ name, attempt, stage, model, startedAtMs }) => {
    return [name, stage, age(nowMs - startedAtMs), model ?? "", attempt];
  });
  const columns = [
    { title: isOver ? "HALF DONE" : "IN WORK" },
    { title: "STAGE" },
    { title: "AGE", right: true as const },
    { title: "WORKER" },
    { title: "ATTEMPT", takesTheRest: true as const },
  ];
  const lines = [blank, ...table(columns, rows)];
  if (shift.status !== "ended") return lines;
  return [...lines, { tone: "ask", text: "  go on with: nightshift run" }];
}

function inTheWay({ held, brakes }: Status, clock: Clock): Line[] {
  const accounts = held.map(({ name, heldUntilMs, reason }): Line => {
    const until = heldUntilMs === null ? "" : ` until ${clock(heldUntilMs)}`;
    return { tone: "ask", text: `Account ${name} is held${until} (${reason ?? "limit"}).` };
  });
  const braked = brakes.map(({ scope, status, untilMs }): Line => {
    const until = untilMs === null ? "" : ` until ${clock(untilMs)}`;
    return {
      tone: status === "latched" ? "bad" : "ask",
      text: `Quality brake of ${scope}: ${status}${until}.`,
    };
  });
  const lines = [...accounts, ...braked];
  return lines.length === 0 ? [] : [blank, ...lines];
}

function spendLines(spend: Status["spend"]): Line[] {
  const day = spend.dayUsdMax === null ? "" : ` of $${spend.dayUsdMax.toFixed(2)}`;
  const week = spend.weekTokensMax === null ? "" : ` of ${tokens(spend.weekTokensMax)}`;
  const reserved =
    spend.reservedTokens === 0 ? "" : ` (and ${dollars(spend.reservedMicroUsd)} reserved)`;
  const text = `Spent today ${dollars(spend.dayMicroUsd)}${day}${reserved}; this week ${tokens(spend.weekTokens)}${week} tokens.`;
  return [blank, { tone: "plain", text }];
}

function nextLines({ backlog, reviews }: Status): Line[] {
  const { open = 0, proposed = 0, parked = 0, claimed = 0, split = 0 } = backlog;
  const parts = [
    `${open + proposed} to do`,
    ...(claimed > 0 ? [`${claimed} in work`] : []),
    ...(split > 0 ? [`${split} split`] : []),
    ...(parked > 0 ? [`${count(parked, "question")} for you`] : []),
  ];
  const lines: Line[] = [{ tone: "plain", text: `Backlog: ${parts.join(", ")}.` }];
  if (parked > 0) lines.push({ tone: "ask", text: "  nightshift backlog" });
  if (reviews.length === 0) return lines;
  const waits = reviews.length === 1 ? "review waits" : "reviews wait";
  return [
    ...lines,
    { tone: "ask", text: `${reviews.length} ${waits} for you.` },
    { tone: "ask", text: "  nightshift review" },
  ];
}

const blank: Line = { tone: "plain", text: "" };
const MILLION = 1_000_000;

function tokens(n: number): string {
  return n >= MILLION ? `${(n / MILLION).toFixed(1)}M` : n.toLocaleString("en");
}

/** `45 s`, `12 min`, `3 h 05 min`, `2 d`. */
function age(ms: number): string {
  if (ms >= 2 * DAY_MS) return `${Math.floor(ms / DAY_MS)} d`;
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
  if (ms >= HOUR_MS) return `${Math.floor(ms / HOUR_MS)} h ${String(minutes).padStart(2, "0")} min`;
  return ms >= MINUTE_MS ? `${minutes} min` : `${Math.max(0, Math.floor(ms / 1_000))} s`;
}
