import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BadInput } from "@nightshift/protocol/errors";
import { parse } from "yaml";
import { z } from "zod";

const usd = z.number().min(0).max(10_000);

/** A line of `profiles.yaml`, or of the director's own `models.yaml`. */
const ProfileLine = z.strictObject({
  /** What names of such models begin with, in small letters. */
  model: z.string().min(1).max(100).toLowerCase(),
  family: z.string().regex(/^[a-z0-9-]{1,40}$/),
  tier: z.enum(["local", "free", "small", "large"]),
  usd: z.strictObject({ in: usd, out: usd, cached: usd.optional() }),
  context: z.int().min(1_000).max(1_000_000),
  output: z.int().min(500).max(200_000),
  guess: z.boolean().optional(),
  truncated: z.number().min(0).max(1).optional(),
});
export type ProfileLine = z.infer<typeof ProfileLine>;

const File = z.strictObject({ models: z.array(ProfileLine).max(500) });

let shipped: readonly ProfileLine[] | null = null;

/** The lines that Night Shift comes with; read once a process. */
export function shippedLines(): readonly ProfileLine[] {
  shipped ??= readLines(join(import.meta.dirname, "profiles.yaml"));
  return shipped;
}

/**
 * The director's own lines, beside the settings; none where there is no such file.
 * @throws BadInput naming the line that cannot be read.
 */
export function ownLines(configPath: string): readonly ProfileLine[] {
  const path = join(dirname(configPath), "models.yaml");
  return existsSync(path) ? readLines(path) : [];
}

function readLines(path: string): readonly ProfileLine[] {
  const read = File.safeParse(yamlOf(path));
  if (read.success) return read.data.models;
  const [issue] = read.error.issues;
  throw new BadInput(`${issue?.path.join(".")}: ${issue?.message}`, path, `edit ${path}`);
}

function yamlOf(path: string): unknown {
  try {
    return parse(readFileSync(path, "utf8"));
  } catch (error) {
    const [why = "it cannot be read"] = String(error).split("\n");
    throw new BadInput(why, path, `edit ${path}`);
  }
}
