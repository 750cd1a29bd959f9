import { createHash } from "node:crypto";
import type { Member } from "@nightshift/protocol/bus";
import { A2A_VERSION } from "@nightshift/protocol/a2a";
import type { SkillName } from "@nightshift/protocol/skills";
import type { Caller } from "../caller.ts";
import { agentCard, bindings } from "../card.ts";
import { canonicalCard } from "../signing/canonical.ts";
import { publicKeys, type HouseKey } from "../signing/house-keys.ts";
import { signCard } from "../signing/sign-card.ts";

/** A document that anybody may have, and the tag that tells whether it is still the same. */
export type Document = { text: string; etag: string };

/** What the house says of its agents. */
export interface Cards {
  /** What a stranger may know of an agent; of the one at the front door where none is named. */
  open(name: string | undefined): Document | undefined;
  /** All that a caller may ask of an agent. @returns undefined when nobody of that name is here. */
  extended(name: string, caller: Caller): object | undefined;
  /** The public keys that the cards are signed with; undefined for a house without keys. */
  keys(): Document | undefined;
  /** Of the extensions that a client asks for, those that are known here. */
  known(extensions: string | undefined): string | undefined;
}

export type CardOptions = {
  /** Who is here. */
  find: (name: string) => Member | undefined;
  /** `http://127.0.0.1:…` */
  origin: string;
  socketUrl: string;
  /** What a guest may call. */
  guestSkills: readonly SkillName[];
  /** Whether events can be posted to clients. */
  push: boolean;
  /** The agent whose card stands for the house. */
  front: string;
  keys: readonly HouseKey[];
};

export const CARD_PATH = "/.well-known/agent-card.json";
export const KEYS_PATH = "/.well-known/jwks.json";

/** Signed cards that are kept, so that the same card is the same text. */
const SIGNED_MAX = 512;

export function createCards(options: CardOptions): Cards {
  const { find, origin, keys, guestSkills, front } = options;
  const signed = new Map<string, object>();

  function cardOf({ card, standing }: Member, allowed: readonly SkillName[] | "all"): object {
    const skills = card.skills.filter((skill) => allowed === "all" || allowed.includes(skill));
    const made = { ...agentCard({ ...card, skills }, "websocket", options.socketUrl) };
    const http = { url: `${origin}/a2a`, tenant: card.name, protocolVersion: A2A_VERSION };
    // As it is on the wire: what ProtoJSON leaves out is left out, by hand, for the SDK is heavy.
    const json = {
      ...made,
      signatures: undefined,
      supportedInterfaces: [
        { ...http, protocolBinding: "JSONRPC" },
        { ...http, protocolBinding: "HTTP+JSON" },
        { ...http, url: options.socketUrl, protocolBinding: bindings.websocket },
      ],
      capabilities: {
        extensions: (made.capabilities?.extensions ?? []).map(({ required, ...extension }) =>
          required ? { ...extension, required } : extension,
        ),
        streaming: true,
        pushNotifications: options.push,
        extendedAgentCard: true,
      },
      securitySchemes: { bearer: { httpAuthSecurityScheme: bearerScheme } },
      securityRequirements: [{ schemes: { bearer: { list: [] } } }],
    };
    // The house answers for its own agents. Of a guest's card it only passes on what it was told.
    return standing === "house" ? withSignature(json) : json;
  }

  function withSignature(card: object): object {
    if (keys.length === 0) return card;
    const key = canonicalCard(card);
    const known = signed.get(key) ?? signCard(card, keys, `${origin}${KEYS_PATH}`);
    if (signed.size >= SIGNED_MAX) signed.clear();
    signed.set(key, known);
    return known;
  }

  const { capabilities } = agentCard(nobody, "websocket", options.socketUrl);
  const uris = (capabilities?.extensions ?? []).map(({ uri }) => uri);

  return {
    open(name = front) {
      const member = find(name);
      return member && documentOf(cardOf(member, guestSkills));
    },
    extended(name, { allowed }) {
      const member = find(name);
      return member && cardOf(member, allowed);
    },
    keys: () => (keys.length === 0 ? undefined : documentOf(publicKeys(keys))),
    known(extensions) {
      if (!extensions) return undefined;
      const asked = new Set(extensions.split(",").map((uri) => uri.trim()));
      return uris.filter((uri) => asked.has(uri)).join(",") || undefined;
    },
  };
}

const nobody = { name: "nobody", description: "nobody", version: "0", skills: [] };

const bearerScheme = {
  scheme: "Bearer",
  description: "The token that `nightshift agents invite` printed",
};

function documentOf(value: object): Document {
  const text = JSON.stringify(value);
  const etag = `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
  return { text, etag };
}
