import { expect, onTestFinished, test } from "vitest";
import { proposal } from "./events.ts";
import { eventStore } from "./eventstore-client.ts";
import { foreignEventStore } from "./eventstore-foreign.ts";
import { startGateway } from "./gateway-process.ts";
import { notesOf, until, workAt } from "./workers.ts";

test("whoever is made a lodger hears no more of the house from the groups that it made before", async () => {
  const gateway = await startGateway();
  onTestFinished(() => gateway.stop());
  gateway.grant("house", "house");
  gateway.grant("x", "analyst");
  const house = eventStore.connect(gateway.where("esdb", "house"));
  onTestFinished(() => house.dispose());
  const as = (name: string) => {
    const client = foreignEventStore(gateway.where("esdb", name));
    onTestFinished(() => client.dispose());
    return client;
  };
  await house.append("call-open", [proposal("told")], "any");
  const analyst = as("x");
  await analyst.createGroup(null, "all", { startFrom: "start" });
  const then = workAt(analyst.work(null, "all"), "ack");
  await until(() => then.events.length === 1);
  expect(notesOf(then.events)).toEqual(["told"]);
  await then.worker.end();

  gateway.grant("x", "lodger", "order-");
  const lodger = as("x");
  const event = { type: "order.placed", data: { note: "mine" } };
  const isLodgerNow = () => lodger.append("order-1", [event], "no_stream").then(yes, no);
  await until(isLodgerNow);
  await house.append("call-open", [proposal("not for a lodger")], "any");
  const now = workAt(lodger.work(null, "all"), "ack");
  await until(() => now.error !== null || now.events.length > 0);
  expect(notesOf(now.events)).toEqual([]);
  expect(now.error).toMatchObject({ type: "access-denied" });
  await expect(lodger.groupInfo(null, "all")).rejects.toMatchObject({ type: "access-denied" });

  // Its honest twin: a group that it makes as the lodger that it is hands it its own streams.
  await lodger.createGroup(null, "all", { startFrom: "start" });
  const own = workAt(lodger.work(null, "all"), "ack");
  await until(() => own.events.length === 1);
  expect(notesOf(own.events)).toEqual(["mine"]);
  await own.worker.end();
}, 60_000);

const yes = () => true;
const no = () => false;
