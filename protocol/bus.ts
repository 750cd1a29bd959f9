import type { NightCard, SkillInput, SkillName, SkillOutput } from "./skills.ts";

/** What a caller says besides the request itself. */
export type CallOptions = {
  /** The task id this is about; A2A's contextId. */
  context: string;
  /** A2A's messageId: the same id sent twice is one call with one answer. */
  message: string;
  /** Milliseconds until the caller gives up; the callee is cancelled. */
  timeoutMs: number;
  signal: AbortSignal;
  onProgress?: (note: string) => void;
};

/** What a callee knows about the call it serves. */
export type CallContext = {
  context: string;
  message: string;
  /** Who calls, as the binding authenticated it. */
  principal: string;
  signal: AbortSignal;
  /** Tells the caller that work goes on; at most 300 characters. */
  progress(note: string): void;
};

/** An agent as the bus sees it: a card, and one entry for all of its skills. */
export interface Peer {
  readonly card: NightCard;
  /** Input has passed the skill's schema; the output is checked against it by the bus. */
  handle(skill: SkillName, input: unknown, context: CallContext): Promise<unknown>;
}

/** One who is on the bus now. */
export type Member = {
  card: NightCard;
  standing: "house" | "guest";
  session: string;
  binding: string;
};

/** Agents call one another's skills over A2A 1.0; bindings differ, this does not. */
export interface Bus {
  /** Puts an agent of this process on the bus. A second one of the same name is refused. */
  join(peer: Peer): Promise<void>;
  leave(name: string): Promise<void>;
  /** Who is here, by name. */
  roster(): readonly Member[];
  /**
   * Delegates one skill to one agent and waits for its answer.
   * @throws Refusal as the callee's rule said it; `not-found` when nobody of that name is here.
   * @throws Unavailable when the agent is lost, the time is up, or the answer breaks the schema.
   */
  call<S extends SkillName>(
    to: string,
    skill: S,
    input: SkillInput<S>,
    options: CallOptions,
  ): Promise<SkillOutput<S>>;
  close(): Promise<void>;
}
