import type { Recorded } from "@nightshift/protocol/envelope";

/** An invariant, watched event by event. */
export type Rule = {
  /** @param writer Who appended it: a process of the dispatcher, the agents, or the director. */
  see(recorded: Recorded, writer: string): void;
  /** Looks at what is left when the night is over. */
  end?(): void;
};

/** Says that an invariant does not hold, and why. */
export type Tell = (problem: string) => void;
