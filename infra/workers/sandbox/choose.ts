import { BadInput } from "@nightshift/protocol/errors";
import type { BubblewrapOptions, RevealingSandbox } from "./bubblewrap.ts";
import { detectSandbox } from "./detect.ts";
import { createOff } from "./off.ts";

/** What a repository's settings say of it. */
type Wish = { path: string; sandbox: "required" | "off" };

/**
 * The sandbox of a night. Without one it needs the director's word, `sandbox: off`, for every
 * repository in it; their working copies are hidden, for a worker has its own clone.
 * @throws BadInput where one of them asks for a sandbox and none works here.
 */
export async function chooseSandbox(
  wishes: readonly Wish[],
  options: Pick<BubblewrapOptions, "hosts" | "environment"> = {},
): Promise<RevealingSandbox> {
  const required = wishes.find(({ sandbox }) => sandbox === "required");
  if (wishes.length > 0 && required === undefined) return createOff(options.environment);
  const hidden = wishes.map(({ path }) => path);
  const detected = await detectSandbox({ ...options, hidden });
  if ("sandbox" in detected) return detected.sandbox;
  const where = required?.path ?? "sandbox";
  throw new BadInput(`no sandbox: ${detected.missing}`, where, detected.mend);
}
