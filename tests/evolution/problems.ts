import type { Problem } from "@nightshift/agents/evolver/pareto/nsga2";

const unit = (count: number) =>
  Array.from({ length: count }, () => ({ kind: "real" as const, low: 0, high: 1 }));

/** The test problems of Zitzler, Deb and Thiele (2000), 30 genes. */
export const ZDT: Record<"ZDT1" | "ZDT2" | "ZDT3", Problem> = {
  ZDT1: zdt((f, g) => g * (1 - Math.sqrt(f / g))),
  ZDT2: zdt((f, g) => g * (1 - (f / g) ** 2)),
  ZDT3: zdt((f, g) => g * (1 - Math.sqrt(f / g) - (f / g) * Math.sin(10 * Math.PI * f))),
};

function zdt(second: (f: number, g: number) => number): Problem {
  return {
    genes: unit(30),
    evaluate(genes) {
      const f = genes[0] ?? 0;
      let sum = 0;
      for (let at = 1; at < genes.length; at++) sum += genes[at] ?? 0;
      const g = 1 + (9 * sum) / (genes.length - 1);
      return { objectives: Float64Array.of(f, second(f, g)), violation: 0 };
    },
  };
}

/** The sphere of Deb, Thiele, Laumanns and Zitzler (2002): three objectives, 12 genes. */
export const DTLZ2: Problem = {
  genes: unit(12),
  evaluate(genes) {
    let g = 0;
    for (let at = 2; at < genes.length; at++) g += ((genes[at] ?? 0) - 0.5) ** 2;
    const [a, b] = [((genes[0] ?? 0) * Math.PI) / 2, ((genes[1] ?? 0) * Math.PI) / 2];
    const radius = 1 + g;
    const objectives = Float64Array.of(
      radius * Math.cos(a) * Math.cos(b),
      radius * Math.cos(a) * Math.sin(b),
      radius * Math.sin(a),
    );
    return { objectives, violation: 0 };
  },
};

/**
 * What a front that is met everywhere dominates up to 1.1 in every objective: integrals for two
 * objectives; for the sphere the cube of 1.1 without an eighth of the unit ball.
 */
export const TRUE_VOLUME = {
  ZDT1: 0.876_67,
  ZDT2: 0.543_34,
  ZDT3: 1.331_74,
  DTLZ2: 1.1 ** 3 - Math.PI / 6,
} as const;
