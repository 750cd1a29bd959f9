import { createHub, type Hub } from "../hub.ts";
import { busContract } from "../bus-contract.ts";
import { tokenHash, type Identity } from "../door.ts";
import { AFTER_SEQ_URI, DIRECT_URI } from "../extensions.ts";
import { allowing } from "./addresses.ts";
import { remoteAgent } from "./remote-agent.ts";

const tokens = new Map<string, Identity>([
  [tokenHash("house"), { name: "house", standing: "house" }],
]);
const retry = { triesMax: 3, firstMs: 10, longestMs: 50 };

/** A house of agents, each of which lives in a server of its own and is reached over HTTP. */
for (const form of ["JSONRPC", "HTTP+JSON"] as const) {
  busContract(`http ${form}`, async () => {
    const hub = await createHub({ principal: "house", tokens: () => tokens });
    const elsewhere: Hub[] = [];
    return {
      bus: hub,
      async join(peer) {
        const home = await createHub({ principal: "home", tokens: () => tokens });
        elsewhere.push(home);
        await home.join(peer);
        const at = {
          url: new URL(home.url.replace("ws:", "http:")),
          form,
          tenant: peer.card.name,
          token: "house",
          extensions: form === "JSONRPC" ? [AFTER_SEQ_URI, DIRECT_URI] : [],
          allows: allowing(["127.0.0.1"]),
        };
        hub.host(remoteAgent({ card: peer.card, at, streams: true, retry }), at.url.href);
        return {
          async leave() {
            await hub.leave(peer.card.name);
            await home.close();
          },
        };
      },
      async close() {
        await hub.close();
        for (const home of elsewhere) await home.close();
      },
    };
  });
}
