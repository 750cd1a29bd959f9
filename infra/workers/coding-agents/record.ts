import type { CodingAgent } from "@nightshift/agents/ports";
import { irreversibleCommand } from "@nightshift/agents/planner/irreversible";
import { mask } from "../models/mask.ts";
import { commandsIn, stepsOf } from "../watch/steps.ts";

/** Kept of what the CLI told; the rest is counted and dropped. */
const TRANSCRIPT_CHARACTERS_MAX = 4 * 1024 * 1024;
/** Room for the trail of commands (REQUIREMENTS E6), however much else was told. */
const COMMANDS_CHARACTERS_MAX = 1024 * 1024;
const NOTES_MAX = 1_000;
const NOTE_CHARACTERS_MAX = 160;
/** It has neither a network to the outside nor anybody's keys; the director should know it tried. */
const DENIED = "tried what cannot be taken back, and what the sandbox denies";

/** What is kept of one run of a CLI: a transcript for the log, notes for whoever watches. */
export type RunRecord = {
  /** One line of the transcript, as JSON. */
  keep(event: object): void;
  note(text: string): void;
  /** The whole transcript, without secrets. */
  transcript(): string;
};

export function openRecord(run: {
  request: Pick<Parameters<CodingAgent["work"]>[0], "prompt" | "clone">;
  options: Pick<Parameters<CodingAgent["work"]>[1], "onProgress" | "onEvent" | "onRecord">;
  /** Never to be seen in a transcript or a note. */
  secrets: readonly string[];
}): RunRecord {
  const { request, options, secrets } = run;
  const lines: string[] = [];
  let size = 0;
  let dropped = 0;
  let notes = 0;
  const keep = (event: object, most = TRANSCRIPT_CHARACTERS_MAX) => {
    const line = JSON.stringify(event);
    if (size + line.length > most) dropped += 1;
    else {
      size += line.length + 1;
      lines.push(line);
    }
  };
  keep({ type: "nightshift.prompt", prompt: request.prompt });
  const transcript = () => {
    const more = dropped > 0 ? [JSON.stringify({ type: "nightshift.dropped", dropped })] : [];
    return mask([...lines, ...more].map((line) => `${line}\n`).join(""), secrets);
  };
  options.onRecord?.(transcript);
  return {
    keep(event) {
      keep(event);
      options.onEvent?.(event);
      for (const command of commandsIn(stepsOf(event))) {
        const denied = irreversibleCommand(command);
        const told = { type: "nightshift.command", command, ...(denied && { denied }) };
        keep(told, TRANSCRIPT_CHARACTERS_MAX + COMMANDS_CHARACTERS_MAX);
        if (denied) options.onProgress(tidy(`${DENIED}: ${command}`, request.clone, secrets));
      }
    },
    note(text) {
      if ((notes += 1) <= NOTES_MAX) options.onProgress(tidy(text, request.clone, secrets));
    },
    transcript,
  };
}

/** One line, without the path of the clone and without control characters. */
function tidy(note: string, clone: string, secrets: readonly string[]): string {
  const short = mask(note, secrets).replaceAll(`${clone}/`, "");
  return short.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").slice(0, NOTE_CHARACTERS_MAX);
}
