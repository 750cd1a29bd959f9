import { createBoard } from "@nightshift/blackboard/board";
import type { EventStore } from "@nightshift/blackboard/store";
import { directBus } from "@nightshift/agents/testing/direct-bus";
import type { Bus, CallContext, Peer } from "@nightshift/protocol/bus";
import { Unavailable } from "@nightshift/protocol/errors";
import {
  skills,
  type SkillInput,
  type SkillName,
  type SkillOutput,
} from "@nightshift/protocol/skills";
import type { Hands } from "./answers.ts";
import { implement } from "./building.ts";
import type { Chance } from "./chance.ts";
import { evolve } from "./evolving.ts";
import { assess, verify } from "./judging.ts";
import { JUDGE, MODELS, PLANNER } from "./models.ts";
import { admit, plan } from "./planning.ts";
import { workspaceOf, type World } from "./world.ts";

type Handler<S extends SkillName> = (
  hands: Hands,
  chance: Chance,
  input: SkillInput<S>,
  call: CallContext,
) => Promise<SkillOutput<S>>;
type Handlers = { [S in SkillName]?: Handler<S> };

/** Who works in a house: each can do what its role says, one may do three jobs at once. */
export function hireAll(world: World, store: EventStore): Peer[] {
  const offers = (from: number, to: number) => bidding("implement", MODELS.slice(from, to));
  const staff: Record<string, Handlers> = {
    planner: { admit, plan, bid: bidding("plan", [PLANNER]) },
    "builder-a": { implement, bid: offers(0, 2) },
    "builder-c": { implement, bid: offers(2, 3) },
    verifier: { verify },
    judge: { assess, bid: bidding("assess", [JUDGE]) },
    evolver: { evolve },
  };
  if (world.chance.about("staff").odds(0.5)) {
    // The first by name, so that it would be asked to judge its own work if nobody took care.
    staff["all-rounder"] = { implement, verify, assess, bid: offers(3, 4) };
  }
  return Object.entries(staff).map(([name, handlers]) => peerOf(world, store, name, handlers));
}

function bidding(
  skill: SkillInput<"bid">["skill"],
  offers: SkillOutput<"bid">["bids"],
): Handler<"bid"> {
  return async (_hands, chance, input) => {
    if (chance.odds(0.03)) throw new Unavailable("does not bid today");
    return { bids: input.skill === skill ? [...offers] : [] };
  };
}

function peerOf(world: World, store: EventStore, name: string, handlers: Handlers): Peer {
  const { clock, chance } = world;
  let commands = 0;
  const newId = () => `${name}-${clock.now()}-${commands++}`;
  const board = createBoard({ store, actor: name, clock, newId });
  const hands: Hands = { name, world, board, workspace: workspaceOf(world, name) };
  const own: SkillName[] = [];
  let skill: SkillName;
  for (skill in handlers) own.push(skill);
  return {
    card: { name, description: name, version: "1", skills: own },
    handle: (skill, input, call) => {
      const draws = chance.about(`${name} ${skill} ${call.message}`);
      return serve(handlers, skill, hands, draws, input, call);
    },
  };
}

async function serve<S extends SkillName>(
  handlers: Handlers,
  skill: S,
  hands: Hands,
  chance: Chance,
  input: unknown,
  call: CallContext,
): Promise<unknown> {
  const handler: Handler<S> | undefined = handlers[skill];
  if (!handler) throw new Unavailable(`${hands.name} cannot ${skill}`);
  // What the schema of a skill parses is its input; TypeScript cannot follow the index.
  return handler(hands, chance, skills[skill].input.parse(input) as SkillInput<S>, call);
}

/** The bus of one process, with the time limits that a real one holds. */
export async function busOf({ clock }: World, peers: readonly Peer[]): Promise<Bus> {
  const bus = directBus();
  for (const peer of peers) await bus.join(peer);
  return {
    ...bus,
    async call(to, skill, input, options) {
      const over = new AbortController();
      const signal = AbortSignal.any([options.signal, over.signal]);
      const timeUp = clock.sleep(options.timeoutMs, signal).then(() => {
        throw new Unavailable(`${to} gave no answer to ${skill} in time`);
      });
      try {
        return await Promise.race([bus.call(to, skill, input, { ...options, signal }), timeUp]);
      } finally {
        timeUp.catch(() => {});
        over.abort();
      }
    },
  };
}
