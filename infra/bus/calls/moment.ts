import type { RefusalData } from "@nightshift/protocol/rpc";
import type { SkillName } from "@nightshift/protocol/skills";

/** What was asked: of whom, by whom, and the ids that A2A gives it. */
export type Request = {
  /** The call's, A2A's task id. */
  id: string;
  /** Who calls, as the binding authenticated it. */
  from: string;
  to: string;
  skill: SkillName;
  /** A2A's contextId and messageId. */
  context: string;
  message: string;
};

/** What happened in a call; each is one event of its A2A stream. */
export type Deed =
  | { kind: "received" }
  /** The note is empty where work begins. */
  | { kind: "working"; note: string }
  | { kind: "held" }
  | { kind: "revoked"; by: string }
  | { kind: "answered"; output: unknown }
  | { kind: "finished"; end: End };

/** How a call ended; its answer, where it has one, came just before. */
export type End =
  | { state: "completed" }
  | { state: "rejected"; refusal: RefusalData }
  | { state: "failed" | "canceled"; detail: string };

/** A deed with its sequence number in the call, from 0. */
export type Moment = { seq: number; atMs: number; deed: Deed };

/** Whether nothing follows. */
export function isLast({ deed }: Moment): boolean {
  return deed.kind === "finished";
}

/** An end that stands: a call that failed or was cancelled has none, and may be asked again. */
export function isAnswer({ state }: End): boolean {
  return state === "completed" || state === "rejected";
}

export function endOf(moments: readonly Moment[]): End | undefined {
  const deed = moments.at(-1)?.deed;
  return deed?.kind === "finished" ? deed.end : undefined;
}
