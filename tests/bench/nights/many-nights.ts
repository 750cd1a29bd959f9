import type { NightEvent } from "@nightshift/protocol/events";
import { DAY_MS, dayOf, weekOf } from "@nightshift/protocol/clock";
import { hex, pick, seeded, type Draw } from "./draws.ts";
import type { Evening, Told } from "./delegation.ts";
import { CATEGORIES, MODELS, REPOS } from "./staff.ts";
import { story } from "./task-story.ts";

/** An event of a made-up night, and when it was decided. */
export type Written = Told & { atMs: number };

const START_MS = Date.UTC(2024, 0, 1, 23, 0);
const TIME_ZONE = "Europe/Berlin";
const TASKS_A_NIGHT = 24;
/** Attempts that go on beside one another, so that their events alternate in the log. */
const BESIDE = 3;
const STEP_MS = 1_500;

/** Nights without end, as a director's log would hold them; the same ones every time. */
export function* manyNights(): Generator<Written> {
  const draw = seeded(20_261_121);
  yield* setUp();
  for (let night = 1; ; night++) {
    let atMs = START_MS + night * DAY_MS;
    for (const written of oneNight(draw, night, atMs))
      yield { ...written, atMs: (atMs += STEP_MS) };
  }
}

function* setUp(): Generator<Written> {
  for (const name of REPOS) {
    const event = {
      type: "repo.registered",
      name,
      path: `/home/dora/code/${name}`,
      target: "nightshift/main",
      testCommand: "npm test",
      policy: "when-green",
    } as const;
    yield { stream: `repo-${name}`, event, atMs: START_MS, actor: "director", task: null };
  }
  for (const { account, provider } of MODELS) {
    const event = { type: "account.registered", name: account, provider, kind: "api" } as const;
    yield { stream: `account-${account}`, event, atMs: START_MS, actor: "director", task: null };
  }
}

function* oneNight(draw: Draw, night: number, atMs: number): Generator<Told> {
  const evening: Evening = {
    draw,
    night,
    atMs,
    day: dayOf(atMs, TIME_ZONE),
    week: weekOf(atMs, TIME_ZONE),
  };
  const shift = (event: NightEvent): Told => house("shift-director", event);
  yield shift({ type: "shift.leader-elected", leader: `host-${night}`, epoch: night, atMs });
  const sandbox = "bubblewrap";
  yield shift({
    type: "shift.started",
    number: night,
    untilMs: null,
    timeZone: TIME_ZONE,
    sandbox,
  });
  for (const repo of REPOS) yield house(`repo-${repo}`, { type: "repo.fenced", epoch: night });
  yield* arrivals(draw, night);
  if (night === 1) yield* seeds();
  const waiting = Array.from({ length: TASKS_A_NIGHT }, (_, n) => story(evening, n));
  const running = waiting.splice(0, BESIDE);
  let cycle = 0;
  while (running.length > 0) {
    const at = Math.floor(draw() * running.length);
    const next = running[at]?.next();
    if (next && !next.done) yield next.value;
    else {
      running.splice(at, 1, ...waiting.splice(0, 1));
      cycle += 1;
      yield shift({ type: "shift.cycle-started", cycle, epoch: night, atMs });
    }
  }
  yield* evolution(evening);
  for (const agent of AGENTS) {
    yield house(`agent-${agent}`, { type: "agent.left", session: `${agent}-${night}` });
  }
  yield shift({ type: "shift.ended", reason: "backlog-done" });
}

const AGENTS = ["implementer-b", "assessor-b"];

function* arrivals(draw: Draw, night: number): Generator<Told> {
  for (const agent of AGENTS) {
    yield house(`agent-${agent}`, {
      type: "agent.joined",
      name: agent,
      standing: "house",
      skills: ["implement", "assess"],
      card: hex(draw, 64),
      binding: "websocket",
      session: `${agent}-${night}`,
    });
  }
}

function* seeds(): Generator<Told> {
  for (const category of CATEGORIES) {
    const event = { type: "genome.seeded", category, genes: GENES, island: "generalists" } as const;
    yield house(`genome-${category}-neutral`, event);
  }
}

const GENES = {
  model: null,
  outputTokensMax: 8_000,
  promptStyle: "plain",
  contextDepth: 1,
  continuationsMax: 0,
  scope: "normal",
} as const;

function* evolution({ draw, night }: Evening): Generator<Told> {
  const category = pick(draw, CATEGORIES);
  const genome = `genome-${category}-${night}`;
  const parent = `${category}-neutral`;
  const rationale = "three of the last eight answers were cut off before their last block";
  const bred = { category, genes: GENES, island: "explorers" } as const;
  yield house(genome, { type: "genome.mutated", ...bred, parent, rationale });
  const reason = "in the bottom third of its island for two generations";
  yield house(genome, { type: "genome.retired", reason });
  if (night % 5 !== 0) return;
  const share = 1 / CATEGORIES.length;
  const weights = Object.fromEntries(CATEGORIES.map((name) => [name, share]));
  const adjusted = { loop: "fast", weights, rationale } as const;
  yield house("allocation-director", { type: "allocation.adjusted", ...adjusted, evidence: [] });
  const policy = `policy-output-tokens-max-${night}`;
  const [from, to] = night % 10 === 0 ? [9_000, 8_000] : [8_000, 9_000];
  const change = { key: "outputTokensMax", from, to, signal: "truncation" } as const;
  yield house(policy, { type: "policy.proposed", ...change, rationale, evidence: ["e"] });
  yield house(policy, { type: "policy.adopted", rationale: "fewer were cut off on trial" });
}

function house(stream: string, event: NightEvent): Told {
  return { stream, event, actor: "dispatcher", task: null };
}
