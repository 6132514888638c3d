// A client for Ducat. Types are those of the OpenAPI document, with amounts as bigint.
import createClient, { type Client } from "openapi-fetch";

import { DucatError } from "./errors.js";
import { newId } from "./ids.js";
import { decode, encode } from "./json.js";
import type { components, operations, paths } from "./schema.js";
import { responses } from "./shapes.js";
import { isUnsettled, repeating, type Settings } from "./transport.js";

export { DucatError } from "./errors.js";
export { newId } from "./ids.js";
export type { components, operations, paths } from "./schema.js";
export type { Settings } from "./transport.js";
export { verifyWebhook, type WebhookHeaders } from "./webhooks.js";

type Schemas = components["schemas"];
export type Transaction = Schemas["TransactionBody"];
export type TransactionRequest = Schemas["TransactionRequest"];
export type Account = Schemas["AccountBody"];
/** What an account has in one asset: posted, held, and what may still be debited. */
export type Balance = Schemas["BalanceBody"];
/** What was posted by an instant. */
export type BalanceAt = Schemas["BalanceAt"];
export type Entry = Schemas["EntryBody"];
export type Event = Schemas["EventBody"];

/** A transaction with its id: whoever sends it chose the id before. */
export type Identified = TransactionRequest & { id: string };

/**
 * A command as it is sent: where to, under which id, and its bytes. Store it before you submit it; after a crash submit what
 * you stored. However often it is submitted, it counts once.
 */
export interface Command {
  readonly path: string;
  readonly id: string;
  readonly body: string;
}

/** What came of a command. */
export interface Outcome {
  readonly transaction: Transaction;
  /** Whether it had been done before: this is the response of then. */
  readonly isReplay: boolean;
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

export class Ducat {
  /** Every operation, typed, as openapi-fetch offers it; amounts in responses are bigint. */
  readonly raw: Client<paths, "application/json">;
  readonly #send: (request: Request) => Promise<Response>;
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#send = repeating(settings);
    const client = createClient<paths, "application/json">({
      baseUrl: settings.url.replace(/\/+$/, ""),
      headers: this.#headers(),
      bodySerializer: (body) => encode(body),
      fetch: this.#send,
    });
    for (const method of METHODS) {
      const call = client[method] as (path: string, init?: unknown) => Promise<{ data?: unknown }>;
      const decoded = async (path: string, init?: unknown) => {
        const outcome = await call(path, init);
        if (outcome.data !== undefined) outcome.data = decode(outcome.data, responses[`${method} ${path}`]);
        return outcome;
      };
      Object.assign(client, { [method]: decoded });
    }
    this.raw = client;
  }

  /** A ledger. Nothing is asked of the server. */
  ledger(name: string): Ledger {
    return new Ledger(this, name);
  }

  /** Opens a ledger. One that is open with the same terms stays as it is. */
  async openLedger(terms: Schemas["LedgerRequest"]): Promise<Ledger> {
    await this.fetch("POST", "/v1/ledgers", encode(terms));
    return this.ledger(terms.name);
  }

  /**
   * Submits a command. It is sent again while the server is away.
   * @throws DucatError when it is refused, or when its outcome is not known: then submit it again.
   */
  async submit(command: Command): Promise<Outcome> {
    const response = await this.fetch("POST", command.path, command.body);
    const isReplay = response.headers.get("idempotent-replayed") === "true";
    const transaction = decode(await response.json(), "TransactionBody") as Transaction;
    if (transaction.id !== command.id) {
      throw new DucatError(response.status, "another_response", "the response is of another command", {}, true);
    }
    return { transaction, isReplay };
  }

