import type { Peer } from "@nightshift/protocol/bus";
import { skills } from "@nightshift/protocol/skills";
import { createNatsBus } from "@nightshift/infra/bus/nats/bus";
import { CHAOS_PACE, HOUSE, POISON, SLOW_MS, WORKER } from "./cast.ts";

/**
 * A worker as a process of its own: `node worker-main.ts <broker>`. It takes its time, tells of it on
 * the way, names its process in its answers, and dies at a task that is poison, as a process does
 * that runs out of memory.
 */
const [url = ""] = process.argv.slice(2);
const me = String(process.pid);
const terms = { family: "f", account: "a", tier: "small", priceMicroUsd: 1, etaMs: 1 } as const;

const peer: Peer = {
  card: { name: WORKER, description: "works", version: "1", skills: ["propose", "bid", "plan"] },
  async handle(skill, input, call) {
    if (skill === "bid") {
      call.progress("thinks about it");
      await pause(SLOW_MS);
      return { bids: [{ model: me, ...terms }] };
    }
    if (skill === "plan") {
      call.progress("plans");
      await pause(SLOW_MS);
      return { status: "failed", kind: "crash", detail: me, spend: null };
    }
    const { spec } = skills.propose.input.parse(input);
    if (spec.name.startsWith(POISON)) process.kill(process.pid, "SIGKILL");
    for (const part of ["one", "two"]) {
      await pause(20 + Math.random() * 60);
      call.progress(`${spec.name} part ${part}`);
    }
    return { task: spec.name, status: me };
  },
};

const bus = await createNatsBus({ url, principal: WORKER, house: HOUSE, ...CHAOS_PACE });
await bus.join(peer);
process.on("SIGTERM", () => void bus.close().then(() => process.exit(0)));
// Whoever started it holds its standard input; when that closes, nobody needs it any more.
process.stdin.on("end", () => process.exit(0)).resume();

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
