import { join } from "node:path";
import { compose } from "@nightshift/agents/implementer/compose";
import { loadTokenCounter } from "@nightshift/agents/implementer/tokens";
import { WorkerFailure } from "@nightshift/agents/ports";
import { z } from "zod";
import { locate } from "../workspace/site.ts";
import { openFactsStore } from "./facts-store.ts";
import { Asked, type Answered } from "./messages.ts";
import { repositoryMap, type RepositoryMap } from "./repository-map.ts";

/**
 * The process of the context engine: parsers, maps and tokenizer live here, and what they take is
 * given back when it ends. Started by `engine.ts`; ends when its parent does.
 */
const [root = "", cache = ""] = process.argv.slice(2);
const REPOSITORIES_MAX = 4;
const maps = new Map<string, RepositoryMap>();
const store = openFactsStore(join(cache, "facts.sqlite"));
let queue: Promise<void> = Promise.resolve();

process.on("disconnect", () => process.exit(0));
process.on("message", (message) => {
  const asked = Asked.safeParse(message);
  // One after the other: the map of a repository is at one commit at a time.
  const before = queue;
  queue = (async () => {
    await before;
    process.send?.(asked.success ? await answer(asked.data) : unread(message, asked.error));
  })();
});

/** An ask that breaks the rules for asks ends itself, and no other. */
function unread(message: unknown, error: z.ZodError): Answered {
  const { id } = z.looseObject({ id: z.int() }).parse(message);
  return { id, kind: "broken", why: z.prettifyError(error).slice(0, 500) };
}

async function answer(asked: Asked): Promise<Answered> {
  const { id } = asked;
  try {
    switch (asked.kind) {
      case "count": {
        const count = await loadTokenCounter();
        const tokens = asked.texts.reduce((sum, text) => sum + count(text), 0);
        return { id, kind: "counted", tokens };
      }
      case "compose": {
        const map = await mapOf(asked.ask.repo);
        const view = await map.at(asked.ask.base);
        const composed = await compose(asked.ask, view, loadTokenCounter, { exact: true });
        return { id, kind: "composed", composed };
      }
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { id, kind: error instanceof WorkerFailure ? "refused" : "broken", why };
  }
}

async function mapOf(repo: string): Promise<RepositoryMap> {
  const known = maps.get(repo);
  if (known) return known;
  const { clean } = await locate(root, repo);
  const map = repositoryMap(clean, store, { now: Date.now });
  for (const oldest of maps.keys()) {
    if (maps.size < REPOSITORIES_MAX) break;
    maps.delete(oldest);
  }
  maps.set(repo, map);
  return map;
}
