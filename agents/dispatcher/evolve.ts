import { allocation } from "@nightshift/projections/allocation";
import { settingsInForce } from "@nightshift/projections/settings-in-force";
import { ALLOCATION_STREAM, idOf, nameId } from "@nightshift/protocol/ids";
import { SettingKey } from "@nightshift/protocol/settings";
import { Refusal } from "@nightshift/protocol/errors";
import { bidders } from "./auction.ts";
import { delegate } from "./delegate.ts";
import { say, settingsOf, type Night } from "./night.ts";
import { outcomes } from "@nightshift/projections/outcomes";

/** Step 10: the evolver sees what came out; what it proposes passes the deciders or is dropped. */
export async function evolve(night: Night): Promise<void> {
  const { views, clock } = night.ports;
  await views.catchUp();
  const seen = views.view(outcomes);
  const settings = settingsOf(night);
  const [evolver] = bidders(night, "evolve");
  if (evolver === undefined || seen.total - night.evolved.at < settings.signalTasksMin) return;
  night.evolved.at = seen.total;
  const answer = await delegate(
    night,
    {
      id: nameId(`evolve ${night.epoch} ${seen.total}`),
      task: "evolution",
      attempt: null,
      name: "evolution",
      timeoutMs: settings.callWallMs,
    },
    evolver,
    "evolve",
    {
      settings,
      weights: Object.fromEntries(views.view(allocation).weights),
      outcomes: seen.rows,
      // One step a night for each setting: what it did shows in the scores that follow.
      openKeys: [
        ...[...views.view(settingsInForce).open.values()].map(({ key }) => key),
        ...night.evolved.keys,
      ],
      nowMs: clock.now(),
    },
  );
  for (const proposal of answer.proposals) await propose(night, proposal);
  if (answer.weights !== null) {
    await tolerant(night, () =>
      night.ports.board.handle("allocation", idOf(ALLOCATION_STREAM), {
        type: "allocation.adjust",
        loop: "fast",
        weights: answer.weights ?? {},
        rationale: answer.weightsRationale,
        evidence: answer.weightsEvidence,
        capShare: settings.categoryShareMax,
        selfImprovementShare: settings.selfImprovementShareMax,
      }),
    );
  }
}

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
  if (!known.success) return;
  night.evolved.keys.add(key);
  const id = nameId(`${key} ${change.from} ${change.to} ${change.evidence.at(-1) ?? ""}`);
  await tolerant(night, async () => {
    await night.ports.board.handle("policy", id, {
      type: "policy.propose",
      key: known.data,
      ...change,
    });
    await night.ports.board.handle("policy", id, {
      type: "policy.adopt",
      rationale: change.rationale,
    });
  });
  say(night, null, `${key} ${change.from} → ${change.to}: ${change.rationale}`, "quiet");
}

/** What evolution may not do is refused by a decider; the night goes on. */
async function tolerant(night: Night, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(night, null, `evolution was refused: ${error.message}`, "quiet");
  }
}

