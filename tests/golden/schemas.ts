import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { eventSchemas } from "@nightshift/protocol/events";
import { SettingKey } from "@nightshift/protocol/settings";
import { z } from "zod";
import { canonical } from "./canonical.ts";

/** By event type, a short hash of its schema. */
export type Schemas = Record<string, string>;

/** Where the schemas of every version are written down: a version that was written never changes. */
export const SCHEMAS_PATH = join(import.meta.dirname, "schemas.json");

const Written = z.record(z.string(), z.record(z.string(), z.string()));

export function writtenSchemas(): Record<string, Schemas> {
  return Written.parse(JSON.parse(readFileSync(SCHEMAS_PATH, "utf8")));
}

/** The schemas of today. */
export function schemasNow(): Schemas {
  const options = Object.values(eventSchemas).flatMap((union): z.ZodObject[] => [...union.options]);
  const hashes = options.map((schema): [string, string] => {
    const json = canonical(z.toJSONSchema(schema, { override: anySetting }));
    return [typeOf(schema), hash("sha256", json).slice(0, 16)];
  });
  return Object.fromEntries(hashes.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A policy names a setting by its key: one setting more makes no other schema. */
function anySetting({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: unknown;
  jsonSchema: { enum?: unknown };
}) {
  if (zodSchema === SettingKey) jsonSchema.enum = "any setting";
}

function typeOf({ shape }: z.ZodObject): string {
  const type = shape["type"];
  if (!(type instanceof z.ZodLiteral)) throw new Error("an event schema without a type");
  return String(type.value);
}
