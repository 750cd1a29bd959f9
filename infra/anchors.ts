import { fileURLToPath } from "node:url";
import { Rubrics } from "@nightshift/agents/assessor/rubric";
import { readYaml } from "./config/yaml-file.ts";

const PLACE = fileURLToPath(new URL("../agents/assessor/anchors.yaml", import.meta.url));

/**
 * Criteria and anchors of the house's judges (C21).
 * @throws BadInput with the line of what is wrong in the file.
 */
export async function readAnchors(): Promise<Rubrics> {
  const read = await readYaml(PLACE, Rubrics, `git checkout -- ${PLACE}`);
  if (read === null) throw new Error(`${PLACE} is not there`);
  return read;
}
