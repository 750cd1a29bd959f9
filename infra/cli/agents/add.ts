import { randomUUID } from "node:crypto";
import type { Line } from "@nightshift/projections/digest/terminal";
import { roster } from "@nightshift/projections/roster";
import { BadInput } from "@nightshift/protocol/errors";
import { NightCard } from "@nightshift/protocol/skills";
import { allowing } from "../../bus/http/addresses.ts";
import { fetchCard, type FetchedCard } from "../../bus/http/fetch-card.ts";
import {
  asksForToken,
  knownSkills,
  nameOf,
  nightCard,
  spokenOf,
  type RemoteCard,
  type Spoken,
} from "../../bus/http/remote-card.ts";
import { guestHashes } from "../../guests.ts";
import type { House } from "../../house.ts";
import { addRemoteAgent, digestOf, type RemoteAgent } from "../../remote-agents.ts";
import { session } from "../session.ts";
import { EXIT, print, printJson, tell } from "../terminal.ts";

type Options = {
  name?: string;
  /** Environment variable with the token that the agent asks for. */
  tokenEnv?: string;
  /** Its host may have a private address. */
  private?: boolean;
  yes?: boolean;
  json?: boolean;
};

const FETCH_MS = 20_000;
const SHOWN_CHARS_MAX = 300;
/** What guests are asked for: they do work and offer it, they neither plan nor judge it. */
const FOR_GUESTS: ReadonlySet<string> = new Set(["bid", "implement"]);

/**
 * `nightshift agents add <url>`: fetches the card of an agent that speaks A2A over HTTP, shows what
 * it says, and has the director approve it. From then on its skills are routed to, as a guest's.
 */
export function addAgent(given: string, options: Options) {
  return session(async (house) => {
    const url = URL.parse(given);
    if (!url) throw new BadInput("not an address", given, "nightshift agents add https://…");
    const allows = allowing(options.private ? [url.host] : []);
    const signal = AbortSignal.timeout(FETCH_MS);
    const fetched = await fetchCard(url, { allows, signal });
    const spoken = checked(fetched, given, options);
    const name = freeName(house, options.name ?? nameOf(fetched.card));
    const shown = shownCard(fetched, spoken, name);
    if (options.json) printJson(shown);
    else print(lines(shown));
    if (!(await agreed(options))) {
      tell("plain", "Nothing was added.");
      return EXIT.cancelled;
    }
    await approve(house, fetched, name, options);
    if (!options.json) tell("good", `${name} is asked from the next night on.`);
    return EXIT.ok;
  });
}

/** @throws BadInput naming the first thing that keeps the agent from being asked. */
function checked({ card, address }: FetchedCard, given: string, options: Options): Spoken {
  const mend = "ask whoever runs it";
  const spoken = spokenOf(card);
  const versions = card.supportedInterfaces.map(
    (one) => `${one.protocolBinding} ${one.protocolVersion}`,
  );
  if (!spoken)
    throw new BadInput(`no A2A 1.0 over HTTP; it speaks ${versions.join(", ")}`, given, mend);
  if (new URL(spoken.url).origin !== address.origin)
    throw new BadInput(`its card sends us elsewhere, to ${spoken.url}`, given, mend);
  if (!knownSkills(card).some((skill) => FOR_GUESTS.has(skill))) {
    const own = card.skills.map(({ id }) => id).join(", ") || "none";
    throw new BadInput(`no skill that is asked for here (implement, bid): ${own}`, given, mend);
  }
  const required = card.capabilities.extensions.filter((extension) => extension.required);
  if (required.length > 0) {
    const uris = required.map(({ uri }) => uri).join(", ");
    throw new BadInput(`it asks for extensions that are not spoken here: ${uris}`, given, mend);
  }
  const token = asksForToken(card);
  if (typeof token === "object")
    throw new BadInput(
      `it asks for ${token.kinds.join(" or ")}; a bearer token is spoken`,
      given,
      mend,
    );
  if (token === "bearer" && options.tokenEnv === undefined)
    throw new BadInput(
      "it asks for a token",
      given,
      `put it into an environment variable: nightshift agents add ${given} --token-env NAME`,
    );
  if (options.tokenEnv !== undefined && !/^[A-Z][A-Z0-9_]*$/.test(options.tokenEnv))
    throw new BadInput("name the variable, not the token", "--token-env", "--token-env MY_TOKEN");
  return spoken;
}

