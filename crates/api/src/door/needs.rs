//! What each operation needs of whoever asks: one table.
//!
//! An operation that is not in it is refused to everyone once there are keys, and a test compares it with the OpenAPI
//! document. The document says of each operation what stands here.

use ducat_engine::keys::access::Need::{self, Admin, Measure, Read, SeeOwn, Submit, Write};

/// What must be known of whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Demand {
    /// Nothing.
    Nothing,
    /// That it has a key, whatever for.
    AnyKey,
    /// That its key includes this, in the place.
    Of(Need, Place),
}

/// Where something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the ledger of the path.
    PathLedger,
    /// In the ledger of a small API.
    Ledger(&'static str),
    /// In each ledger that the response or the body names: the handler looks.
    EachLedger,
    /// On the server: in every ledger.
    Server,
}

/// What a key with prefixes of accounts may do there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefixed {
    /// Nothing.
    Refused,
    /// What concerns the account of the path, which must be below a prefix.
    PathAccount,
    /// What concerns accounts below a prefix: the handler looks.
    Handler,
}

/// Where pages for people are served, if there are any: they are made elsewhere, as a client of this API.
pub(crate) const PAGES: &str = "/console";

/// What is below that.
pub(crate) const PAGES_BELOW: &str = "/console/{*page}";

/// One operation and what it needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub method: &'static str,
    pub path: &'static str,
    pub demand: Demand,
    pub prefixed: Prefixed,
}

const fn rule(method: &'static str, path: &'static str, demand: Demand) -> Rule {
    Rule { method, path, demand, prefixed: Prefixed::Refused }
}

const fn open(path: &'static str) -> Rule {
    Rule { prefixed: Prefixed::Handler, ..rule("GET", path, Demand::Nothing) }
}

/// An operation of one ledger.
const fn of(method: &'static str, need: Need, path: &'static str) -> Rule {
    rule(method, path, Demand::Of(need, Place::PathLedger))
}

/// An operation on the account of the path.
const fn of_account(method: &'static str, need: Need, path: &'static str) -> Rule {
    Rule { prefixed: Prefixed::PathAccount, ..of(method, need, path) }
}

/// An operation whose handler looks which accounts it concerns.
const fn of_accounts(method: &'static str, need: Need, path: &'static str) -> Rule {
    Rule { prefixed: Prefixed::Handler, ..of(method, need, path) }
}

/// An operation of a small API, in its ledger.
const fn small(method: &'static str, need: Need, ledger: &'static str, path: &'static str) -> Rule {
    rule(method, path, Demand::Of(need, Place::Ledger(ledger)))
}

const ACCOUNTS: &str = "accounts";
const BANK: &str = "bank";
const POINTS: &str = "points";
const ADVANCES: &str = "advances";

