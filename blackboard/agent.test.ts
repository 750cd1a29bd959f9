import type { AgentCommand, AgentEvent } from "@nightshift/protocol/agent";
import { expect, test } from "vitest";
import { agent } from "./agent.ts";
import { spec, stateAfter } from "./spec.ts";

const { given } = spec(agent);
const card = "ab".repeat(32);
const told = {
  name: "linter",
  standing: "guest" as const,
  skills: ["implement"],
  card,
  binding: "websocket",
  session: "s1",
};
const join: Extract<AgentCommand, { type: "agent.join" }> = { type: "agent.join", ...told };
const joined: Extract<AgentEvent, { type: "agent.joined" }> = { type: "agent.joined", ...told };
const approved: AgentEvent = { type: "agent.approved", by: "director" };
const left: AgentEvent = { type: "agent.left", session: "s1" };
const isApproved = (...events: AgentEvent[]) => stateAfter(agent, events).approved;

test("an agent joins once a session", () => {
  given().when(join).thenEvents(joined);
  given(joined).when(join).thenNothing();
});

test("a second session of a name fences the first, which never comes back", () => {
  const fenced: AgentEvent = { type: "agent.fenced", session: "s1", by: "s2" };
  given(joined)
    .when({ ...join, session: "s2" })
    .thenEvents(fenced, { ...joined, session: "s2" });
  given(joined, fenced, { ...joined, session: "s2" })
    .when(join)
    .thenRefuses("stale");
});

test("a lost session is fenced by the next, one that left needs no fence", () => {
  const again: AgentEvent = { ...joined, session: "s2" };
  given(joined, { type: "agent.lost", session: "s1", silentMs: 9 })
    .when({ ...join, session: "s2" })
    .thenEvents({ type: "agent.fenced", session: "s1", by: "s2" }, again);
  given(joined, left)
    .when({ ...join, session: "s2" })
    .thenEvents(again);
});

test("who left or was lost may join again under its session", () => {
  given(joined, left).when(join).thenEvents(joined);
  given(joined, { type: "agent.lost", session: "s1", silentMs: 9 }).when(join).thenEvents(joined);
});

test("a guest takes no name of the house, not even while it is free", () => {
  const house = { ...joined, standing: "house" } as const;
  given(house)
    .when({ ...join, session: "s2" })
    .thenRefuses("not-allowed");
  given(house, left)
    .when({ ...join, session: "s2" })
    .thenRefuses("not-allowed");
});

test("a guest waits for the director's approval, the house's own do not", () => {
  expect(isApproved(joined)).toBe(false);
  expect(isApproved(joined, approved)).toBe(true);
  expect(isApproved({ ...joined, standing: "house" })).toBe(true);
});

test("an approval is for one card: another card waits again", () => {
  const again = { ...joined, session: "s2" };
  expect(isApproved(joined, approved, left, again)).toBe(true);
  expect(isApproved(joined, approved, left, { ...again, card: "cd".repeat(32) })).toBe(false);
});

test("a guest inherits no approval from an agent of the house", () =>
  expect(isApproved({ ...joined, standing: "house" }, left, joined)).toBe(false));

test("nobody approves itself", () => {
  given(joined).when({ type: "agent.approve", by: "linter" }).thenRefuses("not-allowed");
  given(joined).when({ type: "agent.approve", by: "director" }).thenEvents(approved);
});

test("nobody is approved who never joined", () =>
  given().when({ type: "agent.approve", by: "director" }).thenRefuses("not-found"));

test("an agent leaves or is lost once, and only with its present session", () => {
  const leave = { type: "agent.leave", session: "s1" } as const;
  const lose = { type: "agent.lose", session: "s1", silentMs: 30_000 } as const;
  given(joined).when(leave).thenEvents(left);
  given(joined).when(lose).thenEvents({ type: "agent.lost", session: "s1", silentMs: 30_000 });
  given(joined)
    .when({ ...leave, session: "s0" })
    .thenNothing();
  given(joined, left).when(lose).thenNothing();
});

test("an agent is tried before anybody has seen it, and each trial is told once", () => {
  const trial = { by: "director", calls: 3, passed: 2, report: "ab".repeat(32) };
  given()
    .when({ type: "agent.try", ...trial })
    .thenEvents({ type: "agent.tried", ...trial });
  given({ type: "agent.tried", ...trial })
    .when(join)
    .thenEvents(joined);
});
