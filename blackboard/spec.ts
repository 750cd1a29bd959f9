import { Refusal, type RefusalCode } from "@nightshift/protocol/errors";
import { checkEvent, type NightEvent } from "@nightshift/protocol/events";
import { expect } from "vitest";
import type { Decider } from "./decider.ts";

/**
 * Rules as prose: `given(...events).when(command).thenEvents(...)`. Besides what a test asks it
 * holds every event against its schema, and every accepted command to the promise of deciders:
 * asked again at once it does nothing, or is refused.
 */
export function spec<State, Command, Event extends NightEvent>(
  decider: Decider<State, Command, Event>,
) {
  return {
    given: (...events: readonly Event[]) => ({
      when(command: Command) {
        const state = stateAfter(decider, events);
        return {
          thenEvents(...expected: readonly [Event, ...Event[]]) {
            const decided = decider.decide(command, state);
            expect(decided).toEqual(expected);
            const after = stateAfter(decider, [...events, ...decided]);
            expect(decideOrRefuse(decider, command, after)).toEqual([]);
          },
          thenNothing() {
            expect(decider.decide(command, state)).toEqual([]);
          },
          thenRefuses(code: RefusalCode, message?: RegExp) {
            const refusal = refusalOf(decider, command, state);
            expect(refusal?.code).toBe(code);
            if (message) expect(refusal?.message).toMatch(message);
          },
        };
      },
    }),
  };
}

/** The state after events, each held against its schema. */
export function stateAfter<State, Command, Event extends NightEvent>(
  decider: Decider<State, Command, Event>,
  events: readonly Event[],
): State {
  return events.reduce((state, event) => {
    checkEvent(event.type.replace(/\..*/, "-x"), event);
    return decider.evolve(state, event);
  }, decider.initial);
}

/** What a command yields; nothing where a rule refuses it. */
export function decideOrRefuse<State, Command, Event extends NightEvent>(
  decider: Decider<State, Command, Event>,
  command: Command,
  state: State,
): Event[] {
  try {
    return decider.decide(command, state);
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

function refusalOf<State, Command, Event extends NightEvent>(
  decider: Decider<State, Command, Event>,
  command: Command,
  state: State,
): Refusal | undefined {
  try {
    const events = decider.decide(command, state);
    throw new Error(`accepted: ${JSON.stringify(events)}`);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
