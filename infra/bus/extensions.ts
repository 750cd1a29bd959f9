import { codes, RpcFailure } from "@nightshift/protocol/rpc";

/** Every event tells its number in the call, and a stream begins after a number that was heard. */
export const AFTER_SEQ_URI = "https://night-shift.dev/extensions/after-seq/v1";
/** Short questions are answered by a message, without a task. */
export const DIRECT_URI = "https://night-shift.dev/extensions/direct-answer/v1";
/** Work is announced, bid for and awarded. */
export const NEGOTIATION_URI = "https://night-shift.dev/extensions/negotiation/v1";

/** Whether a request activates an extension; `said` is the service parameter `A2A-Extensions`. */
export function asksFor(said: string | undefined, uri: string): boolean {
  return said !== undefined && said.split(",", EXTENSIONS_MAX).some((one) => one.trim() === uri);
}

const EXTENSIONS_MAX = 20;

/**
 * The number after which a stream goes on; `said` is the service parameter `Last-Event-ID`.
 * @throws RpcFailure -32602 for what is no number.
 */
export function readAfterSeq(said: string | undefined): number | undefined {
  if (said === undefined || said === "") return undefined;
  if (/^\d{1,9}$/.test(said)) return Number(said);
  throw new RpcFailure(codes.invalidParams, "Last-Event-ID is the number of an event of the call");
}
