import { BadInput } from "@nightshift/protocol/errors";
import { connect } from "../../bus/client.ts";
import { openHouse } from "../../house.ts";
import { openRepositoriesOfLog } from "../../repositories.ts";
import { hire } from "../../staff.ts";
import { openWorkshop } from "../../workshop.ts";
import type { BusOptions } from "./on-bus.ts";
import { EXIT, tell, verb } from "../terminal.ts";

/**
 * `nightshift agent <name…>`: agents of the house in this process. Where a broker is named they are
 * on its bus; else it is one, at the hub of a night.
 */
export async function agent(names: readonly string[], options: BusOptions): Promise<void> {
  if (options.bus !== undefined) {
    const { agentsOnBus } = await import("./on-bus.ts");
    return agentsOnBus(names, { ...options, bus: options.bus });
  }
  const [name = "", ...more] = names;
  if (more.length === 0) return atHub(name);
  return verb(() => {
    const mend = "add --bus nats://127.0.0.1:4222";
    throw new BadInput("several roles in one process need a broker", names.join(" "), mend);
  });
}

function atHub(name: string): Promise<void> {
  return verb(async () => {
    const { NIGHTSHIFT_HUB: url, NIGHTSHIFT_TOKEN: token } = process.env;
    if (!url || !token) {
      const mend = "it is started by `nightshift run` for agents with `process: own`";
      throw new BadInput(
        "no hub to join: NIGHTSHIFT_HUB and NIGHTSHIFT_TOKEN are not set",
        name,
        mend,
      );
    }
    const house = await openHouse(process.env);
    const wanted = house.config.agents.find((one) => one.name === name);
    if (!wanted) {
      const known = house.config.agents.map((one) => one.name).join(", ");
      throw new BadInput(
        `no such agent; there are ${known}`,
        house.paths.config,
        "nightshift doctor",
      );
    }
    const workshop = await openWorkshop(house, await openRepositoriesOfLog(house));
    const leaving = new AbortController();
    process.on("SIGTERM", () => leaving.abort());
    // Ctrl-C reaches every process of the terminal; the night decides when its agents go.
    process.on("SIGINT", () => {});
    // The night that started it holds the other end; when that is gone, so is this agent's work.
    process.stdin
      .on("end", () => leaving.abort())
      .on("error", () => leaving.abort())
      .resume();
    const peer = hire(wanted, house, workshop);
    const seat = await connect({ url, token, peer, signal: leaving.signal });
    const { reason, detail } = await seat.closed;
    await workshop.close();
    await house.close();
    if (reason === "closed") return EXIT.ok;
    tell("bad", `${name} left the hub: ${reason} ${detail}`);
    return EXIT.failed;
  });
}
