/**
 * The rules of one stream: total, synchronous, without clock or random source. A command that needs
 * the time carries it. Repeating a command yields no events.
 */
export interface Decider<State, Command, Event> {
  readonly initial: State;
  /** @throws Refusal when a rule says no. */
  decide(command: Command, state: State): Event[];
  evolve(state: State, event: Event): State;
}
