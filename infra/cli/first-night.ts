import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathsOf } from "../config/paths.ts";
import { REPOSITORY_FILE } from "../config/repository.ts";
import { agreed, isAttended, look, writeSetup } from "./init.ts";
import { findingLines } from "./init-lines.ts";
import { EXIT, tell } from "./terminal.ts";

/**
 * The first night needs no configuration: what is not set up is looked at, shown with limits and
 * policy, and confirmed once, before anything of the night is read. Where nobody could confirm it,
 * nothing is assumed: the night then says what is missing.
 * @param yes Takes what is found without asking.
 * @returns the exit code where the night is not to begin, or null.
 * @throws BadInput as `init` does, such as where no test command is found.
 */
export async function beforeFirstNight(
  folders: readonly string[],
  yes: boolean,
): Promise<number | null> {
  if (!yes && !isAttended()) return null;
  const isNew = !existsSync(pathsOf(process.env).config);
  const missing = folders.filter((folder) => !existsSync(join(folder, REPOSITORY_FILE)));
  const unknown = missing.length > 0 ? missing : folders.slice(0, isNew ? 1 : 0);
  for (const folder of unknown) {
    const setup = await look(folder, undefined);
    if (setup.files.every(({ there }) => there)) continue;
    tell("plain", "Not set up yet. This is what was found:");
    for (const { tone, text } of findingLines(setup)) tell(tone, text);
    if (setup.workers.length === 0 && isNew) return EXIT.signIn;
    if (!(await agreed(yes, "Write this, and begin the night?"))) {
      tell("plain", "Nothing was written, and nothing begins.");
      return EXIT.cancelled;
    }
    await writeSetup(setup);
  }
  return null;
}
