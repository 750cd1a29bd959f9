import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { BadInput } from "@nightshift/protocol/errors";
import { z } from "zod";
import { tokenHash } from "./bus/door.ts";

/** Guests by name; of a token only the sha256 is kept. */
const Guests = z.record(z.string().regex(/^[a-z0-9-]{1,40}$/), z.string().regex(/^[0-9a-f]{64}$/));
type Guests = z.infer<typeof Guests>;

/** The invited guests by the hash of their token. */
export function guestHashes(path: string): Map<string, { name: string; standing: "guest" }> {
  return new Map(
    Object.entries(readGuests(path)).map(([name, hash]) => [hash, { name, standing: "guest" }]),
  );
}

/** Invites a guest, or gives it a new token. @returns the token, which is nowhere kept. */
export function inviteGuest(path: string, name: string): string {
  const token = randomBytes(32).toString("base64url");
  writeGuests(path, { ...readGuests(path), [name]: tokenHash(token) });
  return token;
}

/** Takes an invitation back. @returns whether there was one. */
export function removeGuest(path: string, name: string): boolean {
  const { [name]: hash, ...others } = readGuests(path);
  if (hash === undefined) return false;
  writeGuests(path, others);
  return true;
}

function writeGuests(path: string, guests: Guests): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify(guests, null, 2), { mode: 0o600 });
  renameSync(temporary, path);
}

function readGuests(path: string): Guests {
  if (!existsSync(path)) return {};
  try {
    return Guests.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new BadInput("not a list of guests", path, `remove ${path} and invite them again`, {
      cause: error,
    });
  }
}
