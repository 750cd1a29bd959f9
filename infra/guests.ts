import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { BadInput } from "@nightshift/protocol/errors";
import { z } from "zod";

/** Guests by name; of a token only the sha256 is kept. */
const Guests = z.record(z.string().regex(/^[a-z0-9-]{1,40}$/), z.string().regex(/^[0-9a-f]{64}$/));
type Guests = z.infer<typeof Guests>;

/** The tokens of invited guests, read anew at each knock: an invitation needs no restart. */
export function guestTokens(path: string) {
  return {
    find(token: string): { name: string; standing: "guest" } | undefined {
      const hash = sha256(token);
      const found = Object.entries(readGuests(path)).find(([, known]) => known === hash);
      return found && { name: found[0], standing: "guest" };
    },
  };
}

/** Invites a guest, or gives it a new token. @returns the token, which is nowhere kept. */
export function inviteGuest(path: string, name: string): string {
  const token = randomBytes(32).toString("base64url");
  const guests = { ...readGuests(path), [name]: sha256(token) };
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify(guests, null, 2), { mode: 0o600 });
  renameSync(temporary, path);
  return token;
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

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
