import { allocation } from "@nightshift/projections/allocation";
import { settingsInForce } from "@nightshift/projections/settings-in-force";
import { ALLOCATION_STREAM, idOf, nameId } from "@nightshift/protocol/ids";
import type { SkillOutput } from "@nightshift/protocol/skills";
import { SettingKey } from "@nightshift/protocol/settings";
import { Refusal } from "@nightshift/protocol/errors";
import { bidders } from "./auction.ts";
import { delegate } from "./delegate.ts";
import { say, settingsOf, type Night } from "./night.ts";
import { NoAnswer } from "./no-answer.ts";
import { outcomes } from "@nightshift/projections/outcomes";

/** Step 10: the evolver sees what came out; what it proposes passes the deciders or is dropped. */
export async function evolve(night: Night): Promise<void> {
  const { views } = night.ports;
  await views.catchUp();
  const { total } = views.view(outcomes);
  const [evolver] = bidders(night, "evolve");
  if (evolver === undefined || total - night.evolved.at < settingsOf(night).signalTasksMin) return;
  night.evolved.at = total;
  try {
    await follow(night, await askEvolver(night, evolver));
  } catch (error) {
    // The night does well without it.
    if (!(error instanceof NoAnswer)) throw error;
    say(night, null, `nothing evolves now: ${error.message}`, "quiet");
  }
}

function askEvolver(night: Night, evolver: string): Promise<SkillOutput<"evolve">> {
  const { views, clock } = night.ports;
  const settings = settingsOf(night);
  const { rows, total } = views.view(outcomes);
  const errand = {
    id: nameId(`evolve ${night.epoch} ${total}`),
    task: "evolution",
    attempt: null,
    name: "evolution",
    timeoutMs: settings.callWallMs,
  };
  return delegate(night, errand, evolver, "evolve", {
    settings,
    weights: Object.fromEntries(views.view(allocation).weights),
    outcomes: rows,
    // One step a night for each setting: what it did shows in the scores that follow.
    openKeys: [
      ...[...views.view(settingsInForce).open.values()].map(({ key }) => key),
      ...night.evolved.keys,
    ],
    nowMs: clock.now(),
  });
}

async function follow(night: Night, answer: SkillOutput<"evolve">): Promise<void> {
  for (const proposal of answer.proposals) await propose(night, proposal);
  const { weights, weightsRationale: rationale, weightsEvidence: evidence } = answer;
  if (weights === null) return;
  const { categoryShareMax: capShare, selfImprovementShareMax: selfImprovementShare } =
    settingsOf(night);
  await tolerant(night, () =>
    night.ports.board.handle("allocation", idOf(ALLOCATION_STREAM), {
      type: "allocation.adjust",
      loop: "fast",
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

type Proposal = {
  key: string;
  from: number;
  to: number;
  signal: string;
  rationale: string;
  evidence: string[];
};

/** A directed mutation is tried on the next tasks; its rationale stands in the log (C18). */
async function propose(night: Night, { key, ...change }: Proposal): Promise<void> {
  const known = SettingKey.safeParse(key);
  if (!known.success || night.evolved.keys.has(key)) return;
  const id = nameId(`${key} ${change.from} ${change.to} ${change.evidence.at(-1) ?? ""}`);
  const isDone = await tolerant(night, async () => {
    await night.ports.board.handle("policy", id, {
      type: "policy.propose",
      key: known.data,
      ...change,
      rationale: change.rationale.slice(0, RATIONALE_CHARS_MAX),
      evidence: change.evidence.slice(-EVIDENCE_MAX),
    });
    await night.ports.board.handle("policy", id, {
      type: "policy.adopt",
      rationale: change.rationale,
    });
  });
  if (!isDone) return;
  night.evolved.keys.add(key);
  say(night, null, `${key} ${change.from} → ${change.to}: ${change.rationale}`, "quiet");
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
