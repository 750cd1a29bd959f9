import { A2A_VERSION } from "@nightshift/protocol/a2a";
import type { NightCard, SkillName } from "@nightshift/protocol/skills";
import type { AgentCard } from "@a2a-js/sdk";
import { AFTER_SEQ_URI, DIRECT_URI, NEGOTIATION_URI } from "./extensions.ts";

/**
 * How an agent can be spoken to, as A2A names it (spec 5.8). `tenant` is the agent's name, for one
 * socket leads to many agents.
 */
export const bindings = {
  "in-process": "https://night-shift.dev/bindings/in-process/v1",
  websocket: "https://night-shift.dev/bindings/websocket/v1",
  nats: "https://night-shift.dev/bindings/nats/v1",
  http: "JSONRPC",
} as const;
export type Binding = keyof typeof bindings;

/** Everything that is said is one data part of this type. */
export const MEDIA_TYPE = "application/json";

/** The A2A card of an agent, made from what it says of itself. */
export function agentCard(night: NightCard, binding: Binding, url: string): AgentCard {
  return {
    name: night.name,
    description: night.description,
    version: night.version,
    supportedInterfaces: [
      { url, protocolBinding: bindings[binding], tenant: night.name, protocolVersion: A2A_VERSION },
    ],
    capabilities: {
      streaming: true,
      pushNotifications: false,
      extendedAgentCard: false,
      extensions: extensionsOf(night),
    },
    defaultInputModes: [MEDIA_TYPE],
    defaultOutputModes: [MEDIA_TYPE],
    skills: night.skills.map(skillCard),
    provider: undefined,
    securitySchemes: {},
    securityRequirements: [],
    signatures: [],
  };
}

type Extension = NonNullable<AgentCard["capabilities"]>["extensions"][number];

function extensionsOf({ skills }: NightCard): Extension[] {
  const all: Extension[] = [
    extension(AFTER_SEQ_URI, "Numbers every event of a call; a stream goes on after Last-Event-ID"),
    extension(DIRECT_URI, "Answers with a message where nothing is said before the answer"),
  ];
  const params = { announce: "bid", award: "implement" };
  if (skills.includes("bid"))
    all.push(extension(NEGOTIATION_URI, "Bids for work that is announced", params));
  return all;
}

function extension(uri: string, description: string, params?: Record<string, string>): Extension {
  return { uri, description, required: false, params };
}

const about: Record<SkillName, string> = {
  admit: "Says whether a task may be worked on",
  plan: "Estimates a task and splits what is too large",
  bid: "Offers models, prices and times for a piece of work",
  implement: "Does a task in a clone of its own",
  verify: "Shows what can be shown of a result",
  assess: "Judges how good a result is",
  evolve: "Proposes changes of parameters, with evidence",
  propose: "Takes a task that someone proposes",
};

function skillCard(skill: SkillName): AgentCard["skills"][number] {
  return {
    id: skill,
    name: skill,
    description: about[skill],
    tags: ["night-shift"],
    examples: [],
    inputModes: [MEDIA_TYPE],
    outputModes: [MEDIA_TYPE],
    securityRequirements: [],
  };
}
