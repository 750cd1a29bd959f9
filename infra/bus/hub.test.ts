import { busContract } from "./bus-contract.ts";
import { connect, type Connection } from "./client.ts";
import { createHub } from "./hub.ts";
import { tokenHash, type Identity } from "./door.ts";

busContract("websocket", async () => {
  const tokens = new Map<string, Identity>();
  const hub = await createHub({ principal: "house", tokens: () => tokens });
  const connections: Connection[] = [];
  return {
    bus: hub,
    async join(peer) {
      const { name } = peer.card;
      tokens.set(tokenHash(`token-${name}`), { name, standing: "house" });
      const { signal } = new AbortController();
      const connection = await connect({ url: hub.url, token: `token-${name}`, peer, signal });
      connections.push(connection);
      return { leave: () => connection.close() };
    },
    async close() {
      for (const connection of connections) await connection.close();
      await hub.close();
    },
  };
});
