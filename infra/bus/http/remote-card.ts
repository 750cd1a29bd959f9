import { slug } from "@nightshift/protocol/ids";
import { NightCard, SkillName } from "@nightshift/protocol/skills";
import { z } from "zod";
import type { Interface } from "./requests.ts";

const text = (charsMax: number) => z.string().max(charsMax);

/**
 * A card of somebody else's agent, as far as it is used. What it says more is not read: of fields
 * outside A2A 1.0 no signature says anything.
 */
export const RemoteCard = z.object({
  name: text(200).min(1),
  description: text(5_000),
  version: text(100).default(""),
  supportedInterfaces: z
    .array(
      z.object({
        url: z.url({ protocol: /^(?:https?|wss?|nats)$/ }).max(2_000),
        protocolBinding: text(500),
        protocolVersion: text(20),
        tenant: text(200).optional(),
      }),
    )
    .min(1)
    .max(50),
  capabilities: z
    .object({
      streaming: z.boolean().default(false),
      extensions: z
        .array(z.object({ uri: text(500), required: z.boolean().default(false) }))
        .max(50)
        .default([]),
    })
    .default({ streaming: false, extensions: [] }),
  skills: z
    .array(
      z.object({
        id: text(200),
        name: text(200).default(""),
        description: text(2_000).default(""),
      }),
    )
    .max(200)
    .default([]),
  securitySchemes: z.record(text(200), z.record(z.string(), z.unknown())).default({}),
  securityRequirements: z
    .array(z.object({ schemes: z.record(text(200), z.unknown()).default({}) }))
    .max(20)
    .default([]),
});
export type RemoteCard = z.infer<typeof RemoteCard>;

type Form = Interface["form"];
export type Spoken = { url: string; form: Form; tenant: string | undefined };

const forms: readonly Form[] = ["JSONRPC", "HTTP+JSON"];

/** The interface that is used of those a card offers: HTTP, of A2A 1.0, in the card's own order. */
export function spokenOf({ supportedInterfaces }: RemoteCard): Spoken | undefined {
  for (const { url, protocolBinding, protocolVersion, tenant } of supportedInterfaces) {
    const form = forms.find((known) => known === protocolBinding.toUpperCase());
    if (!form || !/^1\.0(?:\.\d+)?$/.test(protocolVersion) || !/^https?:/.test(url)) continue;
    return { url, form, tenant: tenant === "" ? undefined : tenant };
  }
  return undefined;
}

/** The skills of a card that mean something here; the others are shown, and never asked for. */
export function knownSkills({ skills }: RemoteCard): SkillName[] {
  return SkillName.options.filter((name) => skills.some(({ id }) => id === name));
}

/** How an agent is called where nobody says otherwise. */
export function nameOf({ name }: RemoteCard): string {
  return slug(name);
}

/** The card as the bus has it. @throws ZodError for an agent without a skill that is known here. */
export function nightCard(card: RemoteCard, name: string): NightCard {
  return NightCard.parse({
    name,
    description: card.description.slice(0, 500) || card.name,
    version: card.version.slice(0, 40),
    skills: knownSkills(card),
  });
}

/**
 * Whether a card asks for a token, and whether it can be had in a way that we speak.
 * @returns "none", "bearer", or the kinds of proof that it asks for instead.
 */
export function asksForToken(card: RemoteCard): "none" | "bearer" | { kinds: string[] } {
  const { securityRequirements, securitySchemes } = card;
  if (securityRequirements.length === 0) return "none";
  const kinds = new Set<string>();
  for (const { schemes } of securityRequirements) {
    const asked = Object.keys(schemes);
    if (asked.length === 0) return "none";
    const isBearer = asked.every((name) => isBearerScheme(securitySchemes[name]));
    if (isBearer) return "bearer";
    for (const name of asked) kinds.add(Object.keys(securitySchemes[name] ?? {})[0] ?? name);
  }
  return { kinds: [...kinds] };
}

const Bearer = z.object({
  httpAuthSecurityScheme: z.object({ scheme: z.string().regex(/^bearer$/i) }),
});

function isBearerScheme(scheme: unknown): boolean {
  return Bearer.safeParse(scheme).success;
}
