import type { Answer, ScriptRequest } from "../wire/script.ts";
import type { Question, RehearsalTask, Reply, Row } from "./row.ts";

type Scene = { row: Row; task: RehearsalTask };

/**
 * What the scripted models answer, by what they are asked alone: the title of the task in the
 * prompt, the role that the prompt describes, and whether it ends with a critique.
 */
export function scriptOf(
  rows: readonly Row[],
  clock: { now(): number },
): (request: ScriptRequest) => Answer {
  const scenes: Scene[] = rows.flatMap((row) => row.tasks.map((task) => ({ row, task })));
  const firstAsked = new Map<string, number>();
  return ({ model, system, prompt }) => {
    const scene = sceneOf(scenes, prompt);
    if (scene === null) return { kind: "error", status: 400 };
    const { row, task } = scene;
    const key = `${task.name} ${model}`;
    const nowMs = clock.now();
    const firstAskedMs = firstAsked.get(key) ?? nowMs;
    firstAsked.set(key, firstAskedMs);
    const question: Question = {
      role: roleOf(`${system}\n${prompt}`),
      model,
      prompt,
      again: prompt.includes("## What was wrong last time"),
      firstAskedMs,
      nowMs,
    };
    if (question.role !== "judge") return answerOf(row.reply(question, task));
    return { kind: "text", text: judgement(row.judge?.(question) ?? usualScore(task.name)) };
  };
}

/** The task whose title comes first in the prompt; a follow-up or part names its parent's there. */
function sceneOf(scenes: readonly Scene[], prompt: string): Scene | null {
  let best: { scene: Scene; at: number } | null = null;
  for (const scene of scenes) {
    const at = prompt.indexOf(scene.task.title);
    if (at >= 0 && (best === null || at < best.at)) best = { scene, at };
  }
  return best?.scene ?? null;
}

function roleOf(text: string): Question["role"] {
  if (text.includes('"criteria"')) return "judge";
  return text.includes('"parts"') ? "planner" : "implementer";
}

/** 8 to 9, the same for the same task. */
function usualScore(name: string): number {
  let sum = 0;
  for (const character of name) sum += character.charCodeAt(0);
  return 8 + (sum % 11) / 10;
}

function judgement(score: number): string {
  const quote = "the change as shown";
  return JSON.stringify({
    criteria: [
      { name: "does what the task asks", score, quote },
      { name: "correct and complete", score, quote },
      { name: "tested", score, quote },
      { name: "readable", score, quote },
    ],
    score,
    critique:
      score < 6
        ? "Add to what is there instead of rewriting it, and finish every file."
        : "Name the unit of each number in the description of a function.",
  });
}

function answerOf(reply: Reply): Answer {
  switch (reply.kind) {
    case "text":
      return { kind: "text", text: reply.text, stop: reply.cut ? "cut" : "end" };
    case "limit":
      return { kind: "limit", resetsAtMs: reply.resetsAtMs };
    case "silence":
      return { kind: "silence" };
  }
}
