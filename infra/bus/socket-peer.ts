import type { CallContext, Peer } from "@nightshift/protocol/bus";
import type { NightCard, SkillName } from "@nightshift/protocol/skills";
import { skills } from "@nightshift/protocol/skills";
import { delegate, type Wire } from "./delegate.ts";

/** No call is longer, whatever its caller allows; the caller's own deadline comes with the signal. */
const CALL_MS_MAX = 28_800_000;

/** An agent at the other end of a wire, as this side's bus sees it. */
export function socketPeer(card: NightCard, wire: Wire): Peer {
  return {
    card,
    handle: (skill, input, context) => forward(card.name, wire, skill, input, context),
  };
}

function forward(
  to: string,
  wire: Wire,
  skill: SkillName,
  input: unknown,
  call: CallContext,
): Promise<unknown> {
  const { context, message, principal, signal } = call;
  const onProgress = (note: string) => call.progress(note);
  return delegate(
    wire,
    // Parsed once more only because types do not travel with a value that came as unknown.
    { to, skill, input: skills[skill].input.parse(input), principal },
    { context, message, signal, onProgress, timeoutMs: CALL_MS_MAX },
  );
}
