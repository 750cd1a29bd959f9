import { idOf } from "@nightshift/protocol/ids";
import type { Fact, Section } from "./digest.ts";
import { NAME_CHARS_MAX, type Night } from "./night.ts";
import { EXCERPT_CHARS_MAX } from "./sizes.ts";
import { plain } from "../words/plain.ts";

/** What the system changed about itself, and why (C18). */
export function changes(night: Night): Section[] {
  const facts = [...policies(night), ...weights(night), ...genomes(night)];
  return [{ name: "evolution", title: "Changed by evolution", facts }];
}

function policies(night: Night): Fact[] {
  const verbs = [
    night.all("policy.proposed").map((recorded) => ({ recorded, verb: "proposed" })),
    night.all("policy.tried").map((recorded) => ({ recorded, verb: "on trial" })),
    night.all("policy.adopted").map((recorded) => ({ recorded, verb: "adopted" })),
    night.all("policy.rolled-back").map((recorded) => ({ recorded, verb: "rolled back" })),
  ].flat();
  return verbs.map(({ recorded, verb }) => {
    const proposed = night.policy(idOf(recorded.stream));
    const { event } = recorded;
    const change = proposed
      ? `${proposed.event.key} from ${proposed.event.from} to ${proposed.event.to}`
      : idOf(recorded.stream);
    const rationale = "rationale" in event ? event.rationale : (proposed?.event.rationale ?? "");
    const why = rationale === "" ? "" : `: ${plain(rationale, EXCERPT_CHARS_MAX)}`;
    const events = [...new Set([recorded.id, ...(proposed ? [proposed.id] : [])])];
    const fact = { text: `${change}, ${verb}${why}`, events };
    if (event.type !== "policy.adopted") return explained(recorded.stream, fact);
    return { ...fact, command: `nightshift undo adopt ${idOf(recorded.stream)}` };
  });
}

const WEIGHTS_MAX = 12;

function weights(night: Night): Fact[] {
  return night.all("allocation.adjusted").map(({ id, event }) => {
    const shares = Object.entries(event.weights)
      .slice(0, WEIGHTS_MAX)
      .map(
        ([category, share]) => `${plain(category, NAME_CHARS_MAX)} ${Math.round(share * 100)} %`,
      );
    const why = plain(event.rationale, EXCERPT_CHARS_MAX);
    const text = `Weights (${event.loop} loop): ${shares.join(", ")}: ${why}`;
    return { text, events: [id], command: "nightshift evolve freeze" };
  });
}

function genomes(night: Night): Fact[] {
  return [
    ...night.all("genome.mutated").map(({ id, stream, event }) => {
      const why = plain(event.rationale, EXCERPT_CHARS_MAX);
      const of = plain(event.category, NAME_CHARS_MAX);
      return explained(stream, {
        text: `Genome ${idOf(stream)} of ${of}, mutated: ${why}`,
        events: [id],
      });
    }),
    ...night.all("genome.inducted").map(({ id, stream, event }) => {
      const mean = event.mean.toFixed(1);
      return explained(stream, {
        text: `Genome ${idOf(stream)}, into the hall of fame at ${mean}`,
        events: [id],
      });
    }),
    ...night.all("genome.retired").map(({ id, stream, event }) => {
      const why = plain(event.reason, EXCERPT_CHARS_MAX);
      return explained(stream, { text: `Genome ${idOf(stream)}, retired: ${why}`, events: [id] });
    }),
  ];
}

/** What is tried or bred is nothing to decide yet: the command tells why. */
function explained(stream: string, fact: Fact): Fact {
  return { ...fact, command: `nightshift evolve explain ${idOf(stream)}` };
}
