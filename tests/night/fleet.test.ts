import { describeWithNats } from "@nightshift/infra/sim/needs-nats";
import { startNats, type NatsServer } from "@nightshift/infra/sim/nats-server";
import { afterEach, beforeAll, expect, test, afterAll } from "vitest";
import { outcomeOf, type Outcome } from "../crash/night-under-fire.ts";
import {
  AGENTS,
  callInHand,
  DISPATCHER,
  openFleetNight,
  rowsAfter,
  untilLogged,
  type FleetNight,
  type LogRow,
} from "./fleet.ts";

const NIGHT_MS = 400_000;
/** From the moment a leader falls silent until another one is elected. */
const TAKEOVER_MS = 10_000;
/** `NIGHTSHIFT_KILLS=each` plays a night for every process that is killed, in place of one for all. */
const EACH = process.env["NIGHTSHIFT_KILLS"] === "each";
const [planner, implementer, ...others] = AGENTS;
/** The leader among the first: later there may be nothing left to lead. */
const ALL = [planner, implementer, DISPATCHER, ...others];

await describeWithNats("a night of seven processes over NATS, its log behind the gateway", () => {
  let server: NatsServer;
  let undisturbed: Outcome;
  const open: FleetNight[] = [];

  beforeAll(async () => {
    server = await startNats();
    const night = await begin();
    expect(await night.fleet.services.get(DISPATCHER)?.ended, said(night)).toBe(0);
    undisturbed = outcomeOf(night.rehearsal);
    // A broker is one house's: agents of two would do each other's work.
    await closeAll();
  }, NIGHT_MS);
  const closeAll = async () => {
    for (const night of open.splice(0)) await night.close();
  };
  afterEach(closeAll);
  afterAll(() => server.close());

  async function begin(
    ...dispatchers: Parameters<typeof openFleetNight>[1][]
  ): Promise<FleetNight> {
    // What another night left in the broker's queue is not this night's.
    const night = await openFleetNight(server.url, ...dispatchers);
    open.push(night);
    return night;
  }

  function endsTheSame(night: FleetNight): void {
    const { failures, mergesInGit, movesInLog, ...outcome } = outcomeOf(night.rehearsal);
    // What waits at the same time lands in one move, and who waits with whom depends on the kill.
    const { failures: _, mergesInGit: _git, movesInLog: _log, ...expected } = undisturbed;
    expect(outcome, failures.join("\n")).toEqual(expected);
    expect(mergesInGit).toBe(movesInLog);
    expect(outcome.mergedTwice).toEqual([]);
  }

  test("undisturbed it merges what a night of one process merges", () => {
    expect(undisturbed.mergesInLog).toBeGreaterThan(4);
    expect(undisturbed.mergesInGit).toBe(undisturbed.movesInLog);
  });

  test.each(EACH ? ALL.map((name) => [name]) : [ALL])(
    "killed in the middle of its work and started again, who does the work changes only the duration: %s %s %s %s %s %s %s",
    async (...victims) => {
      const night = await begin({ log: "esdb" });
      for (const victim of victims) if (victim) await kill(night, victim);
      expect(await night.fleet.services.get(DISPATCHER)?.ended, said(night)).toBe(0);
      endsTheSame(night);
    },
    NIGHT_MS,
  );

  test(
    "a leader that is stopped is followed within ten seconds, and changes nothing when it wakes",
    async () => {
      const dispatchers = { first: [DISPATCHER], second: [DISPATCHER, "--standby"] };
      const night = await begin({ dispatchers, log: "esdb" });
      const { services } = night.fleet;
      await untilLogged(night.rehearsal, (rows) => type(rows, "attempt.executed"), NIGHT_MS);
      const first = services.get("first");
      first?.signal("SIGSTOP");
      const stoppedMs = Date.now();
      const elected = await untilLogged(night.rehearsal, secondElection, TAKEOVER_MS * 2);
      expect(elected.atMs - stoppedMs).toBeLessThan(TAKEOVER_MS);
      await untilLogged(night.rehearsal, (rows) => afterwards(rows, elected), NIGHT_MS);
      first?.signal("SIGCONT");
      expect(await services.get("second")?.ended, said(night)).toBe(0);
      expect(await first?.ended, said(night)).toBe(0);
      expect(first?.said).toContain("another leads now");
      // Whatever knows of epochs was done in the newer one, from its first moment on.
      const epochs = rowsAfter(night.rehearsal, elected.position).map(({ body }) => epochOf(body));
      expect(new Set(epochs.filter((epoch) => epoch !== undefined))).toEqual(new Set([2]));
      endsTheSame(night);
    },
    NIGHT_MS,
  );
});

/** Kills a process while it is at something that it was asked; the leader, while it leads. */
async function kill({ rehearsal, fleet }: FleetNight, victim: string): Promise<void> {
  const service = fleet.services.get(victim);
  const seen = rowsAfter(rehearsal).at(-1)?.position ?? 0;
  await untilLogged(
    rehearsal,
    (rows) => {
      const isOver = type(rows, "shift.ended") !== undefined;
      if (isOver) return "the night was over";
      if (victim === DISPATCHER) return rows.find((row) => row.position > seen + 3);
      return callInHand(rows, victim);
    },
    NIGHT_MS,
  );
  service?.signal("SIGKILL");
}

function type(rows: readonly LogRow[], wanted: string): LogRow | undefined {
  return rows.find((row) => row.type === wanted);
}

function secondElection(rows: readonly LogRow[]): LogRow | undefined {
  return rows.filter(({ type }) => type === "shift.leader-elected")[1];
}

/** Something that the new leader has done, other than being elected. */
function afterwards(rows: readonly LogRow[], elected: LogRow): LogRow | undefined {
  return rows.find(({ position, type }) => position > elected.position && type === "task.claimed");
}

function epochOf(body: object): number | undefined {
  return "epoch" in body && typeof body.epoch === "number" ? body.epoch : undefined;
}

function said({ fleet }: FleetNight): string {
  return [...fleet.services.values()].map(({ name, said }) => `== ${name}\n${said}`).join("\n");
}
