import type { Composed, ContextAsk } from "../ports.ts";
import { compact } from "./compact.ts";
import { buildPrompt, type Material, type Shown } from "./context.ts";
import { manifestLines, renderManifest } from "./map/manifest.ts";
import { rankFiles } from "./map/rank.ts";
import type { RepoIndex } from "./map/repo-index.ts";
import { renderMap } from "./map/repo-map.ts";
import { scaled } from "./scale.ts";
import { chooseFiles } from "./targets.ts";
import { approximateTokens, tokensAtMost, type TokenCounter } from "./tokens.ts";

/** A repository at one commit, as prompts are made of it. */
export type RepoView = {
  index: RepoIndex;
  /** What the repository is made of; made of the index where nobody kept one. */
  manifest?: readonly string[];
  /** Text of a tracked file; null where it is binary, a link, or not there. */
  read(path: string): Promise<string | null>;
};

/** Of the room of the map, what its first part, the manifest, may take. */
const MANIFEST_SHARE = 0.3;
/** Room that is lost where texts joined count more than their sum. */
const SLACK_TOKENS = 8;

/**
 * Makes the prompt of an ask, U-shaped and under its cap by the count that is expected of its model.
 * @param loadCounter The tokenizer, loaded only where bytes do not tell already that all fits.
 * @throws WorkerFailure where not even the title fits.
 */
export async function compose(
  ask: ContextAsk,
  view: RepoView,
  loadCounter: () => Promise<TokenCounter>,
  options: { exact: boolean },
): Promise<Composed> {
  const material = await gather(ask, view);
  const small = options.exact ? null : unmeasured(material, ask);
  return small ?? measured(material, ask, await loadCounter());
}

/**
 * All there is to show, where even its bytes are under the cap: no exact count could change it.
 * Null where only a count can tell.
 */
function unmeasured(material: Material, { system, capTokens, scale }: ContextAsk): Composed | null {
  if (scale !== null && scale.perToken > 1) return null;
  const { text } = buildPrompt(material, Number.POSITIVE_INFINITY, approximateTokens);
  if (tokensAtMost(text) + tokensAtMost(system) + overheadOf(scale) > capTokens) return null;
  const tokens = approximateTokens(system) + approximateTokens(text);
  return { text, tokens, rawTokens: null };
}

function measured(material: Material, ask: ContextAsk, count: TokenCounter): Composed {
  const { system, capTokens, scale } = ask;
  const systemRaw = count(system);
  const expected = scaled(count, scale);
  const room = capTokens - overheadOf(scale) - expected(system) - SLACK_TOKENS;
  const { text } = buildPrompt(material, room, expected);
  const rawTokens = systemRaw + count(text);
  const tokens = overheadOf(scale) + Math.ceil(rawTokens * (scale?.perToken ?? 1));
  return { text, tokens: Math.max(0, tokens), rawTokens };
}

function overheadOf(scale: ContextAsk["scale"]): number {
  return Math.ceil(scale?.overheadTokens ?? 0);
}

async function gather(ask: ContextAsk, view: RepoView): Promise<Material> {
  const { spec, critique, genes, whole, instructions, reflections, guidance, sources } = ask;
  const { index } = view;
  const { targets, dependencies, ranked } = chooseFiles(spec, critique, index, genes);
  const show = async (path: string, full: boolean): Promise<Shown[]> => {
    const text = await view.read(path);
    if (text === null) return [];
    const outline = compact(path, text, index.definitions.get(path) ?? []);
    return [{ path, full: full ? text : null, compact: outline }];
  };
  const all = async (paths: readonly string[], full: boolean) =>
    (await Promise.all(paths.map((path) => show(path, full)))).flat();
  const manifest = view.manifest ?? manifestLines(index, rankFiles(index, []));
  return {
    spec,
    instructions,
    sources,
    targets: await all(targets, whole),
    dependencies: await all(dependencies, false),
    map: (budgetTokens, count) => {
      const first = renderManifest(manifest, Math.floor(budgetTokens * MANIFEST_SHARE), count);
      const left = budgetTokens - (first === "" ? 0 : count(first) + HEADINGS_TOKENS);
      const map = renderMap(index, ranked, left, count);
      if (first === "" || map === "") return map;
      return `## Modules\n${first}\n\n## Files, the most relevant first\n${map}`;
    },
    reflections,
    guidance,
    critique,
  };
}

const HEADINGS_TOKENS = 20;
