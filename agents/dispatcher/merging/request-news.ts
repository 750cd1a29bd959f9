import type { OpenReview } from "@nightshift/projections/reviews";
import { Refusal } from "@nightshift/protocol/errors";
import { attemptId } from "@nightshift/protocol/ids";
import type { ReviewCommand } from "@nightshift/protocol/review";
import type { Forge, ForgeNews } from "../../forge.ts";
import { mustLead } from "../leading.ts";
import { SIGNATURE } from "./request-body.ts";
import { say, settingsOf, type Night } from "../night.ts";

/** A review that is at a forge. */
export type AtForge = OpenReview & {
  attempt: string;
  request: NonNullable<OpenReview["request"]>;
};

const COMMENT_CHARS_MAX = 2_000;
const FAILURES_MAX = 20;
const NAME_CHARS_MAX = 300;

/** Asks the forge how a request stands, and says in the log what is new (H12). */
export async function hear(night: Night, forge: Forge, review: AtForge): Promise<void> {
  const news = await forge.look(review.request.number);
  const tell = teller(night, review);
  await takeComments(night, forge, review, news);
  if (news.commit !== review.commit) await tell({ type: "review.note-edit", commit: news.commit });
  switch (news.state) {
    case "merged":
      return noteMerge(night, forge, review, news);
    case "closed": {
      const by = `${forge.kind}:${news.by ?? "somebody"}`;
      return tell({ type: "review.reject", by, why: "closed at the forge without a merge" });
    }
    case "open":
      return judge(night, forge, review, news);
  }
}

/** What was said at the forge, as far as a review takes it; that there is more is told once. */
async function takeComments(
  night: Night,
  forge: Forge,
  review: AtForge,
  news: ForgeNews,
): Promise<void> {
  const tell = teller(night, review);
  for (const { ref, by, text, on } of news.comments) {
    if (text.includes(SIGNATURE)) continue;
    const where = on === null ? {} : { on: on.slice(0, NAME_CHARS_MAX) };
    const said = text.slice(0, COMMENT_CHARS_MAX);
    try {
      await tell({ type: "review.comment", by: `${forge.kind}:${by}`, text: said, ref, ...where });
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
async function judge(night: Night, forge: Forge, review: AtForge, news: ForgeNews): Promise<void> {
  const tell = teller(night, review);
  const { outcome, failures } = await forge.checks(news.commit);
  const named = failures.slice(0, FAILURES_MAX).map((name) => name.slice(0, NAME_CHARS_MAX));
  if (outcome === "passed" || outcome === "failed") {
    await tell({ type: "review.note-checks", commit: news.commit, outcome, failures: named });
  }
  // What a person changed on the branch is that person's to mend.
  if (news.commit !== review.request.commit) return;
  const asked = news.verdicts.filter(({ is }) => is === "changes-requested");
  const why = [
    ...(outcome === "failed" ? [`The checks of the forge fail: ${named.join(", ")}.`] : []),
    ...asked.map(({ by, text }) => `${by} asks for changes: ${text}`),
  ];
  if (why.length > 0) return sendBack(night, forge, review, why.join("\n"));
  const approved = news.verdicts.find(({ is }) => is === "approved");
  if (approved && review.status === "waiting") {
    await tell({ type: "review.approve", by: `${forge.kind}:${approved.by}` });
  }
}

async function sendBack(night: Night, forge: Forge, review: AtForge, why: string): Promise<void> {
  const { board } = night.ports;
  const roundsMax = settingsOf(night).reviewRepairsMax;
  const round = (await roundsBefore(night, review, roundsMax)) + 1;
  if (round > roundsMax) {
    if (night.tended.told.has(review.attempt)) return;
    night.tended.told.add(review.attempt);
    return say(
      night,
      review.task,
      `${review.branch} was sent back ${roundsMax} times: it is yours`,
      "bad",
    );
  }
  const critique = why.slice(0, COMMENT_CHARS_MAX);
  // The review moves last: until then the next look finds it as it was, and goes on from there.
  const { state: task } = await board.load("task", review.task);
  if (task.status === "completed") {
    const reopen = { type: "task.reopen", by: forge.kind, critique } as const;
    await mustLead(night);
    await board.handle("task", review.task, reopen, { correlation: review.task });
  }
  await teller(night, review)({ type: "review.send-back", round, roundsMax, why: critique });
  say(
    night,
    review.task,
    `${review.branch} goes back, round ${round}: ${critique.split("\n", 1)[0]}`,
    "bad",
  );
}

/** How often earlier attempts of the task were sent back. */
async function roundsBefore(
  { ports }: Night,
  { task, attempt }: AtForge,
  most: number,
): Promise<number> {
  const generation = Number(/-g(\d+)$/.exec(attempt)?.[1] ?? 1);
  let rounds = 0;
  for (let earlier = generation - 1; earlier > 0 && rounds <= most; earlier--) {
    const { state } = await ports.board.load("review", attemptId(task, earlier));
    if (state.status === "sent-back") rounds++;
  }
  return rounds;
}
