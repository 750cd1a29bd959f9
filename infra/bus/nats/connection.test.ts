import { BadInput, Unavailable } from "@nightshift/protocol/errors";
import { describe, expect, onTestFinished, test } from "vitest";
import { findOlderNats } from "../../sim/install-nats.ts";
import { describeWithNats } from "../../sim/needs-nats.ts";
import { startNats, type NatsServerOptions } from "../../sim/nats-server.ts";
import { caught } from "../bus-samples.ts";
import { openBroker } from "./connection.ts";
import { mustServe } from "./server-version.ts";

async function refusedBy(options: NatsServerOptions): Promise<Error> {
  const server = await startNats(options);
  onTestFinished(() => server.close());
  return caught(openBroker({ url: server.url, principal: "house", triesMax: 1 }));
}

await describeWithNats("a broker", () => {
  test("one that will do is opened, and says when it was away", async () => {
    const server = await startNats();
    onTestFinished(() => server.close());
    const broker = await openBroker({ url: server.url, principal: "house" });
    onTestFinished(() => broker.close());
    const back = Promise.withResolvers<void>();
    broker.onReturn(back.resolve);
    expect(broker.connected()).toBe(true);
    await server.kill("SIGKILL");
    for (let tries = 0; tries < 200 && broker.connected(); tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(broker.connected()).toBe(false);
    await server.start();
    await back.promise;
    expect(broker.connected()).toBe(true);
  });

  test("one that takes small messages only is refused in one line, with what mends it", async () => {
    const failure = await refusedBy({ maxPayload: "1MB" });
    expect(failure).toBeInstanceOf(BadInput);
    expect(failure).toMatchObject({ mend: "set max_payload: 8MB in nats.conf" });
    expect(failure.message).toContain("1048576 bytes");
  });

  test("one without JetStream is refused", async () => {
    const failure = await refusedBy({ jetstream: false });
    expect(failure).toBeInstanceOf(BadInput);
    expect(failure.message).toBe("JetStream is off");
  });

  test("one that nobody answers at is Unavailable after as many tries as there are", async () => {
    const server = await startNats();
    await server.close();
    const failure = await caught(openBroker({ url: server.url, principal: "house", triesMax: 2 }));
    expect(failure).toBeInstanceOf(Unavailable);
  });
});

const older = await findOlderNats();
test.runIf(process.env["CI"] === "true")("CI has an older broker to refuse", () => {
  expect(older).not.toBeNull();
});
describe.skipIf(older === null)("an older broker (node infra/sim/install-nats.ts older)", () => {
  test("is refused in one line that says what it lacks", async () => {
    const failure = await refusedBy({ program: older ?? "" });
    expect(failure).toBeInstanceOf(BadInput);
    expect(failure.message).toMatch(/^nats-server 2\.11\.\d+ is too old: .* need 2\.12\.3$/);
    expect(failure).toMatchObject({ mend: "install nats-server 2.12.3 or newer" });
  });
});

test("an address that is none, that holds a password, or that is read along is refused", async () => {
  for (const [url, message] of [
    ["127.0.0.1:4222", "not the address of a broker"],
    ["http://127.0.0.1:4222", "not the address of a broker"],
    ["nats://user:secret@127.0.0.1:4222", "a password does not belong into an address"],
    ["nats://broker.example:4222", "another machine is spoken to in secret"],
    ["nats://127.evil.example:4222", "another machine is spoken to in secret"],
  ] as const) {
    const failure = await caught(openBroker({ url, principal: "house", triesMax: 1 }));
    expect(failure).toBeInstanceOf(BadInput);
    expect(failure.message).toBe(message);
    expect(JSON.stringify(failure)).not.toContain("secret@");
  }
});

test("a broker of another machine that asks nobody for keys is refused, one that does is not", () => {
  const info = {
    client_id: 1,
    go: "",
    host: "",
    port: 1,
    proto: 1,
    server_id: "",
    server_name: "",
    version: "2.15.1",
    max_payload: 8_388_608,
    jetstream: true,
  };
  const far = { url: "tls://broker.example:4222", isLocal: false };
  expect(() => mustServe(info, far)).toThrow("anyone could speak for anyone");
  mustServe({ ...info, auth_required: true }, far);
  mustServe(info, { url: "nats://127.0.0.1:4222", isLocal: true });
  for (const version of ["2.12.2", "2.9.25", "1.99.99", "what"]) {
    expect(() => mustServe({ ...info, version }, { ...far, isLocal: true })).toThrow("too old");
  }
  for (const version of ["2.12.3", "2.13.0-RC.1", "3.0.0"]) {
    mustServe({ ...info, version }, { ...far, isLocal: true });
  }
});
