import type { Standing } from "@nightshift/protocol/agent";
import type { SkillName } from "@nightshift/protocol/skills";

/** Who asks, as the binding authenticated it: never what a message says of its sender. */
export type Caller = {
  name: string;
  standing: Standing;
  /** The skills it may call, of any agent. */
  allowed: readonly SkillName[] | "all";
  /** Calls of its own that may run at once, on one agent. */
  inFlightMax: number;
  /** Aborts when its connection ends: nobody waits for its answers any more. */
  gone: AbortSignal;
};
