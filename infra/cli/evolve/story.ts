import type { Recorded } from "@nightshift/protocol/envelope";
import { NEUTRAL_GENES, type GenomeEvent, type Genes } from "@nightshift/protocol/genome";
import type { PolicyEvent } from "@nightshift/protocol/policy";

/** A life in sentences, each with the events it rests on (I9). */
export type Story = { title: string; told: { text: string; events: string[] }[] };

/** An event of the log, as far as a story needs it. */
export type Happened<E> = Pick<Recorded, "id" | "atMs"> & { event: E };

/** Attempts that a story names one by one. */
const NAMED_MAX = 5;

/** How a genome came to be, what it does, how it did, and how it ended. */
export function genomeStory(id: string, events: readonly Happened<GenomeEvent>[]): Story {
  const told: Story["told"] = [];
  const evaluated: { id: string; fitness: number; quality: number; merged: boolean }[] = [];
  for (const { id: event, event: one, atMs } of events) {
    const say = (text: string) => void told.push({ text, events: [event] });
    switch (one.type) {
      case "genome.seeded":
        say(`On ${dayOf(atMs)} it was set out for ${one.category} tasks, ${among(one.island)}.`);
        say(ways(one.genes));
        break;
      case "genome.bred": {
        const parents = one.parents.join(" and ");
        say(`On ${dayOf(atMs)} it was bred for ${one.category} tasks from ${parents}.`);
        say(ways(one.genes));
        break;
      }
      case "genome.mutated":
        say(
          `On ${dayOf(atMs)} it came of ${one.parent} for ${one.category} tasks: ${one.rationale}.`,
        );
        say(ways(one.genes));
        break;
      case "genome.evaluated":
        evaluated.push({ id: event, ...one });
        break;
      case "genome.inducted": {
        const mean = one.mean.toFixed(1);
        say(`On ${dayOf(atMs)} it entered the hall of fame, with a mean of ${mean} of 10.`);
        break;
      }
      case "genome.retired":
        say(`On ${dayOf(atMs)} it retired: ${one.reason}.`);
        break;
    }
  }
  const at = told.findIndex(({ text }) => / retired: | entered /.test(text));
  told.splice(at === -1 ? told.length : at, 0, record(evaluated));
  return { title: `The genome ${id}`, told };
}

type Evaluated = { id: string; fitness: number; quality: number; merged: boolean };

function record(evaluated: readonly Evaluated[]): Story["told"][number] {
  if (evaluated.length === 0) return { text: "No task was ever done by it.", events: [] };
  const mean = (of: (one: Evaluated) => number) =>
    evaluated.reduce((sum, one) => sum + of(one), 0) / evaluated.length;
  const merged = evaluated.filter((one) => one.merged).length;
  const tasks = evaluated.length === 1 ? "One task was" : `${evaluated.length} tasks were`;
  const score = (10 * mean(({ quality }) => quality)).toFixed(1);
  const fitness = mean((one) => one.fitness).toFixed(2);
  const merges = `${merged === 0 ? "none" : merged} merged at once`;
  const text = `${tasks} done by it: ${score} of 10 on average, ${merges}, fitness ${fitness}.`;
  return { text, events: evaluated.slice(-NAMED_MAX).map(({ id }) => id) };
}

/** What the genes mean for whoever works by them, and where they differ from the neutral ones. */
function ways(genes: Genes): string {
  const { model, outputTokensMax, promptStyle, contextDepth, continuationsMax, scope } = genes;
  const parts = [
    model ?? "any model",
    `answers of at most ${outputTokensMax} tokens`,
    promptStyle === "plain" ? "a plain prompt" : `a ${promptStyle} prompt`,
    ["no dependencies", "its dependencies", "two levels of dependencies", "all it can reach"][
      contextDepth
    ] ?? "some context",
    scope === "normal" ? "" : `a ${scope} scope`,
    continuationsMax === 0 ? "no second asking" : `asked again up to ${continuationsMax} times`,
  ].filter((part) => part !== "");
  const known = new Map<string, unknown>(Object.entries(NEUTRAL_GENES));
  const own = Object.entries(genes).filter(([gene, value]) => known.get(gene) !== value).length;
  const apart = own === 0 ? "It prefers nothing" : "It works with";
  return `${apart}: ${parts.join(", ")}.`;
}

/** Why a change was wanted, how it was tried, and what became of it. */
export function policyStory(id: string, events: readonly Happened<PolicyEvent>[]): Story {
  const told: Story["told"] = [];
  for (const { id: event, event: one, atMs } of events) {
    switch (one.type) {
      case "policy.proposed": {
        const { key, from, to, signal, rationale, evidence } = one;
        const what = `On ${dayOf(atMs)} the signal "${signal}" asked for ${key} ${from} → ${to}`;
        // The change stands at the end of its rationale, and has been told.
        const why = rationale.replace(`: ${key} ${from} → ${to}`, "");
        told.push({ text: `${what}, because ${why}.`, events: [event, ...evidence] });
        break;
      }
      case "policy.tried": {
        const share = `${Math.round(one.share * 100)} % of the attempts`;
        const text = `It was tried on ${share} that followed, up to ${one.tasksMax} of them.`;
        told.push({ text, events: [event] });
        break;
      }
      case "policy.adopted":
        told.push({ text: `On ${dayOf(atMs)} it was adopted: ${one.rationale}.`, events: [event] });
        break;
      case "policy.rolled-back":
        told.push({
          text: `On ${dayOf(atMs)} it was taken back: ${one.rationale}.`,
          events: [event],
        });
        break;
    }
  }
  return { title: `The change ${id}`, told };
}

function among(island: string): string {
  return `among the ${island}`;
}

function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
