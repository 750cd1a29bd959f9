import type { Settings } from "@nightshift/protocol/settings";
import type { Random } from "../../ports.ts";
import { Alarm } from "./alarm.ts";
import { Belief, type Feature, type Prior } from "./belief.ts";
import { choose, type Choice } from "./choice.ts";
import { featuresOf, type Option, type Situation } from "./features.ts";
import { lessonOf, NOISE, OUTPUTS } from "./lessons.ts";

/** How a router learns and dares; each is a setting. */
export type RouterSettings = {
  /** How much the documents' lessons count against what is seen. */
  lessonWeight: number;
  /** How far it departs from what it believes to be best, 0 to 1. */
  boldness: number;
  /** Days after which it is as unsure as at first of what it has not seen again. */
  forgetDays: number;
};

/** What an attempt came to, each from 0 to 1: how fit it was by quality, thrift and a merge. */
export type Result = { fitness: number; quality: number; thrift: number; merged: number };

/** What is expected of an option: the mean of each objective, and how unsure the fitness is. */
export type Prediction = {
  fitness: number;
  quality: number;
  thrift: number;
  merged: number;
  deviation: number;
};

/** How much likelier the lessons count as right before anything is seen (natural logarithm). */
const TRUST = 3;
/** Evidence beyond this is kept from growing, so that a world that changes can still be heard. */
const EVIDENCE_MAX = 12;

/**
 * Believes what options are worth, chooses among them, and learns from what they came to. Two
 * believe side by side: one was taught the documents' lessons, one was taught nothing. Each is asked
 * as often as it is likely to be the one that is right, by how it foresaw what came out.
 */
export class Router {
  readonly #taught: Belief;
  readonly #blank: Belief;
  /** By how much the taught one has foreseen better (natural logarithm of the odds). */
  #evidence = TRUST;
  readonly #alarm = new Alarm();
  readonly #settings: RouterSettings;

  constructor(settings: RouterSettings, priorOf: (name: string) => Prior = priorBy(settings)) {
    const told = { noise: NOISE, outputs: OUTPUTS.length };
    this.#settings = settings;
    this.#taught = new Belief({ priorOf, ...told });
    this.#blank = new Belief({ priorOf: (name) => lessonOf(name, 0), ...told });
  }

  /** Attempts it has learned from. */
  get seen(): number {
    return this.#taught.seen;
  }

  /** How likely the lessons are right, 0 to 1. */
  get trust(): number {
    return 1 / (1 + Math.exp(-this.#evidence));
  }

  /**
   * Chooses by Thompson sampling.
   * @param options With what each is worth beside its fitness, in fitness: a price, an urgency.
   * @param draws Among how many draws; the propensity is exact in steps of one by this number.
   */
  choose(
    situation: Situation,
    options: readonly (Option & { bonus: number })[],
    { draws, random }: { draws: number; random: Random },
  ): Choice {
    const named = options.map((option) => featuresOf(situation, option));
    const weighed = (belief: Belief) =>
      named.map((features, at) => {
        return { features: placed(belief, features), bonus: options[at]?.bonus ?? 0 };
      });
    const { trust } = this;
    return choose(
      [
        { belief: this.#taught, options: weighed(this.#taught), weight: trust },
        { belief: this.#blank, options: weighed(this.#blank), weight: 1 - trust },
      ],
      { boldness: this.#settings.boldness, draws, random },
    );
  }

  /** What the likelier of the two expects. */
  predict(situation: Situation, option: Option): Prediction {
    const belief = this.trust >= 0.5 ? this.#taught : this.#blank;
    const features = placed(belief, featuresOf(situation, option));
    const [fitness = 0, quality = 0, thrift = 0, merged = 0] = OUTPUTS.map((_, output) =>
      belief.meanOf(features, output),
    );
    return { fitness, quality, thrift, merged, deviation: belief.deviationOf(features) };
  }

  /**
   * Learns what an option came to. A model that no longer does as believed is believed anew.
   * @returns whether that was noticed now.
   */
  learn(situation: Situation, option: Option, result: Result): boolean {
    const { fitness, quality, thrift, merged } = result;
    const values = [fitness, quality, thrift, merged];
    const named = featuresOf(situation, option);
    const taught = this.#taught.observe(placed(this.#taught, named), values);
    const blank = this.#blank.observe(placed(this.#blank, named), values);
    const evidence = this.#evidence + taught.logLikelihood - blank.logLikelihood;
    const { off } = this.trust >= 0.5 ? taught : blank;
    this.#evidence = Math.min(EVIDENCE_MAX, Math.max(-EVIDENCE_MAX, evidence));
    if (!this.#alarm.sees(option.model, off)) return false;
    for (const belief of [this.#taught, this.#blank]) {
      belief.forget(1, (name) => name.endsWith(`model ${option.model}`));
    }
    return true;
  }

  /** Becomes less sure with time. */
  passDays(days: number): void {
    if (!(days > 0)) return;
    this.#taught.forget(days / this.#settings.forgetDays);
    this.#blank.forget(days / this.#settings.forgetDays);
  }
}

function placed(belief: Belief, features: readonly [string, number][]): Feature[] {
  return features.map(([name, value]) => ({ at: belief.place(name), value }));
}

/** A router that has learned nothing yet, as the settings want it. */
export function routerBy(settings: Settings, priorOf?: (name: string) => Prior): Router {
  const how = {
    lessonWeight: settings.routerLessonWeight,
    boldness: settings.routerBoldness,
    forgetDays: settings.routerForgetDays,
  };
  return priorOf ? new Router(how, priorOf) : new Router(how);
}

function priorBy({ lessonWeight }: RouterSettings): (name: string) => Prior {
  return (name) => lessonOf(name, lessonWeight);
}
