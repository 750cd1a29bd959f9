import {
  BATCH_MAX,
  CancelStream,
  codes,
  RpcErrorResponse,
  RpcId,
  RpcRequest,
  RpcResult,
  StreamEnd,
  type RpcError,
} from "@nightshift/protocol/rpc";
import { z } from "zod";

/** What one text frame says. Requests, results, errors, and the two frames of a2aproject/A2A#1864. */
export type Frame =
  | { kind: "request"; request: RpcRequest }
  | { kind: "result"; id: string; result: unknown }
  | { kind: "error"; id: string | null; error: RpcError }
  | { kind: "stream-end"; id: string }
  | { kind: "cancel-stream"; id: string }
  | { kind: "batch"; items: (RpcRequest | Invalid)[] }
  | Invalid;

/** A frame that is none; it is answered with its code, under the id where one could be read. */
export type Invalid = { kind: "invalid"; id: string | null; error: RpcError };

/** Reads a frame of anyone. Never throws. */
export function readFrame(text: string): Frame {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "invalid", id: null, error: { code: codes.parse, message: "not JSON" } };
  }
  if (Array.isArray(value)) return readBatch(value);
  if (has(value, "method")) return readRequest(value);
  if (has(value, "result")) {
    const result = RpcResult.safeParse(value);
    if (result.success) return { kind: "result", id: result.data.id, result: result.data.result };
  } else if (has(value, "error")) {
    const failed = RpcErrorResponse.safeParse(value);
    if (failed.success) return { kind: "error", id: failed.data.id, error: failed.data.error };
  } else if (has(value, "streamEnd")) {
    const end = StreamEnd.safeParse(value);
    if (end.success) return { kind: "stream-end", id: end.data.id };
  } else if (has(value, "cancelStream")) {
    const cancel = CancelStream.safeParse(value);
    if (cancel.success) return { kind: "cancel-stream", id: cancel.data.id };
  }
  return invalid(value, "no frame of JSON-RPC 2.0");
}

function readBatch(values: unknown[]): Frame {
  if (values.length === 0 || values.length > BATCH_MAX)
    return invalid(null, `a batch holds 1 to ${BATCH_MAX} requests`);
  const items = values.map((value) => {
    const frame = readRequest(value);
    return frame.kind === "request" ? frame.request : frame;
  });
  return { kind: "batch", items };
}

function readRequest(value: unknown): { kind: "request"; request: RpcRequest } | Invalid {
  const request = RpcRequest.safeParse(value);
  if (request.success) return { kind: "request", request: request.data };
  return invalid(value, z.prettifyError(request.error).slice(0, 500));
}

function invalid(value: unknown, message: string): Invalid {
  const id = RpcId.safeParse(has(value, "id") ? value.id : null);
  const error = { code: codes.invalidRequest, message };
  return { kind: "invalid", id: id.success ? id.data : null, error };
}

function has<Key extends string>(value: unknown, key: Key): value is Record<Key, unknown> {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key);
}
