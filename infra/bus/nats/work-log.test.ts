import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { describeWithNats } from "../../sim/needs-nats.ts";
import { startNats, type NatsServer } from "../../sim/nats-server.ts";
import { openJetStream } from "./jetstream.ts";
import { ensureStreams, EVENTS } from "./streams.ts";
import { Fenced, newestOf, WorkLog } from "./work-log.ts";

const event = { kind: "event", round: 1, event: { note: "n" } } as const;
const end = { kind: "end", round: 1, answered: true, lost: false, error: null } as const;

await describeWithNats("what is told of a piece of work", () => {
  let server: NatsServer;
  beforeAll(async () => void (server = await startNats()));
  afterAll(() => server.close());

  async function open({ url } = server) {
    const nc = await connect({ servers: url.replace("nats://", ""), maxReconnectAttempts: -1 });
    onTestFinished(() => nc.close());
    const port = await openJetStream(nc, true);
    await ensureStreams(port.manager);
    return port;
  }

  async function taken(subject: string, delivery: number, at = server) {
    const port = await open(at);
    const { seq } = await newestOf(port.manager, subject);
    const log = new WorkLog(port, { subject, writer: `w:${delivery}`, seq });
    await log.append({ kind: "taken", round: 1, delivery, session: `s-${delivery}` });
    return log;
  }

  test("a zombie that wakes after another took its work up is not heard any more", async () => {
    const subject = "ev.v1.worker.work.house.zombie";
    const zombie = await taken(subject, 1);
    await zombie.append(event);
    const second = await taken(subject, 2);
    await expect(zombie.append(end)).rejects.toBeInstanceOf(Fenced);
    await second.append(event);
    await second.append(end);
    await expect(zombie.append(event)).rejects.toBeInstanceOf(Fenced);
    const { manager } = await open();
    expect((await newestOf(manager, subject)).entry).toEqual(end);
    const { state } = await manager.streams.info(EVENTS, { subjects_filter: subject });
    expect(state.subjects).toEqual({ [subject]: 5 });
  });

  test.each([
    ["that keeps what it acknowledges", true],
    ["that may forget what it acknowledged", false],
  ])(
    "with a broker that dies, %s, every entry is told once",
    async (_, durable) => {
      const other = await startNats({ durable });
      onTestFinished(() => other.close());
      const subject = "ev.v1.worker.work.house.receipt";
      const log = await taken(subject, 1, other);
      for (let kills = 0; kills < 2; kills += 1) {
        const appending = log.append(event);
        await other.kill("SIGKILL");
        await other.start();
        await appending;
      }
      await log.append(end);
      const { manager } = await open(other);
      const { state } = await manager.streams.info(EVENTS, { subjects_filter: subject });
      expect(state.subjects).toEqual({ [subject]: 4 });
      expect((await newestOf(manager, subject)).entry).toEqual(end);
    },
    60_000,
  );
});
