import { BadInput, Refusal, Unavailable } from "@nightshift/protocol/errors";
import { openForge } from "../../forge/open-forge.ts";
import { openRepository } from "../../repositories.ts";
import type { Finding } from "./checkup.ts";

/** A branch that nobody has: to look for its request changes nothing. */
const NOBODYS_BRANCH = "nightshift/doctor";

/**
 * Whether the forge that a repository names lets us in. Without a way in no night begins; one that
 * does not answer holds up nothing. @returns null where it names none, or cannot be read at all.
 */
export async function forgeFinding(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Finding | null> {
  const repository = await openRepository(folder, { clean: false }).catch(() => null);
  const config = repository?.config.forge;
  if (!repository || !config) return null;
  const name = "forge";
  const where = `${config.kind} ${config.repository}`;
  try {
    await openForge(repository.plan.path, config, env).find(NOBODYS_BRANCH);
    return { name, detail: `${where}, answers`, mend: null, blocks: "none" };
  } catch (error) {
    if (error instanceof BadInput) {
      return { name, detail: error.message, mend: error.mend, blocks: "night" };
    }
    if (!(error instanceof Refusal) && !(error instanceof Unavailable)) throw error;
    return {
      name,
      detail: `${where}: ${error.message}`,
      mend: signIn(config.kind),
      blocks: "none",
    };
  }
}

function signIn(kind: string): string {
  if (kind === "github") return "gh auth status, or look at the token";
  return kind === "gitlab" ? "glab auth status, or look at the token" : "look at the token";
}
