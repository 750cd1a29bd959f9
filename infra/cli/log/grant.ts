import { existsSync } from "node:fs";
import { BadInput } from "@nightshift/protocol/errors";
import { readPlaces } from "../../config/places.ts";
import { gatewayFiles } from "../../log/gateway/files.ts";
import { isForeign } from "../../log/gateway/foreign/names.ts";
import { ANONYMOUS, GrantFile, Role } from "../../log/gateway/grants.ts";
import { table } from "../table.ts";
import { EXIT, print, printJson, tell, verb } from "../terminal.ts";

type Options = { role?: string; stream: string[]; revoke?: boolean; json?: boolean };

/** `nightshift log grant`: who may use the gateway; a password is printed once and kept nowhere. */
export function logGrant(name: string | undefined, options: Options) {
  return verb(async () => {
    const { paths } = await readPlaces(process.env);
    const { grants: path, authority } = gatewayFiles(paths.gateway);
    const grants = new GrantFile(path);
    if (name === undefined) return list(grants, options);
    if (options.revoke) return revoke(grants, name, options);
    const role = roleOf(name, options);
    const password = grants.give(name, role, options.stream);
    if (options.json)
      return printJson({ name, role, streams: options.stream, password, authority });
    if (name === ANONYMOUS) {
      return tell("good", `Whoever comes without a name is ${role} from now on.`);
    }
    tell("good", `${name} is ${role}, with this password, which is shown this once:`);
    print([{ tone: "plain", text: password }]);
    const trust = existsSync(authority) ? authority : `${authority} (made by nightshift serve)`;
    tell("plain", `  esdb://${name}:<password>@localhost:<port>?tlsCAFile=${trust}`);
    tell("quiet", "Granting again makes a new password; --revoke takes the grant back.");
  });
}

function roleOf(name: string, { role, stream }: Options): Role {
  const mend = "nightshift log grant <name> --role house|analyst|guest|lodger [--stream <prefix>]";
  if (!/^[a-z0-9-]{1,40}$/.test(name)) {
    throw new BadInput("use a-z, 0-9 and hyphens, at most 40", name, mend);
  }
  const parsed = Role.safeParse(role);
  if (!parsed.success) throw new BadInput("which role?", `--role ${role ?? ""}`, mend);
  if (["house", "lodger"].includes(parsed.data) && name === ANONYMOUS) {
    throw new BadInput("whoever comes without a name may not append", name, mend);
  }
  if (parsed.data === "guest" && stream.length === 0) {
    throw new BadInput("a guest reads the streams it was granted, and you name none", name, mend);
  }
  if (parsed.data === "lodger") return lodger(stream, mend);
  if (parsed.data !== "guest" && stream.length > 0) {
    throw new BadInput(`${parsed.data} reads all streams`, "--stream", mend);
  }
  return parsed.data;
}

/** @throws BadInput for names of streams that are the house's, or the server's own. */
function lodger(prefixes: readonly string[], mend: string): Role {
  if (prefixes.length === 0) {
    const what = "a lodger keeps the streams that it was granted, and you name none";
    throw new BadInput(what, "--role lodger", mend);
  }
  const taken = prefixes.find((prefix) => !isForeign(prefix));
  if (taken === undefined) return "lodger";
  throw new BadInput("streams of that name are not for others", `--stream ${taken}`, mend);
}

function revoke(grants: GrantFile, name: string, { json }: Options): number {
  const was = grants.takeBack(name);
  if (json) printJson({ name, revoked: was });
  else tell(was ? "good" : "bad", was ? `${name} may do nothing any more.` : `no grant: ${name}`);
  return was ? EXIT.ok : EXIT.failed;
}

function list(grants: GrantFile, { json }: Options): void {
  const known = grants.list();
  if (json) return printJson(known);
  if (known.length === 0) return tell("plain", "Nobody: nightshift log grant <name> --role house");
  const rows = known.map(({ name, role, streams }) => [name, role, streams.join(" ")]);
  print(table([{ title: "NAME" }, { title: "ROLE" }, { title: "STREAMS" }], rows));
}
