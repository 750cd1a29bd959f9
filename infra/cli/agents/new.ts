import { BadInput } from "@nightshift/protocol/errors";
import { scaffold } from "../../specialist/scaffold.ts";
import { print, printJson, tell, verb } from "../terminal.ts";

/** `nightshift agents new`: a specialist that works, with its test, in the folder one stands in. */
export function newAgent(name: string, { json }: { json?: boolean }) {
  return verb(async () => {
    if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
      const what = "begin with a letter; use a-z, 0-9 and hyphens, at most 40";
      throw new BadInput(what, name, "nightshift agents new <name>");
    }
    const paths = scaffold(process.cwd(), name);
    if (json) return printJson({ name, ...paths });
    print([
      { tone: "plain", text: paths.agent },
      { tone: "plain", text: paths.test },
    ]);
    tell("quiet", `Its test:       node --test ${name}.test.ts`);
    tell("quiet", `Past nights:    nightshift agents try ${name} --from ${name}.ts`);
    tell("quiet", `Let it in:      nightshift agents invite ${name}`);
    tell("quiet", `In a night:     NIGHTSHIFT_HUB=… NIGHTSHIFT_TOKEN=… node ${name}.ts`);
  });
}
