import type { EndReason } from "@nightshift/agents/dispatcher/cycles";
import type { Note } from "@nightshift/agents/dispatcher/ports";
import { Refusal } from "@nightshift/protocol/errors";
import type { House } from "../house.ts";
import { mayLead } from "../leader.ts";
import type { NightOptions } from "../night.ts";
import { register } from "../registration.ts";
import { openRepository, type Repository } from "../repositories.ts";
import { dryRun } from "./dry-run.ts";
import { giveNotes, readEvening } from "./evening.ts";
import { beforeFirstNight } from "./first-night.ts";
import { watchInterrupts } from "./interrupts.ts";
import { exitCodeOf, reportNight } from "./morning.ts";
import { scheduleOf, untilOf, type HourOptions } from "./night-hours.ts";
import { propose } from "./proposal.ts";
import { readinessOf } from "../workers/readiness.ts";
import { session } from "./session.ts";
import { EXIT, tell } from "./terminal.ts";

export type RunOptions = HourOptions & {
  repo: string[];
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
};

/** `nightshift run`. */
export function run(options: RunOptions) {
  const { repo, yes = false, dryRun: isDry = false } = options;
  const folders = repo.length > 0 ? repo : ["."];
  return session(
    (house) => conduct(house, options),
    async () => (isDry ? null : beforeFirstNight(folders, yes)),
  );
}

/**
 * A night from its evening to its report: everything is read and checked before its first event.
 * @param turn Where several dispatchers take turns: what was seen of the last, where the agents are.
 * @returns the exit code that tells how it ended.
 */
export async function conduct(house: House, options: RunOptions, turn?: LedTurn): Promise<number> {
  const { repo, dryRun: isDry = false, json = false } = options;
  const schedule = scheduleOf(options);
  const untilMs = untilOf(options.until, house.clock.now(), house.config.timeZone);
  const { resumeUntil } = options;
  untilOf(resumeUntil, house.clock.now(), house.config.timeZone, "--resume-until");
  const repositories = await openAll(repo.length > 0 ? repo : ["."]);
  const evenings = [];
  for (const repository of repositories) {
    evenings.push({ repository, ...(await readEvening(house, repository)) });
  }
  if (isDry) return dryRun(house, evenings, json);
  if (!mayBegin(house)) return EXIT.signIn;
  if (turn === undefined) await orLookOn(mayLead(house));
  await register(house, repositories);
  for (const { proposals } of evenings) await propose(house, proposals);
  await house.runner.catchUp();
  for (const { repository, notes } of evenings) await giveNotes(house, repository.plan.id, notes);
  const night = await lead(house, { repositories, untilMs, schedule, resumeUntil }, turn);
  const report = await reportNight(house, night, json);
  if (night.reason === "stopped") tell("plain", "Stopped. Go on with: nightshift run");
  return exitCodeOf(night.reason, report);
}

/** A turn at leading, as `runNight` takes it. */
export type LedTurn = Required<Pick<NightOptions, "bus" | "seen" | "onLead">> & {
  overtaken: AbortSignal;
};

async function openAll(folders: readonly string[]): Promise<Repository[]> {
  const opened: Repository[] = [];
  for (const folder of folders) {
    const repository = await openRepository(folder, { clean: true });
    if (!opened.some(({ plan }) => plan.id === repository.plan.id)) opened.push(repository);
  }
  return opened;
}

/**
 * Says who cannot work, and how to mend it. @returns whether a night may begin: an API without its
 * key is a slip of the director's that no night should hide, a missing agent CLI is not.
 */
function mayBegin({ config, paths }: House): boolean {
  if (config.workers.length === 0) {
    tell("bad", `${paths.config}: no worker is set up`);
    tell("plain", "  mend it: nightshift doctor");
    return false;
  }
  const answers = config.workers.map((worker) => {
    const isApi = worker.kind === "anthropic" || worker.kind === "openai";
    return { isApi, ...readinessOf(worker, process.env) };
  });
  for (const answer of answers) {
    if (answer.ready) continue;
    tell("bad", `${paths.config}: worker ${answer.worker}: ${answer.missing}`);
    tell("plain", `  mend it: ${answer.mend}`);
  }
  return answers.some(({ ready }) => ready) && !answers.some(({ ready, isApi }) => isApi && !ready);
}

type Hours = {
  repositories: Repository[];
  untilMs: number | null;
  schedule: ReturnType<typeof scheduleOf>;
  resumeUntil: string | undefined;
};

async function lead(
  house: House,
  hours: Hours,
  turn?: LedTurn,
): Promise<{ number: number; reason: EndReason }> {
  // The night brings every agent and every model's library along: only a night waits for them.
  const { runNight } = await import("../night.ts");
  const { stop, abort: interrupted, close } = watchInterrupts();
  try {
    const { overtaken, ...led } = turn ?? {};
    const abort = overtaken ? AbortSignal.any([interrupted, overtaken]) : interrupted;
    const show = teller(house.config.timeZone);
    return await orLookOn(runNight(house, { ...hours, ...led, stop, abort, tell: show }));
  } finally {
    close();
  }
}

/** Who is refused because another dispatcher leads is told how to look on. */
async function orLookOn<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "already-leading") throw error;
    throw new Refusal(error.code, `${error.message}; look on with: nightshift status`);
  }
}

/** One line a note, with the time of day: a night is read along by the clock. */
function teller(timeZone: string): (note: Note) => void {
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  return ({ text, tone }) => tell(tone, `${clock.format(Date.now())}  ${text}`);
}
