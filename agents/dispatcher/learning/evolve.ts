import { allocation } from "@nightshift/projections/allocation";
import { genomes } from "@nightshift/projections/genomes";
import { outcomes } from "@nightshift/projections/outcomes";
import { settingsInForce } from "@nightshift/projections/settings-in-force";
import { DAY_MS, HOUR_MS } from "@nightshift/protocol/clock";
import { Refusal } from "@nightshift/protocol/errors";
import { ALLOCATION_STREAM, idOf, nameId } from "@nightshift/protocol/ids";
import { SettingKey } from "@nightshift/protocol/settings";
import type { SkillInput, SkillOutput } from "@nightshift/protocol/skills";
import { bidders } from "../choosing/auction.ts";
import { breed } from "./breed.ts";
import { delegate } from "../delegate.ts";
import { say, settingsOf, trialsOf, type Night } from "../night.ts";
import { NoAnswer } from "../no-answer.ts";

/** Step 10: the evolver sees what came out; what it proposes passes the deciders or is dropped. */
export async function evolve(night: Night): Promise<void> {
  const { views } = night.ports;
  const settings = settingsOf(night);
  if (settings.evolutionFrozen > 0) return;
  await views.catchUp();
  const { total } = views.view(outcomes);
  const [evolver] = bidders(night, "evolve");
  if (evolver === undefined || total - night.evolved.at < settings.signalTasksMin) return;
  const [nowMs, { askedMs }] = [night.ports.clock.now(), night.evolved];
  if (askedMs !== null && nowMs - askedMs < ASKED_EVERY_MS) return;
  night.evolved.askedMs = nowMs;
  night.evolved.at = total;
  try {
    await follow(night, await askEvolver(night, evolver));
  } catch (error) {
    // The night does well without it.
    if (!(error instanceof NoAnswer)) throw error;
    say(night, null, `nothing evolves now: ${error.message}`, "quiet");
  }
}

/** The quickest loop is hourly (C15); what came out sooner is told with the rest. */
const ASKED_EVERY_MS = HOUR_MS / 2;

function askEvolver(night: Night, evolver: string): Promise<SkillOutput<"evolve">> {
  const { views } = night.ports;
  const settings = settingsOf(night);
  const { total } = views.view(outcomes);
  const errand = {
    id: nameId(`evolve ${night.epoch} ${total}`),
    task: "evolution",
    attempt: null,
    name: "evolution",
    timeoutMs: settings.callWallMs,
  };
  return delegate(night, errand, evolver, "evolve", toldOf(night));
}

/** What the evolver is told: all from the log, and a seed for what it leaves to chance. */
function toldOf(night: Night): SkillInput<"evolve"> {
  const { views, clock, random } = night.ports;
  const { rows } = views.view(outcomes);
  const { open, takenBackMs, behind } = views.view(settingsInForce);
  const { weights, movedAtMs } = views.view(allocation);
  const told = rows.slice(-OUTCOMES_TOLD);
  return {
    settings: settingsOf(night),
    weights: Object.fromEntries(weights),
    groups: GROUPS,
    outcomes: told,
    // One step a night for each setting, and none for a while where one was taken back.
    openKeys: [
      ...[...open.values()].map(({ key }) => key),
      ...night.evolved.keys,
      ...[...takenBackMs].flatMap(([key, atMs]) => (clock.now() - atMs < AGAIN_MS ? key : [])),
    ],
    trials: trialsOf(night),
    sinceMs: Object.fromEntries([...behind].map(([key, { sinceMs }]) => [key, sinceMs])),
    genomes: [...views.view(genomes)]
      .filter(([, { retired }]) => !retired)
      .slice(-GENOMES_MAX)
      .map(([id, { category, genes, island, inducted }]) => {
        return { id, category, genes, island, inducted };
      }),
    breeding: breedingNow(night),
    models: [...new Set(told.map(({ model }) => model).filter((model) => model !== ""))].sort(),
    movedAtMs: {
      fast: movedAtMs.get("fast") ?? null,
      medium: movedAtMs.get("medium") ?? null,
      slow: movedAtMs.get("slow") ?? null,
    },
    nowMs: clock.now(),
    seed: Math.floor(random.next() * 2 ** 31),
  };
}

/** A change that was taken back is not tried again for so long. */
const AGAIN_MS = 5 * DAY_MS;
/** Categories that the slow loop weighs together (C15, C16): what earns, and what it stands on. */
const GROUPS: Readonly<Record<string, string>> = {
  revenue: "revenue",
  biz_research: "revenue",
  content: "revenue",
  capability: "infrastructure",
  tech_research: "infrastructure",
  ops: "infrastructure",
};
const GENOMES_MAX = 600;
/** Attempts the evolver looks back on: about five days of sixty. */
const OUTCOMES_TOLD = 300;

