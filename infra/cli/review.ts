import type { Line } from "@nightshift/projections/digest/terminal";
import { plain } from "@nightshift/projections/words/plain";
import { reviews } from "@nightshift/projections/reviews";
import { wrap } from "@nightshift/projections/words/wrap";
import { Unavailable } from "@nightshift/protocol/errors";
import { everyTask } from "../history.ts";
import type { House } from "../house.ts";
import { bodyOf } from "./body.ts";
import { diffLines } from "./diff.ts";
import { evidenceLines } from "./evidence.ts";
import { findAttempt, findTask } from "./lookup.ts";
import { session } from "./session.ts";
import { COLUMNS } from "./table.ts";
import { print, printJson, tell } from "./terminal.ts";

const WHY_CHARS_MAX = 500;
const TITLE_CHARS_MAX = 200;

/** `nightshift review`: what waits for the director, or all there is to know of one attempt. */
export function review(
  word: string | undefined,
  { json, refresh }: { json?: boolean; refresh?: boolean },
) {
  return session(async (house) => {
    if (refresh) {
      // It brings git, the sandbox and the forges along: only a look at them waits for that.
      const { refreshRequests } = await import("../forge/refresh.ts");
      await refreshRequests(house);
    }
    if (word === undefined) return list(house, json ?? false);
    const attempt = await findAttempt(house, word);
    const { state } = await house.board("director").load("attempt", attempt);
    const { name, title } = await findTask(house, state.started?.task ?? word);
    const body = state.executed?.diff ?? state.executed?.report ?? null;
    const text = body === null ? null : await bodyOrNull(house, body);
    if (json) return printJson({ attempt, name, title, state, diff: text });
    print([
      { tone: "title", text: plain(`${name} ${title}`, TITLE_CHARS_MAX) },
      ...evidenceLines(state),
      blank,
      ...(text === null ? [] : diffLines(text)),
      ...commandLines(house, attempt),
    ]);
  });
}

/** Null where it was erased: the log still tells all there is to know of it. */
async function bodyOrNull(house: House, sha256: string): Promise<string | null> {
  try {
    return await bodyOf(house, sha256);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    tell("ask", error.message);
    return null;
  }
}

const blank: Line = { tone: "plain", text: "" };

async function list(house: House, json: boolean): Promise<void> {
  const open = [...house.runner.view(reviews)];
  const tasks = await everyTask(house);
  const rows = open.map(([attempt, { task, score, why, branch, commit, request }]) => {
    const { name = task, title = "" } = tasks.get(task) ?? {};
    return { attempt, task, name, title, score, why, branch, commit, request };
  });
  if (json) return printJson(rows);
  if (rows.length === 0) return tell("plain", "Nothing waits for you.");
  for (const { attempt, name, title, score, why, branch, request } of rows) {
    print([
      ...wrapped("title", `${name} ${title}`, ""),
      ...wrapped("plain", `score ${score.toFixed(1)}, on ${branch}`, "  "),
      ...(request === null ? [] : wrapped("plain", request.url, "  ")),
      ...wrapped("plain", why, "  "),
      { tone: "ask", text: `  nightshift review ${attempt}` },
      ...commandLines(house, attempt),
      blank,
    ]);
  }
}

function wrapped(tone: Line["tone"], text: string, indent: string): Line[] {
  return wrap(`${indent}${plain(text, WHY_CHARS_MAX)}`, COLUMNS, indent).map((part) => ({
    tone,
    text: part,
  }));
}

function commandLines(house: House, attempt: string): Line[] {
  if (!house.runner.view(reviews).has(attempt)) return [];
  return [
    { tone: "ask", text: `  nightshift approve ${attempt}` },
    { tone: "ask", text: `  nightshift reject ${attempt} --why "…"` },
  ];
}
