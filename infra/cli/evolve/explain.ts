import type { Line } from "@nightshift/projections/digest/terminal";
import { plain } from "@nightshift/projections/words/plain";
import { wrap } from "@nightshift/projections/words/wrap";
import type { Recorded } from "@nightshift/protocol/envelope";
import { BadInput } from "@nightshift/protocol/errors";
import { GenomeEvent } from "@nightshift/protocol/genome";
import { streamOf } from "@nightshift/protocol/ids";
import { PolicyEvent } from "@nightshift/protocol/policy";
import { genomeStory, policyStory, type Happened, type Story } from "./story.ts";
import type { House } from "../../house.ts";
import { session } from "../session.ts";
import { COLUMNS } from "../table.ts";
import { print, printJson } from "../terminal.ts";

const TEXT_CHARS_MAX = 2_000;

/** `nightshift evolve explain`: a genome's or a change's life, as a person would tell it. */
export function evolveExplain(what: string, { json }: { json?: boolean }) {
  return session(async (house) => {
    const story = await storyOf(house, what);
    if (json) printJson(story);
    else print(linesOf(story));
  });
}

/** @throws BadInput where neither a genome nor a change is called so. */
async function storyOf({ store }: House, what: string): Promise<Story> {
  if (/^[a-z0-9-]+$/.test(what)) {
    const genome = await eventsOf(store.read(streamOf("genome", what)), GenomeEvent);
    if (genome.length > 0) return genomeStory(what, genome);
    const policy = await eventsOf(store.read(streamOf("policy", what)), PolicyEvent);
    if (policy.length > 0) return policyStory(what, policy);
  }
  throw new BadInput("no genome or change is called so", what, "nightshift evolve status");
}

async function eventsOf<E>(
  events: AsyncIterable<Recorded>,
  schema: { parse(event: unknown): E },
): Promise<Happened<E>[]> {
  const all = await Array.fromAsync(events);
  return all.map(({ id, atMs, event }) => ({ id, atMs, event: schema.parse(event) }));
}

function linesOf({ title, told }: Story): Line[] {
  return [
    { tone: "title", text: title },
    ...told.flatMap(({ text, events }): Line[] => [
      ...wrap(plain(text, TEXT_CHARS_MAX), COLUMNS, "").map((part): Line => {
        return { tone: "plain", text: part };
      }),
      ...wrap(`  ${plain(events.join(" "), TEXT_CHARS_MAX)}`, COLUMNS, "  ").map((part): Line => {
        return { tone: "quiet", text: part };
      }),
    ]),
  ];
}
