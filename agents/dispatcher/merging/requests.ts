import { reviews, type OpenReview } from "@nightshift/projections/reviews";
import { landings } from "@nightshift/projections/landings";
import { DAY_MS } from "@nightshift/protocol/clock";
import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import { Unreachable, type Forge } from "../../forge.ts";
import { mustLead } from "../leading.ts";
import { watchLanding } from "./request-revert.ts";
import { hear } from "./request-news.ts";
import { requestBody, requestTitle } from "./request-body.ts";
import { say, settingsOf, type Night } from "../night.ts";

/** Requests that are asked for or looked at in one round. */
const ROUND_MAX = 200;

/**
 * Brings what waits for review to its forge, and what was said there back: pushes branches, opens
 * requests, and hears of checks, comments and merges. Each effect is announced, done and confirmed;
 * what a dead leader announced is looked for before it is done again.
 */
export async function tendRequests(night: Night): Promise<void> {
  const { forges, clock, views } = night.ports;
  if (forges === undefined || forges.size === 0) return;
  await views.catchUp();
  const open = [...views.view(reviews)].slice(0, ROUND_MAX);
  const nowMs = clock.now();
  const isDue = nowMs - (night.tended.atMs ?? 0) >= settingsOf(night).forgePollMs;
  if (isDue) {
    night.tended.atMs = nowMs;
    night.tended.silent.clear();
  }
  for (const [attempt, review] of open) {
    const { request, repo } = review;
    if (request === null) {
      await once(night, repo, attempt, (forge) => publishRequest(night, forge, attempt, review));
    } else if (isDue && !night.stop.aborted) {
      await once(night, repo, attempt, (forge) =>
        hear(night, forge, { attempt, ...review, request }),
      );
    }
  }
  if (!isDue || night.stop.aborted) return;
  await views.catchUp();
  for (const [attempt, landed] of [...views.view(landings)].slice(0, ROUND_MAX)) {
    if (night.stop.aborted) break;
    await once(night, landed.repo, attempt, (forge) => watchLanding(night, forge, attempt, landed));
  }
  await noteIgnored(night);
  await views.catchUp();
}

/** Reviews that nobody answered for two weeks are told as ignored: that, too, is an outcome (H12). */
async function noteIgnored(night: Night): Promise<void> {
  const { board, clock, views } = night.ports;
  const afterMs = settingsOf(night).reviewIgnoredDays * DAY_MS;
  for (const [attempt, { repo, sinceMs, task, status }] of views.view(reviews)) {
    if (!night.plan.repos.has(repo) || status !== "waiting" || clock.now() - sinceMs < afterMs)
      continue;
    await mustLead(night);
    await board.handle(
      "review",
      attempt,
      { type: "review.ignore", afterMs },
      { correlation: task },
    );
  }
}

/**
 * A forge that cannot be reached holds up nothing: it is waited for once, and left alone until the
 * next look is due. What it answers about one request says nothing of the others.
 */
async function once(
  night: Night,
  repo: string,
  attempt: string,
  work: (forge: Forge) => Promise<void>,
): Promise<void> {
  const { silent, told } = night.tended;
  const forge = night.ports.forges?.get(repo);
  if (!forge || night.abort.aborted || silent.has(repo)) return;
  try {
    await work(forge);
  } catch (error) {
    const isKnown = error instanceof Unavailable || error instanceof Refusal;
    if (!isKnown) throw error;
    if (error instanceof Unreachable) silent.add(repo);
    await mustLead(night);
    if (told.has(attempt)) return;
    told.add(attempt);
    say(night, null, `the forge, about ${attempt}: ${error.message}`, "bad");
  }
}

async function publishRequest(
  night: Night,
  forge: Forge,
  attempt: string,
  { repo, task, branch, commit }: OpenReview,
): Promise<void> {
  const { board } = night.ports;
  const about = { correlation: task };
  const { state } = await board.load("attempt", attempt);
  const { state: of } = await board.load("task", task);
  if (!("spec" in of)) throw new Error(`${task} has no spec`);
  const { kind } = forge;
  await mustLead(night);
  const intend = { type: "review.intend-publish", forge: kind, commit } as const;
  await board.handle("review", attempt, intend, about);
  await forge.push(branch, commit, await mineOn(night, repo, branch));
  const known = await forge.find(branch);
  const request =
    known?.state === "open"
      ? known
      : await forge.open({
          branch,
          title: requestTitle(of.spec),
          body: requestBody(attempt, of.spec, state),
        });
  const { number, url } = request;
  const confirm = { type: "review.confirm-publish", forge: kind, number, url, commit } as const;
  await board.handle("review", attempt, confirm, about);
  if (known?.state === "open" && known.commit !== commit) {
    await forge.say(number, requestBody(attempt, of.spec, state));
  }
  say(night, task, `${of.spec.name} waits at ${url}`, "good");
}

/** Every commit that this house put on a branch. */
async function mineOn(night: Night, repo: string, branch: string): Promise<string[]> {
  const { state } = await night.ports.board.load("repo", repo);
  if (state.status === "absent") return [];
  return [...state.branches.values()].flatMap((one) => (one.branch === branch ? one.commit : []));
}
