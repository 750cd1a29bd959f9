import { createNatsBus } from "@nightshift/infra/bus/nats/bus";
import { settled } from "@nightshift/infra/bus/bus-samples";
import { describeWithNats } from "@nightshift/infra/sim/needs-nats";
import { startNats, type NatsServer } from "@nightshift/infra/sim/nats-server";
import type { Bus } from "@nightshift/protocol/bus";
import type { SkillOutput } from "@nightshift/protocol/skills";
import { jetstreamManager, jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { expect, onTestFinished, test } from "vitest";
import { CALLER, CHAOS_PACE, HOUSE, POISON, WORKER } from "./cast.ts";
import { readLedger } from "./ledger.ts";
import { proposalOf } from "./proposals.ts";
import { startWorkers } from "./workers.ts";

const TASKS = Number(process.env["CHAOS_TASKS"] ?? 120);
const BROKER_KILLS = Number(process.env["CHAOS_BROKER_KILLS"] ?? 5);
const POISONED = 2;
const WORKERS = 3;
const WALL_MS = 240_000;

type Told = { name: string; answer: SkillOutput<"propose"> | null; failure: string | null };

await describeWithNats("the work queue under fire", () => {
  test(
    "broker killed, a worker asleep past its lease, duplicates, poison: every task ends once or is dead",
    async () => {
      const server = await startNats();
      onTestFinished(() => server.close());
      const bus = await createNatsBus({
        url: server.url,
        principal: CALLER,
        house: HOUSE,
        work: ["propose"],
        ...CHAOS_PACE,
      });
      onTestFinished(() => bus.close());
      const workers = startWorkers(server.url, WORKERS);
      onTestFinished(() => workers.close());
      await settled(() => bus.roster().some(({ card }) => card.name === WORKER));

      const names = Array.from({ length: TASKS }, (_, number) => `TASK-${number}`);
      const poisons = Array.from({ length: POISONED }, (_, number) => `${POISON}-${number}`);
      const asked = [...names, ...poisons].map((name) => ask(bus, name));
      // The same message once more: the same call, with the same answer.
      const again = names.slice(0, 10).map((name) => ask(bus, name));
      await pause(600);
      const copies = await copyQueued(server.url);
      // Asleep past its lease, while others take up what it had; then it wakes and goes on.
      workers.signal(0, "SIGSTOP");
      const slept = pause(CHAOS_PACE.leaseMs * 3).then(() => workers.signal(0, "SIGCONT"));
      await killOften(server);
      await slept;
      const told = await Promise.all(asked);
      await untilEmpty(server.url);

      const ledger = await readLedger(server.url);
      const done = told.filter(({ answer }) => answer !== null);
      const dead = told.filter(({ failure }) => failure?.includes("nobody could do it"));
      const counts = {
        tasks: told.length,
        done: done.length,
        dead: dead.length,
        copies,
        "taken up": sum(ledger.takenEach),
        "taken up again": sum(ledger.takenEach) - ledger.takenEach.length,
        "ends told": sum(ledger.endsEach),
        "broker killed": BROKER_KILLS,
        "workers died": workers.deaths(),
        "left in the queue": ledger.queued,
      };
      process.stdout.write(`chaos: ${JSON.stringify(counts)}\n`);
      expect(told.filter((one) => !done.includes(one) && !dead.includes(one))).toEqual([]);
      // A process that poison takes down takes down what else it was at: that may die of it, too.
      expect([...done, ...dead].map(({ name }) => name).toSorted()).toEqual(
        [...names, ...poisons].toSorted(),
      );
      expect(done.filter(({ name, answer }) => answer?.task !== name)).toEqual([]);
      expect(ledger.dead).toEqual(dead.map(({ name }) => name).toSorted());
      expect(ledger.dead).toEqual(expect.arrayContaining(poisons));
      expect(done.length).toBeGreaterThan(TASKS * 0.9);
      expect(ledger.endsEach).toEqual(Array.from({ length: TASKS + POISONED }, () => 1));
      expect(ledger.queued).toBe(0);
      expect(counts["taken up again"]).toBeGreaterThan(0);
      expect(await Promise.all(again)).toEqual(told.slice(0, 10));
    },
    WALL_MS,
  );
});

/** One call as the dispatcher makes it; the name is its message, so that the same is the same. */
async function ask(bus: Bus, name: string): Promise<Told> {
  const { signal } = new AbortController();
  const call = { context: "chaos", message: name, timeoutMs: WALL_MS, signal };
  try {
    return {
      name,
      answer: await bus.call(WORKER, "propose", proposalOf(name), call),
      failure: null,
    };
  } catch (error) {
    return { name, answer: null, failure: String(error) };
  }
}

/** Puts copies of what waits into the queue, under ids that the broker does not know as the same. */
async function copyQueued(url: string): Promise<number> {
  const nc = await connect({ servers: url.replace("nats://", "") });
  const manager = await jetstreamManager(nc);
  const { first_seq: first, last_seq: last } = (await manager.streams.info("TASKS")).state;
  let copies = 0;
  for (let seq = first; seq <= last && copies < 20; seq += 3) {
    const message = await manager.streams.getMessage("TASKS", { seq });
    if (!message || message.string().includes(POISON)) continue;
    const { header: headers } = message;
    await jetstream(nc).publish(message.subject, message.data, { headers, msgID: `copy-${seq}` });
    copies += 1;
  }
  await nc.close();
  return copies;
}

async function killOften(server: NatsServer): Promise<void> {
  for (let kills = 0; kills < BROKER_KILLS; kills += 1) {
    await pause(500 + Math.random() * 700);
    await server.kill("SIGKILL");
    await pause(200 + Math.random() * 500);
    await server.start();
  }
}

/** A copy of a task that is done stays until its lease has lapsed. */
async function untilEmpty(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await readLedger(url)).queued === 0) return;
    await pause(250);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
