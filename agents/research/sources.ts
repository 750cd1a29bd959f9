import type { TaskSpec } from "@nightshift/protocol/task";
import type { Web, WebSource } from "../web.ts";

/** Pages that a research task is given, and how many are asked for to find them. */
const SOURCES_MAX = 8;
const QUERIES_MAX = 3;
const HITS_MAX = 8;
const FETCHES_MAX = 14;
const AT_ONCE = 4;
/** Of one page; the prompt shows less of it where there is less room. */
const TEXT_CHARS_MAX = 24_000;
/** A page with less is a cookie banner or a shell that a script would have filled. */
const TEXT_CHARS_MIN = 200;

type Call = { signal: AbortSignal; progress(note: string): void };

/**
 * What the web has for a research task: pages that the task names, then what searches for its title
 * and its questions find, one page a site first. Empty for any other task, and where nobody may
 * look.
 */
export async function sourcesFor(
  spec: Pick<TaskSpec, "title" | "text" | "output">,
  web: Web | null,
  call: Call,
): Promise<WebSource[]> {
  if (spec.output !== "research" || web === null) return [];
  call.progress("looks for sources");
  const { signal } = call;
  const found = await Promise.all(
    queriesFor(spec).map((query) => web.search(query, { hitsMax: HITS_MAX, signal })),
  );
  const urls = spread([namedIn(spec), ...found.map((hits) => hits.map(({ url }) => url))]);
  const sources: WebSource[] = [];
  for (let at = 0; at < urls.length && sources.length < SOURCES_MAX; at += AT_ONCE) {
    signal.throwIfAborted();
    const some = urls.slice(at, at + AT_ONCE);
    const pages = await Promise.all(some.map((url) => web.read(url, { signal })));
    for (const page of pages) {
      if (page.status === "unreachable" || page.text.length < TEXT_CHARS_MIN) continue;
      const { url, title, text } = page;
      sources.push({ url, title, text: text.slice(0, TEXT_CHARS_MAX) });
    }
  }
  call.progress(`has ${Math.min(sources.length, SOURCES_MAX)} sources`);
  return sources.slice(0, SOURCES_MAX);
}

const QUERY_CHARS_MAX = 200;

/** Its title, then the questions that its text asks. */
export function queriesFor({ title, text }: Pick<TaskSpec, "title" | "text">): string[] {
  const questions = text.match(/[^.!?\n]{15,300}\?/g) ?? [];
  const queries = [title, ...questions.map((question) => question.trim())];
  const tidy = queries.map((query) =>
    query
      .replaceAll(/https?:\/\/\S+/g, " ")
      .replaceAll(/^[\s*+\-\d.)]+|[`*_"]/g, "")
      .replaceAll(/\s+/g, " ")
      .trim()
      .slice(0, QUERY_CHARS_MAX),
  );
  return [...new Set(tidy)].filter((query) => query !== "").slice(0, QUERIES_MAX);
}

function namedIn({ title, text }: Pick<TaskSpec, "title" | "text">): string[] {
  return (`${title}\n${text}`.match(/https?:\/\/[^\s<>)\]"'`]{1,1000}/g) ?? []).map((url) =>
    url.replace(/[.,;:!?]+$/, ""),
  );
}

/** The first of each list, then the second of each, and one page of each site before its next. */
function spread(lists: readonly (readonly string[])[]): string[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  const turns = Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list[at] ?? []));
  const urls = [...new Set(turns.flat())].filter((url) => URL.canParse(url));
  const firsts = new Map<string, string>();
  for (const url of urls) {
    const { hostname } = new URL(url);
    if (!firsts.has(hostname)) firsts.set(hostname, url);
  }
  return [...new Set([...firsts.values(), ...urls])].slice(0, FETCHES_MAX);
}
