import type { OpenReview } from "@nightshift/projections/reviews";
import { Refusal } from "@nightshift/protocol/errors";
import type { ReviewCommand } from "@nightshift/protocol/review";
import type { Forge, ForgeNews } from "../../forge.ts";
import { mustLead } from "../leading.ts";
import { SIGNATURE } from "./request-body.ts";
import { knownOf, refsOf, verdictsOn, type Known } from "./request-known.ts";
import { nameOf, namesOf, words } from "./request-words.ts";
import { say, settingsOf, type Night } from "../night.ts";

/** A review that is at a forge. */
export type AtForge = OpenReview & {
  attempt: string;
  request: NonNullable<OpenReview["request"]>;
};

/** Asks the forge how a request stands, and says in the log what is new (H12). */
export async function hear(night: Night, forge: Forge, review: AtForge): Promise<void> {
  const news = await forge.look(review.request.number);
  const known = await knownOf(night, review);
  const tell = teller(night, review);
  await takeComments(night, forge, review, { news, known });
  if (news.commit !== review.commit) await tell({ type: "review.note-edit", commit: news.commit });
  switch (news.state) {
    case "merged":
      return noteMerge(night, forge, review, news);
    case "closed": {
      const by = `${forge.kind}:${news.by ?? "somebody"}`;
      return tell({ type: "review.reject", by, why: "closed at the forge without a merge" });
    }
    case "open":
      return judge(night, forge, review, news, known);
  }
}

/** What was said at the forge, as far as a review takes it; that there is more is told once. */
async function takeComments(
  night: Night,
  forge: Forge,
  review: AtForge,
  { news, known }: { news: ForgeNews; known: Known },
): Promise<void> {
  const tell = teller(night, review);
  for (const { ref, by, text, on } of news.comments) {
    if (text.includes(SIGNATURE) || known.told.has(ref)) continue;
    const where = on === null ? {} : { on: nameOf(on) };
    const said = { by: `${forge.kind}:${by}`, text: words(text), ref };
    try {
      await tell({ type: "review.comment", ...said, ...where });
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "out-of-bounds") throw error;
      const told = `${review.attempt}: comments`;
      if (night.tended.told.has(told)) return;
      night.tended.told.add(told);
      say(night, review.task, `${review.branch}: ${error.message}; read on at the forge`, "bad");
      return;
    }
  }
}

function teller(night: Night, { attempt, task }: AtForge) {
  return async (command: ReviewCommand): Promise<void> => {
    await mustLead(night);
    await night.ports.board.handle("review", attempt, command, { correlation: task });
  };
}

/** Its branch is in the target, by a person's hand: the attempt has come to its end. */
async function noteMerge(
  night: Night,
  forge: Forge,
  review: AtForge,
  news: ForgeNews,
): Promise<void> {
  const { board } = night.ports;
  const commit = news.mergedAs ?? news.commit;
  const { state } = await board.load("attempt", review.attempt);
  if (!state.started) throw new Error(`${review.attempt} was never started`);
  const approvedBy = `${forge.kind}:${news.by ?? "somebody"}`;
  await teller(night, review)({ type: "review.note-merge", commit });
  const integrate = {
    type: "attempt.integrate",
    generation: state.started.generation,
    approvedBy,
    how: "merged",
    commit,
    where: review.branch,
  } as const;
  await board.handle("attempt", review.attempt, integrate, { correlation: review.task });
  say(night, review.task, `${review.branch} was merged at the forge by ${approvedBy}`, "good");
}

/** Checks that fail and reviewers who ask for changes send it back, so many times and no more. */
async function judge(
  night: Night,
  forge: Forge,
  review: AtForge,
  news: ForgeNews,
  known: Known,
): Promise<void> {
  const tell = teller(night, review);
  const { outcome, failures } = await forge.checks(news.commit);
  const named = namesOf(failures);
  if (outcome === "passed" || outcome === "failed") {
    await tell({ type: "review.note-checks", commit: news.commit, outcome, failures: named });
  }
  // What a person changed on the branch is that person's to mend.
  if (news.commit !== review.request.commit) return;
  const verdicts = verdictsOn(news, known);
  const asked = verdicts.filter(({ is }) => is === "changes-requested");
  const why = [
    ...(outcome === "failed" ? [`The checks of the forge fail: ${named.join(", ")}.`] : []),
    ...asked.map(({ by, text }) => `${by} asks for changes: ${text}`),
  ];
  if (why.length > 0) return sendBack(night, forge, review, news, why.join("\n"));
  const approved = verdicts.find(({ is }) => is === "approved");
  if (approved && review.status === "waiting") {
    await tell({ type: "review.approve", by: `${forge.kind}:${approved.by}`, ...refsOf(news) });
  }
}

async function sendBack(
  night: Night,
  forge: Forge,
  review: AtForge,
  news: ForgeNews,
  why: string,
): Promise<void> {
  const critique = words(why);
  // The review moves last: until then the next look finds it as it was, and goes on from there.
  const round = await reopened(night, forge, review, critique);
  if (round === null) {
    const told = `${review.attempt}: rounds`;
    if (night.tended.told.has(told)) return;
    night.tended.told.add(told);
    return say(
      night,
      review.task,
      `${review.branch} was sent back often enough: it is yours`,
      "bad",
    );
  }
  const back = { type: "review.send-back", round, why: critique } as const;
  await teller(night, review)({ ...back, ...refsOf(news) });
  say(
    night,
    review.task,
    `${review.branch} goes back, round ${round}: ${critique.split("\n", 1)[0]}`,
    "bad",
  );
}

/** Opens the task again, if it is not open already. @returns which round it is; null for no more. */
async function reopened(
  night: Night,
  { kind: by }: Forge,
  { task }: AtForge,
  critique: string,
): Promise<number | null> {
  const { board } = night.ports;
  const { status } = (await board.load("task", task)).state;
  if (status === "completed") {
    const roundsMax = settingsOf(night).reviewRepairsMax;
    const reopen = { type: "task.reopen", by, critique, roundsMax } as const;
    await mustLead(night);
    try {
      await board.handle("task", task, reopen, { correlation: task });
    } catch (error) {
      if (error instanceof Refusal && error.code === "out-of-bounds") return null;
      throw error;
    }
  }
  const { state } = await board.load("task", task);
  return state.status === "absent" ? null : Math.max(state.rounds, 1);
}