/// All operations.
pub(crate) const RULES: &[Rule] = &[
    // The server.
    Rule { prefixed: Prefixed::Handler, ..rule("GET", "/", Demand::AnyKey) },
    open("/livez"),
    open("/healthz"),
    open("/readyz"),
    open("/ping"),
    open("/openapi.json"),
    open("/asyncapi.json"),
    open("/docs"),
    open("/docs/{*file}"),
    // The console asks the API again for each thing that it shows or does, with the key of whoever signed in.
    open(PAGES),
    open(PAGES_BELOW),
    rule("POST", PAGES_BELOW, Demand::Nothing),
    rule("GET", "/metrics", Demand::Of(Measure, Place::Server)),
    // Keys.
    rule("POST", "/v1/keys", Demand::Of(Admin, Place::Server)),
    rule("GET", "/v1/keys", Demand::Of(Admin, Place::Server)),
    rule("GET", "/v1/keys/{key}", Demand::Of(Admin, Place::Server)),
    rule("DELETE", "/v1/keys/{key}", Demand::Of(Admin, Place::Server)),
    rule("POST", "/v1/keys/{key}/rotate", Demand::Of(Admin, Place::Server)),
    rule("GET", "/v1/audit", Demand::Of(Admin, Place::Server)),
    rule("POST", "/v1/redactions", Demand::Of(Admin, Place::Server)),
    // Verification.
    rule("GET", "/v1/verification", Demand::Of(Admin, Place::Server)),
    rule("POST", "/v1/verification", Demand::Of(Admin, Place::Server)),
    // Streams of a broker.
    rule("GET", "/v1/streams", Demand::Of(Admin, Place::Server)),
    rule("GET", "/v1/streams/{stream}", Demand::Of(Admin, Place::Server)),
    rule("POST", "/v1/streams/{stream}/continue", Demand::Of(Admin, Place::Server)),
    // Ledgers.
    rule("POST", "/v1/ledgers", Demand::Of(Admin, Place::EachLedger)),
    Rule { prefixed: Prefixed::Handler, ..rule("GET", "/v1/ledgers", Demand::Of(Read, Place::EachLedger)) },
    of_accounts("GET", Read, "/v1/ledgers/{ledger}"),
    of("PATCH", Admin, "/v1/ledgers/{ledger}"),
    of("POST", Admin, "/v1/ledgers/{ledger}/assets"),
    of("PATCH", Admin, "/v1/ledgers/{ledger}/assets/{asset}"),
    of("GET", Read, "/v1/ledgers/{ledger}/busiest"),
    of_accounts("GET", Read, "/v1/ledgers/{ledger}/events"),
    of_accounts("GET", Read, "/v1/ledgers/{ledger}/cloudevents"),
    of_accounts("GET", Read, "/v1/ledgers/{ledger}/cloudevents/{seq}"),
    of("GET", Read, "/v1/ledgers/{ledger}/head"),
    of("POST", Admin, "/v1/ledgers/{ledger}/redactions"),
    // Accounts.
    of_accounts("POST", Write, "/v1/ledgers/{ledger}/accounts"),
    of_accounts("GET", Read, "/v1/ledgers/{ledger}/accounts"),
    of("GET", Read, "/v1/ledgers/{ledger}/account-groups"),
    of_account("GET", Read, "/v1/ledgers/{ledger}/accounts/{account}"),
    of_accounts("PATCH", Write, "/v1/ledgers/{ledger}/accounts/{account}"),
    of_account("GET", Read, "/v1/ledgers/{ledger}/accounts/{account}/balance"),
    of_account("GET", Read, "/v1/ledgers/{ledger}/accounts/{account}/statement"),
    // Transactions.
    of_accounts("POST", Submit, "/v1/ledgers/{ledger}/transactions"),
    of_accounts("GET", Read, "/v1/ledgers/{ledger}/transactions"),
    of_accounts("POST", Submit, "/v1/ledgers/{ledger}/transactions/batch"),
    of_accounts("GET", SeeOwn, "/v1/ledgers/{ledger}/transactions/{id}"),
    of_accounts("POST", Write, "/v1/ledgers/{ledger}/transactions/{id}/post"),
    of_accounts("POST", Write, "/v1/ledgers/{ledger}/transactions/{id}/void"),
    of_accounts("POST", Write, "/v1/ledgers/{ledger}/transactions/{id}/reverse"),
    // Webhooks: whoever opens one has events sent elsewhere, and its address may be a secret.
    of("GET", Admin, "/v1/ledgers/{ledger}/webhooks"),
    of("POST", Admin, "/v1/ledgers/{ledger}/webhooks"),
    of("GET", Admin, "/v1/ledgers/{ledger}/webhooks/{webhook}"),
    of("PATCH", Admin, "/v1/ledgers/{ledger}/webhooks/{webhook}"),
    of("DELETE", Admin, "/v1/ledgers/{ledger}/webhooks/{webhook}"),
    of("GET", Admin, "/v1/ledgers/{ledger}/webhooks/{webhook}/deliveries"),
    of("POST", Admin, "/v1/ledgers/{ledger}/webhooks/{webhook}/replay"),
    of("POST", Admin, "/v1/ledgers/{ledger}/webhooks/{webhook}/retry"),
    of("POST", Admin, "/v1/ledgers/{ledger}/webhooks/{webhook}/rotate"),
    of("GET", Admin, "/v1/ledgers/{ledger}/webhooks/{webhook}/secret"),
    of("POST", Admin, "/v1/ledgers/{ledger}/webhooks/{webhook}/skip"),
    of("POST", Admin, "/v1/ledgers/{ledger}/webhooks/{webhook}/test"),
    // Points.
    of("GET", Read, "/v1/ledgers/{ledger}/points/program"),
    of("PUT", Admin, "/v1/ledgers/{ledger}/points/program"),
    of("POST", Write, "/v1/ledgers/{ledger}/points/expire"),
    of("POST", Write, "/v1/ledgers/{ledger}/points/import"),
    of("GET", Read, "/v1/ledgers/{ledger}/points/members/{member}"),
    of("GET", Read, "/v1/ledgers/{ledger}/points/members/{member}/history"),
    of("GET", Read, "/v1/ledgers/{ledger}/points/members/{member}/lots"),
    of("POST", Write, "/v1/ledgers/{ledger}/points/members/{member}/adjust"),
    of("POST", Write, "/v1/ledgers/{ledger}/points/members/{member}/earn"),
    of("POST", Write, "/v1/ledgers/{ledger}/points/members/{member}/spend"),
    of("POST", Write, "/v1/ledgers/{ledger}/points/spends/{id}/refund"),
    // Advances.
    of("GET", Read, "/v1/ledgers/{ledger}/advances/terms"),
    of("PUT", Admin, "/v1/ledgers/{ledger}/advances/terms"),
    of("POST", Write, "/v1/ledgers/{ledger}/advances"),
    of("GET", Read, "/v1/ledgers/{ledger}/advances"),
    of("GET", Read, "/v1/ledgers/{ledger}/advances/aging"),
    of("GET", Read, "/v1/ledgers/{ledger}/advances/exceptions"),
    of("POST", Write, "/v1/ledgers/{ledger}/advances/reports"),
    of("POST", Write, "/v1/ledgers/{ledger}/advances/runs"),
    of("GET", Read, "/v1/ledgers/{ledger}/advances/runs"),
    of("GET", Read, "/v1/ledgers/{ledger}/advances/runs/{id}"),
    of("GET", Read, "/v1/ledgers/{ledger}/advances/{id}"),
    of("POST", Write, "/v1/ledgers/{ledger}/advances/{id}/cancel"),
    of("POST", Write, "/v1/ledgers/{ledger}/advances/{id}/pay-off"),
    of("POST", Write, "/v1/ledgers/{ledger}/advances/{id}/retry"),
    of("POST", Admin, "/v1/ledgers/{ledger}/advances/{id}/write-off"),
    // The small APIs, each in a ledger of its own.
    small("POST", Write, ACCOUNTS, "/amount"),
    small("GET", Read, ACCOUNTS, "/transaction/{transaction_id}"),
    small("GET", Read, ACCOUNTS, "/balance/{account_id}"),
    small("GET", Read, ACCOUNTS, "/max_transaction_volume"),
    small("POST", Write, POINTS, "/add"),
    small("POST", Write, POINTS, "/spend"),
    small("GET", Read, POINTS, "/balance"),
    small("POST", Write, ADVANCES, "/perform_advance"),
    small("POST", Write, BANK, "/accounts"),
    small("GET", Read, BANK, "/accounts"),
    small("GET", Read, BANK, "/accounts/{name}"),
    small("DELETE", Write, BANK, "/accounts/{name}"),
    small("POST", Write, BANK, "/accounts/{name}/deposit"),
    small("POST", Write, BANK, "/accounts/{name}/withdraw"),
    small("POST", Write, BANK, "/accounts/{name}/transfer"),
    small("GET", Read, BANK, "/accounts/{name}/links"),
    small("POST", Write, BANK, "/accounts/{name}/links"),
    small("DELETE", Write, BANK, "/accounts/{name}/links/{other}"),
    small("GET", Read, BANK, "/accounts/{name}/transactions"),
    small("GET", Read, BANK, "/accounts/{name}/requests/{request}"),
];

