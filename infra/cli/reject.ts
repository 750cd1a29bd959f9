import { BadInput } from "@nightshift/protocol/errors";
import { GUIDANCE_CHARS_MAX } from "@nightshift/protocol/guidance";
import { nameId } from "@nightshift/protocol/ids";
import { findReview } from "./lookup.ts";
import { session } from "./session.ts";
import { printJson, tell } from "./terminal.ts";

/** `nightshift reject`: nothing is merged, and the reason teaches the next attempts (B9, C34). */
export function reject(word: string, { why, json }: { why: string; json?: boolean }) {
  return session(async (house) => {
    const text = why.trim();
    if (text === "")
      throw new BadInput("an empty reason teaches nobody", "--why", "give one instruction");
    if (text.length > GUIDANCE_CHARS_MAX) {
      const message = `${text.length} characters, at most ${GUIDANCE_CHARS_MAX}`;
      throw new BadInput(message, "--why", "say it in fewer words: long reviews had no effect");
    }
    const { attempt, task, score, request, repo } = await findReview(house, word);
    const board = house.board("director");
    const about = { correlation: task };
    await board.handle(
      "review",
      attempt,
      { type: "review.reject", by: "director", why: text },
      about,
    );
    const { state } = await board.load("attempt", attempt);
    const category = state.started?.category;
    if (category !== undefined) {
      const lesson = { type: "guidance.reflect", category, attempt, text, score } as const;
      await board.handle("guidance", nameId(category), lesson, about);
    }
    if (request !== null) {
      const { closeRequest } = await import("../forge/close-request.ts");
      await closeRequest(house, { repo, number: request.number, why: text });
    }
    if (json) printJson({ attempt, task, category: category ?? null, why: text });
    else {
      tell("good", `Turned down. The next ${category ?? ""} prompts will end with your reason.`);
      tell("quiet", "Its branch stays as it is; nothing was merged.");
    }
  });
}
