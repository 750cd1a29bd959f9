import type { NightEvent } from "@nightshift/protocol/events";
import type { TaskSpec } from "@nightshift/protocol/task";
import { hex, sentence, type Draw } from "./draws.ts";

export type Evening = { draw: Draw; night: number; atMs: number; day: string; week: string };
export type Told = { stream: string; event: NightEvent; actor: string; task: string | null };
export type Try = Evening & { task: string; spec: TaskSpec; generation: number; attempt: string };
export type Ended = "merged" | "in-review" | "rejected" | "failed" | "deferred" | "split";

/** Money around a call: promised before it, settled after it. */
export function* paid(
  one: Try,
  step: string,
  asked: Iterable<Told>,
  account = "anthropic",
): Generator<Told> {
  const { draw, attempt, spec, day, week, night } = one;
  const reservation = `${attempt}-${step}-e1-1`;
  const tell = (event: NightEvent): Told => ({ ...teller(one)(event), stream: `budget-${week}` });
  const worst = { worstMicroUsd: 500_000, worstTokens: 48_000, epoch: night };
  const what = { reservation, attempt, step, category: spec.category, account, day, shift: night };
  yield tell({ type: "budget.reserved", ...what, ...worst });
  yield* asked;
  const costMicroUsd = Math.floor(draw() * 90_000);
  yield tell({
    type: "budget.settled",
    reservation,
    costMicroUsd,
    tokens: 11_000,
    costKind: "billed",
  });
}

/** One delegation. */
export function* call(
  { draw }: Pick<Evening, "draw">,
  id: string,
  about: { task: string; attempt: string | null },
  to: string,
  skill: string,
): Generator<Told> {
  const { task, attempt } = about;
  const tell = (event: NightEvent): Told => {
    return { stream: `call-${id}`, event, actor: "dispatcher", task };
  };
  const request = hex(draw, 64);
  yield tell({ type: "call.sent", from: "dispatcher", to, skill, task, attempt, request });
  if (skill === "implement") yield tell({ type: "call.working", note: sentence(draw, 6) });
  const end = { state: "completed", detail: "", durationMs: Math.floor(draw() * 90_000) } as const;
  yield tell({ type: "call.finished", ...end, answer: hex(draw, 64) });
}

/** Writes into the stream of an attempt. */
export function teller({ attempt, task }: Try): (event: NightEvent) => Told {
  return (event) => ({ stream: `attempt-${attempt}`, event, actor: "dispatcher", task });
}
