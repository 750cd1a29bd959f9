import { brakes } from "@nightshift/projections/brakes";
import { idOf } from "@nightshift/protocol/ids";
import { BadInput } from "@nightshift/protocol/errors";
import { session } from "./session.ts";
import { printJson, tell } from "./terminal.ts";

/** `nightshift release`: what a brake latched, only a person lets go (D34). */
export function release(brake: string | undefined, { json }: { json?: boolean }) {
  return session(async (house) => {
    const states = [...house.runner.view(brakes).states];
    const held = states.map(([scope, { stream, status }]) => ({ scope, id: idOf(stream), status }));
    const wanted = held.filter(
      ({ id, scope }) => brake === undefined || id === brake || scope === brake,
    );
    if (brake !== undefined && wanted.length === 0) {
      const on = held.map(({ id }) => id).join(", ") || "none";
      throw new BadInput(`no such brake is on (on: ${on})`, brake, "nightshift status");
    }
    for (const { id } of wanted) {
      const command = { type: "brake.release", by: "director" } as const;
      await house.board("director").handle("brake", id, command);
    }
    if (json) printJson({ released: wanted });
    else if (wanted.length === 0) tell("plain", "No brake is on.");
    else
      tell(
        "good",
        `Released: ${wanted.map(({ scope }) => scope).join(", ")}. Go on: nightshift run`,
      );
  });
}
