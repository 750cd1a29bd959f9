import { z } from "zod";

/** One object of a stream of JSON lines; every such stream of an agent CLI has a `type`. */
export const JsonEvent = z.looseObject({ type: z.string() });
export type JsonEvent = z.infer<typeof JsonEvent>;

/** More starts of objects than this in one broken line are not looked at. */
const STARTS_MAX = 16;

/**
 * The events of a line. A CLI may write one event into the middle of another (a rate limit while
 * a message is written), so a line that is no JSON is searched for whole objects, and what is left
 * around them is kept and tried once more with the line after it. Anything else is no event.
 */
export function readEvents(onEvent: (event: JsonEvent) => void): (line: string) => void {
  let torn: string | null = null;
  return (line) => {
    const whole = parsed(line);
    if (whole) return onEvent(whole);
    const joined = torn === null ? null : parsed(torn + line);
    torn = null;
    if (joined) return onEvent(joined);
    const { events, rest } = salvage(line);
    for (const event of events) onEvent(event);
    if (events.length === 0) return;
    const around = parsed(rest);
    if (around) onEvent(around);
    else torn = rest;
  };
}

function parsed(text: string): JsonEvent | null {
  const trimmed = text.trim();
  if (!trimmed.startsWith("{") || !trimmed.endsWith("}")) return null;
  try {
    return JsonEvent.safeParse(JSON.parse(trimmed)).data ?? null;
  } catch {
    return null;
  }
}

/** Whole objects inside a broken line, outermost first, and the line without them. */
function salvage(line: string): { events: JsonEvent[]; rest: string } {
  const events: JsonEvent[] = [];
  let rest = "";
  let from = 0;
  let at = line.indexOf(START);
  for (let starts = 0; at >= 0 && starts < STARTS_MAX; starts += 1) {
    const end = endOfObject(line, at);
    const event = end === null ? null : parsed(line.slice(at, end));
    if (event && end !== null) {
      events.push(event);
      rest += line.slice(from, at);
      from = end;
    }
    at = line.indexOf(START, event && end !== null ? end : at + 1);
  }
  return { events, rest: rest + line.slice(from) };
}

/** How every event begins; inside a string the quotes would be escaped. */
const START = '{"type":"';

/** The index after the brace that closes the object which begins at `start`. */
function endOfObject(text: string, start: number): number | null {
  let depth = 0;
  let quoted = false;
  for (let i = start; i < text.length; i += 1) {
    const character = text[i];
    if (quoted) {
      if (character === "\\") i += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "{") depth += 1;
    else if (character === "}" && (depth -= 1) === 0) return i + 1;
  }
  return null;
}
