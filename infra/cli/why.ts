import type { Line } from "@nightshift/projections/digest/terminal";
import { plain } from "@nightshift/projections/words/plain";
import { explain, type Explanation } from "@nightshift/projections/why";
import { wrap } from "@nightshift/projections/words/wrap";
import type { Recorded } from "@nightshift/protocol/envelope";
import { attemptId, streamOf } from "@nightshift/protocol/ids";
import type { House } from "../house.ts";
import { openRepository } from "../repositories.ts";
import { bodyOf } from "./body.ts";
import { findAttempt, findTask } from "./lookup.ts";
import { lineIn, originOf, type Origin } from "./origin.ts";
import { session } from "./session.ts";
import { COLUMNS } from "./table.ts";
import { clean, EXIT, print, printJson, tell } from "./terminal.ts";

/** `nightshift why`: from a merged line, an attempt or a task back to the prompt and the wish. */
export function why(word: string, { repo, json }: { repo: string; json?: boolean }) {
  return session(async (house) => {
    if (/^[0-9a-f]{64}$/.test(word)) return printBody(house, word, json ?? false);
    const line = lineIn(word);
    const origin =
      line && (await originOf(house, await openRepository(repo, { clean: false }), line));
    if (origin?.attempt === null) return notOurs(origin, json ?? false);
    const { task, attempt } = await subjectOf(house, origin?.attempt ?? word);
    const explanation = explain(task, await eventsAbout(house, task), attempt);
    if (json) printJson({ origin, ...explanation });
    else print(linesOf(explanation, origin));
  });
}

/** Which task is meant, and which attempt of it where the word names one. */
async function subjectOf(house: House, word: string): Promise<{ task: string; attempt?: string }> {
  const board = house.board("director");
  const isAttempt = /^[a-z0-9-]+-g\d+$/.test(word);
  const { state } = isAttempt ? await board.load("attempt", word) : { state: null };
  if (state?.started) return { task: state.started.task, attempt: await findAttempt(house, word) };
  return { task: (await findTask(house, word)).task };
}

/** Every stream a task has a part in: its own, its attempts and reviews, its repository, the money. */
async function eventsAbout(house: House, task: string): Promise<Recorded[]> {
  const { store } = house;
  const { state } = await house.board("director").load("task", task);
  if (state.status === "absent") return [];
  const attempts = Array.from({ length: state.generation }, (_, index) =>
    attemptId(task, index + 1),
  );
  const streams = [
    streamOf("task", task),
    streamOf("repo", state.spec.repo),
    ...attempts.flatMap((id) => [streamOf("attempt", id), streamOf("review", id)]),
  ];
  const events: Recorded[] = [];
  for (const stream of streams) events.push(...(await Array.fromAsync(store.read(stream))));
  const types = ["budget.reserved", "budget.settled", "budget.overshot"];
  events.push(...(await Array.fromAsync(store.readAll({ types }))));
  return events.toSorted((a, b) => Number(a.position - b.position));
}

function linesOf({ title, attempt, attempts, steps }: Explanation, origin: Origin | null): Line[] {
  const lines: Line[] = [...say("title", title)];
  if (origin)
    lines.push(...say("plain", `${origin.path}:${origin.line} was written by ${origin.commit}`));
  if (attempt !== null) {
    const others = attempts.filter((id) => id !== attempt);
    const also = others.length === 0 ? "" : `; others: ${others.join(", ")}`;
    lines.push(...say("quiet", `attempt ${attempt}${also}`));
  }
  for (const { kind, text, details, events, blobs } of steps) {
    lines.push(
      { tone: "plain", text: "" },
      ...say("title", `${kind}: ${text}`),
      ...details.flatMap((detail) => say("plain", `  ${detail}`, "    ")),
      ...blobs.map((blob): Line => ({ tone: "quiet", text: `  nightshift why ${blob}` })),
      ...say("quiet", `  ${events.length === 1 ? "event" : "events"} ${events.join(" ")}`, "    "),
    );
  }
  return lines;
}

const TEXT_CHARS_MAX = 1_000;

function say(tone: Line["tone"], text: string, indent = ""): Line[] {
  const lead = /^ */.exec(text)?.[0] ?? "";
  return wrap(`${lead}${plain(text, TEXT_CHARS_MAX)}`, COLUMNS, indent).map((part) => ({
    tone,
    text: part,
  }));
}

function notOurs(origin: Origin, json: boolean): number {
  if (json) printJson({ origin });
  else {
    const { path, line, commit } = origin;
    tell("plain", `${path}:${line} was not brought by Night Shift: it is of commit ${commit}.`);
    tell("quiet", `  git show ${commit}`);
  }
  return EXIT.failed;
}

/** A prompt, transcript, diff, report or judge's evidence, as the log's sha256 names it. */
async function printBody(house: House, sha256: string, json: boolean): Promise<void> {
  const text = await bodyOf(house, sha256);
  if (json) printJson({ sha256, text });
  else process.stdout.write(`${clean(text)}\n`);
}
