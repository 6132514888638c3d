// Sending, and sending again. A request is repeated only if it changes nothing or has an id, and then with the same bytes.
import { DucatError } from "./errors.js";

export interface Settings {
  /** Where the server is, such as `http://127.0.0.1:8000`. */
  url: string;
  /** The key, if the server has keys. */
  key?: string;
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

/** A `fetch` that repeats what may be repeated. */
export function repeating(settings: Settings): (request: Request) => Promise<Response> {
  const send = settings.fetch ?? fetch;
  return async (request) => {
    const body = request.body ? await request.text() : undefined;
    const mayRepeat = await repeatable(request, body);
    const until = Date.now() + (settings.retryMs ?? 60_000);
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await once(send, request, body, settings.timeoutMs ?? 30_000);
      const isFinal = outcome instanceof Response && !AGAIN.has(outcome.status);
      // There is no processor to wait for.
      const isHopeless = outcome instanceof Response && outcome.status === 503 && !outcome.headers.has("retry-after");
      const wait = pause(attempt, outcome instanceof Response ? outcome.headers.get("retry-after") : null);
      if (isFinal || isHopeless || !mayRepeat || Date.now() + wait > until) {
        if (outcome instanceof Response) return outcome;
        throw new DucatError(0, "no_response", "no response came; it is not known whether anything was done", {}, { cause: outcome });
      }
      if (outcome instanceof Response) await outcome.arrayBuffer().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  };
}

async function once(send: typeof fetch, request: Request, body: string | undefined, timeoutMs: number): Promise<unknown> {
  try {
    const init: RequestInit = { method: request.method, headers: request.headers, signal: AbortSignal.timeout(timeoutMs) };
    if (body !== undefined) init.body = body;
    const response = await send(request.url, init);
    // A response that breaks off is none.
    const bytes = await response.arrayBuffer();
    const bare = [204, 205, 304].includes(response.status);
    return new Response(bare ? null : bytes, { status: response.status, headers: response.headers });
  } catch (error) {
    return error;
  }
}

/** Whether a request that is sent twice counts once. */
async function repeatable(request: Request, body: string | undefined): Promise<boolean> {
  if (["GET", "HEAD", "PUT", "DELETE"].includes(request.method)) return true;
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