/** Categories with enough new attempts since their last generation of this night. */
function breedingNow(night: Night): string[] {
  const { views } = night.ports;
  const { signalTasksMin } = settingsOf(night);
  const counts = new Map<string, number>();
  for (const { category } of views.view(outcomes).rows) {
    counts.set(category, (counts.get(category) ?? 0) + 1);
  }
  const due: string[] = [];
  for (const [category, count] of counts) {
    const living = [...views.view(genomes).values()].filter(
      (genome) => genome.category === category && !genome.retired,
    ).length;
    const before = night.evolved.bred.get(category) ?? (living > 1 ? count : 0);
    night.evolved.bred.set(category, before);
    if (count - before < signalTasksMin) continue;
    night.evolved.bred.set(category, count);
    due.push(category);
  }
  return due;
}

async function follow(night: Night, answer: SkillOutput<"evolve">): Promise<void> {
  for (const verdict of answer.verdicts) await settle(night, verdict);
  for (const proposal of answer.proposals) await propose(night, proposal);
  for (const generation of answer.generations) {
    await breed(night, generation, (act) => tolerant(night, act));
  }
  const { weights, weightsRationale: rationale, weightsEvidence: evidence } = answer;
  if (weights === null) return;
  const { categoryShareMax: capShare, selfImprovementShareMax: selfImprovementShare } =
    settingsOf(night);
  await tolerant(night, () =>
    night.ports.board.handle("allocation", idOf(ALLOCATION_STREAM), {
      type: "allocation.adjust",
      loop: answer.weightsLoop,
      weights,
      rationale: rationale.slice(0, RATIONALE_CHARS_MAX),
      evidence: evidence.slice(-EVIDENCE_MAX),
      capShare,
      selfImprovementShare,
    }),
  );
}

/** What the log takes of an evolver's reasons. */
const RATIONALE_CHARS_MAX = 1_000;
const EVIDENCE_MAX = 200;

type Proposal = SkillOutput<"evolve">["proposals"][number];

/** A directed mutation is tried on a share of the next attempts; its rationale is in the log (C18). */
async function propose(night: Night, { key, ...change }: Proposal): Promise<void> {
  const known = SettingKey.safeParse(key);
  const { open } = night.ports.views.view(settingsInForce);
  if (!known.success || night.evolved.keys.has(key) || open.size >= TRIALS_MAX) return;
  const { trialShare: share, trialTasksMax } = settingsOf(night);
  const id = nameId(`${key} ${change.from} ${change.to} ${change.evidence.at(-1) ?? ""}`);
  const isDone = await tolerant(night, async () => {
    await night.ports.board.handle("policy", id, {
      type: "policy.propose",
      key: known.data,
      ...change,
      rationale: change.rationale.slice(0, RATIONALE_CHARS_MAX),
      evidence: change.evidence.slice(-EVIDENCE_MAX),
    });
    const tasksMax = Math.round(trialTasksMax);
    await night.ports.board.handle("policy", id, { type: "policy.try", share, tasksMax });
  });
  if (!isDone) return;
  night.evolved.keys.add(key);
  say(night, null, `tries ${key} ${change.from} → ${change.to}: ${change.rationale}`, "quiet");
}

/** Changes that are tried at once: more of them would blur one another. */
const TRIALS_MAX = 2;

/** A trial is over: its change stands for all attempts, or for none. */
async function settle(
  night: Night,
  { policy, verdict, rationale }: SkillOutput<"evolve">["verdicts"][number],
): Promise<void> {
  const change = night.ports.views.view(settingsInForce).open.get(policy);
  if (change?.status !== "tried") return;
  const type = verdict === "adopt" ? "policy.adopt" : "policy.roll-back";
  const isDone = await tolerant(night, () =>
    night.ports.board.handle("policy", policy, {
      type,
      rationale: rationale.slice(0, RATIONALE_CHARS_MAX),
    }),
  );
  if (!isDone) return;
  // The next step of the same setting has to show itself in what follows.
  night.evolved.keys.delete(change.key);
  say(night, null, rationale, "quiet");
}

/** What evolution may not do is refused by a decider; the night goes on. @returns whether it was done. */
async function tolerant(night: Night, act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(night, null, `evolution was refused: ${error.message}`, "quiet");
    return false;
  }
}
