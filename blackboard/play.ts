import type { NightEvent } from "@nightshift/protocol/events";
import { expect } from "vitest";
import type { Decider } from "./decider.ts";
import { decideOrRefuse } from "./spec.ts";

/** What one command did. */
export type Turn<State, Command, Event> = {
  command: Command;
  before: State;
  events: Event[];
  after: State;
};

/** Plays any commands one after the other; whatever is accepted has no second effect. */
export function play<State, Command, Event extends NightEvent>(
  decider: Decider<State, Command, Event>,
  commands: readonly Command[],
): Turn<State, Command, Event>[] {
  let state = decider.initial;
  return commands.map((command) => {
    const before = state;
    const events = decideOrRefuse(decider, command, before);
    state = events.reduce((folded, event) => decider.evolve(folded, event), before);
    const again = decideOrRefuse(decider, command, state);
    expect({ command, again }).toEqual({ command, again: [] });
    return { command, before, events, after: state };
  });
}
