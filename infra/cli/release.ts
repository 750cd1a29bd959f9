import { nameId } from "@nightshift/protocol/ids";
import { openHouse } from "../house.ts";
import { printJson, tell, verb } from "./terminal.ts";

/** `nightshift release`: what the brake latched, only a person lets go (D34). */
export function release({ json }: { json?: boolean }) {
  return verb(async () => {
    const house = await openHouse(process.env);
    try {
      const command = { type: "brake.release", by: "director" } as const;
      const events = await house.board("director").handle("brake", nameId("all"), command);
      if (json) printJson({ released: events.length > 0 });
      else tell("good", events.length > 0 ? "The brake is off." : "The brake was not on.");
    } finally {
      await house.close();
    }
  });
}
