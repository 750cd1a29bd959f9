import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { BadInput } from "@nightshift/protocol/errors";
import { z } from "zod";

/**
 * House: appends, reads all. Analyst: reads all. Guest: reads the streams it was granted. Lodger:
 * keeps streams of its own here, whose names begin with what it was granted, and none of the house.
 */
export const Role = z.enum(["house", "analyst", "guest", "lodger"]);
export type Role = z.infer<typeof Role>;

/** Whoever comes without a name; what it may do is granted to this one. */
export const ANONYMOUS = "anonymous";

const Grant = z.strictObject({
  role: Role,
  /** SHA-256 of the password in hex; a password is 256 random bits, so that needs no salt. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** What the names of streams begin with that a guest may read, or a lodger keep. */
  streams: z.array(z.string().min(1).max(200)).max(100),
});
export type Grant = z.infer<typeof Grant>;
const GrantName = z.string().regex(/^[a-z0-9-]{1,40}$/, "use a-z, 0-9 and hyphens, at most 40");
const Grants = z.record(GrantName, Grant);
type Grants = z.infer<typeof Grants>;

/** Milliseconds after which a running gateway sees that a grant was given or taken back. */
const STALE_MS = 1_000;

/** Who may do what at the gateway; of a password only the hash is kept. */
export class GrantFile {
  readonly #path: string;
  #grants: Grants = {};
  #read = { atMs: Number.NEGATIVE_INFINITY, stamp: "" };

  constructor(path: string) {
    this.#path = path;
  }

  /** The grant that a name and password open; undefined where they open none. */
  opened(name: string, password: string): Grant | undefined {
    const grant = this.named(name);
    const given = createHash("sha256").update(password).digest();
    // Compared also where nobody has the name, so that the time taken tells nothing of names.
    const kept = Buffer.from(grant?.hash ?? "0".repeat(64), "hex");
    return timingSafeEqual(given, kept) && grant ? grant : undefined;
  }

  /** What stands under a name now, whoever asks. */
  named(name: string): Grant | undefined {
    const now = performance.now();
    if (now - this.#read.atMs >= STALE_MS) this.#refresh(now);
    return Object.hasOwn(this.#grants, name) ? this.#grants[name] : undefined;
  }

  list(): { name: string; role: Role; streams: string[] }[] {
    const grants = Object.entries(readGrants(this.#path));
    return grants.map(([name, { role, streams }]) => ({ name, role, streams }));
  }

  /** Gives a name its grant, in place of any it had. @returns the password, which is nowhere kept. */
  give(name: string, role: Role, streams: readonly string[]): string {
    const password = randomBytes(32).toString("base64url");
    const hash = createHash("sha256").update(password).digest("hex");
    const grant = { role, hash, streams: [...streams] };
    this.#write({ ...readGrants(this.#path), [name]: grant });
    return password;
  }

  /** @returns whether there was anything to take back. */
  takeBack(name: string): boolean {
    const { [name]: gone, ...rest } = readGrants(this.#path);
    if (gone) this.#write(rest);
    return gone !== undefined;
  }

  #write(grants: Grants): void {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const draft = `${this.#path}.${process.pid}.tmp`;
    writeFileSync(draft, JSON.stringify(grants, null, 2), { mode: 0o600 });
    renameSync(draft, this.#path);
  }

  #refresh(atMs: number): void {
    const stamp = stampOf(this.#path);
    if (stamp !== this.#read.stamp) this.#grants = readGrants(this.#path);
    this.#read = { atMs, stamp };
  }
}

/** Changes whenever the file was replaced. */
function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.ino} ${found.mtimeMs} ${found.size}` : "none";
}

function readGrants(path: string): Grants {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return {};
    throw new BadInput("cannot be read", path, `ls -l ${path}`, { cause });
  }
  try {
    return Grants.parse(JSON.parse(text));
  } catch (cause) {
    const mend = `rm ${path}, and grant anew: nightshift log grant <name> --role <role>`;
    throw new BadInput("not a list of grants", path, mend, { cause });
  }
}
