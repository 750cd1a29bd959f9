import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { testFolder } from "../../../log/test-log.ts";
import { bidder, bidsOf, caught, options, proposal } from "../../bus-samples.ts";
import { connect } from "../../client.ts";
import { AFTER_SEQ_URI } from "../../extensions.ts";
import { joinRaw, sendFrame, type RawSocket } from "../../raw-socket.ts";

const PROCESS = fileURLToPath(new URL("hub-process.ts", import.meta.url));
const WALL_MS = 30_000;

const processes: ChildProcess[] = [];
afterEach(() => {
  for (const child of processes.splice(0)) child.kill("SIGKILL");
});

async function hubProcess(
  folder: string,
  port: number,
): Promise<{ url: string; child: ChildProcess }> {
  const stdio: ["ignore", "pipe", "inherit"] = ["ignore", "pipe", "inherit"];
  const child = spawn(process.execPath, [PROCESS, folder, String(port)], { stdio });
  processes.push(child);
  const [line] = await once(child.stdout, "data");
  return { url: String(line).trim(), child };
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

const counting = (count: number) => ({ spec: { ...proposal.spec, title: String(count) } });
const guestAt = (url: string) => joinRaw(url, "t-guest", "guest");

/** Listens to a stream until its end, or the socket breaks. */
async function listen(raw: RawSocket, id: string, frames = Infinity) {
  const seqs: number[] = [];
  let task = "";
  let state = "";
  while (seqs.length < frames) {
    const frame = await raw.next();
    if (frame.id !== id) continue;
    if (frame.streamEnd || frame.error) break;
    const { task: begun, statusUpdate, artifactUpdate } = Object(frame.result);
    const event = begun ?? statusUpdate ?? artifactUpdate;
    seqs.push(event.metadata[AFTER_SEQ_URI].seq);
    task = event.id ?? event.taskId;
    state = event.status?.state ?? state;
  }
  return { seqs, task, state };
}

function subscribe(id: string, task: string, afterSeq: number) {
  return {
    jsonrpc: "2.0",
    id,
    method: "SubscribeToTask",
    params: { tenant: "teller", id: task },
    serviceParameters: { "A2A-Version": "1.0", "Last-Event-ID": String(afterSeq) },
  };
}

const ask = (id: string, count: number) => ({
  ...sendFrame(id, "teller", "propose", counting(count)),
  method: "SendStreamingMessage",
});

test(
  "a server that is killed in the middle of a stream comes back, and the client hears each number once",
  { timeout: WALL_MS },
  async () => {
    const folder = await testFolder();
    const port = await freePort();
    const { url, child } = await hubProcess(folder, port);
    const notes: string[] = [];
    let isKilled: Promise<void> | undefined;
    const seat = await connect({
      url,
      token: "t-guest",
      peer: bidder(async () => bidsOf("m"), "guest"),
      signal: new AbortController().signal,
      backoff: { triesMax: 50, firstMs: 20, longestMs: 200 },
    });
    const onProgress = (note: string) => {
      notes.push(note);
      if (notes.length === 10)
        isKilled = killed(child).then(async () => void (await hubProcess(folder, port)));
    };
    const asked = options({ onProgress, timeoutMs: WALL_MS });
    const failure = await caught(seat.call("teller", "propose", counting(5_000), asked));
    await isKilled;
    // It resumed: what it hears is how the log says that the call ended, not that a socket broke.
    expect(failure).toMatchObject({ name: "Unavailable" });
    expect(failure.message).toContain("the process that worked on it is gone");
    expect(notes).toEqual(notes.map((_, index) => `number ${index + 1}`));
    // The same message is worked on anew, since it has no answer.
    const again: string[] = [];
    const anew = { ...asked, onProgress: (note: string) => again.push(note) };
    const answer = await seat.call("teller", "propose", counting(5), anew);
    expect(answer).toEqual({ task: "told", status: "proposed" });
    expect(again).toHaveLength(5);
    await seat.close();
  },
);

test(
  "a client that changes to another replica in the middle of a stream hears each number once",
  { timeout: WALL_MS },
  async () => {
    const folder = await testFolder();
    const [first, second] = [await hubProcess(folder, 0), await hubProcess(folder, 0)];
    const one = await guestAt(first.url);
    one.say(ask("1", 60));
    const before = await listen(one, "1", 20);
    one.socket.terminate();
    const two = await guestAt(second.url);
    two.say(subscribe("2", before.task, 19));
    const after = await listen(two, "2");
    expect([...before.seqs, ...after.seqs]).toEqual(Array.from({ length: 64 }, (_, seq) => seq));
    expect(after.state).toBe("TASK_STATE_COMPLETED");
  },
);

test(
  "a replica ends what a killed one was at, and tells it to the end, each number once",
  { timeout: WALL_MS },
  async () => {
    const folder = await testFolder();
    const [first, second] = [await hubProcess(folder, 0), await hubProcess(folder, 0)];
    const one = await guestAt(first.url);
    one.say(ask("1", 5_000));
    const { task, seqs } = await listen(one, "1", 5);
    expect(seqs).toEqual([0, 1, 2, 3, 4]);
    const two = await guestAt(second.url);
    two.say(subscribe("2", task, 4));
    const following = listen(two, "2");
    await killed(first.child);
    const { seqs: rest, state } = await following;
    expect(rest).toEqual(rest.map((_, index) => index + 5));
    expect(state).toBe("TASK_STATE_FAILED");
  },
);

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" && address ? address.port : 0;
}