/// What a message may ask for, always by POST: commands that have one id, so that one that is delivered again is a repetition.
pub(crate) const COMMANDS: &[&str] = &[
    "/v1/ledgers/{ledger}/accounts",
    "/v1/ledgers/{ledger}/transactions",
    "/v1/ledgers/{ledger}/transactions/batch",
    "/v1/ledgers/{ledger}/transactions/{id}/post",
    "/v1/ledgers/{ledger}/transactions/{id}/void",
    "/v1/ledgers/{ledger}/transactions/{id}/reverse",
    "/v1/ledgers/{ledger}/points/members/{member}/adjust",
    "/v1/ledgers/{ledger}/points/members/{member}/earn",
    "/v1/ledgers/{ledger}/points/members/{member}/spend",
    "/v1/ledgers/{ledger}/points/spends/{id}/refund",
    "/v1/ledgers/{ledger}/advances",
    "/amount",
    "/add",
    "/spend",
    "/perform_advance",
    "/accounts",
    "/accounts/{name}/deposit",
    "/accounts/{name}/withdraw",
    "/accounts/{name}/transfer",
];

/// The other names of the bank's routes, each with the one that stands in the table.
pub(crate) const ALIASES: [(&str, &str); 3] =
    [("/account", "/accounts"), ("/account/{name}", "/accounts/{name}"), ("/v2/accounts/{id}", "/accounts/{name}")];
