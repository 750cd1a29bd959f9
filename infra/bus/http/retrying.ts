import { setTimeout as sleep } from "node:timers/promises";
import type { Method } from "@nightshift/protocol/a2a";
import { Unavailable } from "@nightshift/protocol/errors";
import { codes, RpcFailure } from "@nightshift/protocol/rpc";
import { z } from "zod";
import { PRINCIPAL_KEY } from "../delegate.ts";
import { askOnce, type Interface, type RequestHow } from "./requests.ts";

/** How often, and how long apart in milliseconds, something that broke is tried again. */
export type Retry = { triesMax: number; firstMs: number; longestMs: number };

/** Asks again while it is safe to: never what may have been done. Throws as `askOnce` does. */
export async function again(
  { at, retry }: { at: Interface; retry: Retry },
  method: Method,
  params: object,
  how: RequestHow,
): Promise<unknown> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await askOnce(at, method, ownParams(params), how);
    } catch (error) {
      if (how.signal.aborted || tried >= retry.triesMax || !isSafe(method, error)) throw error;
    }
    await pause(retry, tried, how.signal);
  }
}

/** Waits twice as long each time, a little of it by chance. */
export async function pause(
  { firstMs, longestMs }: Retry,
  tried: number,
  signal: AbortSignal,
): Promise<void> {
  const pauseMs = Math.min(longestMs, firstMs * 2 ** tried) * (0.75 + Math.random() / 2);
  await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
}

/** Methods that change nothing, or the same when they come twice. */
const repeatable: ReadonlySet<Method> = new Set<Method>([
  "GetTask",
  "ListTasks",
  "CancelTask",
  "SubscribeToTask",
  "GetTaskPushNotificationConfig",
  "ListTaskPushNotificationConfigs",
  "DeleteTaskPushNotificationConfig",
  "GetExtendedAgentCard",
]);

/** Whether a request that failed so may be sent again. */
export function isSafe(method: Method, error: unknown): boolean {
  if (error instanceof RpcFailure) return error.code === codes.busy;
  return error instanceof Unavailable && (repeatable.has(method) || wasNotSent(error));
}

/** The other side will not tell this call again: it is over. */
export function isOver(error: unknown): boolean {
  return error instanceof RpcFailure && error.code === codes.unsupportedOperation;
}

/** Nobody took the connection: whatever it was, it was not done. */
function wasNotSent({ cause }: Unavailable): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ECONNREFUSED";
}

const Params = z.looseObject({ tenant: z.unknown(), metadata: z.looseObject({}).optional() });

/** Params without what is between this house and its own: its name of the agent, and of who asks. */
export function ownParams(params: object): Record<string, unknown> {
  const {
    tenant: _tenant,
    metadata = {},
    ...rest
  } = Params.parse({ tenant: undefined, ...params });
  const { [PRINCIPAL_KEY]: _principal, ...others } = metadata;
  return Object.keys(others).length > 0 ? { ...rest, metadata: others } : rest;
}
