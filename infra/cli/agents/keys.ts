import { BadInput } from "@nightshift/protocol/errors";
import { NightCard } from "@nightshift/protocol/skills";
import { readDirectorConfig } from "../../config/places.ts";
import { pathsOf } from "../../config/paths.ts";
import { issueKey, revokeKey } from "../../bus/nats/keys.ts";
import { houseNames } from "../../house-names.ts";
import { print, printJson, tell, verb } from "../terminal.ts";

type Options = { public?: string; revoke?: boolean; json?: boolean };

/**
 * `nightshift agents keys`: an nkey for an agent on NATS, and what it may do there. The private half
 * goes into a file of its owner and is never printed.
 */
export function agentKeys(name: string, { public: given, revoke, json }: Options) {
  return verb(async () => {
    if (!NightCard.shape.name.safeParse(name).success) {
      const mend = "nightshift agents keys <name>";
      throw new BadInput("use a-z, 0-9 and hyphens, at most 40", name, mend);
    }
    const paths = pathsOf(process.env);
    if (revoke) {
      const include = revokeKey(paths.nats, name);
      if (json) return printJson({ name, include });
      tell("good", `${name} has no key any more once the broker reloads ${include}`);
      return;
    }
    const house = houseNames(await readDirectorConfig(paths));
    const standing = house.has(name) ? "house" : "guest";
    const issued = issueKey(paths.nats, { name, standing }, given);
    if (json) return printJson({ name, standing, ...issued });
    tell(
      "good",
      `${name} may join the bus over NATS, as one of the ${standing}${standing === "guest" ? "s" : ""}`,
    );
    print([{ tone: "plain", text: issued.publicKey }]);
    if (issued.seedFile !== null) tell("plain", `  its private key: ${issued.seedFile}`);
    tell("plain", `  include in nats.conf: ${issued.include}`);
    tell("plain", "  then: nats-server --signal reload");
  });
}
