import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { bidInput } from "./bus-samples.ts";
import { joinFrame, sendFrame } from "./raw-socket.ts";

// What a hostile or broken sender might send, from a seed, so that a failure can be had again.

/** Frames or requests that a fuzz sends: few in the suite, 20,000 for `FUZZ_FRAMES=20000`. */
export const FUZZ_FRAMES = Number(process.env["FUZZ_FRAMES"] ?? 2_000);

/** Every code that a wire may answer with. */
export const knownCodes: ReadonlySet<number> = new Set([
  -32_700, -32_600, -32_601, -32_602, -32_603, -32_000, -32_050, -32_001, -32_002, -32_003, -32_004,
  -32_005, -32_006, -32_007, -32_008, -32_009,
]);

/** A frame of JSON-RPC that is changed in its values or in its letters; the same for a seed. */
export function mutatedFrame(seed: number): string {
  const random = randomFrom(seed + 1);
  const id = `f-${seed}`;
  const send = sendFrame(id, "bidder", "bid", bidInput);
  const bases = [
    send,
    { ...send, method: "SendStreamingMessage" },
    { ...send, method: "GetTask", params: { tenant: "bidder", id: "x" } },
    { ...send, method: "ListTasks", params: { tenant: "bidder", pageSize: 5, pageToken: "%%" } },
    { ...send, method: "SubscribeToTask", params: { tenant: "bidder", id: "x" } },
    { jsonrpc: "2.0", id, cancelStream: true },
    { jsonrpc: "2.0", id, result: { task: {} } },
    { jsonrpc: "2.0", id, error: { code: 1, message: "x" } },
    [send, { ...send, id: `${id}-2` }],
    joinFrame("worker"),
  ];
  return mutate(JSON.stringify(pickOf(bases, random) ?? send), random);
}

/** Changes a text as it might be changed on its way, or by whoever wrote it. */
export function mutate(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  switch (Math.floor(random() * 5)) {
    case 0: {
      const odd = pickOf(["", "\u0000", "{", '"', "9", "\\u"], random) ?? "";
      return text.slice(0, at) + odd + text.slice(at + 1);
    }
    case 1:
      return text.slice(0, at);
    case 2: {
      const junk = ["null", "true", "-1", "1e400", '""', "[]", "{}", '{"__proto__":{"x":1}}', deep];
      const value = pickOf([...text.matchAll(/:("[^"]*"|\d+|null)/g)], random);
      if (!value) return text;
      const end = value.index + value[0].length;
      return `${text.slice(0, value.index)}:${pickOf(junk, random)}${text.slice(end)}`;
    }
    case 3:
      return text.replace('"messageId"', `"metadata":{"deep":${deep}},"messageId"`);
    default:
      return text.replaceAll(/"(role|parts|tenant|skill|id|method)":/g, (key) =>
        random() < 0.3 ? '"renamed":' : key,
      );
  }
}

export function pickOf<Item>(items: readonly Item[], random: () => number): Item | undefined {
  return items[Math.floor(random() * items.length)];
}

/** A small seeded generator (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed * 0x9e3779b1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Megabytes of the heap that are in use once everything that can be freed is. */
export function heapMegabytes(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

/** What the heap may grow by over a fuzz: what is remembered of answered calls, and slack. */
export const HEAP_GROWTH_MEGABYTES_MAX = 24;