/** @throws BadInput for a name that is none, or somebody's. */
function freeName({ runner, config, paths }: House, name: string): string {
  const again = "nightshift agents add <url> --name <another>";
  if (!NightCard.shape.name.safeParse(name).success)
    throw new BadInput("use a-z, 0-9 and hyphens, at most 40", name, again);
  const isOurs = config.agents.some((agent) => agent.name === name) || name === "dispatcher";
  if (isOurs || runner.view(roster).get(name)?.standing === "house")
    throw new BadInput("a name of the house", name, again);
  if ([...guestHashes(paths.guests).values()].some((guest) => guest.name === name))
    throw new BadInput("a guest was invited by this name", name, again);
  return name;
}

/** The approval is of this card: in the log as its blob, beside it as what is fetched again. */
async function approve(house: House, fetched: FetchedCard, name: string, options: Options) {
  const card = nightCard(fetched.card, name);
  const agent: RemoteAgent = {
    card,
    address: fetched.address.href,
    digest: digestOf(fetched),
    keys: fetched.signers,
    tokenEnv: options.tokenEnv ?? null,
    mayBePrivate: options.private ?? false,
  };
  const session = `added-${randomUUID()}`;
  const board = house.board("director");
  const blob = await house.blobs.put(JSON.stringify(card));
  const skills = [...card.skills];
  const joined = { name, standing: "guest", skills, card: blob, binding: "http", session } as const;
  await board.handle("agent", name, { type: "agent.join", ...joined });
  await board.handle("agent", name, { type: "agent.approve", by: "director" });
  await board.handle("agent", name, { type: "agent.leave", session });
  addRemoteAgent(house.paths.remoteAgents, agent);
}

type Shown = {
  name: string;
  says: { name: string; description: string; version: string };
  interface: Spoken;
  skills: { asked: string[]; notAsked: string[] };
  token: "none" | "bearer" | { kinds: string[] };
  extensions: string[];
  /** Thumbprints of the keys that signed the card; empty: it is unsigned. */
  signedBy: string[];
};

function shownCard({ card, signers }: FetchedCard, spoken: Spoken, name: string): Shown {
  const asked = knownSkills(card).filter((skill) => FOR_GUESTS.has(skill));
  const notAsked = card.skills.map(({ id }) => id).filter((id) => !asked.some((one) => one === id));
  return {
    name,
    says: saysOf(card),
    interface: spoken,
    skills: { asked, notAsked: notAsked.slice(0, 20) },
    token: asksForToken(card),
    extensions: card.capabilities.extensions.map(({ uri }) => uri),
    signedBy: signers.map(({ kid }) => kid),
  };
}

function saysOf({ name, description, version }: RemoteCard): Shown["says"] {
  return { name, description: description.slice(0, SHOWN_CHARS_MAX), version };
}

function lines(shown: Shown): Line[] {
  const { url, form } = shown.interface;
  const { asked, notAsked } = shown.skills;
  const isSigned = shown.signedBy.length > 0;
  const plain = (text: string): Line => ({ tone: "plain", text: text.replaceAll(/\s+/g, " ") });
  return [
    {
      tone: "title",
      text: `${shown.name} (it calls itself ${shown.says.name} ${shown.says.version})`,
    },
    plain(`says: ${shown.says.description}`),
    plain(`at: ${url} (${form}, A2A 1.0)`),
    plain(`asked for: ${asked.join(", ")}; its answers pass the same gates as everybody's`),
    ...(notAsked.length > 0 ? [plain(`never asked for: ${notAsked.join(", ")}`)] : []),
    plain(`token: ${shown.token === "none" ? "none" : "yes, from the variable you named"}`),
    ...(shown.extensions.length > 0 ? [plain(`extensions: ${shown.extensions.join(", ")}`)] : []),
    isSigned
      ? { tone: "good", text: `signed by ${shown.signedBy.join(", ")}: keys of that server` }
      : { tone: "ask", text: "UNSIGNED: nothing shows who wrote this card" },
  ];
}

/** @throws BadInput where nobody can be asked. */
async function agreed({ yes, name }: Options): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new BadInput(
      "nobody is here to approve it",
      name ?? "agents add",
      "look, then say --yes",
    );
  const { confirm } = await import("@clack/prompts");
  return (await confirm({ message: "Let it work for you?", initialValue: false })) === true;
}
