import { HotlineError, isRecord } from "./errors";

export const API = "/api/v1";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
type QueryValue = string | number | boolean | null | undefined;

export interface RequestOptions {
  query?: Readonly<Record<string, QueryValue>>;
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** The same key with the same body acts once, however often it is sent. */
  key?: string;
  /** The password is in it: the answer brings a new cookie, and the old one opens nothing more. */
  renews?: boolean;
}

const TIMEOUT_MS = 20_000;
let renewing: Promise<unknown> = Promise.resolve();
let renewedCount = 0;

/** One request to the service. Resolves to its JSON (undefined for 204) or throws HotlineError. */
export async function request<T>(
  method: Method,
  path: string,
  options: RequestOptions = {},
): Promise<T> {
  const response = await send(method, path, options);
  if (!response.ok) throw await refusal(response);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** A file that is asked for with a body: its content, or HotlineError. */
export async function download(path: string, body: unknown): Promise<Blob> {
  const response = await send("POST", path, { body });
  if (!response.ok) throw await refusal(response);
  return response.blob();
}

export function queryString(query: Readonly<Record<string, QueryValue>> = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}

/** What was under way with the old cookie while a new one came is sent again. */
async function send(method: Method, path: string, options: RequestOptions): Promise<Response> {
  const before = renewedCount;
  const sent = sendOnce(method, path, options);
  if (options.renews) renewing = sent.catch(() => undefined).finally(() => (renewedCount += 1));
  const response = await sent;
  if (response.status !== 401 || options.renews) return response;
  await renewing;
  return renewedCount === before ? response : sendOnce(method, path, options);
}

async function sendOnce(method: Method, path: string, options: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (options.key) headers["Idempotency-Key"] = options.key;
  if (options.body instanceof FormData) {
    init.body = options.body;
  } else if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(options.body);
  }
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  init.signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    return await fetch(API + path + queryString(options.query), init);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new HotlineError(0, timeout.aborted ? "timed_out" : "unreachable");
  }
}

/** What an answer that was not good says. */
export async function refusal(response: Response): Promise<HotlineError> {
  const problem: unknown = await response.json().catch(() => null);
  if (!isRecord(problem) || typeof problem["code"] !== "string") {
    return new HotlineError(response.status, codeOf(response.status));
  }
  return new HotlineError(
    response.status,
    problem["code"],
    typeof problem["detail"] === "string" ? problem["detail"] : "",
    isRecord(problem["params"]) ? problem["params"] : {},
    typeof problem["request_id"] === "string" ? problem["request_id"] : null,
  );
}

/** A proxy in between answers without a code of ours. */
function codeOf(status: number): string {
  if (status === 401) return "not_signed_in";
  if (status === 404) return "not_found";
  if (status === 429) return "too_many_attempts";
  return status >= 500 ? "service_failed" : "refused";
}
