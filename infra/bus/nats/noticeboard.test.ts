import { Conflict } from "@nightshift/protocol/errors";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { describeWithNats } from "../../sim/needs-nats.ts";
import { startNats, type NatsServer } from "../../sim/nats-server.ts";
import { caught, settled } from "../bus-samples.ts";
import { openBroker } from "./connection.ts";
import { showLead, watchLead } from "./lead-signs.ts";
import { openNoticeboard, type Notice } from "./noticeboard.ts";

await describeWithNats("the noticeboard", () => {
  let server: NatsServer;
  beforeAll(async () => void (server = await startNats()));
  afterAll(() => server.close());

  async function open() {
    const broker = await openBroker({ url: server.url, principal: "house" });
    onTestFinished(() => broker.close());
    return { broker, board: await openNoticeboard(broker) };
  }

  test("of two who replace the same notice one does, and the other is told", async () => {
    const [one, two] = [await open(), await open()];
    const first = await one.board.post("room.a", "one", 0);
    await expect(two.board.post("room.a", "two", 0)).rejects.toBeInstanceOf(Conflict);
    const second = await two.board.post("room.a", "two", first);
    const late = await caught(one.board.post("room.a", "late", first));
    expect(late).toMatchObject({ name: "Conflict", actual: second });
    expect(await one.board.read("room.a")).toEqual({
      key: "room.a",
      text: "two",
      revision: second,
    });
    expect(await one.board.read("room.b")).toBeNull();
  });

  test("a watch shows what stands there, and every change, also over a broker that died", async () => {
    const [one, two] = [await open(), await open()];
    const seen: Notice[] = [];
    const watching = new AbortController();
    onTestFinished(() => watching.abort());
    const before = await one.board.post("hall.x", "before", 0);
    void two.board.watch("hall.>", (notice) => seen.push(notice), watching.signal);
    await settled(() => seen.length === 1);
    await server.kill("SIGKILL");
    await server.start();
    await one.board.post("hall.x", "after", before);
    await settled(() => seen.at(-1)?.text === "after");
    expect(seen.map(({ text }) => text)).toEqual(["before", "after"]);
  }, 60_000);

  test("whoever leads gives signs; who stops giving any falls silent, who gave none is unknown", async () => {
    const [leader, other] = [await open(), await open()];
    const watch = watchLead(other.broker, other.board);
    onTestFinished(() => watch.close());
    expect(watch.silentMs("host-1-2-x")).toBeNull();
    const signs = showLead(leader.board, "host-1-2-x", async () => true);
    await settled(() => watch.silentMs("host-1-2-x") !== null);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(watch.silentMs("host-1-2-x")).toBeLessThan(1_300);
    signs.stop();
    await new Promise((resolve) => setTimeout(resolve, 1_700));
    expect(watch.silentMs("host-1-2-x")).toBeGreaterThan(1_500);
  });

  test("whom the log no longer lets lead gives no more signs", async () => {
    const { board } = await open();
    let asked = 0;
    const signs = showLead(board, "host-9-9-y", async () => (asked += 1) < 2);
    onTestFinished(() => signs.stop());
    await settled(() => asked === 2);
    const last = await board.read("lead.host-9-9-y");
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(await board.read("lead.host-9-9-y")).toEqual(last);
    expect(asked).toBe(2);
  });

  test("while the broker is away nobody is silent", async () => {
    const [leader, other] = [await open(), await open()];
    const watch = watchLead(other.broker, other.board);
    onTestFinished(() => watch.close());
    showLead(leader.board, "host-5-5-z", async () => true).stop();
    await settled(() => watch.silentMs("host-5-5-z") !== null);
    await server.kill("SIGKILL");
    await settled(() => !other.broker.connected());
    expect(watch.silentMs("host-5-5-z")).toBe(0);
    await server.start();
    await settled(() => other.broker.connected());
    expect(watch.silentMs("host-5-5-z")).toBeLessThan(1_000);
  }, 60_000);
});
