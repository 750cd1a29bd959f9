import { createBoard } from "@nightshift/blackboard/board";
import { Conflict, Refusal } from "@nightshift/protocol/errors";
import { MINUTE_MS } from "@nightshift/protocol/clock";
import { idOf, kindOf, taskIdOf } from "@nightshift/protocol/ids";
import { REPO, taskOf } from "./backlog.ts";
import type { Chance } from "./chance.ts";
import type { World } from "./world.ts";

/** Most that the director does while the night runs. */
const ACTS_MAX = 4;

/** A director who does not sleep: adds, abandons, reviews and commits while the night runs. */
export function directorOf(world: World): { isDone(): boolean } {
  let done = false;
  void act(world).finally(() => (done = true));
  return { isDone: () => done };
}

async function act(world: World): Promise<void> {
  const { clock, chance, store } = world;
  const draws = chance.about("director");
  const never = new AbortController().signal;
  const board = createBoard({
    store: store.as("director"),
    actor: "director",
    clock,
    newId: () => `director-${clock.now()}`,
  });
  const acts = draws.between(0, ACTS_MAX);
  for (let at = 1; at <= acts; at++) {
    await clock.sleep(draws.between(1, 90) * MINUTE_MS, never);
    try {
      await ACTS[draws.weighted({ add: 3, abandon: 2, reject: 2, commit: 3, check: 1 })](
        world,
        board,
        draws.about(`act ${at}`),
      );
    } catch (error) {
      // What the rules do not let even the director do.
      if (!(error instanceof Refusal) && !(error instanceof Conflict)) throw error;
    }
  }
}

type Act = (
  world: World,
  board: ReturnType<typeof createBoard>,
  chance: Chance,
) => Promise<unknown>;

const ACTS: Record<"add" | "abandon" | "reject" | "commit" | "check", Act> = {
  add(_world, board, chance) {
    const spec = taskOf(chance, chance.between(50, 99));
    const command = { type: "task.propose", spec, followUpDepthMax: 1 } as const;
    return board.handle("task", taskIdOf(REPO, spec.name), command);
  },
  async abandon(world, board, chance) {
    const task = anyOf(world, "task", chance);
    if (task === null) return;
    const reason = "not wanted any more";
    await board.handle("task", task, { type: "task.abandon", epoch: null, reason });
  },
  async reject(world, board, chance) {
    const attempt = anyOf(world, "review", chance);
    if (attempt === null) return;
    await board.handle("review", attempt, { type: "review.reject", by: "director", why: "no" });
  },
  /** Pushes a commit of their own onto the target branch. */
  async commit({ workspace, moves, repo }, _board, chance) {
    const ref = `refs/heads/${repo.target}`;
    const head = await workspace.resolve(workspace.repo, ref);
    if (head === null) return;
    const path = chance.odds(0.5) ? "src/shared-1.ts" : "docs/own.md";
    const next = workspace.commit(head, { [path]: `by hand ${chance.next()}\n` });
    await workspace.moveRef(workspace.repo, ref, head, next);
    moves.push({ by: "director", old: head, next });
  },
  /** Checks the target out: from then on nobody else may move it. */
  async check({ workspace, repo }) {
    workspace.checkOut(`refs/heads/${repo.target}`);
  },
};

function anyOf({ store }: World, kind: "task" | "review", chance: Chance): string | null {
  const streams = new Set(store.events.map(({ stream }) => stream));
  const known = [...streams].filter((stream) => kindOf(stream) === kind);
  return known.length === 0 ? null : idOf(chance.pick(known));
}
