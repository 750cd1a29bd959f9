import { normal } from "@nightshift/agents/evolver/draws";
import { NEUTRAL_GENES } from "@nightshift/protocol/genome";
import { EVERY_DEED } from "../deeds.ts";
import type { Deed, LandscapeTask } from "../landscape.ts";
import { MODELS } from "../models.ts";
import type { Contender } from "./contender.ts";

/** Anything at all. */
export function randomContender(): Contender {
  return {
    name: "random",
    choose(_task, random) {
      const deed = EVERY_DEED[Math.floor(random.next() * EVERY_DEED.length)];
      if (!deed) throw new Error("no deed to choose");
      return deed;
    },
    learn: () => {},
    endDay: () => {},
  };
}

/** What the documents converged on (D32, C11): Sonnet, Opus where it is forced, 8 to 12K, little context. */
export function convergedDeed(task: LandscapeTask, model?: string): Deed {
  const strongest = /^(?:architecture|features)$/.test(task.category);
  return {
    ...NEUTRAL_GENES,
    model: model ?? (strongest ? "opus" : "sonnet"),
    outputTokensMax: task.output === "research" ? 12_000 : 8_000,
    contextDepth: 1,
    continuationsMax: 0,
  };
}

export function fixedContender(): Contender {
  return {
    name: "fixed",
    choose: (task) => convergedDeed(task),
    learn: () => {},
    endDay: () => {},
  };
}

const PRIOR = { mean: 0.62, deviation: 0.1, noise: 0.13 };

/** Thompson sampling of the model by kind of task; all else as the documents converged on. */
export function modelContender(): Contender {
  const known = new Map<string, { n: number; mean: number }>();
  const keyOf = (task: LandscapeTask, model: string) => `${task.category}|${model}`;
  return {
    name: "Thompson on (type, model)",
    choose(task, random) {
      const drawn = MODELS.map(({ name }) => {
        const { n, mean } = known.get(keyOf(task, name)) ?? { n: 0, mean: 0 };
        const [before, seen] = [PRIOR.deviation ** -2, n * PRIOR.noise ** -2];
        const posterior = (PRIOR.mean * before + mean * seen) / (before + seen);
        return { name, value: posterior + normal(random) / Math.sqrt(before + seen) };
      });
      const best = drawn.reduce((a, b) => (b.value > a.value ? b : a));
      return convergedDeed(task, best.name);
    },
    learn(task, { model }, { fitness }) {
      const key = keyOf(task, model);
      const one = known.get(key) ?? { n: 0, mean: 0 };
      one.n += 1;
      one.mean += (fitness - one.mean) / one.n;
      known.set(key, one);
    },
    endDay: () => {},
  };
}
