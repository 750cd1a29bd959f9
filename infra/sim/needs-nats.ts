import { describe, expect, test } from "vitest";
import { findNats } from "./install-nats.ts";

/**
 * Describes what needs a real nats-server. Without one it is skipped, visibly; CI must have one.
 * Get it with: node infra/sim/install-nats.ts
 */
export async function describeWithNats(title: string, body: () => void): Promise<void> {
  const found = await findNats();
  if (process.env["CI"] === "true") {
    test(`${title}: a nats-server is there`, () => expect(found).not.toBeNull());
  }
  describe.skipIf(found === null)(`${title} (node infra/sim/install-nats.ts)`, () => {
    body();
  });
}
