import type { Metadata } from "@grpc/grpc-js";
import { Fault } from "./fault.ts";
import { ANONYMOUS, type Grant, type GrantFile } from "./grants.ts";
import { STREAM_CHARS_MAX } from "./limits.ts";

/** Who makes a call, and what that one may do; asked anew each time, as grants come and go. */
export interface Caller {
  /** @throws Fault `access-denied` where the caller may not append. */
  mustAppend(): void;
  /** @throws Fault `access-denied` where the caller may not read a stream; null: all of them. */
  mustRead(stream: string | null): void;
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

function callerNamed(name: string, grantNow: () => Grant | undefined): Caller {
  return {
    mustAppend() {
      // Whoever has no name signs nothing, whatever the file says.
      const may = name !== ANONYMOUS && grantNow()?.role === "house";
      if (!may) throw new Fault("access-denied", `${name} may not append`);
    },
    mustRead(stream) {
      const grant = grantNow();
      if (grant && grant.role !== "guest") return;
      const granted = grant?.streams.some((prefix) => stream?.startsWith(prefix)) ?? false;
      const what = stream === null ? "all streams" : stream.slice(0, STREAM_CHARS_MAX);
      if (!granted) throw new Fault("access-denied", `${name} may not read ${what}`);
    },
  };
}

function basic(header: string): [name: string, password: string] {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header.slice(0, HEADER_CHARS_MAX)) ?? [];
  if (encoded === undefined) throw new Fault("not-authenticated", "only Basic is understood");
  const text = Buffer.from(encoded, "base64").toString();
  const colon = text.indexOf(":");
  if (colon < 0) throw new Fault("not-authenticated", "only Basic is understood");
  return [text.slice(0, colon), text.slice(colon + 1)];
}
