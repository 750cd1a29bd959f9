import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Bus } from "@nightshift/protocol/bus";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, nkeyAuthenticator, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { describeWithNats } from "../../sim/needs-nats.ts";
import { startNats, type NatsServer } from "../../sim/nats-server.ts";
import { bidder, bidInput, bidsOf, options, peerOf, proposal, settled } from "../bus-samples.ts";
import { createNatsBus, WORK } from "./bus.ts";
import { issueKey, readSeed, revokeKey } from "./keys.ts";
import { ensureConsumer } from "./streams.ts";

const house = new Set(["dispatcher", "verifier"]);
/** What the broker says of a subject that a key may not use. */
const DENIED = /Permissions Violation/;

await describeWithNats("keys for the bus over NATS", () => {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-keys-"));
  let server: NatsServer;
  let dispatcher: Bus;

  beforeAll(async () => {
    for (const name of house) issueKey(folder, { name, standing: "house" });
    for (const name of ["bidder", "stranger"]) issueKey(folder, { name, standing: "guest" });
    const { cert, key } = certificate(folder);
    const tls = `tls { cert_file: "${cert}", key_file: "${key}", timeout: 3 }`;
    const config = `include "../${basename(folder)}/agents.conf"\n${tls}`;
    server = await startNats({ config, scheme: "tls" });
    dispatcher = await open("dispatcher");
  });
  afterAll(async () => {
    await dispatcher.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const caFile = () => join(folder, "broker.pem");
  const seedOf = (name: string) => readSeed(folder, name) ?? undefined;

  function open(principal: string): Promise<Bus> {
    const work = principal === "dispatcher" ? WORK : [];
    const at = { url: server.url, principal, house, work, caFile: caFile() };
    return createNatsBus({ ...at, seed: seedOf(principal) });
  }

  /** A guest that goes its own ways: the client library, the guest's keys, and no code of ours. */
  async function hostile(name: string): Promise<{ nc: NatsConnection; denied: string[] }> {
    const seed = seedOf(name);
    if (!seed) throw new Error(`no key of ${name}`);
    const nc = await connect({
      servers: server.url.slice("tls://".length),
      tls: { caFile: caFile() },
      authenticator: nkeyAuthenticator(seed),
      inboxPrefix: `_INBOX_${name}`,
    });
    onTestFinished(() => nc.close());
    const denied: string[] = [];
    void (async () => {
      for await (const status of nc.status()) {
        if (status.type === "error") denied.push(status.error.message);
      }
    })();
    return { nc, denied };
  }

  async function streams(): Promise<string[]> {
    const { nc } = await hostile("dispatcher");
    const names = (await jetstreamManager(nc)).streams.names();
    return (await Array.fromAsync(names)).toSorted();
  }

  test("a guest with a key joins, is called, answers, and proposes", async () => {
    const guest = await open("bidder");
    onTestFinished(() => guest.close());
    await guest.join(bidder(async (_input, { principal }) => bidsOf(principal)));
    await settled(() => dispatcher.roster().some(({ card }) => card.name === "bidder"));
    expect(dispatcher.roster()[0]).toMatchObject({ standing: "guest", binding: "nats" });
    const bids = await dispatcher.call("bidder", "bid", bidInput, options());
    expect(bids).toEqual(bidsOf("dispatcher"));

    const taken = peerOf("dispatcher", ["propose"], async (_skill, _input, { principal }) => ({
      task: "t",
      status: principal,
    }));
    await dispatcher.join(taken);
    expect(await guest.call("dispatcher", "propose", proposal, options())).toEqual({
      task: "t",
      status: "bidder",
    });
    await dispatcher.leave("dispatcher");
  });

  test("an agent of the house takes its work from the queue", async () => {
    const verifier = await open("verifier");
    onTestFinished(() => verifier.close());
    await verifier.join(
      peerOf("verifier", ["plan"], async () => ({
        status: "failed" as const,
        kind: "crash" as const,
        detail: "done by the queue",
        spend: null,
      })),
    );
    await settled(() => dispatcher.roster().some(({ card }) => card.name === "verifier"));
    const { planInput } = await import("../bus-samples.ts");
    const answer = await dispatcher.call("verifier", "plan", planInput("x"), options());
    expect(answer).toMatchObject({ detail: "done by the queue" });
  });

  test("a guest speaks for nobody else: not in requests, not in signs of life, not in answers", async () => {
    const { nc, denied } = await hostile("stranger");
    for (const subject of [
      "a2a.v1.verifier.rpc.dispatcher",
      "a2a.v1.verifier.rpc.bidder",
      "a2a.v1.verifier.hb",
      "re.v1.dispatcher.verifier.x.y",
      "ev.v1.verifier.work.dispatcher.k",
      "task.v1.verifier.verify",
      "dlq.v1.verifier",
      "$KV.bb.leader",
    ]) {
      denied.length = 0;
      nc.publish(subject, "{}");
      await nc.flush();
      await settled(() => denied.length > 0);
      expect(denied[0]).toContain(subject);
    }
  });

  test("a guest reads no inbox and no request but its own", async () => {
    const { nc } = await hostile("stranger");
    for (const subject of [
      ">",
      "_INBOX_dispatcher.>",
      "re.v1.dispatcher.>",
      "re.v1.*.>",
      "a2a.v1.verifier.rpc.*",
      "a2a.v1.*.rpc.stranger",
      "ev.v1.>",
      "$JS.EVENT.ADVISORY.>",
    ]) {
      const refused = Promise.withResolvers<Error>();
      const callback = (error: Error | null) => void (error && refused.resolve(error));
      nc.subscribe(subject, { callback });
      expect((await refused.promise).name).toBe("PermissionViolationError");
    }
    const own = nc.subscribe("a2a.v1.stranger.rpc.*", { queue: "stranger" });
    await nc.flush();
    own.unsubscribe();
  });

  test("a guest pulls no work, reads no log of the broker, and appends to none", async () => {
    const { nc } = await hostile("stranger");
    const keeper = await hostile("dispatcher");
    await ensureConsumer(await jetstreamManager(keeper.nc), "verifier", 10_000);
    const stream = jetstream(nc, { timeout: 500 });
    const manager = await jetstreamManager(nc, { checkAPI: false, timeout: 500 });
    await expect(stream.consumers.get("TASKS", "verifier")).rejects.toThrow(DENIED);
    await expect(stream.publish("task.v1.verifier.verify", "x")).rejects.toThrow(DENIED);
    await expect(manager.streams.getMessage("TASKS", { seq: 1 })).rejects.toThrow(DENIED);
    await expect(manager.streams.delete("TASKS")).rejects.toThrow(DENIED);
    await expect(manager.streams.purge("EVENTS")).rejects.toThrow(DENIED);
    expect(await streams()).toEqual(["DEAD", "EVENTS", "GIVEN_UP", "TASKS"]);
  });

  test("a guest has nobody speak for it: neither the broker nor itself in answer to itself", async () => {
    const { nc } = await hostile("stranger");
    const deletes = "$JS.API.STREAM.DELETE.DEAD";
    // JetStream would send its empty "nothing there" wherever it is told to.
    const pull = JSON.stringify({ batch: 1, no_wait: true });
    nc.publish("$JS.API.CONSUMER.MSG.NEXT.TASKS.stranger", pull, { reply: deletes });
    nc.publish("$JS.API.DIRECT.GET.EVENTS.ev.v1.stranger.work.a.b", "", { reply: deletes });
    // Whoever may answer anything may answer himself.
    nc.subscribe("a2a.v1.stranger.rpc.*", {
      queue: "stranger",
      callback: (_error, message) => void message.respond(""),
    });
    nc.publish("a2a.v1.stranger.rpc.stranger", "{}", { reply: deletes });
    // Nobody listens there: the broker says so, and says it to the asker alone.
    nc.publish("a2a.v1.nobody.rpc.stranger", "{}", { reply: deletes });
    await nc.flush();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await streams()).toContain("DEAD");
  });

  test("a key that was taken away opens nothing once the broker has heard of it", async () => {
    issueKey(folder, { name: "passing", standing: "guest" });
    await server.reload();
    const guest = await open("passing");
    await guest.close();
    revokeKey(folder, "passing");
    await server.reload();
    await expect(open("passing")).rejects.toMatchObject({ name: "BadInput" });
  });

  test("without a key, or in plain text, nobody comes in", async () => {
    const at = { url: server.url, principal: "bidder", house, caFile: caFile(), triesMax: 1 };
    await expect(createNatsBus(at)).rejects.toThrow("does not know this key");
    const plain = { ...at, url: server.url.replace("tls:", "nats:"), seed: seedOf("bidder") };
    await expect(createNatsBus(plain)).rejects.toThrow("does not answer");
  });

  test("private keys are their owner's alone, and one that is not is not used", () => {
    const file = join(folder, "keys", "bidder.nk");
    for (const path of [file, join(folder, "agents.conf"), join(folder, "holders.json")]) {
      expect(statSync(path).mode & 0o777).toBe(0o600);
    }
    const issued = issueKey(folder, { name: "shown", standing: "guest" });
    execFileSync("chmod", ["644", issued.seedFile ?? ""]);
    expect(() => readSeed(folder, "shown")).toThrow("others may read this key");
    revokeKey(folder, "shown");
  });

  test("a guest that made its key itself never shows the private half", () => {
    const made = issueKey(mkdtempSync(join(tmpdir(), "nightshift-own-")), {
      name: "maker",
      standing: "guest",
    });
    const given = issueKey(folder, { name: "maker", standing: "guest" }, made.publicKey);
    expect(given).toMatchObject({ publicKey: made.publicKey, seedFile: null });
    expect(readSeed(folder, "maker")).toBeNull();
    const wrong = () => issueKey(folder, { name: "maker", standing: "guest" }, "UNOT }");
    expect(wrong).toThrow("not the public key of a user");
    revokeKey(folder, "maker");
  });
});

/** A certificate for this machine, as a director would make one. */
function certificate(folder: string): { cert: string; key: string } {
  const cert = join(folder, "broker.pem");
  const key = join(folder, "broker.key");
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
  const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const files = ["-nodes", "-days", "2", "-keyout", key, "-out", cert];
  execFileSync("openssl", [...made, ...files, ...subject], { stdio: "ignore" });
  return { cert, key };
}
