import { moment } from "@nightshift/projections/words/plain";
import { roster } from "@nightshift/projections/roster";
import { BadInput } from "@nightshift/protocol/errors";
import { inviteGuest } from "../../guests.ts";
import { session } from "../session.ts";
import { table } from "../table.ts";
import { print, printJson, tell } from "../terminal.ts";

/** `nightshift agents`: who has joined, and whether the director lets them work. */
export function listAgents({ json }: { json?: boolean }) {
  return session(async ({ runner, config }) => {
    const known = runner.view(roster);
    const joined = [...known].map(([name, row]) => {
      const { standing, skills, session, approved, binding, since } = row;
      return { name, standing, skills, session, approved, binding, sinceMs: since };
    });
    // Those that share the process of a night come and go with it; the log has no word of them.
    const shared = config.agents.filter(({ name }) => !known.has(name));
    if (json) {
      const inNights = shared.map(({ name, role }) => ({ name, standing: "house", role }));
      return printJson([...joined, ...inNights]);
    }
    const rows = joined.map(({ name, standing, session, binding, skills, sinceMs }) => [
      name,
      standing,
      session === null ? "away" : "here",
      moment(sinceMs, config.timeZone),
      binding,
      skills.join(" "),
    ]);
    const heads = ["AGENT", "STANDING", "STATE", "JOINED", "BUS"].map((title) => ({ title }));
    const others = shared.map(({ name, role }) => [name, "house", "in nights", "", "shared", role]);
    print(table([...heads, { title: "SKILLS", takesTheRest: true }], [...rows, ...others]));
  });
}

/** `nightshift agents invite`: a token for a guest, printed once; the house keeps its sha256 alone. */
export function inviteAgent(name: string, { json }: { json?: boolean }) {
  return session(async (house) => {
    if (!/^[a-z0-9-]{1,40}$/.test(name)) {
      throw new BadInput(
        "use a-z, 0-9 and hyphens, at most 40",
        name,
        "nightshift agents invite <name>",
      );
    }
    const standing = house.runner.view(roster).get(name)?.standing;
    const ours = house.config.agents.some((agent) => agent.name === name);
    if (ours || standing === "house") {
      throw new BadInput("a name of the house", name, "give the guest a name of its own");
    }
    const token = inviteGuest(house.paths.guests, name);
    // A guest that was here before is known to the log: its card is approved with the invitation.
    if (standing === "guest") {
      await house
        .board("director")
        .handle("agent", name, { type: "agent.approve", by: "director" });
    }
    if (json) printJson({ name, token });
    else {
      tell("good", `${name} may join with this token, which is shown this once:`);
      print([{ tone: "plain", text: token }]);
      tell("quiet", "Who gives it away gives it to all: inviting again makes a new one.");
    }
  });
}
