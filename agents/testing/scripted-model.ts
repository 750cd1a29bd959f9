import type { CodingAgent, Completion, Model } from "../ports.ts";

/** What a scripted worker does when asked: an answer, a completion in part, or an error to throw. */
export type Scripted = string | Partial<Completion> | Error;

type Profile = Partial<Omit<Model, "complete">>;
type Asked = Parameters<Model["complete"]>[0];

const PROFILE = {
  name: "scripted-model",
  family: "scripted",
  account: "scripted-account",
  tier: "small",
  contextTokensMax: 200_000,
  outputTokensMax: 8_000,
  price: { inputMicroUsd: 1_000_000, outputMicroUsd: 5_000_000 },
} as const;

const TRANSCRIPT = "0".repeat(64);

/**
 * The twin of a model: gives its answers in order, the last one again and again, and remembers what
 * it was asked. A function sees the request.
 */
export function scriptedModel(
  answers: readonly Scripted[] | ((request: Asked, turn: number) => Scripted),
  profile: Profile = {},
): Model & { readonly asked: readonly Asked[] } {
  const asked: Asked[] = [];
  return {
    ...PROFILE,
    ...profile,
    asked,
    async complete(request, { signal }) {
      signal.throwIfAborted();
      const turn = asked.push(request) - 1;
      const answer =
        typeof answers === "function"
          ? answers(request, turn)
          : (answers[Math.min(turn, answers.length - 1)] ?? "");
      if (answer instanceof Error) throw answer;
      const given = typeof answer === "string" ? { text: answer } : answer;
      const text = given.text ?? "";
      const words = (length: number) => Math.ceil(length / 4);
      return {
        text,
        stopReason: "finished",
        usage: {
          inputTokens: words(request.system.length + request.prompt.length),
          cachedTokens: 0,
          outputTokens: words(text.length),
        },
        costMicroUsd: 100,
        costKind: "estimated",
        transcript: TRANSCRIPT,
        ...given,
      };
    },
  };
}

type Worked = Partial<Awaited<ReturnType<CodingAgent["work"]>>>;

/**
 * The twin of a coding agent: `work` does what a CLI would do to the clone (the test holds the
 * workspace), then says how it went.
 */
export function scriptedCodingAgent(
  work: (request: Parameters<CodingAgent["work"]>[0]) => Promise<Worked> | Worked,
  profile: Profile = {},
): CodingAgent & { readonly asked: readonly Parameters<CodingAgent["work"]>[0][] } {
  const asked: Parameters<CodingAgent["work"]>[0][] = [];
  return {
    ...PROFILE,
    name: "scripted-agent",
    ...profile,
    asked,
    async work(request, { signal, onProgress }) {
      signal.throwIfAborted();
      asked.push(request);
      onProgress("at work");
      return {
        summary: "done",
        stopReason: "finished",
        usage: { inputTokens: 1_000, cachedTokens: 0, outputTokens: 200 },
        costMicroUsd: 200,
        costKind: "subscription",
        transcript: TRANSCRIPT,
        ...(await work(request)),
      };
    },
  };
}
