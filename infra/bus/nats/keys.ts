import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Standing } from "@nightshift/protocol/agent";
import { BadInput } from "@nightshift/protocol/errors";
import { NightCard } from "@nightshift/protocol/skills";
import { nkeys } from "@nats-io/transport-node";
import { z } from "zod";
import { authorizationOf, type KeyHolder } from "./permissions.ts";

/** A user's public key, as nkeys write one. */
const PublicKey = z.string().regex(/^U[A-Z2-7]{55}$/, "a user's nkey begins with U");
const Holders = z.record(
  NightCard.shape.name,
  z.strictObject({ publicKey: PublicKey, standing: Standing }),
);
type Holders = z.infer<typeof Holders>;

/** What was written, for whoever sets the broker up. The private half is in `seedFile` alone. */
export type Issued = { publicKey: string; seedFile: string | null; include: string };

/**
 * Gives a name a key of its own, or a new one, and writes who may do what for the broker.
 * @param folder Where keys lie, readable by their owner alone.
 * @param publicKey Of a guest that made its key itself; then no private half is here at all.
 * @throws BadInput for a public key that is none, or a folder that holds something else.
 */
export function issueKey(
  folder: string,
  { name, standing }: { name: string; standing: Standing },
  publicKey?: string,
): Issued {
  const holders = readHolders(folder);
  const made = publicKey === undefined ? nkeys.createUser() : null;
  const issued = PublicKey.safeParse(made?.getPublicKey() ?? publicKey);
  if (!issued.success) {
    throw new BadInput("not the public key of a user", name, "nk -gen user -pubout");
  }
  mkdirSync(join(folder, "keys"), { recursive: true, mode: 0o700 });
  const seedFile = made ? seedFileOf(folder, name) : null;
  if (made && seedFile) {
    writeWhole(seedFile, new TextDecoder().decode(made.getSeed()));
    made.clear();
  }
  const include = write(folder, { ...holders, [name]: { publicKey: issued.data, standing } });
  return { publicKey: issued.data, seedFile, include };
}

/** Takes a name's key away. @returns the include file; the broker forgets the key when it reloads. */
export function revokeKey(folder: string, name: string): string {
  const { [name]: known, ...others } = readHolders(folder);
  if (!known) throw new BadInput("it has no key", name, "nightshift agents keys <name>");
  return write(folder, others);
}

/** The seed of a name, or null where the house has none. @throws BadInput where others may read it. */
export function readSeed(folder: string, name: string): Uint8Array | null {
  const file = seedFileOf(folder, NightCard.shape.name.parse(name));
  if (!existsSync(file)) return null;
  const mode = statSync(file).mode & 0o777;
  if ((mode & 0o077) !== 0) {
    throw new BadInput("others may read this key", file, `chmod 600 ${file}`);
  }
  return new TextEncoder().encode(readFileSync(file, "utf8").trim());
}

function seedFileOf(folder: string, name: string): string {
  return join(folder, "keys", `${name}.nk`);
}

function write(folder: string, holders: Holders): string {
  const list: KeyHolder[] = Object.entries(holders)
    .map(([name, holder]) => ({ name, ...holder }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeWhole(join(folder, "holders.json"), JSON.stringify(holders, null, 2));
  const include = join(folder, "agents.conf");
  writeWhole(include, authorizationOf(list));
  return include;
}

function readHolders(folder: string): Holders {
  const file = join(folder, "holders.json");
  if (!existsSync(file)) return {};
  try {
    return Holders.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new BadInput("not a list of keys", file, `remove ${file} and make the keys again`, {
      cause: error,
    });
  }
}

/** Whole or not at all, and from its first byte readable by its owner alone. */
function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, file);
}
