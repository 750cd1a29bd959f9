import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { backlog } from "@nightshift/projections/backlog";
import { learning } from "@nightshift/projections/learning";
import { DAY_MS } from "@nightshift/protocol/clock";
import { BadInput } from "@nightshift/protocol/errors";
import { GUIDANCE_CHARS_MAX } from "@nightshift/protocol/guidance";
import { nameId } from "@nightshift/protocol/ids";
import { readBacklogFile } from "../backlog/backlog-file.ts";
import type { House } from "../house.ts";
import type { Repository } from "../repositories.ts";
import { proposalsOf, type Proposal } from "./proposal.ts";

/** What the director left in the files of a repository for this night. */
export type Evening = {
  proposals: Proposal[];
  /** The notes file, or nothing. */
  notes: string;
};

/**
 * Reads the backlog and the notes of a repository; writes nothing.
 * @throws BadInput with the file and line of what cannot be used.
 */
export async function readEvening(house: House, repository: Repository): Promise<Evening> {
  const { plan, config } = repository;
  const file = await readBacklogFile(join(plan.path, config.backlog));
  const proposals = file
    ? await proposalsOf(house, repository, { ...file, source: "backlog-file" })
    : [];
  return { proposals, notes: await readNotes(join(plan.path, config.notes)) };
}

/** Five to ten lines of direction (A10); headings and empty lines say nothing. */
async function readNotes(path: string): Promise<string> {
  if (!existsSync(path)) return "";
  const text = await readFile(path, "utf8");
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(?:#|$)/.test(line));
  const notes = lines.join("\n").trim();
  if (notes.length <= GUIDANCE_CHARS_MAX) return notes;
  const message = `${notes.length} characters, at most ${GUIDANCE_CHARS_MAX} are heeded`;
  throw new BadInput(message, path, "leave the lines that matter tonight");
}

/** Gives the notes to every category of the open backlog, for a day; what stands there already stays. */
export async function giveNotes(house: House, repo: string, text: string): Promise<void> {
  if (text === "") return;
  const { runner, clock } = house;
  const now = clock.now();
  const rows = [...runner.view(backlog).tasks.values()].filter(({ spec }) => spec.repo === repo);
  const board = house.board("director");
  for (const category of new Set(rows.map(({ spec }) => spec.category))) {
    const given = runner.view(learning).guidance.get(category) ?? [];
    if (given.some((known) => known.text === text && known.expiresAtMs > now)) continue;
    await board.handle("guidance", nameId(category), {
      type: "guidance.give",
      category,
      text,
      by: "director",
      expiresAtMs: now + DAY_MS,
    });
  }
}
