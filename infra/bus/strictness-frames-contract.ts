import type { Peer } from "@nightshift/protocol/bus";
import { afterEach, expect, test } from "vitest";
import { bidder, bidsOf } from "./bus-samples.ts";
import { sendParams } from "./strictness-contract.ts";

/** A binding whose frames are text. */
export type FramesRig = {
  /** Puts an agent of the house on the bus. */
  join: (peer: Peer) => Promise<void>;
  /** Sends text of a house agent, as it is; resolves with the frames that came for it. */
  say: (text: string) => Promise<unknown[]>;
  close: () => Promise<void>;
};

type Frame = { id?: unknown; result?: unknown; error?: { code: number } };

/** What bindings refuse that carry JSON-RPC as text, beside what `strictnessContract` says. */
export function framesContract(binding: string, open: () => Promise<FramesRig>): void {
  const rigs: FramesRig[] = [];
  afterEach(async () => {
    for (const rig of rigs.splice(0)) await rig.close();
  });

  /** With an agent `bidder` that counts how often it is reached. */
  async function rig() {
    const opened = await open();
    rigs.push(opened);
    const reached = { times: 0 };
    const answer = async () => {
      reached.times += 1;
      return bidsOf("m");
    };
    await opened.join(bidder(answer));
    return { ...opened, reached };
  }

  const request = (id: string) => ({
    jsonrpc: "2.0",
    id,
    method: "GetTask",
    params: { tenant: "bidder", id: "nothing" },
  });

  async function said({ say }: FramesRig, text: string): Promise<Frame[]> {
    return (await say(text)).map((frame) => Object(frame));
  }

  test(`${binding}: what is no JSON is -32700, what is no JSON-RPC 2.0 is -32600`, async () => {
    const open = await rig();
    for (const text of ["{", "", "GetTask", '{"jsonrpc":"2.0",}', "\u0000"]) {
      const frames = await said(open, text);
      expect(frames, text).toMatchObject([{ id: null, error: { code: -32_700 } }]);
    }
    const wrong = [
      null,
      7,
      "x",
      {},
      { ...request("1"), jsonrpc: "1.0" },
      { ...request("1"), id: null },
      { ...request("1"), id: {} },
      { ...request("1"), id: "x".repeat(65) },
      { ...request("1"), id: 1.5 },
      { ...request("1"), method: 7 },
      { ...request("1"), params: [] },
      { ...request("1"), extra: true },
    ];
    for (const frame of wrong) {
      const frames = await said(open, JSON.stringify(frame));
      expect(frames, JSON.stringify(frame)).toMatchObject([{ error: { code: -32_600 } }]);
    }
    expect(await said(open, JSON.stringify(request("7")))).toMatchObject([
      { id: "7", error: { code: -32_001 } },
    ]);
  });

  test(`${binding}: a notification gets no answer, and nothing is done for it`, async () => {
    const open = await rig();
    const send = { jsonrpc: "2.0", method: "SendMessage", params: sendParams("m") };
    expect(await said(open, JSON.stringify(send))).toEqual([]);
    expect(await said(open, JSON.stringify([send, send]))).toEqual([]);
    expect(open.reached.times).toBe(0);
    expect(await said(open, JSON.stringify({ ...send, id: "1" }))).toHaveLength(1);
    expect(open.reached.times).toBe(1);
  });

  test(`${binding}: a batch of 32 is answered as one, one of 33 or of none is -32600`, async () => {
    const open = await rig();
    const batch = Array.from({ length: 32 }, (_, number) => request(`b-${number}`));
    const answers = Object((await said(open, JSON.stringify(batch)))[0]);
    expect(Array.isArray(answers)).toBe(true);
    expect(answers.map(({ id }: Frame) => id)).toEqual(batch.map(({ id }) => id));
    for (const wrong of [[...batch, request("one-more")], []]) {
      const frames = await said(open, JSON.stringify(wrong));
      expect(frames).toMatchObject([{ id: null, error: { code: -32_600 } }]);
    }
  });

  test(`${binding}: a batch answers each item by itself, and no stream fits into one`, async () => {
    const open = await rig();
    const { id: _id, ...notification } = request("1");
    const stream = { ...request("3"), method: "SendStreamingMessage", params: sendParams("m") };
    const text = JSON.stringify([request("2"), null, notification, stream]);
    const answers = Object((await said(open, text))[0]);
    expect(answers.map(({ id, error }: Frame) => [id, error?.code])).toEqual([
      ["2", -32_001],
      [null, -32_600],
      ["3", -32_600],
    ]);
    expect(open.reached.times).toBe(0);
  });
}
