import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EndReason } from "@nightshift/agents/dispatcher/cycles";
import type { Digest, SectionName } from "@nightshift/projections/digest/digest";
import { digestText } from "@nightshift/projections/digest/text";
import { slug } from "@nightshift/protocol/ids";
import type { House } from "../house.ts";
import { digestOf, printDigest, progressTexts } from "./digest.ts";
import { EXIT, printJson, tell } from "./terminal.ts";

/** Prints what the night came to, and keeps it beside the reports: nothing lies in a repository. */
export async function reportNight(
  house: House,
  { number, reason }: { number: number; reason: EndReason },
  json: boolean,
): Promise<Digest | null> {
  const digest = await digestOf(house, number);
  const written = await keep(house, number, digest);
  if (json)
    printJson({ night: number, reason, exitCode: exitCodeOf(reason, digest), written, digest });
  else {
    if (digest) printDigest(digest, false);
    tell("quiet", `Kept in ${written.join(" and ")}`);
  }
  return digest;
}

/** DIGEST.md of the night and PROGRESS.md of every repository, in the results folder (A11). */
async function keep(house: House, number: number, digest: Digest | null): Promise<string[]> {
  const { results } = house.paths;
  const night = join(results, `night-${number}`);
  await mkdir(night, { recursive: true, mode: 0o700 });
  const files =
    digest === null ? [] : [{ path: join(night, "DIGEST.md"), text: digestText(digest) }];
  for (const [name, text] of await progressTexts(house)) {
    files.push({ path: join(results, `PROGRESS-${slug(name)}.md`), text });
  }
  for (const { path, text } of files) await writeFile(path, text, { mode: 0o600 });
  return files.map(({ path }) => path);
}

const WORKED: readonly SectionName[] = ["merged", "in-review", "filed", "branches", "split"];
const LOST: readonly SectionName[] = ["returned", "failed", "given-up", "taken-back"];

/** Why the night ended is its exit code; a night in which all failed is a failed one. */
export function exitCodeOf(reason: EndReason, digest: Digest | null): number {
  switch (reason) {
    case "stopped":
      return EXIT.cancelled;
    case "brake":
      return EXIT.brake;
    case "budget":
    case "backlog-done":
    case "time": {
      const has = (names: readonly SectionName[]) =>
        digest?.sections.some(({ name }) => names.includes(name)) ?? false;
      if (digest?.decisions.some(({ command }) => command === SIGN_IN)) return EXIT.signIn;
      if (reason === "budget") return EXIT.budget;
      return has(LOST) && !has(WORKED) ? EXIT.failed : EXIT.ok;
    }
  }
}

/** The command of a decision that only a sign-in settles. */
const SIGN_IN = "nightshift doctor";
