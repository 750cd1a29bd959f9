import { existsSync, writeFileSync } from "node:fs";
import { SCHEMA_VERSION } from "@nightshift/protocol/events";
import { goldenLog, goldenVersions } from "./golden-log.ts";
import { viewsOf, viewsPath } from "./golden-views.ts";
import { SCHEMAS_PATH, schemasNow, writtenSchemas } from "./schemas.ts";

/**
 * `node tests/golden/write.ts`: writes down today's schemas under today's version, and what today's
 * folds make of every golden log. It never touches a log. Read the difference before you keep it: a
 * fold that was changed has another version, and a schema that was changed another schema version.
 */
const written = existsSync(SCHEMAS_PATH) ? writtenSchemas() : {};
const schemas = { ...written, [SCHEMA_VERSION]: schemasNow() };
writeFileSync(SCHEMAS_PATH, `${JSON.stringify(schemas, null, 2)}\n`);
for (const version of goldenVersions()) {
  const views = await viewsOf(goldenLog(version));
  writeFileSync(viewsPath(version), `${[...views.values()].join("\n")}\n`);
}
