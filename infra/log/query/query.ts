import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { BadInput, Unavailable } from "@nightshift/protocol/errors";
import { archivePathOf } from "../sqlite/archive.ts";
import { queryViews } from "./catalog.ts";
import { Answer, type Question } from "./query-main.ts";
import { troubleOf } from "./trouble.ts";

const MAIN = fileURLToPath(new URL("query-main.ts", import.meta.url));
/** What the process of a query may use for its own objects; SQLite's values have a limit there. */
const HEAP_MEGABYTES = 256;

export type Cell = string | number | null;

/** Rows as they come; `cut` is true once there were more than were asked for. */
export type Rows = { columns: string[]; rows: AsyncIterable<Cell[]>; wasCut: () => boolean };

/**
 * Asks the documented views of a log. Nothing can be written, nothing else can be read, and after
 * its time the query is ended.
 * @throws BadInput naming the place in the query that SQLite does not take, or the limit it hit.
 */
export async function askLog(
  { log, tables, sql }: { log: string; tables: string; sql: string },
  limits: { rowsMax: number; wallMs: number },
): Promise<Rows> {
  const views = queryViews.map(({ name, sql: select }) => ({ name, sql: select }));
  const question: Question = {
    log,
    archive: ifThere(archivePathOf(log)),
    tables: ifThere(tables),
    views,
    sql,
    rowsMax: limits.rowsMax,
  };
  const answers = answersTo(question, limits.wallMs);
  const first = await answers.next();
  if (first.done || !("columns" in first.value)) throw new Unavailable("the query gave no answer");
  let cut = false;
  async function* rows(): AsyncGenerator<Cell[]> {
    for await (const answer of answers) {
      if (Array.isArray(answer)) yield answer;
      else if ("end" in answer) cut = answer.end === "cut";
    }
  }
  return { columns: first.value.columns, rows: rows(), wasCut: () => cut };
}

function ifThere(path: string): string | null {
  return existsSync(path) ? path : null;
}

type Told = Exclude<Answer, { error: string }>;

async function* answersTo(question: Question, wallMs: number): AsyncGenerator<Told, void> {
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MEGABYTES}`, MAIN], {
    stdio: ["pipe", "pipe", "ignore"],
    env: {},
  });
  const ended = new Promise<void>((resolve) => void child.once("close", () => resolve()));
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, wallMs);
  let isWhole = false;
  try {
    child.stdin.on("error", () => {}).end(JSON.stringify(question));
    for await (const line of createInterface({ input: child.stdout })) {
      const answer = read(line);
      if (answer === null) break;
      if ("error" in answer) throw troubleOf(answer.error, question.sql);
      isWhole = "end" in answer;
      yield answer;
    }
    if (!isWhole) throw isLate ? tooLong(wallMs) : tooMuch();
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
    await ended;
  }
}

/** Null for a line that was cut off with its process. */
function read(line: string): Answer | null {
  try {
    return Answer.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

function tooLong(wallMs: number): BadInput {
  const message = `it took longer than ${wallMs / 1_000} seconds and was ended`;
  return new BadInput(message, "the query", "ask for less, or give it more: --seconds");
}

function tooMuch(): BadInput {
  const message = `it needed more than ${HEAP_MEGABYTES} MB and was ended`;
  return new BadInput(message, "the query", "select fewer columns, or shorter ones");
}
