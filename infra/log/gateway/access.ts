import type { Metadata } from "@grpc/grpc-js";
import { Fault } from "./fault.ts";
import { isForeign, isHouse, subjectOf } from "./foreign/names.ts";
import type { Actor } from "./foreign/stream-rules.ts";
import { ANONYMOUS, type Grant, type GrantFile } from "./grants.ts";
import { STREAM_CHARS_MAX } from "./limits.ts";

/** Who makes a call, and what that one may do; asked anew each time, as grants come and go. */
export interface Caller {
  readonly name: string;
  /** @throws Fault `access-denied` where the caller may append nothing at all. */
  mustAppend(): void;
  /** @throws Fault `access-denied` where the caller may not write, rule or end a stream of others. */
  mustKeep(stream: string): void;
  /** @throws Fault `access-denied` where the caller may not read a stream; null: all of them. */
  mustRead(stream: string | null): void;
  mayRead(stream: string): boolean;
  /** Whether the caller keeps streams of its own, which are all that it is shown. */
  isLodger(): boolean;
  isHouse(): boolean;
  actor(): Actor;
}

/** Longest `authorization` that is looked at. */
const HEADER_CHARS_MAX = 1_000;

/**
 * The caller that the metadata of a call names. Without a name it is `anonymous`.
 * @throws Fault `not-authenticated` for a name or password that is wrong.
 */
export function callerOf(metadata: Metadata, grants: GrantFile): Caller {
  const [header] = metadata.get("authorization");
  if (header === undefined) return callerNamed(ANONYMOUS, () => grants.named(ANONYMOUS));
  const [name, password] = basic(String(header));
  const opened = grants.opened(name, password);
  if (!opened) throw new Fault("not-authenticated", "no such name and password");
  return callerNamed(name, () => {
    const now = grants.named(name);
    // A password that was replaced meanwhile opens nothing any more.
    return now?.hash === opened.hash ? now : undefined;
  });
}

/** Whoever has a name, as it may act now: for what goes on without a call of its own. */
export function callerByName(name: string, grants: GrantFile): Caller {
  return callerNamed(name, () => grants.named(name));
}

function callerNamed(name: string, grantNow: () => Grant | undefined): Caller {
  // Whoever has no name signs nothing, whatever the file says.
  const isHouseNow = () => name !== ANONYMOUS && grantNow()?.role === "house";
  const isLodgerNow = () => name !== ANONYMOUS && grantNow()?.role === "lodger";
  // Nor does such a one keep streams: "all" of a lodger's would be all of the house's.
  const isNobody = () => name === ANONYMOUS && grantNow()?.role === "lodger";
  const mayRead = (stream: string | null) => !isNobody() && isReadable(grantNow(), stream);
  return {
    name,
    mustAppend() {
      if (isHouseNow() || isLodgerNow()) return;
      throw new Fault("access-denied", `${name} may not append`);
    },
    mustKeep(stream) {
      if (isForeign(stream) && (isHouseNow() || (isLodgerNow() && mayRead(stream)))) return;
      const why = isHouse(stream) ? ": streams of the house are only ever added to" : "";
      throw new Fault("access-denied", `${name} may not write ${shown(stream)}${why}`);
    },
    mustRead(stream) {
      if (mayRead(stream)) return;
      throw new Fault("access-denied", `${name} may not read ${shown(stream)}`);
    },
    mayRead,
    isLodger: isLodgerNow,
    isHouse: isHouseNow,
    actor: () => ({ name, role: grantNow()?.role ?? "", isAdmin: isHouseNow() }),
  };
}

function isReadable(grant: Grant | undefined, stream: string | null): boolean {
  if (!grant) return false;
  const isGranted = (name: string) => grant.streams.some((prefix) => name.startsWith(prefix));
  if (grant.role === "guest") return stream !== null && isGranted(subjectOf(stream));
  if (grant.role !== "lodger") return true;
  // Of all streams a lodger is shown those that it may read.
  return stream === null || (isForeign(stream) && isGranted(subjectOf(stream)));
}

function shown(stream: string | null): string {
  return stream === null ? "all streams" : stream.slice(0, STREAM_CHARS_MAX);
}

function basic(header: string): [name: string, password: string] {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header.slice(0, HEADER_CHARS_MAX)) ?? [];
  if (encoded === undefined) throw new Fault("not-authenticated", "only Basic is understood");
  const text = Buffer.from(encoded, "base64").toString();
  const colon = text.indexOf(":");
  if (colon < 0) throw new Fault("not-authenticated", "only Basic is understood");
  return [text.slice(0, colon), text.slice(colon + 1)];
}
