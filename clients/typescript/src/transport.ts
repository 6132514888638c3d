// Sending, and sending again. A request is repeated only if it changes nothing or has an id, and then with the same bytes.
import { DucatError } from "./errors.js";

export interface Settings {
  /** Where the server is, such as `http://127.0.0.1:8000`. */
  url: string;
  /** The key, if the server has keys. */
  key?: string | undefined;
  /** For how long a request is tried again while the server is away or busy, in milliseconds. The default is 60,000. */
  retryMs?: number;
  /** How long one attempt may take, in milliseconds. The default is 30,000. */
  timeoutMs?: number;
  /** What sends; the default is `fetch`. */
  fetch?: typeof fetch;
}

/** Responses after which the same request may succeed, or has succeeded already. */
const AGAIN = new Set([408, 429, 502, 503, 504]);

/** Waits between attempts: from so many milliseconds, twice as long each time, up to so many. */
const [WAIT_MIN, WAIT_MAX] = [50, 5_000];

/** Responses that say what became of a command. */
const SETTLED = new Set([400, 404, 409, 412, 413, 415, 422]);

/** Responses of requests of which one attempt may have been done without a response. */
const unsettled = new WeakSet<Response>();

/** Whether it is unknown what became of the request that has this response. */
export function isUnsettled(response: Response): boolean {
  return unsettled.has(response);
}

/** A `fetch` that repeats what may be repeated. */
export function repeating(settings: Settings): (request: Request) => Promise<Response> {
  const send = settings.fetch ?? fetch;
  return async (request) => {
    const body = request.body ? await request.text() : undefined;
    const mayRepeat = repeatable(request, body);
    const until = Date.now() + (settings.retryMs ?? 60_000);
    let mayBeDone = false;
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await once(send, request, body, settings.timeoutMs ?? 30_000);
      const response = outcome instanceof Response ? outcome : undefined;
      mayBeDone ||= response === undefined || [500, 502, 504].includes(response.status);
      const isFinal = response !== undefined && !AGAIN.has(response.status);
      // There is no processor to wait for.
      const isHopeless = response?.status === 503 && !response.headers.has("retry-after");
      const wait = pause(attempt, response?.headers.get("retry-after") ?? null);
      if (isFinal || isHopeless || !mayRepeat || Date.now() + wait > until) {
        if (response === undefined) {
          const detail = `no response came (${reason(outcome)}); it is not known whether anything was done`;
          throw new DucatError(0, "no_response", detail, {}, true, { cause: outcome });
        }
        if (mayBeDone && !response.ok && !SETTLED.has(response.status)) unsettled.add(response);
        return response;
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  };
}

/** Why there is no response, in a few words: `fetch` puts it into the cause. */
function reason(outcome: unknown): string {
  const cause = outcome instanceof Error && outcome.cause instanceof Error ? outcome.cause : outcome;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

/** Sends once. Gives the response, or why there is none: one that breaks off is none. */
async function once(send: typeof fetch, request: Request, body: string | undefined, timeoutMs: number): Promise<unknown> {
  try {
    // A redirect would make a GET of a POST: it is a response like any other.
    const signal = AbortSignal.timeout(timeoutMs);
    const init: RequestInit = { method: request.method, headers: request.headers, redirect: "manual", signal };
    if (body !== undefined) init.body = body;
    const response = await send(request.url, init);
    const bytes = await response.arrayBuffer();
    const bare = [204, 205, 304].includes(response.status);
    return new Response(bare ? null : bytes, { status: response.status, headers: response.headers });
  } catch (error) {
    return error;
  }
}

/** POSTs that find what they made: a ledger or an account that is open, a hold that has ended. */
const FINDS_ITSELF = /^\/v1\/ledgers(\/[^/]+\/(accounts|transactions\/[^/]+\/(post|void)))?$/;

/** What is deleted by an id that no other gets. A name may be another's when the request is sent again. */
const DELETED_BY_ID = /^\/(v1\/keys|v2\/accounts)\/[^/]+$/;

/** Whether a request that is sent twice counts once. */
function repeatable(request: Request, body: string | undefined): boolean {
  const { pathname } = new URL(request.url);
  if (["GET", "HEAD", "PUT"].includes(request.method)) return true;
  if (request.method === "DELETE") return DELETED_BY_ID.test(pathname);
  if (request.method === "POST" && FINDS_ITSELF.test(pathname)) return true;
  if (request.headers.has("idempotency-key") || request.headers.has("transaction-id")) return true;
  try {
    const value = JSON.parse(body ?? "null");
    const every = Array.isArray(value?.transactions) ? value.transactions : [value];
    return every.length > 0 && every.every((one: { id?: unknown } | null) => typeof one?.id === "string");
  } catch {
    return false;
  }
}

function pause(attempt: number, after: string | null): number {
  const asked = Number(after ?? 0) * 1_000 || 0;
  const own = Math.min(WAIT_MAX, WAIT_MIN * 2 ** Math.min(attempt, 10));
  return Math.max(asked, own / 2 + (Math.random() * own) / 2);
}
