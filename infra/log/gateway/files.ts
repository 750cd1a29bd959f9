import { join } from "node:path";

/** What the gateway keeps in its folder, private to its owner. */
export function gatewayFiles(folder: string): { grants: string; authority: string } {
  return { grants: join(folder, "grants.json"), authority: join(folder, "authority.pem") };
}
