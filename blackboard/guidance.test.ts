import { GUIDANCE_CHARS_MAX } from "@nightshift/protocol/guidance";
import { test } from "vitest";
import { guidance } from "./guidance.ts";
import { spec } from "./spec.ts";

const { given } = spec(guidance);
const told = { category: "ops", text: "Test the edges.", by: "director", expiresAtMs: 9_000 };
const give = { type: "guidance.give", ...told } as const;
const given1 = { type: "guidance.given", ...told } as const;
const lesson = { category: "ops", attempt: "one-g1", text: "Read the header first.", score: 3 };
const reflect = { type: "guidance.reflect", ...lesson } as const;
const reflected = { type: "guidance.reflected", ...lesson } as const;

test("guidance is given once", () => {
  given().when(give).thenEvents(given1);
  given(given1)
    .when({ ...give, text: "Name the units." })
    .thenEvents({ ...given1, text: "Name the units." });
});

test("an attempt is reflected on once", () => {
  given().when(reflect).thenEvents(reflected);
  given(reflected, given1).when(reflect).thenNothing();
});

test("long guidance has no effect, so it is refused (D23)", () => {
  const longest = "x".repeat(GUIDANCE_CHARS_MAX);
  given()
    .when({ ...give, text: longest })
    .thenEvents({ ...given1, text: longest });
  given()
    .when({ ...give, text: `${longest}x` })
    .thenRefuses("too-long");
  given()
    .when({ ...reflect, text: `${longest}x` })
    .thenRefuses("too-long");
});

test("empty guidance is none", () =>
  given()
    .when({ ...give, text: "  " })
    .thenRefuses("out-of-bounds"));

test("what was given can be withdrawn, once, and given again", () => {
  const withdraw = { type: "guidance.withdraw", category: "ops", text: told.text, attempt: null };
  const command = { ...withdraw, type: "guidance.withdraw", by: "director" } as const;
  const withdrawn = { ...withdraw, type: "guidance.withdrawn", by: "director" } as const;
  given(given1, reflected).when(command).thenEvents(withdrawn);
  given(given1, withdrawn).when(command).thenNothing();
  given(given1, withdrawn).when(give).thenEvents(given1);
});

test("a lesson is withdrawn from its attempt alone", () => {
  const { category, text, attempt } = lesson;
  const withdraw = { type: "guidance.withdraw", category, text, attempt, by: "director" } as const;
  given(reflected)
    .when(withdraw)
    .thenEvents({ ...withdraw, type: "guidance.withdrawn" });
  given(reflected)
    .when({ ...withdraw, attempt: "two-g1" })
    .thenNothing();
  given({ ...given1, text })
    .when(withdraw)
    .thenNothing();
});
