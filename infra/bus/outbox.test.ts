import { EventEmitter } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { type FrameSocket, Outbox } from "./outbox.ts";

const STALL_MS = 30;

/** A socket whose other side reads when it is told to. */
class UnreadSocket extends EventEmitter implements FrameSocket {
  readonly OPEN = 1;
  readonly readyState = 1;
  readonly #unread: (() => void)[] = [];

  send(_frame: Buffer, _options: { binary: boolean }, done: () => void): void {
    this.#unread.push(done);
  }

  read(): void {
    for (const done of this.#unread.splice(0)) done();
  }
}

function outboxOf() {
  const socket = new UnreadSocket();
  let givenUp = 0;
  const outbox = new Outbox(socket, () => (givenUp += 1), STALL_MS);
  return { socket, outbox, givenUp: () => givenUp };
}

test("whoever leaves more than a megabyte unread for long is given up, once", async () => {
  const { outbox, givenUp } = outboxOf();
  void outbox.send("x".repeat(1_100_000));
  await expect.poll(givenUp).toBe(1);
  await pause(3 * STALL_MS);
  expect(givenUp()).toBe(1);
});

test("whoever reads in time, or leaves less, is not", async () => {
  const { socket, outbox, givenUp } = outboxOf();
  const sent = outbox.send("x".repeat(1_100_000));
  socket.read();
  await sent;
  await outbox.send("x".repeat(900_000));
  await pause(3 * STALL_MS);
  expect(givenUp()).toBe(0);
});

test("more than eight megabytes are not piled up, however short the time", async () => {
  const { outbox, givenUp } = outboxOf();
  void outbox.send("x".repeat(8_500_000));
  await expect(outbox.send("more")).rejects.toThrow("the other side does not read");
  expect(givenUp()).toBe(1);
});
