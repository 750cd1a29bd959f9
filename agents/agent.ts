import type { CallContext, Peer } from "@nightshift/protocol/bus";
import type { NightCard, SkillInput, SkillName, SkillOutput } from "@nightshift/protocol/skills";

/** One skill of an agent: typed input to typed output, with the ports the agent was made with. */
export type Handler<S extends SkillName, Ports> = (
  input: SkillInput<S>,
  ports: Ports,
  call: CallContext,
) => Promise<SkillOutput<S>>;

/**
 * An agent: a card and a handler for each skill of it. The ports are given when it is put on a bus,
 * so the same agent runs in a real night, in a process of its own, and in a simulation.
 */
export function defineAgent<Ports, S extends SkillName>(definition: {
  card: Omit<NightCard, "skills">;
  handlers: { [K in S]: Handler<K, Ports> };
}): (ports: Ports, name?: string) => Peer {
  const skills = Object.keys(definition.handlers) as S[];
  return (ports, name = definition.card.name) => ({
    card: { ...definition.card, name, skills },
    handle(skill, input, call) {
      const handler = definition.handlers[skill as S];
      return handler(input as SkillInput<S>, ports, call);
    },
  });
}
