/** A model of the documents: how good it is at what, where it is cut off, and what it costs. */
export type LandscapeModel = {
  name: string;
  family: string;
  tier: "local" | "free" | "small" | "large";
  /** Micro-dollars for a million tokens (D15 and the article's table). */
  price: { inputMicroUsd: number; outputMicroUsd: number };
  /** Output at which it stops without a word; null where the budget alone decides. */
  outputCapTokens: number | null;
  /** Context up to which it heeds what it is told; beyond, four points are lost by 47K (D18). */
  comfortTokens: number;
  /** Tokens that it writes for what takes another one a thousand. */
  wordiness: number;
  /** Score of a whole answer in the right context, by kind. */
  points: Readonly<Record<string, number>>;
};

/** Opus, Sonnet, Haiku, Flash and the local model, by the averages of D15, C11, B5 and F10. */
export const MODELS: readonly LandscapeModel[] = [
  {
    name: "opus",
    family: "claude",
    tier: "large",
    price: { inputMicroUsd: 15_000_000, outputMicroUsd: 75_000_000 },
    outputCapTokens: null,
    comfortTokens: 91_000,
    wordiness: 1.15,
    points: pointsOf(9.2, 8.9, 7.9, 7.6, 7.4, 7.6, 8.4, 7.7, 7.3, 7.4),
  },
  {
    name: "sonnet",
    family: "claude",
    tier: "large",
    price: { inputMicroUsd: 3_000_000, outputMicroUsd: 15_000_000 },
    outputCapTokens: null,
    comfortTokens: 60_000,
    wordiness: 1,
    points: pointsOf(7.8, 7.9, 8.1, 7.8, 7.4, 8.4, 7.9, 7.8, 7.6, 7.5),
  },
  {
    name: "haiku",
    family: "claude",
    tier: "small",
    price: { inputMicroUsd: 250_000, outputMicroUsd: 1_250_000 },
    outputCapTokens: null,
    comfortTokens: 30_000,
    wordiness: 0.85,
    points: pointsOf(5.7, 5.9, 6.5, 6.6, 7, 6.6, 6.4, 6.3, 7, 7.3),
  },
  {
    name: "flash",
    family: "gemini",
    tier: "free",
    price: { inputMicroUsd: 0, outputMicroUsd: 0 },
    outputCapTokens: 12_000,
    comfortTokens: 50_000,
    wordiness: 1.4,
    points: pointsOf(5.8, 6.1, 6.7, 6.7, 7, 7.4, 7.6, 7.4, 7.5, 6.9),
  },
  {
    name: "qwen",
    family: "qwen",
    tier: "local",
    price: { inputMicroUsd: 0, outputMicroUsd: 0 },
    outputCapTokens: null,
    comfortTokens: 24_000,
    wordiness: 0.95,
    points: pointsOf(5.5, 6.1, 7.1, 7.1, 6.8, 6.4, 6.2, 6, 6.7, 7.2),
  },
];

/** In the order of the kinds. */
function pointsOf(...points: readonly number[]): Record<string, number> {
  const [architecture, features, capability, self, documentation, ...more] = points;
  const [report, research, living, content, ops] = more;
  const told = { architecture, features, capability, self_improvement: self, documentation };
  const all = { ...told, report, research, living, content, ops };
  return Object.fromEntries(Object.entries(all).map(([kind, value]) => [kind, value ?? 0]));
}
