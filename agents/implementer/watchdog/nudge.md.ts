import type { Stuck } from "./watchdog.ts";

/** The prompt once more, with what was seen of the first try, which was ended. */
export function nudged(prompt: string, { pattern, text }: Stuck): string {
  return `${prompt}

## You were here before

You began this task in this working copy and were stopped, because you were stuck. What was seen:

> ${text.replaceAll(/\s+/g, " ")}

What you changed is still there: look at it with git first. ${ADVICE[pattern]} If the task cannot be
done, say in one sentence what is missing, and stop.`;
}

const ADVICE: Record<Stuck["pattern"], string> = {
  repeat: "Doing the same again will come to the same; do something else.",
  error: "Find out why that error comes before you try again; it will not go away by itself.",
  "ping-pong": "The two states you went between are both wrong; find a third way.",
  monologue: "Do not describe what you will do. Do it, with your tools.",
  "no-change": "Make the smallest change that serves the task now, and go on from there.",
  tokens: "Read less, and change what the task names.",
};
