import { BadInput } from "@nightshift/protocol/errors";
import { expect, test } from "vitest";
import { checkPlace, clusterKind, isCluster, logFile, serversOf, shownPlace } from "./place.ts";

test.each([
  ["esdb://house:secret@localhost:2113?tls=false", "esdb://localhost:2113?tls=false"],
  ["kurrentdb+discover://a:p@ss/w?rd#1@db.local", "kurrentdb+discover://db.local"],
  ["esdb://a:p%40ss@one:1,two:2#mine", "esdb://one:1,two:2#mine"],
  ["esdb://a:p@ss@one:1", "esdb://one:1"],
  ["esdb://localhost:2113?tls=false", "esdb://localhost:2113?tls=false"],
  ["/home/me/log.sqlite", "/home/me/log.sqlite"],
])("of %s is shown %s", (where, shown) => {
  expect(shownPlace(where)).toBe(shown);
});

test("a cluster is told from a file, and the two libraries from what nobody knows", () => {
  expect(["esdb://h", "kurrentdb+discover://h", "KurrentDB://h"].map(clusterKind)).toEqual([
    "esdb",
    "kurrentdb",
    "kurrentdb",
  ]);
  expect(["/a/log.sqlite", "log", "esdb", "esdb:h"].filter(isCluster)).toEqual([]);
  expect(() => checkPlace("redis://me:secret@h", "here")).toThrow(BadInput);
  expect(() => checkPlace("redis://me:secret@h", "here")).not.toThrow(/secret/);
  expect(() => checkPlace("esdb", "here")).toThrow("names no server");
  checkPlace("esdb://me:secret@h", "here");
  checkPlace("log.sqlite", "here");
});

test("the servers of a connection string name the log, its password does not", () => {
  expect(serversOf("esdb://a:b@One:1,two:2?tls=false#x")).toBe("one:1,two:2");
  expect(serversOf("kurrentdb://one:1,two:2")).toBe("one:1,two:2");
});

test("what needs a file says so of a server", () => {
  expect(logFile("/a/log.sqlite")).toBe("/a/log.sqlite");
  expect(() => logFile("esdb://me:secret@h:1")).toThrow(/file of a log, not on a server/);
});
