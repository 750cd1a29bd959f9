import { join } from "node:path";
import { compose } from "@nightshift/agents/implementer/compose";
import { rankFiles } from "@nightshift/agents/implementer/map/rank";
import { renderMap } from "@nightshift/agents/implementer/map/repo-map";
import { loadTokenCounter } from "@nightshift/agents/implementer/tokens";
import { openFactsStore } from "@nightshift/infra/workers/context/facts-store";
import { repositoryMap } from "@nightshift/infra/workers/context/repository-map";
import { locate } from "@nightshift/infra/workers/workspace/site";
import { contextAsk } from "./context-ask.ts";

/** The work of one context engine, measured in a process of its own: `context.ts` starts it. */
const [repo = "", root = "", base = "", ...changes] = process.argv.slice(2);
const { clean } = await locate(root, repo);
const store = openFactsStore(join(root, "facts", "facts.sqlite"));
const map = repositoryMap(clean, store, { now: Date.now });
const BUDGET_TOKENS = 4_000;

async function mapped(commit: string): Promise<{ ms: number; cpuMs: number; files: number }> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { index, parsedFiles } = await map.at(commit);
  const text = renderMap(index, rankFiles(index, index.paths.slice(0, 3)), BUDGET_TOKENS, count);
  if (count(text) > BUDGET_TOKENS) throw new Error("the map is over its budget");
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - start, cpuMs: (user + system) / 1_000, files: parsedFiles };
}

// The tokenizer is there before the map is asked for, as it is in a night after its first task.
const count = await loadTokenCounter();
const cold = await mapped(base);
const warm = [];
for (const commit of changes) warm.push(await mapped(commit));
const view = await map.at(base);
const ask = contextAsk({ repo, base, capTokens: 40_000 });
const { tokens } = await compose(ask, view, loadTokenCounter, { exact: true });
const peakMb = process.resourceUsage().maxRSS / 1_024;
process.stdout.write(JSON.stringify({ cold, warm, tokens, peakMb }));
