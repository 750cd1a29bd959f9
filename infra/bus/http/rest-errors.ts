import { Unavailable, type Refusal, type RefusalCode } from "@nightshift/protocol/errors";
import {
  codes,
  ErrorInfo,
  errorInfo,
  fromRpcError,
  reasons,
  RefusalData,
  type RpcError,
  type RpcFailure,
} from "@nightshift/protocol/rpc";
import { z } from "zod";

// The same failures in the two forms that HTTP has for them: the codes of JSON-RPC, and a status
// with a `google.rpc.Status` as its body (A2A 1.0.1, 5.4 and 11.6).

/** Whose reasons ours are, where A2A has none. */
const OWN_DOMAIN = "night-shift.dev";

type RestStatus = readonly [status: number, name: string];

const statuses: ReadonlyMap<number, RestStatus> = new Map<number, RestStatus>([
  [codes.taskNotFound, [404, "NOT_FOUND"]],
  [codes.taskNotCancelable, [400, "FAILED_PRECONDITION"]],
  [codes.pushNotSupported, [400, "FAILED_PRECONDITION"]],
  [codes.unsupportedOperation, [400, "FAILED_PRECONDITION"]],
  [codes.contentTypeNotSupported, [400, "INVALID_ARGUMENT"]],
  [codes.invalidAgentResponse, [500, "INTERNAL"]],
  [codes.extendedCardNotConfigured, [400, "FAILED_PRECONDITION"]],
  [codes.extensionRequired, [400, "FAILED_PRECONDITION"]],
  [codes.versionNotSupported, [400, "FAILED_PRECONDITION"]],
  [codes.parse, [400, "INVALID_ARGUMENT"]],
  [codes.invalidRequest, [400, "INVALID_ARGUMENT"]],
  [codes.invalidParams, [400, "INVALID_ARGUMENT"]],
  [codes.methodNotFound, [404, "NOT_FOUND"]],
  [codes.busy, [429, "RESOURCE_EXHAUSTED"]],
]);
const internal: RestStatus = [500, "INTERNAL"];

const refused: Partial<Record<RefusalCode, RestStatus>> = {
  unauthenticated: [401, "UNAUTHENTICATED"],
  "not-allowed": [403, "PERMISSION_DENIED"],
  "not-found": [404, "NOT_FOUND"],
};
const otherRefusal: RestStatus = [409, "FAILED_PRECONDITION"];

/** Reasons of ours for the codes of JSON-RPC; A2A calls bad parameters by one name of its own. */
const ownReasons: ReadonlyMap<number, string> = new Map([
  [codes.parse, "PARSE_ERROR"],
  [codes.invalidRequest, "INVALID_REQUEST"],
  [codes.methodNotFound, "METHOD_NOT_FOUND"],
  [codes.internal, "INTERNAL"],
  [codes.busy, "BUSY"],
]);

export type RestError = {
  error: { code: number; status: string; message: string; details: ErrorInfo[] };
};

/** An error as REST says it. */
export function toRestError(error: RpcError): RestError {
  const refusal = RefusalData.safeParse(error.data);
  if (refusal.success) {
    const { refusal: code } = refusal.data;
    const [status, name] = refused[code] ?? otherRefusal;
    const reason = code.replaceAll("-", "_").toUpperCase();
    const detail = errorInfo(reason, OWN_DOMAIN, { refusal: code });
    return { error: { code: status, status: name, message: error.message, details: [detail] } };
  }
  const [code, status] = statuses.get(error.code) ?? internal;
  return { error: { code, status, message: error.message, details: [detailOf(error.code)] } };
}

function detailOf(code: number): ErrorInfo {
  const reason = reasons.get(code);
  if (reason !== undefined) return errorInfo(reason);
  if (code === codes.invalidParams) return errorInfo("INVALID_PARAMS");
  return errorInfo(ownReasons.get(code) ?? "INTERNAL", OWN_DOMAIN);
}

const Told = z.object({
  error: z.object({
    message: z.string().default("no message"),
    details: z.array(z.unknown()).max(20).default([]),
  }),
});

const codeOf: ReadonlyMap<string, number> = new Map([
  ...[...reasons, ...ownReasons].map(([code, reason]) => [reason, code] as const),
  ["INVALID_PARAMS", codes.invalidParams],
]);

/** The failure that an answer of REST stands for; Unavailable where it says nothing we know. */
export function fromRestError(status: number, body: unknown): Refusal | RpcFailure | Unavailable {
  const told = Told.safeParse(body);
  if (!told.success) return new Unavailable(`the answer is HTTP ${status}`);
  const { message, details } = told.data.error;
  for (const detail of details) {
    const info = ErrorInfo.safeParse(detail);
    if (!info.success) continue;
    const { reason, domain, metadata } = info.data;
    if (domain === OWN_DOMAIN && metadata?.["refusal"] !== undefined)
      return fromRpcError({ code: codes.refused, message, data: { refusal: metadata["refusal"] } });
    const code = codeOf.get(reason);
    if (code !== undefined) return fromRpcError({ code, message });
  }
  return new Unavailable(`the answer is HTTP ${status}: ${message.slice(0, 300)}`);
}