  /** Sends a request and gives its response, if that is a success. */
  async fetch(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Response> {
    const init: RequestInit = { method, headers: { ...this.#headers(), ...headers } };
    if (body !== undefined) {
      init.body = body;
      init.headers = { ...init.headers, "content-type": "application/json" };
    }
    const response = await this.#send(new Request(this.#settings.url.replace(/\/+$/, "") + path, init));
    if (response.ok) return response;
    throw await refusal(response);
  }

  #headers(): Record<string, string> {
    return this.#settings.key ? { authorization: `Bearer ${this.#settings.key}` } : {};
  }
}

async function refusal(response: Response): Promise<DucatError> {
  const unknown = isUnsettled(response);
  const text = await response.text();
  try {
    const problem = JSON.parse(text) as Record<string, unknown>;
    return new DucatError(response.status, String(problem["code"]), String(problem["detail"]), problem, unknown);
  } catch {
    return new DucatError(response.status, "not_a_problem", text.slice(0, 1_000) || `status ${response.status}`, {}, unknown);
  }
}

/** Refuses what has no id: it would get another one each time. */
function stored(id: unknown): void {
  if (typeof id !== "string" || id === "") throw new TypeError("it needs an id that you have stored; prepare() makes one");
}

/** How a list is cut. */
type Query = Record<string, string | number | boolean | undefined>;

export class Ledger {
  constructor(
    readonly server: Ducat,
    readonly name: string,
  ) {}

  get #path(): string {
    return `/v1/ledgers/${encodeURIComponent(this.name)}`;
  }

  /** A transaction as a command, to be stored and then submitted. It gets a new id if it has none. */
  prepare(transaction: TransactionRequest): Command {
    const id = transaction.id ?? newId();
    return { path: `${this.#path}/transactions`, id, body: encode({ ...transaction, id }) };
  }

  /** Submits a transaction whose id you have stored. */
  async transact(transaction: Identified): Promise<Outcome> {
    stored(transaction.id);
    return this.server.submit(this.prepare(transaction));
  }

  /** Posts a hold, all of it or a part. */
  async post(hold: string, request: { amount?: bigint } = {}): Promise<Transaction> {
    return this.#transition(hold, "post", request);
  }

  /** Ends a hold without posting it. */
  async void(hold: string): Promise<Transaction> {
    return this.#transition(hold, "void", {});
  }

  /** Reverses a transaction, all of it or a part, under an id that you have stored. */
  async reverse(transaction: string, request: { id: string } & Schemas["ReverseRequest"]): Promise<Transaction> {
    stored(request.id);
    return this.#transition(transaction, "reverse", request);
  }

  async #transition(id: string, what: string, request: object): Promise<Transaction> {
    const path = `${this.#path}/transactions/${encodeURIComponent(id)}/${what}`;
    const response = await this.server.fetch("POST", path, encode(request));
    return decode(await response.json(), "TransactionBody") as Transaction;
  }

  /** Opens an account. One that is open with the same terms stays as it is. */
  async openAccount(request: Schemas["AccountRequest"]): Promise<Account> {
    const response = await this.server.fetch("POST", `${this.#path}/accounts`, encode(request));
    return decode(await response.json(), "AccountBody") as Account;
  }

  /** An account, with its balances by asset: what is posted, held and available now. */
  async account(name: string): Promise<Account> {
    return (await this.#get(`/accounts/${encodeURIComponent(name)}`, {}, "AccountBody")) as Account;
  }

  /** What is posted of one asset, now or at an instant. */
  async balance(account: string, query: { asset?: string; at?: string; by?: "recorded" | "effective" } = {}): Promise<BalanceAt> {
    return (await this.#get(`/accounts/${encodeURIComponent(account)}/balance`, query, "BalanceAt")) as BalanceAt;
  }

  async transaction(id: string): Promise<Transaction> {
    return (await this.#get(`/transactions/${encodeURIComponent(id)}`, {}, "TransactionBody")) as Transaction;
  }

  /** All transactions that a query finds, the latest first; pages are read as they are needed. */
  transactions(query: Query = {}): AsyncGenerator<Transaction> {
    return this.#all("/transactions", query, "TransactionBody") as AsyncGenerator<Transaction>;
  }

  accounts(query: Query = {}): AsyncGenerator<Account> {
    return this.#all("/accounts", query, "AccountBody") as AsyncGenerator<Account>;
  }

  statement(account: string, query: Query = {}): AsyncGenerator<Entry> {
    return this.#all(`/accounts/${encodeURIComponent(account)}/statement`, query, "EntryBody") as AsyncGenerator<Entry>;
  }

  /** All events after one of them, to the end of the journal as it is then. */
  async *events(after = 0, limit = 1_000): AsyncGenerator<Event> {
    for (let next: number | null | undefined = after; next !== null && next !== undefined; ) {
      const page = (await this.#get("/events", { after: next, limit }, undefined)) as { data: Event[]; next?: number | null };
      yield* page.data;
      // A page may be empty, for a key that sees some accounts only, and lead on.
      next = page.next;
    }
  }

  async *#all(path: string, query: Query, shape: string): AsyncGenerator<unknown> {
    for (let cursor: string | null | undefined; ; ) {
      const page = (await this.#get(path, cursor ? { ...query, cursor } : query, undefined)) as {
        data: unknown[];
        next?: string | null;
      };
      for (const one of page.data) yield decode(one, shape);
      cursor = page.next;
      if (!cursor) return;
    }
  }

  async #get(path: string, query: Query, shape: string | undefined): Promise<unknown> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
    const response = await this.server.fetch("GET", `${this.#path}${path}${search.size > 0 ? `?${search}` : ""}`);
    return decode(await response.json(), shape);
  }
}
