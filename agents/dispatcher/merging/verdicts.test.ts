import { expect, test } from "vitest";
import type { ForgeVerdict } from "../../forge.ts";
import { look, nextNight, typesOf, waiting, type At } from "../../testing/forge-night.ts";

const asks = { ref: "v1", by: "bob", is: "changes-requested", text: "Name it." } as const;
const approves = { ref: "v1", by: "bob", is: "approved", text: "Good." } as const;

/** The request as it stands, and what a reviewer leaves there for good. */
function says(at: At, verdict: Omit<ForgeVerdict, "commit">, commit?: null): string {
  const [request] = at.forge.requests;
  if (!request) throw new Error("nothing was asked for");
  request.verdicts.push({ ...verdict, commit: commit === null ? null : request.commit });
  return request.commit;
}

const sentBack = async (at: At) =>
  (await at.memory.events()).filter(({ event }) => event.type === "review.sent-back").length;

test.each([["tied to its commit"], ["of no commit"]])(
  "a word that stays at the forge, %s, sends the work back once",
  async (what) => {
    const at = await waiting();
    const before = says(at, asks, what === "of no commit" ? null : undefined);
    await look(at);
    await nextNight(at);
    expect(at.forge.requests[0]?.commit).not.toBe(before);
    await look(at);
    await nextNight(at);
    await look(at);
    expect(await sentBack(at)).toBe(1);
    // Its honest twin: who looks at the new commit and asks again is heard again.
    says(at, { ...asks, ref: "v2" }, what === "of no commit" ? null : undefined);
    await look(at);
    expect(await sentBack(at)).toBe(2);
  },
);

test.each([["tied to its commit"], ["of no commit"]])(
  "who approved what was sent back since, %s, has not approved what follows",
  async (what) => {
    const at = await waiting();
    const commit = says(at, approves, what === "of no commit" ? null : undefined);
    at.forge.checked.set(commit, { outcome: "failed", failures: ["lint"] });
    await look(at);
    await nextNight(at);
    await look(at);
    const second = `review-${at.task}-g2`;
    expect(await typesOf(at, second)).toContain("review.published");
    expect(await typesOf(at, second)).not.toContain("review.approved");
    says(at, { ...approves, ref: "v2" }, what === "of no commit" ? null : undefined);
    await look(at);
    await look(at);
    const approved = (await typesOf(at, second)).filter((type) => type === "review.approved");
    expect(approved).toHaveLength(1);
  },
);

test("a secret that somebody pasted at the forge stands in no event and in no prompt", async () => {
  const at = await waiting();
  const secret = `ghp_${"a1B2c3D4e5F6".repeat(3)}`;
  const [request] = at.forge.requests;
  request?.comments.push({ ref: "c1", by: "ann", text: `Try ${secret} here.`, on: secret });
  at.forge.checked.set(request?.commit ?? "", { outcome: "failed", failures: [`lint ${secret}`] });
  says(at, { ...asks, text: `Sign in with ${secret}, and name it.` });
  await look(at);
  const events = await at.memory.events();
  expect(JSON.stringify(events.map(({ event }) => event))).not.toContain(secret);
  const told = events.flatMap(({ event }) => (event.type === "review.commented" ? event.text : []));
  expect(told).toEqual(["Try [GitHub token] here."]);
  const back = events.find(({ event }) => event.type === "task.reopened")?.event;
  expect(back).toMatchObject({
    critique:
      "The checks of the forge fail: lint [GitHub token].\n" +
      "bob asks for changes: Sign in with [GitHub token], and name it.",
  });
});

test("a comment under a request is told once, however often its branch is renewed", async () => {
  const at = await waiting();
  const [request] = at.forge.requests;
  request?.comments.push({ ref: "c1", by: "ann", text: "Why?", on: null });
  says(at, asks);
  await look(at);
  await nextNight(at);
  request?.comments.push({ ref: "c2", by: "ann", text: "And now?", on: null });
  await look(at);
  const told = (await at.memory.events()).flatMap(({ stream, event }) =>
    event.type === "review.commented" ? [[stream, event.ref]] : [],
  );
  expect(told).toEqual([
    [`review-${at.task}-g1`, "c1"],
    [`review-${at.task}-g2`, "c2"],
  ]);
});
