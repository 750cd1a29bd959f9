import { realpathSync } from "node:fs";
import type { Sandbox } from "@nightshift/agents/sandbox";
import { BadInput } from "@nightshift/protocol/errors";
import { pathFolders } from "../sandbox/environment.ts";
import { findProgram } from "../sandbox/limits.ts";
import { homeOfProgram } from "../sandbox/mounts.ts";

/** A sandbox that hides the director's home can be told what must be seen of it. */
export type CliSandbox = Sandbox & { reveal?: (folder: string) => void };

/**
 * The CLI as a path without links, and what it needs to start made readable in the sandbox.
 * @param binary A path, or a name that is looked up in `path`.
 * @throws BadInput where there is no such program.
 */
export function reveal(
  binary: string,
  { sandbox, path, mend }: { sandbox: CliSandbox; path: string | undefined; mend: string },
): string {
  const found = findProgram(binary, pathFolders(path));
  if (found === null) throw new BadInput(`there is no program ${binary}`, binary, mend);
  for (const folder of homeOfProgram(found)) sandbox.reveal?.(folder);
  return realpathSync(found);
}
