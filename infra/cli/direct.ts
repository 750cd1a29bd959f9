import { DAY_MS } from "@nightshift/protocol/clock";
import { BadInput } from "@nightshift/protocol/errors";
import { GUIDANCE_CHARS_MAX } from "@nightshift/protocol/guidance";
import { nameId } from "@nightshift/protocol/ids";
import { settingsFor } from "../night-plan.ts";
import { session } from "./session.ts";
import { printJson, tell } from "./terminal.ts";

/** `nightshift direct`: guidance for a category, at the end of its next prompts (B12, D23). */
export function direct(category: string, given: string, { json }: { json?: boolean }) {
  return session(async (house) => {
    const text = given.trim();
    const where = `guidance for ${category}`;
    if (text === "")
      throw new BadInput("it says nothing", where, 'nightshift direct <category> "…"');
    if (text.length > GUIDANCE_CHARS_MAX) {
      const message = `${text.length} characters, at most ${GUIDANCE_CHARS_MAX}`;
      throw new BadInput(message, where, "say it in fewer words: long reviews had no effect");
    }
    const days = settingsFor(house.config).guidanceDays;
    const expiresAtMs = house.clock.now() + days * DAY_MS;
    const command = { type: "guidance.give", category, text, by: "director", expiresAtMs } as const;
    await house.board("director").handle("guidance", nameId(category), command);
    if (json) printJson({ category, text, expiresAtMs });
    else tell("good", `The next ${category} prompts will end with it, for ${days} days.`);
  });
}
