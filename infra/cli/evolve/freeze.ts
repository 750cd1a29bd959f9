import { readFile } from "node:fs/promises";
import { parseDocument } from "yaml";
import { BadInput } from "@nightshift/protocol/errors";
import { replaceFile } from "../../replace-file.ts";
import { session } from "../session.ts";
import { printJson, tell } from "../terminal.ts";

/** `nightshift evolve freeze`: a setting of the director's own, so that no night can lift it. */
export function evolveFreeze({ off = false, json }: { off?: boolean; json?: boolean }) {
  return session(async ({ paths }) => {
    const document = parseDocument(await textOf(paths.config));
    if (document.errors.length > 0) {
      throw new BadInput("it is no YAML", paths.config, "nightshift doctor");
    }
    if (off) document.deleteIn(["settings", "evolutionFrozen"]);
    else document.setIn(["settings", "evolutionFrozen"], 1);
    await replaceFile(paths.config, document.toString());
    if (json) printJson({ frozen: !off });
    else if (off) tell("good", "Evolution goes on with the next night.");
    else tell("good", "Nothing changes any more from the next night on: evolve freeze --off");
  });
}

/** The settings as they stand; nothing where there are none yet. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
