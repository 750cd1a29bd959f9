import { test } from "vitest";
import { blob } from "./blob.ts";
import { spec } from "./spec.ts";

const { given } = spec(blob);
const told = { bytes: 12, by: "director", why: "it names a customer" };
const erase = { type: "blob.erase", ...told } as const;
const erased = { type: "blob.erased", ...told } as const;

test("a body is erased once, and the first reason stays", () => {
  given().when(erase).thenEvents(erased);
  given(erased)
    .when({ ...erase, why: "another" })
    .thenNothing();
});

test("an erasure says why", () =>
  given()
    .when({ ...erase, why: " " })
    .thenRefuses("out-of-bounds"));
