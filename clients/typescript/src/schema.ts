// Generated from docs/openapi.json by `npm run generate`. Do not edit.

export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every entry point, with its link. */
        get: operations["entry_points"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List accounts, in the order of their ids. */
        get: operations["list_bank_accounts"];
        put?: never;
        /** Open an account. */
        post: operations["open_bank_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/accounts/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an account. */
        get: operations["get_bank_account"];
        put?: never;
        post?: never;
        /** Close an account whose balance is 0.00. Its name is free again. */
        delete: operations["close_bank_account"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/accounts/{name}/deposit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pay in. */
        post: operations["deposit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/accounts/{name}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the accounts that an account draws on, in order. */
        get: operations["list_links"];
        put?: never;
        /** Let an account draw on another, behind those that it draws on already. */
        post: operations["link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/accounts/{name}/links/{other}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Let an account not draw on another any more. */
        delete: operations["unlink"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/accounts/{name}/requests/{request}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The outcome of an order that was taken. */
        get: operations["get_request"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/accounts/{name}/transactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An account's transactions, newest first. */
        get: operations["list_bank_transactions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/accounts/{name}/transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pay another account. Linked accounts give what is missing, as in a withdrawal. */
        post: operations["transfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/accounts/{name}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take out. What the account cannot give down to its floor, the accounts linked to it give, in order, down to 0.00. */
        post: operations["withdraw"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add points of a payer, or take some back. */
        post: operations["add_points"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/amount": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Post an amount to an account. */
        post: operations["post_amount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is left of each payer. */
        get: operations["get_points_by_payer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/balance/{account_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The balance of an account. */
        get: operations["get_amount_balance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process runs: the earlier name of `/livez`. */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process runs. */
        get: operations["livez"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/max_transaction_volume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The busiest accounts. */
        get: operations["get_max_transaction_volume"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts, for Prometheus. */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/perform_advance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pay out an advance; it is collected in twelve weekly debits. */
        post: operations["perform_advance"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ping": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server answers. */
        get: operations["ping"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether it can serve: commands are taken and the store can be read. */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/spend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Spend points, the oldest of all payers first. */
        post: operations["spend_points"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/transaction/{transaction_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A transaction by its id. */
        get: operations["get_amount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what was done to keys, signers and ledgers as a whole, or within a ledger, in order.
         * @description With `ledger` it is what only an admin key may do there: opened and archived, assets, programs and terms, accounts
         *     opened with an overdraft and changed, texts erased. A page may be short, or empty, while `next` leads on.
         */
        get: operations["list_acts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List keys by id, revoked ones too. */
        get: operations["list_keys"];
        put?: never;
        /** Make a key. */
        post: operations["create_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a key. */
        get: operations["get_key"];
        put?: never;
        post?: never;
        /** Revoke a key, for good. Other nodes refuse it within a second. */
        delete: operations["revoke_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{key}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a key another secret. The one before is taken for a while too. */
        post: operations["rotate_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List ledgers by name. */
        get: operations["list_ledgers"];
        put?: never;
        /** Open a ledger. */
        post: operations["open_ledger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a ledger. */
        get: operations["get_ledger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the default asset, archive the ledger, or open it again.
         * @description What was decided before keeps the asset that it meant. An archived ledger is read-only and left out of lists; holds
         *     still expire in it.
         */
        patch: operations["change_ledger"];
        trace?: never;
    };
    "/v1/ledgers/{ledger}/account-groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the beginnings of account names: the next segment behind a prefix, with how many accounts begin so. */
        get: operations["list_groups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List accounts by name. */
        get: operations["list_accounts"];
        put?: never;
        /** Open an account for an asset. */
        post: operations["open_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/accounts/{account}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an account. */
        get: operations["get_account"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change limits, metadata or state. */
        patch: operations["change_account"];
        trace?: never;
    };
    "/v1/ledgers/{ledger}/accounts/{account}/balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A balance, now or at any past instant. */
        get: operations["get_balance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/accounts/{account}/statement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An account's entries, newest first. */
        get: operations["get_statement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/advances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List advances, oldest first. */
        get: operations["list_advances"];
        put?: never;
        /** Make an advance: its credit is sent at once, and its plan is made when a report says that it succeeded. */
        post: operations["open_advance"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/advances/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an advance: its plan, what was asked of the processor and what became of it, what is owed. */
        get: operations["get_advance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/advances/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give an advance up of which nothing has reached the processor, or which it refused for good. */
        post: operations["cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/advances/{id}/pay-off": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for the rest at once: what was not asked for yet is due today, and asked for by the next run. */
        post: operations["pay_off"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/advances/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try a credit again that the processor refused for good, under a new key; for another bank account, if one is given. */
        post: operations["retry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/advances/{id}/write-off": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for nothing more: what is open is written off, and so is what is under way where it fails. */
        post: operations["write_off"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/advances/aging": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show what is owed, by how long it has been due. */
        get: operations["get_aging"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/advances/exceptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what a person must see, newest first. */
        get: operations["list_exceptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/advances/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read a report of the processor: the results of transactions. What was reported before changes nothing.
         * @description With `as_of` it counts as the whole report of that day, if every line of it can be read and it is not empty while
         *     transactions are awaited: silence about a transaction then means what it means in the processor's own. With
         *     `accept_as_whole` a person says that whatever is known of that day's report is all that it had to say, and why: that
         *     is written down, and counts alike.
         */
        post: operations["read_report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/advances/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List runs, newest first. */
        get: operations["list_runs"];
        put?: never;
        /**
         * Begin the run of a day: read the report, then ask for all that is due.
         * @description A run of the same day that is under way is this one; one that was done may be made again.
         */
        post: operations["start_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/advances/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a run. */
        get: operations["get_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/advances/terms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the terms. */
        get: operations["get_terms"];
        /** Begin to make advances, or change the terms of those that are made from now on. */
        put: operations["set_terms"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add an asset. */
        post: operations["add_asset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/assets/{asset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the scale of an asset.
         * @description Amounts are recorded in minor units, so a scale changes only while no posting, hold or limit other than 0 is
         *     recorded.
         */
        patch: operations["change_asset"];
        trace?: never;
    };
    "/v1/ledgers/{ledger}/busiest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the busiest accounts of a ledger that ranks them. */
        get: operations["get_busiest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/cloudevents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every event in order of `seq`, as CloudEvents 1.0.
         * @description With `Accept: text/event-stream` the answer is a stream that goes on with new events as they are committed; `Last-Event-ID` takes it up again where it ended. An event over 20,000 bytes has `dataref`, the address of the whole event, in place of `data`.
         */
        get: operations["list_cloud_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/cloudevents/{seq}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One event whole, however long it is, as a CloudEvent. */
        get: operations["get_cloud_event"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every effect in order of `seq`, in the shape of the first release.
         * @description New programs read `/cloudevents`: the same events, in the shape in which they are also sent. With `Accept: text/event-stream` the answer is a stream that goes on with new effects as they are committed; `Last-Event-ID` takes it up again where it ended.
         */
        get: operations["list_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/head": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the head of a ledger: what it is now, signed.
         * @description Kept elsewhere, it proves later that the journal still begins with what it is now: `ducat verify --head FILE --key PUBLIC`.
         */
        get: operations["get_head"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/points/expire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close every lot that has expired. */
        post: operations["expire"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/points/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Import points from CSV. */
        post: operations["import_points"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/points/members/{member}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show what a member has. */
        get: operations["get_member"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/points/members/{member}/adjust": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put a member's points of a payer right, up or down. */
        post: operations["adjust"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/points/members/{member}/earn": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a member points of a payer. */
        post: operations["earn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/points/members/{member}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what came to a member and what went, newest first. */
        get: operations["list_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/points/members/{member}/lots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a member's lots that have points left, in the order in which they are spent. */
        get: operations["list_lots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/points/members/{member}/spend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Spend a member's points, the oldest of all payers first. */
        post: operations["spend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/points/program": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the terms. */
        get: operations["get_program"];
        /** Begin to keep points, or change the terms for what is earned from now on. */
        put: operations["set_program"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/points/spends/{id}/refund": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give back what a spend took, the last first; dates are kept, and what has expired meanwhile is lost. */
        post: operations["refund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/redactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erase texts of a transaction, an account or a member.
         * @description The description and metadata of a transaction, or all metadata that an account ever had, are erased from the journal
         *     and from everything that is derived from it. Their digest stays, so the journal still proves itself. The id of a
         *     transaction whose texts were erased is not used again: a retry is `id_reused`. For an account the journal is read from
         *     where it was opened, which goes on when the client does not wait. It is safe to ask again.
         */
        post: operations["redact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/transactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List transactions, newest first.
         * @description Filters narrow each other. `account` lists what was posted on an account; its open holds are found with `status=pending`. Any `metadata.KEY=VALUE` is a filter too. A page may be short, even empty, and still have a `next`: go on until it is null.
         */
        get: operations["list_transactions"];
        put?: never;
        /** Make a transaction. */
        post: operations["transact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/transactions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a transaction as it is now. */
        get: operations["get_transaction"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/transactions/{id}/post": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Post a hold, in full or in part; the rest is released. */
        post: operations["post_hold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/transactions/{id}/reverse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo a transaction by its opposite, whole or in part, linked both ways. What is reversed in all never exceeds it,
         *     posting by posting.
         */
        post: operations["reverse"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/transactions/{id}/void": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a hold up. */
        post: operations["void_hold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/transactions/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make many transactions. */
        post: operations["transact_batch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the webhooks of a ledger, closed ones too. */
        get: operations["list_webhooks"];
        put?: never;
        /** Open a webhook: events of the ledger are sent to an address. */
        post: operations["open_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/webhooks/{webhook}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a webhook, and how far it is. */
        get: operations["get_webhook"];
        put?: never;
        post?: never;
        /** Close a webhook permanently. What was not delivered is not sent any more. */
        delete: operations["close_webhook"];
        options?: never;
        head?: never;
        /** Change a webhook, disable it, or enable it again. */
        patch: operations["change_webhook"];
        trace?: never;
    };
    "/v1/ledgers/{ledger}/webhooks/{webhook}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the last attempts to deliver, newest first. The last 256 are kept. */
        get: operations["list_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/webhooks/{webhook}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send events again, or leave some out: those after a seq are sent next. */
        post: operations["replay_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/webhooks/{webhook}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send again at once what was not accepted. */
        post: operations["retry_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/webhooks/{webhook}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a webhook another secret. The one before signs too for a while. */
        post: operations["rotate_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/webhooks/{webhook}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the secrets that sign what is sent to a webhook. */
        get: operations["get_webhook_secret"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/webhooks/{webhook}/skip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Skip an event that was not accepted: it is not sent any more. */
        post: operations["skip_event"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledgers/{ledger}/webhooks/{webhook}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test event, once. What came of it is among the deliveries. */
        post: operations["test_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/redactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erase the name of who signed in at a provider, or what is recorded of a key that was revoked.
         * @description What was done stays recorded as done by the same actor, of whom only the number and a hash are left.
         */
        post: operations["redact_actor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/streams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the streams to which events are published. */
        get: operations["list_streams"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/streams/{stream}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a stream, and how far it is. */
        get: operations["get_stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/streams/{stream}/continue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a stream that stopped go on with what it has.
         * @description A stream that has lost messages goes on after its last one, and one that is gone or empty begins at the first event. Where its messages are of another history, it stops again: delete the stream first. The order is recorded (`/v1/audit`), and carried out within seconds.
         */
        post: operations["continue_stream"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the last verification of this node, or how far the one under way is. */
        get: operations["get_verification"];
        put?: never;
        /**
         * Begin to verify every ledger on this node, or join the verification under way.
         * @description Every row is derived again from the journal and compared, as `ducat verify` does. The server goes on meanwhile. It reads the whole journal on one thread.
         */
        post: operations["begin_verification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/accounts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an account. */
        get: operations["get_bank_account_by_id"];
        put?: never;
        post?: never;
        /** Close an account whose balance is 0.00. Its name is free again. */
        delete: operations["close_bank_account_by_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/accounts/{id}/deposit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pay in. */
        post: operations["deposit_by_id"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/accounts/{id}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the accounts that an account draws on, in order. */
        get: operations["list_links_by_id"];
        put?: never;
        /** Let an account draw on another, behind those that it draws on already. */
        post: operations["link_by_id"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/accounts/{id}/links/{other}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Let an account not draw on another any more. */
        delete: operations["unlink_by_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/accounts/{id}/requests/{request}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The outcome of an order that was taken. */
        get: operations["get_request_by_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/accounts/{id}/transactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An account's transactions, newest first. */
        get: operations["list_bank_transactions_by_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/accounts/{id}/transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pay another account. Linked accounts give what is missing, as in a withdrawal. */
        post: operations["transfer_by_id"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/accounts/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take out. What the account cannot give down to its floor, the accounts linked to it give, in order, down to 0.00. */
        post: operations["withdraw_by_id"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    "ducat.account.changed.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An account was changed, frozen or closed. The data is its state afterwards. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["AccountChangedData"];
                        /** @enum {string} */
                        type: "ducat.account.changed.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.account.opened.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An account was opened for an asset. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["AccountOpenedData"];
                        /** @enum {string} */
                        type: "ducat.account.opened.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.advance.changed.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Something happened to an advance: `what` says it. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ProductData"];
                        /** @enum {string} */
                        type: "ducat.advance.changed.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.advance.opened.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An advance was opened. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ProductData"];
                        /** @enum {string} */
                        type: "ducat.advance.opened.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.advances.line_unreadable.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A line of a report cannot be read. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ProductData"];
                        /** @enum {string} */
                        type: "ducat.advances.line_unreadable.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.advances.report_accepted.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A report was accepted although it looks wrong. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ProductData"];
                        /** @enum {string} */
                        type: "ducat.advances.report_accepted.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.advances.report_read.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A report was read. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ProductData"];
                        /** @enum {string} */
                        type: "ducat.advances.report_read.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.advances.run_ended.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A daily run ended. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ProductData"];
                        /** @enum {string} */
                        type: "ducat.advances.run_ended.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.advances.run_started.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A daily run began. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ProductData"];
                        /** @enum {string} */
                        type: "ducat.advances.run_started.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.advances.terms_set.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The terms of new advances were set. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ProductData"];
                        /** @enum {string} */
                        type: "ducat.advances.terms_set.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.advances.transaction_unknown.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A report names a transaction that no one sent. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ProductData"];
                        /** @enum {string} */
                        type: "ducat.advances.transaction_unknown.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.asset.added.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An asset was added. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["AssetData"];
                        /** @enum {string} */
                        type: "ducat.asset.added.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.asset.rescaled.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The scale of an asset was changed, before any amount of it was recorded. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["AssetRescaledData"];
                        /** @enum {string} */
                        type: "ducat.asset.rescaled.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.command.refused.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A command was refused, and the refusal is kept under its id. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["RefusedData"];
                        /** @enum {string} */
                        type: "ducat.command.refused.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.ledger.archived.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The ledger was archived. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ArchivedData"];
                        /** @enum {string} */
                        type: "ducat.ledger.archived.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.ledger.default_asset_set.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Another asset is meant where none is named. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["DefaultAssetData"];
                        /** @enum {string} */
                        type: "ducat.ledger.default_asset_set.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.ledger.opened.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The ledger was opened. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["LedgerOpenedData"];
                        /** @enum {string} */
                        type: "ducat.ledger.opened.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.ledger.unarchived.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The ledger is no longer archived. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ArchivedData"];
                        /** @enum {string} */
                        type: "ducat.ledger.unarchived.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.points.adjusted.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Points were added or removed by an adjustment. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ProductData"];
                        /** @enum {string} */
                        type: "ducat.points.adjusted.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.points.earned.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A member earned points. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ProductData"];
                        /** @enum {string} */
                        type: "ducat.points.earned.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.points.expired.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Points expired. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ProductData"];
                        /** @enum {string} */
                        type: "ducat.points.expired.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.points.imported.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rows of a points import were recorded. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ImportedData"];
                        /** @enum {string} */
                        type: "ducat.points.imported.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.points.matured.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pending points became available. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ProductData"];
                        /** @enum {string} */
                        type: "ducat.points.matured.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.points.program_set.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The points program was set. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ProductData"];
                        /** @enum {string} */
                        type: "ducat.points.program_set.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.points.refunded.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Spent points were given back. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ProductData"];
                        /** @enum {string} */
                        type: "ducat.points.refunded.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.points.spent.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A member spent points. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["ProductData"];
                        /** @enum {string} */
                        type: "ducat.points.spent.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.request.accepted.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A request was stored, to be performed later. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["RequestData"];
                        /** @enum {string} */
                        type: "ducat.request.accepted.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.request.completed.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A stored request was performed or refused. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["RequestCompletedData"];
                        /** @enum {string} */
                        type: "ducat.request.completed.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.text.redacted.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Texts of earlier events were erased. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["RedactedData"];
                        /** @enum {string} */
                        type: "ducat.text.redacted.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.transaction.expired.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A hold expired: its amount is available again. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["HoldEndedData"];
                        /** @enum {string} */
                        type: "ducat.transaction.expired.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.transaction.held.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A posting of a transaction is held: its amount is reserved. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["HoldData"];
                        /** @enum {string} */
                        type: "ducat.transaction.held.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.transaction.posted.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A posting of a transaction was recorded: money moved. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["PostingData"];
                        /** @enum {string} */
                        type: "ducat.transaction.posted.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.transaction.voided.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A hold was voided: its amount is available again. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["HoldEndedData"];
                        /** @enum {string} */
                        type: "ducat.transaction.voided.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "ducat.webhook.test.v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A test of a webhook, which is in no journal. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"] & {
                        data?: components["schemas"]["WebhookTestData"];
                        /** @enum {string} */
                        type: "ducat.webhook.test.v1";
                    };
                };
            };
            responses: {
                /** @description Any status of 2xx: the event was taken */
                "2XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        /** @description An account. */
        AccountBody: {
            /** @description Its balance in each asset that it is open for. */
            balances: {
                [key: string]: components["schemas"]["BalanceBody"];
            };
            /** @description Whether it is closed. */
            closed: boolean;
            /** @description When it was opened. */
            created_at: components["schemas"]["Instant"];
            /** @description Whether new debits and credits are refused. */
            frozen: boolean;
            /** @description What the client keeps with it. */
            metadata: components["schemas"]["Metadata"];
            /** @description Its name. */
            name: components["schemas"]["Name"];
        };
        /** @description The state of an account after a change. */
        AccountChangedData: {
            /** @description The account. */
            account: components["schemas"]["Name"];
            /** @description Whether it is closed. */
            closed: boolean;
            /** @description Whether new debits and credits are refused. */
            frozen: boolean;
            limits?: components["schemas"]["LimitsData"] | null;
            /** @description What the client keeps with it. */
            metadata: components["schemas"]["Metadata"];
        };
        /**
         * Format: uuid
         * @description The UUID of an account
         */
        AccountId: string;
        /** @description An account opened for an asset. */
        AccountOpenedData: {
            /** @description The account. */
            account: components["schemas"]["Name"];
            /** @description The asset. */
            asset: components["schemas"]["Name"];
            max_balance?: components["schemas"]["Balance"] | null;
            /** @description What the client keeps with it. */
            metadata: components["schemas"]["Metadata"];
            min_balance?: components["schemas"]["Balance"] | null;
        };
        /** @description What to change; what is left out stays. */
        AccountPatch: {
            asset?: components["schemas"]["Name"] | null;
            /** @description Whether the account is closed. */
            closed?: boolean | null;
            /** @description Whether new debits and credits are refused. */
            frozen?: boolean | null;
            /** @description The metadata as it was read: if it is other by now, nothing is changed. */
            if_metadata?: components["schemas"]["Metadata"];
            max_balance?: components["schemas"]["Balance"] | null;
            metadata?: components["schemas"]["Metadata"] | null;
            min_balance?: components["schemas"]["Balance"] | null;
        };
        /** @description What an account is opened with. */
        AccountRequest: {
            asset?: components["schemas"]["Name"] | null;
            max_balance?: components["schemas"]["Balance"] | null;
            /** @description What to keep with it. */
            metadata?: components["schemas"]["Metadata"];
            min_balance?: components["schemas"]["Balance"] | null;
            /** @description Its name. */
            name: components["schemas"]["Name"];
        };
        /** @description Something that was done. */
        ActBody: {
            /**
             * @description What: `key_created`, `key_rotated`, `key_revoked`, `signer_added`, `ledger_deleted`, `redacted`, `stream_continued`, or
             *     `webhook_` and what was done to it; within a ledger, the type of the event.
             * @example key_created
             */
            act: string;
            /** @description When. */
            at: components["schemas"]["Instant"];
            /** @description Who asked for it: the name of an actor; null where no one was asked who he is. */
            by?: string | null;
            /** @description What is recorded of it, without secrets; of a key that was made also when it was used first (`first_used_at`). */
            detail: Record<string, never>;
            /**
             * @description To what: the id of the key or the webhook, the public key of the signer, the name of the stream, the ledger, the account or
             *     the asset.
             */
            of: string;
            /**
             * Format: int64
             * @description Its place in the journal of the ledger, or of the system ledger.
             */
            seq: number;
        };
        /** @description Whose name to erase. */
        ActorRequest: {
            /** @description Who signed in at a provider, as `by` names him, or a key that was revoked. */
            actor: components["schemas"]["Name"];
            /**
             * @description Why. It is recorded as it is and cannot be erased: name no person in it.
             * @example request 1729 of a customer
             */
            reason: string;
        };
        /** @description A page of acts. */
        Acts: {
            /** @description What was done, in order. */
            data: components["schemas"]["ActBody"][];
            /**
             * Format: int64
             * @description What to give as `after` to go on; null at the end.
             */
            next?: number | null;
            /** @description Who was refused, the latest hour first. */
            refusals: components["schemas"]["RefusalBody"][];
        };
        /** @description Points of a payer to add or, where negative, to take back. */
        AddRequest: {
            /** @description From whom. */
            payer: components["schemas"]["Party"];
            /** @description How many; negative takes back. */
            points: components["schemas"]["PointsNumber"];
            /** @description The date on them. */
            timestamp: components["schemas"]["Instant"];
        };
        /** @description Points as they were put right. */
        AdjustmentBody: {
            /** @description The id of the transaction. */
            id: components["schemas"]["Id"];
            /** @description Whose they are. */
            member: components["schemas"]["Party"];
            /** @description From whom. */
            payer: components["schemas"]["Party"];
            /** @description How many: given where positive, taken back where negative. */
            points: components["schemas"]["SignedPoints"];
        };
        /** @description Points to put right. */
        AdjustRequest: {
            id?: components["schemas"]["Id"] | null;
            /** @description Whose points. */
            payer: components["schemas"]["Party"];
            /** @description How many: given where positive, taken back where negative. */
            points: components["schemas"]["SignedPoints"];
            /** @description Why, for readers of the journal. */
            reason?: string | null;
            timestamp?: components["schemas"]["Instant"] | null;
        };
        /** @description An advance. */
        AdvanceBody: {
            /** @description How much it is. */
            amount: components["schemas"]["Amount"];
            /** @description What was collected. */
            collected: components["schemas"]["Amount"];
            credit?: components["schemas"]["AttemptBody"] | null;
            /** @description Who got it: the bank account that it was paid to and is collected from. */
            customer: string;
            /** @description Its id. */
            id: string;
            /** @description The day on which it was asked for. */
            opened_on: components["schemas"]["Day"];
            /** @description What was collected too much: it is to be paid back. */
            overpaid: components["schemas"]["Amount"];
            /** @description What is owed. */
            owed: components["schemas"]["Amount"];
            /** @description Its installments and what replaces those that failed, by number; empty until the credit succeeded. */
            plan: components["schemas"]["InstallmentBody"][];
            /** @description `accepted`, `sent`, `unresolved`, `failed`, `refused`, `cancelled`, `collecting`, `repaid` or `written_off`. */
            status: string;
            /** @description The terms that it was made under. */
            terms: components["schemas"]["TermsOf"];
            /** @description What was written off. */
            written_off: components["schemas"]["Amount"];
        };
        /** @description An advance to make. */
        AdvanceRequest: {
            /** @description How much, in minor units. */
            amount: components["schemas"]["Amount"];
            /** @description The bank account that it is paid to and collected from: 1 to 200 bytes. */
            customer: components["schemas"]["Party"];
            id?: components["schemas"]["Id"] | null;
        };
        /** @description What is owed of an age. */
        AgeBody: {
            /** @description How much. */
            amount: components["schemas"]["Amount"];
            /** @description `not due`, `0-7`, `8-30`, `31-60`, `61-90` or `over 90`. */
            days: string;
            /**
             * Format: int64
             * @description How many installments.
             */
            installments: number;
        };
        /** @description What is owed, by age. */
        AgingBody: {
            /**
             * @description What is not due yet, and what has been due for so many days, by the date of the installment itself: a
             *     replacement is as old as what it replaces.
             */
            ages: components["schemas"]["AgeBody"][];
            /** @description The day as of which it is old. */
            as_of: components["schemas"]["Day"];
            /** @description What is owed, in all. */
            owed: components["schemas"]["Amount"];
        };
        /** @description Whole minor units: a number up to 2^53 - 1, a string above; both are read */
        Amount: bigint;
        /** @description A balance. */
        AmountBalanceBody: {
            /** @description The sum of all amounts. */
            balance: components["schemas"]["WholeNumber"];
        };
        /** @description Whether a ledger is archived. */
        ArchivedData: {
            /** @description Whether it is archived from now on. */
            archived: boolean;
        };
        /** @description An asset. */
        AssetBody: {
            /** @description Its code. */
            code: components["schemas"]["Name"];
            /**
             * Format: int32
             * @description How many decimals its minor unit has.
             * @example 2
             */
            scale: number;
        };
        /** @description An asset. */
        AssetData: {
            /** @description Its code. */
            code: components["schemas"]["Name"];
            /**
             * Format: int32
             * @description How many decimals its minor unit has.
             */
            scale: number;
        };
        /** @description What to change of an asset. */
        AssetPatch: {
            /**
             * Format: int32
             * @description How many decimals its minor unit has.
             * @example 2
             */
            scale: number;
        };
        /** @description An asset to add. */
        AssetRequest: {
            /** @description Its code. */
            code: components["schemas"]["Name"];
            /**
             * Format: int32
             * @description How many decimals its minor unit has: 2 when it is a hundredth.
             * @example 2
             */
            scale: number;
        };
        /** @description An asset with another scale. */
        AssetRescaledData: {
            /** @description The asset. */
            asset: components["schemas"]["Name"];
            /**
             * Format: int32
             * @description How many decimals its minor unit has from now on.
             */
            scale: number;
        };
        /** @description A transaction that was asked of the processor. */
        AttemptBody: {
            /** @description The key under which it is asked for; of a debit also the id of what is held for it in the ledger. */
            key: string;
            /**
             * Format: date
             * @description The day on which the processor refused it for good, if it did.
             */
            refused_on?: string | null;
            /** @description What reports said of it: `success`, `fail`, or null. */
            result?: string | null;
            sent_on?: components["schemas"]["Day"] | null;
            /** @description What the processor calls it; null while it is not known to have it. */
            transaction_id?: string | null;
        };
        /** @description Whole minor units, negative below 0: a number up to 2^53 - 1, a string above; both are read */
        Balance: bigint;
        /** @description A balance at an instant. */
        BalanceAt: {
            /** @description The asset. */
            asset: components["schemas"]["Name"];
            /** @description The instant. */
            at: components["schemas"]["Instant"];
            /** @description By which calendar: `recorded` or `effective`. */
            by: components["schemas"]["By"];
            /** @description Credits less debits. */
            posted: components["schemas"]["Balance"];
        };
        /** @description A balance and its limits. */
        BalanceBody: {
            available?: components["schemas"]["Difference"] | null;
            /**
             * Format: int64
             * @description How many postings it has been a side of.
             */
            entries: number;
            max_balance?: components["schemas"]["Balance"] | null;
            min_balance?: components["schemas"]["Balance"] | null;
            /** @description What holds will credit. */
            pending_in: components["schemas"]["Balance"];
            /** @description What holds will debit. */
            pending_out: components["schemas"]["Balance"];
            /** @description Credits less debits. */
            posted: components["schemas"]["Balance"];
        };
        /** @description An account. */
        BankAccountBody: {
            /** @description Where to go from here. */
            _links: Record<string, never>;
            /** @description What is in it. */
            balance: components["schemas"]["Dollars"];
            /** @description When it was opened. */
            created: components["schemas"]["Instant"];
            /**
             * Format: uuid
             * @description Its id, which never changes.
             */
            id: string;
            /** @description Its name. */
            name: string;
            /** @description When its balance changed last. */
            updated: components["schemas"]["Instant"];
        };
        /** @description The outcome of a batch. */
        BatchBody: {
            /** @description The outcome of its transactions. */
            results: components["schemas"]["ResultBody"][];
        };
        /** @description Transactions to make. */
        BatchRequest: {
            /** @description Whether all of them are made or none. */
            atomic?: boolean;
            /** @description Which results to answer. */
            results?: components["schemas"]["Results"];
            /** @description At most 8,190, decided in order. */
            transactions: components["schemas"]["TransactionRequest"][];
        };
        /** @description The busiest accounts. */
        BusiestBody: {
            /** @description Every account that has as many. */
            accounts: components["schemas"]["Name"][];
            /**
             * Format: int64
             * @description The most entries that an account has in an asset.
             */
            entries: number;
        };
        /**
         * @description Which calendar an instant is on.
         * @enum {string}
         */
        By: "recorded" | "effective";
        /** @description An event, as CloudEvents 1.0 has it. */
        CloudEvent: {
            /**
             * @description Who asked for it: the name of an actor, such as `key:0123456789abcdef`. Left out where that was not recorded, or is
             *     not shown.
             */
            by?: string | null;
            /** @description What happened, in the members of its type. */
            data?: Record<string, never> | null;
            /**
             * @description What `data` is.
             * @example application/json
             */
            datacontenttype: string;
            /** @description Where an event of more than 20,000 bytes is found whole, in place of `data`. */
            dataref?: string | null;
            /**
             * @description The ledger and the event's `seq` in it.
             * @example shop:7
             */
            id: string;
            /** @description Whether texts of it were erased since. Left out where not. */
            redacted?: boolean;
            /**
             * @description The ledger, as a path below the name of the deployment (`--event-source`).
             * @example /v1/ledgers/shop
             */
            source: string;
            /**
             * @description The version of CloudEvents.
             * @example 1.0
             */
            specversion: string;
            /**
             * @description To what it happened, as a path below the ledger; left out where that is the ledger itself.
             * @example transactions/018f5e9c-7a80-7000-8000-000000000001
             */
            subject?: string | null;
            /** @description When. */
            time: components["schemas"]["Instant"];
            /**
             * @description What happened.
             * @example ducat.transaction.posted.v1
             */
            type: string;
        };
        /** @description A page of events in the shape of CloudEvents. */
        CloudEvents: {
            /** @description The events, in order. */
            data: components["schemas"]["CloudEvent"][];
            /**
             * Format: int64
             * @description What to give as `after` to go on; null at the end of the journal.
             */
            next?: number | null;
        };
        /** @description What was done while a run was under way. */
        CountsBody: {
            /**
             * Format: int64
             * @description Debits that were asked for.
             */
            charged: number;
            /**
             * Format: int64
             * @description Credits and debits that were reported to have failed.
             */
            failed: number;
            /**
             * Format: int64
             * @description Credits and debits that the processor refused for good.
             */
            refused: number;
            /**
             * Format: int64
             * @description Credits and debits that the processor took.
             */
            sent: number;
            /**
             * Format: int64
             * @description Credits and debits that were reported to have succeeded.
             */
            succeeded: number;
            /**
             * Format: int64
             * @description Debits that timed out.
             */
            timed_out: number;
            /**
             * Format: int64
             * @description Transactions that no one knows.
             */
            unknown: number;
            /**
             * Format: int64
             * @description Credits and debits that became unresolved.
             */
            unresolved: number;
        };
        /**
         * Format: date
         * @description A day, from 1970 on
         */
        Day: string;
        /** @description What was taken of a payer's points. */
        DeductionBody: {
            /** @description Of which lots, in order. */
            lots: components["schemas"]["LotDeductionBody"][];
            /** @description The payer. */
            payer: components["schemas"]["Party"];
            /** @description How many points. */
            points: components["schemas"]["Amount"];
        };
        /** @description The asset that is meant where none is named. */
        DefaultAssetData: {
            /** @description The asset. */
            asset: components["schemas"]["Name"];
        };
        /** @description An attempt to deliver an event. */
        DeliveryBody: {
            /** @description When it began. */
            at: components["schemas"]["Instant"];
            /**
             * Format: int32
             * @description The number of the attempt for this event, from 1.
             */
            attempt: number;
            /** @description Whether the event was accepted: the status was 2xx. */
            delivered: boolean;
            /**
             * Format: int64
             * @description How long it took, in milliseconds.
             */
            duration_ms: number;
            /**
             * Format: int64
             * @description The number of the attempt, counted from 1 for each webhook.
             */
            number: number;
            /** @description Why it was not; null where it was. */
            reason?: string | null;
            /**
             * Format: int64
             * @description Which event; null for a test.
             */
            seq?: number | null;
            /**
             * Format: int32
             * @description The status of the response; null where there was none.
             */
            status?: number | null;
        };
        /** @description What a transaction says of itself. */
        DetailData: {
            /** @description What for. */
            description?: string | null;
            /** @description What the client keeps with it. */
            metadata: components["schemas"]["Metadata"];
            /** @description The client's own unique name for it. */
            reference?: string | null;
            reverses?: components["schemas"]["Id"] | null;
        };
        /** @description Whole minor units, up to 2*10^38: a number up to 2^53 - 1, a string above; both are read */
        Difference: bigint;
        /** @description Dollars with two decimals: a number up to 2^53 - 1 cents, a string above; both are read, digit by digit */
        Dollars: number | string;
        /** @description What a linked account gave. */
        DrawnBody: {
            /** @description Its name. */
            account: string;
            /** @description How much. */
            amount: components["schemas"]["Dollars"];
        };
        /** @description Points as they were given. */
        EarningBody: {
            available_at?: components["schemas"]["Instant"] | null;
            /** @description The date on them. */
            earned_at: components["schemas"]["Instant"];
            expires_at?: components["schemas"]["Instant"] | null;
            /** @description The id of the transaction. */
            id: components["schemas"]["Id"];
            /** @description To whom. */
            member: components["schemas"]["Party"];
            /** @description From whom. */
            payer: components["schemas"]["Party"];
            /** @description How many. */
            points: components["schemas"]["Amount"];
            /** @description `available`, `pending` or, where they arrived too late, `expired`. */
            status: string;
        };
        /** @description Points to give a member. */
        EarnRequest: {
            earned_at?: components["schemas"]["Instant"] | null;
            expires_at?: components["schemas"]["Instant"] | null;
            id?: components["schemas"]["Id"] | null;
            /** @description What the client keeps with it. */
            metadata?: components["schemas"]["Metadata"];
            /** @description From whom. */
            payer: components["schemas"]["Party"];
            /** @description How many. */
            points: components["schemas"]["Amount"];
        };
        /** @description One side of a posting. */
        EntryBody: {
            /** @description Positive when credited, negative when debited. */
            amount: components["schemas"]["Balance"];
            /** @description When it was recorded. */
            at: components["schemas"]["Instant"];
            /** @description The balance after it. */
            balance: components["schemas"]["Balance"];
            /** @description The other side. */
            counterparty: components["schemas"]["ShownName"];
            /** @description What for. */
            description?: string | null;
            /** @description When it counts in the books. */
            effective_at: components["schemas"]["Instant"];
            /**
             * Format: int64
             * @description Its place in the journal.
             */
            seq: number;
            /** @description Its transaction. */
            transaction: components["schemas"]["Id"];
        };
        /** @description An effect of the journal. */
        EventBody: {
            /**
             * Format: date-time
             * @description The instant of its command.
             */
            at: string;
            /** @description Who asked for it: the name of an actor, such as `key:0123456789abcdef`; null where no one was asked who he is. */
            by?: string | null;
            /** @description What happened. */
            data: unknown;
            /** @description Whether texts of it were erased since. Left out where not. */
            redacted?: boolean;
            /**
             * Format: int64
             * @description Its place.
             */
            seq: number;
            /**
             * @description What kind of effect it is.
             * @example posting
             */
            type: string;
        };
        /** @description A page of events. */
        Events: {
            /** @description The events, in order. */
            data: components["schemas"]["EventBody"][];
            /**
             * Format: int64
             * @description What to give as `after` to go on; null at the end of the journal.
             */
            next?: number | null;
        };
        /** @description Something that a person must see. */
        ExceptionBody: {
            /** @description The advance that it is about. */
            advance?: string | null;
            amount?: components["schemas"]["Amount"] | null;
            as_of?: components["schemas"]["Day"] | null;
            at?: components["schemas"]["Instant"] | null;
            /**
             * @description `unknown_transaction`, `unreadable_line`, `report_not_whole`, `unresolved`, `credit_refused`, `debits_refused`,
             *     `unanswered`, `overpaid`, `owed_again` or `plan_full`.
             */
            kind: string;
            /**
             * Format: int64
             * @description The line of the report, from 1.
             */
            line?: number | null;
            /**
             * Format: int32
             * @description The installment; 0 is the credit.
             */
            number?: number | null;
            overpaid?: components["schemas"]["Amount"] | null;
            /** @description What is wrong with the line; what the processor said when it refused; why a report is not whole. */
            reason?: string | null;
            /** @description What a report said of it. */
            result?: string | null;
            /**
             * Format: int64
             * @description Where in the journal it stands.
             */
            seq: number;
            /** @description Whether it is so no more, such as where a report named it, the processor responded, or a person decided. */
            settled: boolean;
            /** @description The transaction, as the processor calls it. */
            transaction_id?: string | null;
            /** @description What may be done about it. */
            what_to_do?: string | null;
        };
        /** @description What expired. */
        ExpiredBody: {
            /** @description The instant. */
            as_of: components["schemas"]["Instant"];
            /**
             * Format: int64
             * @description How many lots were closed.
             */
            lots: number;
            /** @description How many points were lost with them. */
            points: components["schemas"]["Amount"];
        };
        /** @description Until when lots have expired. */
        ExpireRequest: {
            as_of?: components["schemas"]["Instant"] | null;
        };
        /** @description An effect whose texts cannot be erased. */
        FixedBody: {
            /**
             * Format: int64
             * @description Its batch: the hash is made over the texts themselves, as release 0.1.0 did.
             */
            batch: number;
            /**
             * Format: int64
             * @description Its place.
             */
            seq: number;
        };
        /** @description Accounts whose names begin alike. */
        GroupBody: {
            /**
             * Format: int64
             * @description How many there are, counted up to 1,000.
             */
            accounts: number;
            /** @description Whether there are more than were counted. */
            more: boolean;
            /**
             * @description How their names begin, up to and with the `:`.
             * @example users:
             */
            prefix: string;
        };
        /** @description Groups by name. */
        GroupsBody: {
            /** @description The groups, by name. */
            data: components["schemas"]["GroupBody"][];
            /** @description Whether names were left that were not looked at. */
            more: boolean;
        };
        /** @description The head of a ledger. `ducat verify --head` takes it as it stands here. */
        HeadBody: {
            /**
             * Format: date-time
             * @description The instant of that effect.
             */
            at: string;
            /**
             * Format: int64
             * @description Its last batch.
             */
            batch: number;
            /** @description The hash of the batch, in hexadecimal, which is chained to all batches before. */
            hash: string;
            /** @description The ledger. */
            ledger: string;
            /** @description The public key of who signs, in hexadecimal (Ed25519); null where nothing signs. */
            public_key?: string | null;
            /**
             * Format: int64
             * @description Its last effect.
             */
            seq: number;
            /** @description The signature, in hexadecimal; null where nothing signs. */
            signature?: string | null;
            /** @description Which store, in hexadecimal: the hash of the first batch of its system ledger. Null where nothing signs. */
            store?: string | null;
        };
        /** @description Points that came or went. */
        HistoryBody: {
            /** @description When it was recorded. */
            at: components["schemas"]["Instant"];
            /** @description What the member has of the payer after it. */
            balance: components["schemas"]["Balance"];
            /** @description The transaction. */
            id: components["schemas"]["Id"];
            /** @description The payer. */
            payer: components["schemas"]["Party"];
            /** @description What came, or, negative, went. */
            points: components["schemas"]["Balance"];
            /**
             * Format: int64
             * @description Its place in the ledger's journal.
             */
            seq: number;
            /** @description `earned`, `adjusted`, `spent`, `refunded` or `expired`. */
            type: string;
        };
        /** @description A posting that is held. */
        HoldData: {
            /** @description The amount, in minor units. */
            amount: components["schemas"]["Amount"];
            /** @description The asset. */
            asset: components["schemas"]["Name"];
            /** @description The account that will be credited. */
            destination: components["schemas"]["Name"];
            detail?: components["schemas"]["DetailData"] | null;
            expires_at?: components["schemas"]["Instant"] | null;
            /**
             * Format: int32
             * @description Its place in the transaction, from 0.
             */
            leg: number;
            /**
             * Format: int32
             * @description How many postings the transaction has.
             */
            legs: number;
            /** @description The account that will be debited. */
            source: components["schemas"]["Name"];
            /** @description Its transaction. */
            transaction: components["schemas"]["Id"];
        };
        /** @description A hold that ended without being posted. */
        HoldEndedData: {
            /**
             * Format: int64
             * @description The seq of the hold.
             */
            hold: number;
            /** @description Its transaction. */
            transaction: components["schemas"]["Id"];
        };
        /**
         * Format: uuid
         * @description A UUID other than the nil UUID
         */
        Id: string;
        /** @description Under which id to void. */
        IdRequest: {
            id?: components["schemas"]["Id"] | null;
        };
        /** @description Rows of an import. */
        ImportedData: {
            id?: components["schemas"]["Id"] | null;
            /** @description How many were refused. */
            refused: number;
            /**
             * Format: int64
             * @description How many rows were recorded.
             */
            rows: number;
        };
        /** @description An installment, or what replaces one. */
        InstallmentBody: {
            /** @description How much. */
            amount: components["schemas"]["Amount"];
            attempt?: components["schemas"]["AttemptBody"] | null;
            /** @description When it is due. */
            due: components["schemas"]["Day"];
            /**
             * Format: int32
             * @description Its number, from 1.
             */
            number: number;
            /**
             * Format: int32
             * @description The number of the installment of the plan that it stands for, where it replaces one.
             */
            original?: number | null;
            /** @description Whether it is an overpayment that was paid back and whose debit was returned then. */
            owed_again?: boolean;
            /**
             * Format: int32
             * @description The number of what it replaces directly: the debit of the same installment before it.
             */
            replaces?: number | null;
            /** @description `open`, `sending`, `under_way`, `unresolved`, `timed_out`, `paid`, `failed`, `refused` or `cancelled`. */
            status: string;
        };
        /**
         * Format: date-time
         * @description RFC 3339, years 1 to 9999; microseconds are kept
         */
        Instant: string;
        /** @description A key, without its secret. */
        KeyBody: {
            /** @description The accounts that it is kept to; all where there are none. */
            accounts: string[];
            /** @description When it was made. */
            created_at: components["schemas"]["Instant"];
            expires_at?: components["schemas"]["Instant"] | null;
            first_used_at?: components["schemas"]["Instant"] | null;
            /**
             * @description Its id, which also stands in the key itself.
             * @example 0123456789abcdef
             */
            id: string;
            last_used_at?: components["schemas"]["Instant"] | null;
            /** @description The ledgers that it is for. */
            ledgers: string[];
            /** @description What people call it. */
            name: string;
            retiring_until?: components["schemas"]["Instant"] | null;
            /** @description Whether it was revoked. */
            revoked: boolean;
            /** @description What it is for. */
            scope: components["schemas"]["ScopeWord"];
        };
        /** @description A key to make. */
        KeyRequest: {
            /**
             * @description The accounts that it is kept to, as beginnings of names that end with a `:`; all where there are none. For `read`
             *     and `write` alone.
             * @example [
             *       "users:42:"
             *     ]
             */
            accounts?: string[];
            expires_at?: components["schemas"]["Instant"] | null;
            /**
             * @description The ledgers that it is for: names, or beginnings of names with a `*` behind them; `*` is all of them.
             * @example [
             *       "shop",
             *       "shop-*"
             *     ]
             */
            ledgers: string[];
            /**
             * @description What people call it.
             * @example till-7
             */
            name: string;
            /** @description What it is for. */
            scope: components["schemas"]["ScopeWord"];
        };
        /** @description A ledger. */
        LedgerBody: {
            /** @description Whether it is archived: read-only, and left out of lists. */
            archived: boolean;
            /** @description Its assets. */
            assets: components["schemas"]["AssetBody"][];
            default_asset?: components["schemas"]["Name"] | null;
            /** @description Whether missing accounts are opened by themselves. */
            implicit_accounts: boolean;
            /** @description Its name. */
            name: components["schemas"]["Name"];
            /** @description Whether its accounts are kept in order of how many entries they have. */
            rank_by_entries: boolean;
            /** @description What becomes of a posting of 0. */
            zero_amounts: components["schemas"]["ZeroAmountsWord"];
        };
        /** @description A ledger that was opened. */
        LedgerOpenedData: {
            /** @description Whether transactions open the accounts that they name. */
            implicit_accounts: boolean;
            /** @description Its name. */
            ledger: components["schemas"]["Name"];
            /** @description Whether accounts are ranked by their entries. */
            rank_by_entries: boolean;
            /**
             * @description What happens to amounts of zero.
             * @example refuse
             */
            zero_amounts: string;
        };
        /** @description What to change of a ledger. */
        LedgerPatch: {
            /**
             * @description Whether the ledger is archived: read-only, and left out of lists.
             * @example false
             */
            archived?: boolean | null;
            default_asset?: components["schemas"]["Name"] | null;
        };
        /** @description What a ledger is opened with. */
        LedgerRequest: {
            /** @description Its first assets. */
            assets?: components["schemas"]["AssetRequest"][];
            default_asset?: components["schemas"]["Name"] | null;
            /** @description Whether a missing account is opened, with a floor of 0, by the first transaction that names it. */
            implicit_accounts?: boolean;
            /** @description Its name. */
            name: components["schemas"]["Name"];
            /** @description Whether its accounts are kept in order of how many entries they have, which costs every posting a little. */
            rank_by_entries?: boolean;
            /** @description What becomes of a posting of 0. */
            zero_amounts?: components["schemas"]["ZeroAmountsWord"];
        };
        /** @description Limits of a balance that were changed. */
        LimitsData: {
            /** @description The asset. */
            asset: components["schemas"]["Name"];
            max_balance?: components["schemas"]["Balance"] | null;
            min_balance?: components["schemas"]["Balance"] | null;
        };
        /** @description A linked account. */
        LinkedBody: {
            /** @description Where to go from here. */
            _links: Record<string, never>;
            /** @description What is in it. */
            balance: components["schemas"]["Dollars"];
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Its name. */
            name: string;
        };
        /** @description An account to draw on. */
        LinkRequest: {
            /**
             * @description Its name, or by id its id too.
             * @example Checking
             */
            name: string;
        };
        /** @description The accounts that an account draws on. */
        LinksBody: {
            /** @description Where to go from here. */
            _links: Record<string, never>;
            /** @description In the order in which they give. */
            links: components["schemas"]["LinkedBody"][];
        };
        /** @description A lot with points left. */
        LotBody: {
            /** @description The date on it. */
            earned_at: components["schemas"]["Instant"];
            expires_at?: components["schemas"]["Instant"] | null;
            /** @description How many are left. */
            left: components["schemas"]["Amount"];
            /** @description The payer. */
            payer: components["schemas"]["Party"];
            /** @description How many points it had. */
            points: components["schemas"]["Amount"];
        };
        /** @description What was taken of a lot. */
        LotDeductionBody: {
            /** @description The date on it. */
            earned_at: components["schemas"]["Instant"];
            /** @description How many points. */
            points: components["schemas"]["Amount"];
        };
        /** @description What a member has. */
        MemberBody: {
            expiring_30_days?: components["schemas"]["Amount"] | null;
            /** @description The member. */
            member: components["schemas"]["Party"];
            /** @description What each payer's part is, in the order in which they came. */
            payers: components["schemas"]["PayerBody"][];
            /** @description What was earned and can be spent later. */
            pending: components["schemas"]["Total"];
            /** @description What can be spent. */
            total: components["schemas"]["Total"];
        };
        /** @description Strings under keys, 4 KiB in all */
        Metadata: {
            [key: string]: string;
        };
        /** @description A transaction as an account sees it. */
        MovementBody: {
            /** @description Where to go from here. */
            _links: Record<string, never>;
            /** @description The name of the account that sees it. */
            account: string;
            /** @description How much: of what was asked for, all of it, whoever gave it; of a draw, what this account gave. */
            amount: components["schemas"]["Dollars"];
            /** @description What was in the account after it. */
            balance: components["schemas"]["Dollars"];
            /** @description When. */
            created: components["schemas"]["Instant"];
            /** @description What linked accounts gave of it. */
            drawn?: components["schemas"]["DrawnBody"][];
            /** @description Who paid, of a transfer; of a draw, for whom. */
            from?: string | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Who was paid. */
            to?: string | null;
            /**
             * @description `deposit`, `withdrawal`, `transfer`, or `draw`: what a linked account gave for another.
             * @example deposit
             */
            type: string;
        };
        /** @description Money to move in or out. */
        MoveRequest: {
            /** @description How much: a number or a text, more than 0; digits past the second decimal are cut off. */
            amount: components["schemas"]["PositiveDollars"];
        };
        /** @description `A-Z a-z 0-9 _ . : -`, and neither `.` nor `..` */
        Name: string;
        /** @description An account to open. */
        OpenRequest: {
            /**
             * @description Its name: 1 to 255 characters, spaces around it cut off, unique among open accounts.
             * @example Savings
             */
            name: string;
        };
        /**
         * @description Which points are spent first.
         * @enum {string}
         */
        OrderWord: "earned" | "expiring";
        /** @description A page of a list. */
        Page_AccountBody: {
            /** @description The rows. */
            data: components["schemas"]["AccountBody"][];
            /** @description The cursor to go on with; null at the end. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_AdvanceBody: {
            /** @description The rows. */
            data: components["schemas"]["AdvanceBody"][];
            /** @description The cursor to go on with; null at the end. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_DeliveryBody: {
            /** @description The rows. */
            data: components["schemas"]["DeliveryBody"][];
            /** @description The cursor to go on with; null at the end. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_ExceptionBody: {
            /** @description The rows. */
            data: components["schemas"]["ExceptionBody"][];
            /** @description The cursor to go on with; null at the end. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_HistoryBody: {
            /** @description The rows. */
            data: components["schemas"]["HistoryBody"][];
            /** @description The cursor to go on with; null at the end. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_KeyBody: {
            /** @description The rows. */
            data: components["schemas"]["KeyBody"][];
            /** @description The cursor to go on with; null at the end. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_LedgerBody: {
            /** @description The rows. */
            data: components["schemas"]["LedgerBody"][];
            /** @description The cursor to go on with; null at the end. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_LotBody: {
            /** @description The rows. */
            data: components["schemas"]["LotBody"][];
            /** @description The cursor to go on with; null at the end. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_RunShown: {
            /** @description The rows. */
            data: components["schemas"]["RunShown"][];
            /** @description The cursor to go on with; null at the end. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_StreamBody: {
            /** @description The rows. */
            data: components["schemas"]["StreamBody"][];
            /** @description The cursor to go on with; null at the end. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_TransactionBody: {
            /** @description The rows. */
            data: components["schemas"]["TransactionBody"][];
            /** @description The cursor to go on with; null at the end. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_WebhookBody: {
            /** @description The rows. */
            data: components["schemas"]["WebhookBody"][];
            /** @description The cursor to go on with; null at the end. */
            next?: string | null;
        };
        /** @description 1 to 200 bytes of text without characters that cannot be seen; space around it is removed */
        Party: string;
        /** @description What a member has of a payer. */
        PayerBody: {
            /** @description The payer. */
            payer: components["schemas"]["Party"];
            /** @description What was earned and can be spent later. */
            pending: components["schemas"]["Amount"];
            /** @description What can be spent. */
            points: components["schemas"]["Amount"];
        };
        /** @description Points of a payer. */
        PayerPointsBody: {
            /** @description The payer. */
            payer: components["schemas"]["Party"];
            /** @description How many points. */
            points: components["schemas"]["Amount"];
        };
        /** @description How long a hold lasts. */
        PendingRequest: {
            /**
             * Format: int64
             * @description In seconds; without a limit when left out.
             */
            timeout_s?: number | null;
        };
        /** @description An advance to make. */
        PerformAdvanceRequest: {
            /**
             * Format: double
             * @description How much, in dollars: more than 0, with two decimals at most.
             * @example 1200
             */
            amount: number;
            /** @description The bank account that it is paid to and collected from. */
            dst_bank_account: components["schemas"]["Party"];
        };
        /** @description What was made of it. */
        PerformedBody: {
            /** @description The advance. */
            advance_id: string;
            /**
             * @description `sent`, `accepted` while the processor is not known to have it, or `refused` where it refuses it for good; of a
             *     repetition, what it is now.
             */
            status: string;
            /** @description What the processor calls its credit; null while the processor is not known to have it. */
            transaction_id?: string | null;
        };
        /** @description A whole number of points */
        PointsNumber: number;
        /** @description Dollars with two decimals: a number up to 2^53 - 1 cents, a string above; both are read, digit by digit */
        PositiveDollars: number | string;
        /** @description An amount to post. */
        PostAmountRequest: {
            /** @description The account, which need not exist yet. */
            account_id: components["schemas"]["AccountId"];
            /** @description Positive is paid in, negative is taken out; an integer of at most 15 digits. */
            amount: components["schemas"]["SignedAmount"];
        };
        /** @description A transaction as it was posted. */
        PostedAmountBody: {
            /** @description The account. */
            account_id: string;
            /** @description The amount. */
            amount: components["schemas"]["WholeNumber"];
        };
        /** @description A posting, with both balances after it once it is posted. */
        PostingBody: {
            /** @description How much, in minor units. */
            amount: components["schemas"]["Amount"];
            /** @description In what. */
            asset: components["schemas"]["Name"];
            /** @description Who is credited. */
            destination: components["schemas"]["ShownName"];
            destination_balance?: components["schemas"]["Balance"] | null;
            reversed?: components["schemas"]["Amount"] | null;
            /** @description Who is debited. */
            source: components["schemas"]["ShownName"];
            source_balance?: components["schemas"]["Balance"] | null;
        };
        /** @description A posting. A transaction with several has an event for each. */
        PostingData: {
            /** @description The amount, in minor units. */
            amount: components["schemas"]["Amount"];
            /** @description The asset. */
            asset: components["schemas"]["Name"];
            /** @description The account that was credited. */
            destination: components["schemas"]["Name"];
            destination_balance: components["schemas"]["Balance"] | null;
            detail?: components["schemas"]["DetailData"] | null;
            /** @description When it counts in the books. */
            effective_at: components["schemas"]["Instant"];
            /**
             * Format: int64
             * @description The seq of the hold that it posts.
             */
            hold?: number | null;
            /**
             * Format: int32
             * @description Its place in the transaction, from 0.
             */
            leg: number;
            /**
             * Format: int32
             * @description How many postings the transaction has.
             */
            legs: number;
            /** @description The account that was debited. */
            source: components["schemas"]["Name"];
            source_balance: components["schemas"]["Balance"] | null;
            /** @description Its transaction. */
            transaction: components["schemas"]["Id"];
        };
        /** @description A posting to make. */
        PostingRequest: {
            /** @description How much, in minor units. */
            amount: components["schemas"]["Amount"];
            asset?: components["schemas"]["Name"] | null;
            /** @description Who is credited. */
            destination: components["schemas"]["Name"];
            source?: components["schemas"]["Name"] | null;
            /**
             * @description Who is debited, in order: each gives what it may, until there is enough, and each that gives has a posting of
             *     its own.
             */
            sources?: components["schemas"]["SourceRequest"][] | null;
        };
        /** @description How much of a hold to post. */
        PostRequest: {
            amount?: components["schemas"]["Amount"] | null;
        };
        /** @description A response that is not a success. */
        Problem: Record<string, never> & {
            /** @description What to match on. */
            code: string;
            /** @description What happened here, and what to do about it. */
            detail: string;
            /**
             * Format: int32
             * @description The status code, as in the response's first line.
             */
            status: number;
            /** @description The kind in words. */
            title: string;
            /** @description Names the kind of problem: `urn:ducat:problem:` and the code. */
            type: string;
        };
        /** @description What happened to points or to advances, as the pages on them describe it. */
        ProductData: Record<string, never>;
        /** @description The terms on which a ledger keeps points. */
        ProgramBody: {
            /** @description In which asset. */
            asset: string;
            /**
             * Format: int32
             * @description After how many days points are lost; never when null.
             */
            lifetime_days?: number | null;
            /** @description Which points are spent first. */
            order: components["schemas"]["OrderWord"];
            /**
             * Format: int32
             * @description For how many days from the date on them points cannot be spent.
             */
            pending_days: number;
        };
        /** @description The terms of a program. */
        ProgramRequest: {
            /** @description In which asset of the ledger points are kept. */
            asset: components["schemas"]["Name"];
            /**
             * Format: int32
             * @description After how many days from the date on them points are lost; never when null.
             */
            lifetime_days?: number | null;
            /** @description Which points are spent first. It cannot change once anything was earned. */
            order: components["schemas"]["OrderWord"];
            /**
             * Format: int32
             * @description For how many days from the date on them points cannot be spent.
             */
            pending_days?: number;
        };
        /** @description How far a run is. */
        ProgressBody: {
            /**
             * Format: int64
             * @description Advances that were looked at.
             */
            advances: number;
            /**
             * Format: int64
             * @description Transactions that the processor was asked for.
             */
            asked: number;
            /**
             * Format: int64
             * @description Those that brought nothing new.
             */
            repeated: number;
            /**
             * Format: int64
             * @description Rows of its report that were read.
             */
            rows: number;
        };
        /** @description What was in a report. */
        ReadingBody: {
            /** @description Why a person takes it for whole all the same. */
            accepted_as_whole?: string | null;
            /** @description Whether it was read to its end. If not, the same report may be read again. */
            complete: boolean;
            /**
             * Format: int64
             * @description Those that brought nothing new.
             */
            repeated: number;
            /**
             * Format: int64
             * @description Rows.
             */
            rows: number;
            /**
             * Format: int64
             * @description Lines that could not be read; each is an exception.
             */
            unreadable: number;
            /**
             * @description Whether silence in it counts: it was read to the end that its transport names, every line of it, and is not
             *     empty while transactions are awaited.
             */
            whole: boolean;
        };
        /** @description Texts that were erased: of a transaction or of an account. */
        RedactedData: {
            account?: components["schemas"]["Name"] | null;
            /** @description The seq of each event that had them. */
            effects: number[];
            /** @description Why. */
            reason: string;
            transaction?: components["schemas"]["Id"] | null;
        };
        /** @description What was erased. */
        RedactionBody: {
            /** @description The effects whose texts cannot be erased. */
            not_redactable: components["schemas"]["FixedBody"][];
            /** @description Why. */
            reason: string;
            /** @description The effects whose texts were erased by this request. */
            redacted: number[];
            /**
             * Format: int64
             * @description How many others had been erased before.
             */
            redacted_before: number;
        };
        /** @description Whose texts to erase: one of `transaction`, `account` and `member`. */
        RedactionRequest: {
            /** @description An account. It has no metadata afterwards. */
            account?: components["schemas"]["Name"];
            /** @description A member of a points program: all its accounts. The names of payers stay. */
            member?: components["schemas"]["Party"];
            /**
             * @description Why. It is recorded as it is and cannot be erased: name no person in it.
             * @example request 1729 of a customer
             */
            reason: string;
            /** @description A transaction, or what else was asked for under an id, refused or not. */
            transaction?: components["schemas"]["Id"];
        };
        /** @description Points as they were given back: to the lots that they were taken of. */
        RefundBody: {
            /** @description What had expired meanwhile. */
            expired: components["schemas"]["PayerPointsBody"][];
            /** @description The id of the refund. */
            id: components["schemas"]["Id"];
            /** @description How many points. */
            points: components["schemas"]["Amount"];
            /** @description What can be spent again. */
            returned: components["schemas"]["PayerPointsBody"][];
            /** @description The spend. */
            spend: components["schemas"]["Id"];
        };
        /** @description Points to give back. */
        RefundRequest: {
            id?: components["schemas"]["Id"] | null;
            points?: components["schemas"]["Amount"] | null;
        };
        /** @description Refusals of access at this node since it started. */
        RefusalBody: {
            /**
             * Format: int64
             * @description With a key that is for something else (403).
             */
            forbidden: number;
            /** @description The beginning of the hour. */
            hour: components["schemas"]["Instant"];
            /** @description The id of the key; null where none was taken. */
            key?: string | null;
            /**
             * Format: int64
             * @description Without a key that is taken (401).
             */
            unauthorized: number;
        };
        /** @description A refusal that is kept. */
        RefusedData: {
            /** @description The problem document that its response had. */
            error: Record<string, never>;
            id?: components["schemas"]["Id"] | null;
        };
        /** @description From where on events are sent. */
        ReplayRequest: {
            /**
             * Format: int64
             * @description The seq after which they are sent; 0 for all of them.
             * @example 0
             */
            after: number;
        };
        /** @description A stored request that was performed or refused. */
        RequestCompletedData: {
            /**
             * Format: int64
             * @description The seq of the event with which it was stored.
             */
            deferred: number;
        };
        /** @description A request that was stored. */
        RequestData: {
            id?: components["schemas"]["Id"] | null;
        };
        /** @description The outcome of one transaction. */
        ResultBody: {
            error?: components["schemas"]["Problem"] | null;
            /** @description Its place in the batch, from 0; where only refusals are listed. */
            index?: number | null;
            /**
             * Format: int32
             * @description The status that it would have had alone.
             */
            status: number;
            transaction?: components["schemas"]["TransactionBody"] | null;
        };
        /**
         * @description Which results to answer.
         * @enum {string}
         */
        Results: "all" | "rejected";
        /** @description An event that has not been accepted yet. */
        RetryBody: {
            /**
             * Format: int32
             * @description How many attempts have failed; 0 while it is sent for the first time.
             */
            attempts: number;
            /** @description When it is sent, or was to be. */
            next_attempt_at: components["schemas"]["Instant"];
            /**
             * Format: int64
             * @description Which one.
             */
            seq: number;
        };
        /** @description A customer to try a credit again for. */
        RetryRequest: {
            customer?: components["schemas"]["Party"] | null;
        };
        /** @description A part of a posting to reverse. */
        ReversedPosting: {
            /** @description How much of it, in minor units. */
            amount: components["schemas"]["Amount"];
            /**
             * Format: int32
             * @description Its place in the transaction, from 0.
             */
            posting: number;
        };
        /** @description How much of a transaction to reverse, and under which id. */
        ReverseRequest: {
            amount?: components["schemas"]["Amount"] | null;
            id?: components["schemas"]["Id"] | null;
            /** @description So much of some of its postings. */
            postings?: components["schemas"]["ReversedPosting"][] | null;
        };
        /** @description How a key gets another secret. */
        RotateRequest: {
            /**
             * Format: int32
             * @description Seconds for which the secret before is taken too; a day when left out.
             * @example 86400
             */
            grace_s?: number | null;
        };
        /**
         * @description Which installments get the minor units that are left over.
         * @enum {string}
         */
        RoundingWord: "larger_first" | "larger_last";
        /** @description A daily run. */
        RunBody: {
            /** @description For which day. */
            as_of: components["schemas"]["Day"];
            /** @description What was done while it was under way. */
            counts: components["schemas"]["CountsBody"];
            /** @description When it ended. */
            ended_at?: string | null;
            /**
             * Format: int64
             * @description Credits and debits that have no response of the processor, which the next run tries again, or that it refused for
             *     good.
             */
            given_up?: number | null;
            /** @description Its id. */
            id: string;
            /** @description Why it failed. */
            reason?: string | null;
            report?: components["schemas"]["ReadingBody"] | null;
            /** @description When it began. */
            started_at: string;
            /** @description `running`, `done` or `failed`. */
            status: string;
        };
        /** @description For which day. */
        RunRequest: {
            as_of?: components["schemas"]["Day"] | null;
        };
        /** @description A run, and how far it is where it goes on on this node. */
        RunShown: components["schemas"]["RunBody"] & {
            progress?: components["schemas"]["ProgressBody"] | null;
        };
        /**
         * @description What a key is for.
         * @enum {string}
         */
        ScopeWord: "read" | "write" | "admin" | "post-only" | "metrics";
        /** @description A key with its secret, which is shown this once. */
        SecretBody: components["schemas"]["KeyBody"] & {
            /**
             * @description What a client sends, as `Authorization: Bearer KEY`. It is shown this once, and stored as a hash.
             * @example ducat_0123456789abcdef_…
             */
            key: string;
        };
        /** @description The name of an account; `*` where the key is kept to some accounts and this is none of them */
        ShownName: string;
        SignedAmount: number;
        /** @description Whole points of either sign: a number up to 2^53 - 1, a string above; both are read */
        SignedPoints: number | string;
        /** @description An event that is not to be sent any more. */
        SkipRequest: {
            /**
             * Format: int64
             * @description Which one: one of `retries`.
             * @example 7
             */
            seq: number;
        };
        /** @description An account that may be debited for a part. */
        SourceRequest: {
            /** @description The account. */
            account: components["schemas"]["Name"];
            keep?: components["schemas"]["Balance"] | null;
        };
        /** @description A spend. */
        SpendBody: {
            /** @description What was taken of whom, in the order in which they were first drawn on. */
            deductions: components["schemas"]["DeductionBody"][];
            /** @description Its id. */
            id: components["schemas"]["Id"];
        };
        /** @description Points to spend. */
        SpendPointsRequest: {
            /** @description How many. */
            points: components["schemas"]["PointsNumber"];
        };
        /** @description Points to spend. */
        SpendRequest: {
            /** @description Whether to say what would be taken, and change nothing. */
            dry_run?: boolean;
            id?: components["schemas"]["Id"] | null;
            /** @description How many. */
            points: components["schemas"]["Amount"];
        };
        /** @description What was spent of a payer's points. */
        SpentBody: {
            /** @description The payer. */
            payer: components["schemas"]["Party"];
            /** @description How many, negative. */
            points: components["schemas"]["WholeNumber"];
        };
        /** @description Entries of an account, newest first, with the balances around them. */
        Statement: {
            /** @description The balance just before `to`. */
            closing: components["schemas"]["Balance"];
            /** @description The entries. */
            data: components["schemas"]["EntryBody"][];
            /** @description The cursor to go on with; null at the end. */
            next?: string | null;
            /** @description The balance just before `from`. */
            opening: components["schemas"]["Balance"];
        };
        /** @description A stream of NATS to which events are published. */
        StreamBody: {
            /** @description Whether this node publishes. */
            here: boolean;
            /**
             * Format: int64
             * @description Events that are not in it yet, as the node that publishes knows; null at other nodes.
             */
            lag?: number | null;
            /** @description The ledger whose events are in it; null where several ledgers share it. */
            ledger?: string | null;
            /** @description Why it waits or stopped; null where it does not. */
            reason?: string | null;
            /**
             * Format: int64
             * @description The sequence of the last message that the broker accepted. In a stream of one ledger it is the event's `seq`.
             */
            sequence: number;
            /**
             * @description Whether events are published: `active`, `waiting` while the broker takes none, or `stopped` until someone has it go on.
             *     Only the node that publishes knows of `waiting`.
             * @example active
             */
            status: string;
            stopped_at?: components["schemas"]["Instant"] | null;
            /**
             * @description Its name at the broker.
             * @example ducat-events-shop
             */
            stream: string;
        };
        /** @description The terms on which advances are made. */
        TermsBody: components["schemas"]["TermsOf"] & {
            /** @description In which asset. */
            asset: string;
            /**
             * Format: int64
             * @description How often the terms were set; an advance keeps those that it was made under.
             */
            version: number;
        };
        /** @description What holds for an advance. */
        TermsOf: {
            /**
             * Format: int32
             * @description How many installments.
             */
            count: number;
            /**
             * Format: int32
             * @description Days from the credit to the first.
             */
            first_after_days: number;
            /**
             * Format: int32
             * @description Days between two of them.
             */
            interval_days: number;
            /**
             * Format: int32
             * @description For how many days after it was sent a transaction is in reports.
             */
            report_window_days: number;
            /** @description Which installments are larger, where the amount cannot be split evenly. */
            rounding: components["schemas"]["RoundingWord"];
        };
        /** @description The terms from now on; what is missing is as most have it: twelve weekly installments. */
        TermsRequest: {
            asset?: components["schemas"]["Name"] | null;
            /**
             * Format: int32
             * @description How many installments: 1 to 520.
             * @example 12
             */
            count?: number | null;
            /**
             * Format: int32
             * @description Days from the credit to the first: 0 to 366.
             * @example 7
             */
            first_after_days?: number | null;
            /**
             * Format: int32
             * @description Days between two of them: 1 to 366.
             * @example 7
             */
            interval_days?: number | null;
            /**
             * Format: int32
             * @description For how many days after it was sent a transaction is in the processor's reports: 1 to 92.
             * @example 5
             */
            report_window_days?: number | null;
            /** @description Which installments are larger, where the amount cannot be split evenly. */
            rounding?: components["schemas"]["RoundingWord"];
        };
        /** @description Whole points: a number up to 2^53 - 1, a string above; both are read */
        Total: number | string;
        /** @description A transaction. */
        TransactionBody: {
            /** @description When that was recorded. */
            at: components["schemas"]["Instant"];
            /**
             * @description Who asked for that: the name of an actor, such as `key:0123456789abcdef`; left out where it was not recorded, or is
             *     not shown.
             */
            by?: string | null;
            /** @description What for. */
            description?: string | null;
            /** @description When it counts in the books. */
            effective_at: components["schemas"]["Instant"];
            expires_at?: components["schemas"]["Instant"] | null;
            /** @description Its id. */
            id: components["schemas"]["Id"];
            /** @description What the client keeps with it. */
            metadata: components["schemas"]["Metadata"];
            /** @description Its postings, in order. */
            postings: components["schemas"]["PostingBody"][];
            /** @description Whether description and metadata were erased. Left out where not. */
            redacted?: boolean;
            /** @description The client's own unique name for it. */
            reference?: string | null;
            reversed_by?: components["schemas"]["Id"] | null;
            reverses?: components["schemas"]["Id"] | null;
            /**
             * Format: int64
             * @description Its place in the journal; 0 in a dry run.
             */
            seq: number;
            /**
             * @description What became of it.
             * @example posted
             */
            status: string;
        };
        /** @description A transaction to make. */
        TransactionRequest: {
            /** @description What for. */
            description?: string | null;
            effective_at?: components["schemas"]["Instant"] | null;
            id?: components["schemas"]["Id"] | null;
            /** @description What to keep with it: texts, 4 KiB in all. */
            metadata?: components["schemas"]["Metadata"];
            pending?: components["schemas"]["PendingRequest"] | null;
            /** @description Its postings, applied in order, all or none. */
            postings: components["schemas"]["PostingRequest"][];
            /** @description Your own name for it, unique in its ledger. */
            reference?: string | null;
        };
        /** @description Money to move across. */
        TransferRequest: {
            /** @description How much: a number or a text, more than 0; digits past the second decimal are cut off. */
            amount: components["schemas"]["PositiveDollars"];
            /**
             * @description The account that gets it: its name, or by id its id too.
             * @example Checking
             */
            to: string;
        };
        /** @description A verification: every row is derived again from the journal and compared. */
        VerificationBody: {
            /** @description What does not agree: the first 100 of them, each with its place. */
            differences: string[];
            /**
             * Format: int64
             * @description How many differences there are in all.
             */
            differences_total: number;
            /**
             * Format: int64
             * @description Effects that were read; while it runs, those so far.
             */
            effects: number;
            ended_at?: components["schemas"]["Instant"] | null;
            /**
             * Format: int64
             * @description Ledgers that were read.
             */
            ledgers?: number | null;
            /** @description Why it could not be ended. */
            reason?: string | null;
            started_at?: components["schemas"]["Instant"] | null;
            /**
             * @description `never`, `running`, `clean`, `different` or `failed`.
             * @example clean
             */
            status: string;
        };
        /** @description The busiest accounts. */
        VolumeBody: {
            /** @description Every account that has as many, in any order. */
            accounts: components["schemas"]["Name"][];
            /**
             * Format: int64
             * @description The greatest number of transactions of any account.
             */
            maxVolume: number;
        };
        /** @description A webhook. */
        WebhookBody: {
            /** @description The accounts whose events are sent; all where there are none. */
            accounts: string[];
            /**
             * Format: int64
             * @description How many attempts to deliver there were in all.
             */
            attempts: number;
            /** @description When it was opened. */
            created_at: components["schemas"]["Instant"];
            /** @description A description for people. */
            description: string;
            /**
             * @description Its id.
             * @example 0123456789abcdef
             */
            id: string;
            /**
             * Format: int64
             * @description How many events of the ledger come after it, of all types.
             */
            lag: number;
            /** @description Whether events are sent one after another. */
            ordered: boolean;
            /** @description Why the server disabled or closed it; null where it did not. */
            reason?: string | null;
            /**
             * @description Events that are being sent, or were not accepted and are to be sent again. In an ordered webhook, later events wait for
             *     them.
             */
            retries: components["schemas"]["RetryBody"][];
            /** @description The file with its secrets; null where the server derives them. */
            secret_file?: string | null;
            /**
             * Format: int64
             * @description Events up to this seq were accepted, or are in `retries`.
             */
            seq: number;
            /** @description Whether events are sent. */
            status: components["schemas"]["WebhookStatus"];
            /** @description Which types of events are sent; all where there are none. */
            types: string[];
            /** @description Where events are sent. */
            url: string;
        };
        /** @description A change to a webhook. What is left out stays as it is. */
        WebhookPatch: {
            /** @description The accounts whose events are sent; all when empty. */
            accounts?: string[] | null;
            /** @description A description for people. */
            description?: string | null;
            /** @description Whether nothing is sent for now. When it is enabled again, it continues where it stopped. */
            disabled?: boolean | null;
            /** @description Whether events are sent one after another. */
            ordered?: boolean | null;
            /** @description Which types of events are sent; all when empty. */
            types?: string[] | null;
            /**
             * @description Where events are sent.
             * @example https://example.com/hooks/ducat
             */
            url?: string | null;
        };
        /** @description A webhook to open. */
        WebhookRequest: {
            /**
             * @description The accounts whose events are sent, as beginnings of names that end with a `:`; all when left out.
             * @example [
             *       "users:42:"
             *     ]
             */
            accounts?: string[];
            /**
             * Format: int64
             * @description The seq after which events are sent; 0 for all of them. When left out, events are sent that are committed from now on.
             * @example 0
             */
            after?: number | null;
            /** @description A description for people. */
            description?: string;
            /**
             * @description Whether events are sent one after another, in order. When `false`, several are sent at a time, and one that is not
             *     accepted does not keep the others waiting.
             * @default true
             */
            ordered: boolean;
            /**
             * @description A file with a secret of your own (`whsec_` and base64), in the ledger's folder below `--webhook-secrets`. When left
             *     out, the server derives one.
             * @example till
             */
            secret_file?: string | null;
            /**
             * @description Which types of events are sent: names, or beginnings of names with `.*` behind them; all when left out.
             * @example [
             *       "ducat.transaction.*"
             *     ]
             */
            types?: string[];
            /**
             * @description Where events are sent: an address of the public Internet, with https.
             * @example https://example.com/hooks/ducat
             */
            url: string;
        };
        /** @description How a webhook gets another secret. */
        WebhookRotateRequest: {
            /**
             * Format: int32
             * @description Seconds for which the secret before signs too; a day when left out.
             * @example 86400
             */
            grace_s?: number | null;
        };
        /** @description The secrets that sign what is sent to a webhook. */
        WebhookSecretBody: {
            /** @description The one before, which signs too; null where there is none. */
            retiring?: string | null;
            retiring_until?: components["schemas"]["Instant"] | null;
            /**
             * @description The current one.
             * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
             */
            secret: string;
        };
        /**
         * @description Whether a webhook is sent to.
         * @enum {string}
         */
        WebhookStatus: "active" | "disabled" | "closed";
        /** @description A test. */
        WebhookTestData: {
            /** @description The id of the webhook. */
            webhook: string;
        };
        /** @description A webhook, with what its receiver needs. */
        WebhookWithSecret: components["schemas"]["WebhookBody"] & {
            /**
             * @description What its receiver verifies signatures with; null where it is in a file.
             * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
             */
            secret?: string | null;
        };
        /** @description A whole number: a number up to 2^53 - 1, a string above; both are read */
        WholeNumber: number | string;
        /**
         * @description What becomes of a posting of 0.
         * @enum {string}
         */
        ZeroAmountsWord: "refuse" | "record";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    entry_points: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Links */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_bank_accounts: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Where to go on */
                cursor?: string;
                /** @description Rows of the page */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Open accounts: `accounts`, and `_links.next` where there are more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_exists`: the ledger `bank` was opened with other assets */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    open_bank_account: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, in quotes or not: retries get the first response */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenRequest"];
            };
        };
        responses: {
            /** @description Opened */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankAccountBody"];
                };
            };
            /** @description `malformed`: the name has 1 to 255 characters */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `name_taken`, or `id_reused`: the key was used for something else */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_bank_account: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The account's name */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankAccountBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `ledger_exists`: the ledger `bank` was opened with other assets */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    close_bank_account: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The account's name */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Closed; what happened to it is kept */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `balance_not_zero` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deposit: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, in quotes or not: retries get the first response */
                "Idempotency-Key"?: string;
                /** @description `respond-async`: stored durably, performed in order, its outcome under a link */
                Prefer?: string | null;
            };
            path: {
                /** @description The account's name */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MoveRequest"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovementBody"];
                };
            };
            /** @description Accepted: `_links.status` has its outcome */
            202: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description `malformed`: an amount is more than 0 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_reused`: the key was used for something else */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_frozen` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_links: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The account's name */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The accounts that it draws on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinksBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `ledger_exists`: the ledger `bank` was opened with other assets */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    link: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters: a retry links nothing again */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account's name */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkRequest"];
            };
        };
        responses: {
            /** @description It was linked already */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinksBody"];
                };
            };
            /** @description Linked */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinksBody"];
                };
            };
            /** @description `malformed` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account, on either side; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_reused`: the key was used for something else */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `same_account`, `too_many_links` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unlink: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The account's name */
                name: string;
                /** @description The other's name, or by id its id too */
                other: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does not, from now on */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account, or no link to it; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `ledger_exists`: the ledger `bank` was opened with other assets */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_request: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The account's name */
                name: string;
                /** @description The order's id */
                request: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `status` is `accepted`, `done` with the `transaction`, or `refused` with the `error` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account or order; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `ledger_exists`: the ledger `bank` was opened with other assets */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_bank_transactions: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Where to go on */
                cursor?: string;
                /** @description Rows of the page */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The account's name */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its `transactions`, and `_links.next` where there are more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `ledger_exists`: the ledger `bank` was opened with other assets */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    transfer: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, in quotes or not: retries get the first response */
                "Idempotency-Key"?: string;
                /** @description `respond-async`: stored durably, performed in order, its outcome under a link */
                Prefer?: string | null;
            };
            path: {
                /** @description The account's name */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TransferRequest"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovementBody"];
                };
            };
            /** @description Accepted: `_links.status` has its outcome */
            202: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description `malformed`: an amount is more than 0 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account, on either side; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_reused`: the key was used for something else */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_funds`, `same_account` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdraw: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, in quotes or not: retries get the first response */
                "Idempotency-Key"?: string;
                /** @description `respond-async`: stored durably, performed in order, its outcome under a link */
                Prefer?: string | null;
            };
            path: {
                /** @description The account's name */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MoveRequest"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovementBody"];
                };
            };
            /** @description Accepted: `_links.status` has its outcome */
            202: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description `malformed`: an amount is more than 0 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_reused`: the key was used for something else */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_funds` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add_points: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters: retries count once */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddRequest"];
            };
        };
        responses: {
            /** @description Done, now or before */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A sentence: what is wrong with the body, or that the payer has fewer points than are taken back */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description A sentence: the key was used for another request */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    post_amount: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header: {
                /** @description Retries of the same id with the same body count once */
                "Transaction-Id": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PostAmountRequest"];
            };
        };
        responses: {
            /** @description It is counted, now or before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PostedAmountBody"];
                };
            };
            /** @description `malformed`: the body or the Transaction-Id */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_reused`: the id was used with another body */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_points_by_payer: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Payers with their points; one at 0 stays */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: components["schemas"]["WholeNumber"];
                    };
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    get_amount_balance: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description Its UUID */
                account_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The balance */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AmountBalanceBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    livez: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    get_max_transaction_volume: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The greatest number of transactions of any account, and every account that has it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_ranked`: the ledger was opened by other means, without a ranking */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenMetrics text */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/openmetrics-text; version=1.0.0; charset=utf-8": string;
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    perform_advance: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters: retries make no other advance */
                "Idempotency-Key"?: string;
                /** @description `respond-async`: 202 without waiting for the processor */
                Prefer?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PerformAdvanceRequest"];
            };
        };
        responses: {
            /** @description The processor has it */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PerformedBody"];
                };
            };
            /** @description Recorded durably, and sent as soon as the processor is available. Also when the processor takes over two seconds */
            202: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PerformedBody"];
                };
            };
            /** @description What is wrong with the body */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_reused`: the key was used for another advance */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `processor_not_configured` */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ping: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can serve. `notes` says what is not as it should be */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description It cannot; `reasons` has every reason */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    spend_points: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, in quotes or not: retries get the first response */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SpendPointsRequest"];
            };
        };
        responses: {
            /** @description What was spent of whom, in the order in which they were first drawn on */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpentBody"][];
                };
            };
            /** @description A sentence: what is wrong with the body, or that there are fewer points */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description A sentence: the key was used for another request */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    get_amount: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description Its id */
                transaction_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The transaction */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PostedAmountBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transaction_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_acts: {
        parameters: {
            query?: {
                /** @description Go on after this `seq` */
                after?: number;
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Within this ledger */
                ledger?: string;
                /** @description Rows of the page */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Acts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Acts"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_keys: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Where to go on */
                cursor?: string;
                /** @description Rows of the page */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Keys, without their secrets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_KeyBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_key: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyRequest"];
            };
        };
        responses: {
            /** @description Made. The key itself is shown this once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `admin_key_first`: the first key must be an admin key for all ledgers, or no one could make another */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_key: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The id of the key */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key, without its secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `key_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_key: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The id of the key */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `key_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotate_key: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The id of the key */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotateRequest"] | null;
            };
        };
        responses: {
            /** @description The key with its new secret, shown this once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `key_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `key_revoked` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_ledgers: {
        parameters: {
            query?: {
                /** @description `true` lists the archived ones, and nothing else does */
                archived?: boolean;
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Where to go on */
                cursor?: string;
                /** @description Rows of the page */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ledgers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_LedgerBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    open_ledger: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, in quotes or not: retries get the first response */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LedgerRequest"];
            };
        };
        responses: {
            /** @description It is open already, with the same settings */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerBody"];
                };
            };
            /** @description Opened */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `asset_not_found`: the default asset is none of its assets */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_exists`: it is open with other settings; `ledger_archived`; `ledger_deleted`: its name is not used again */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_ledger: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ledger */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_ledger: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, in quotes or not: retries get the first response */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LedgerPatch"];
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `asset_not_found`, `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_reused`, `ledger_archived` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too_many_defaults` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_groups: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Groups at most */
                limit?: number;
                /** @description Only names that begin with it */
                prefix?: string;
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Groups */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GroupsBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_accounts: {
        parameters: {
            query?: {
                /** @description Only accounts open for it */
                asset?: string;
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Where to go on */
                cursor?: string;
                /** @description Rows of the page */
                limit?: number;
                /** @description Only names that begin with it */
                prefix?: string;
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accounts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AccountBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    open_account: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, in quotes or not: retries get the first response */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountRequest"];
            };
        };
        responses: {
            /** @description It is open already, with the same limits and metadata */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountBody"];
                };
            };
            /** @description Opened */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_exists`, `account_reserved`, `id_reused` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `limits_crossed`, `asset_required`, `account_closed` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_account: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The account */
                account: string;
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_not_found`, `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_account: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description The `ETag` of the account as it was read: if it is another by now, nothing is changed */
                "If-Match"?: string | null;
            };
            path: {
                /** @description The account */
                account: string;
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountPatch"];
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_not_found`, `asset_not_found`, `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_reserved`: it is one of points or advances */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_changed`: the metadata is not `if_metadata`, or the account has not the tag of `If-Match` any more */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `balance_outside`: the balance is outside the new limits already */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_balance: {
        parameters: {
            query?: {
                /** @description The asset; the default one when left out */
                asset?: string;
                /** @description The instant; now when left out */
                at?: string;
                /** @description `recorded` (default) or `effective` */
                by?: "recorded" | "effective";
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The account */
                account: string;
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The balance */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BalanceAt"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_statement: {
        parameters: {
            query?: {
                /** @description The asset; the default one when left out */
                asset?: string;
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Where to go on */
                cursor?: string;
                /** @description Entries recorded at or after this instant */
                from?: string;
                /** @description Rows of the page */
                limit?: number;
                /** @description Entries recorded before this instant */
                to?: string;
            };
            header?: never;
            path: {
                /** @description The account */
                account: string;
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The statement */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Statement"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_advances: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Where to go on */
                cursor?: string;
                /** @description Those of a customer */
                customer?: string;
                /** @description Rows of the page */
                limit?: number;
                /** @description Those that are `accepted`, `sent`, `unresolved`, `failed`, `refused`, `cancelled`, `collecting`, `repaid` or `written_off` */
                status?: "accepted" | "sent" | "unresolved" | "failed" | "refused" | "cancelled" | "collecting" | "repaid" | "written_off";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Advances; a page of a filtered list may be short, `next` says whether there are more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AdvanceBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `terms_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    open_advance: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, instead of an id */
                "Idempotency-Key"?: string;
                /** @description `respond-async`: 202 without waiting for the processor */
                Prefer?: string | null;
            };
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdvanceRequest"];
            };
        };
        responses: {
            /** @description Made before under this id, as it is now (`Idempotent-Replayed: true`) */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdvanceBody"];
                };
            };
            /** @description The processor has its credit, or refuses it for good: then `status` is `refused` */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdvanceBody"];
                };
            };
            /** @description Recorded durably; its credit is sent as soon as the processor is available. Also when the processor takes over two seconds */
            202: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdvanceBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `terms_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_reused` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `amount_zero`, `amount_too_large` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `processor_not_configured` */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_advance: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The advance */
                id: string;
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The advance */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdvanceBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `terms_not_found`, `advance_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The advance */
                id: string;
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is cancelled */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdvanceBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `advance_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `credit_sent`: the processor may have its credit */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pay_off: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The advance */
                id: string;
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rest is due */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdvanceBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `advance_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_collected`: it was not paid out, or is written off */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters: retries try it once */
                "Idempotency-Key"?: string;
                /** @description `respond-async`: 202 without waiting for the processor */
                Prefer?: string | null;
            };
            path: {
                /** @description The advance */
                id: string;
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RetryRequest"] | null;
            };
        };
        responses: {
            /** @description The processor has its credit now, or refuses it again: see `status` */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdvanceBody"];
                };
            };
            /** @description Its credit is held again, durably, and sent as soon as the processor is there */
            202: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdvanceBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `advance_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_refused`: it was not refused, or was tried again already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `processor_not_configured` */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    write_off: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The advance */
                id: string;
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is written off */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdvanceBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `advance_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_collected`: it was not paid out */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_aging: {
        parameters: {
            query?: {
                /** @description The day; today, in UTC, when missing */
                as_of?: string;
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is owed now. Every open advance is read: a million take seconds, and what changes meanwhile may count either way */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgingBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `terms_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_exceptions: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Where to go on */
                cursor?: string;
                /** @description Rows of the page */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Exceptions: settled or not, they stay */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ExceptionBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `terms_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_report: {
        parameters: {
            query?: {
                /** @description Why it is to count as whole though it is not, in up to 300 bytes; with `as_of`. The body may be empty */
                accept_as_whole?: string;
                /** @description The day of which it is the whole report */
                as_of?: string;
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description `gzip`, where it is compressed */
                "Content-Encoding"?: "gzip" | "identity";
            };
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        /** @description Rows of `transaction_id,success` or `transaction_id,fail`; or NDJSON (application/x-ndjson) or an array (application/json) of `{"transaction_id","status"}` */
        requestBody: {
            content: {
                "text/csv": string;
            };
        };
        responses: {
            /** @description What was in it. Where `complete` is false, it breaks off: what could be read counts, and the same report may be sent again. Where `whole` is false, silence in it proves nothing */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadingBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `terms_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`, `unsupported_encoding` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_runs: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Where to go on */
                cursor?: string;
                /** @description Rows of the page */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_RunShown"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `terms_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_run: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters: retries find the same run */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RunRequest"] | null;
            };
        };
        responses: {
            /** @description It goes on */
            202: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunShown"];
                };
            };
            /** @description `malformed`: such as a day that is more than ten years ahead */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `terms_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `run_before_last`: a run of a later day was done, or is under way */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `processor_not_configured` */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_run: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The run */
                id: string;
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunShown"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `terms_not_found`, `run_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_terms: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The terms */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TermsBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `terms_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_terms: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TermsRequest"];
            };
        };
        responses: {
            /** @description The terms from now on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TermsBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `asset_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `terms_fixed`: advances were made in another asset; `account_exists`: accounts are named `advances:…` already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `asset_required`: the ledger has no asset */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add_asset: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, in quotes or not: retries get the first response */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssetRequest"];
            };
        };
        responses: {
            /** @description It is there already, with the same scale */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetBody"];
                };
            };
            /** @description Added */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `asset_exists`: with another scale */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_asset: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, in quotes or not: retries get the first response */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The code of the asset */
                asset: string;
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssetPatch"];
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `asset_not_found`, `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `asset_in_use`, `id_reused`, `ledger_archived` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_busiest: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The most entries of any account, and every account that has as many */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BusiestBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_ranked`: it was opened without `rank_by_entries` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_cloud_events: {
        parameters: {
            query?: {
                /** @description Go on after this `seq` */
                after?: number;
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Rows of the page */
                limit?: number;
            };
            header?: {
                /** @description As `after`, for streams */
                "Last-Event-ID"?: number;
            };
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CloudEvents"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_cloud_event: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
                /** @description The event's place in the ledger */
                seq: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/cloudevents+json": components["schemas"]["CloudEvent"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `event_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_events: {
        parameters: {
            query?: {
                /** @description Go on after this `seq` */
                after?: number;
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Rows of the page */
                limit?: number;
            };
            header?: {
                /** @description As `after`, for streams */
                "Last-Event-ID"?: number;
            };
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Events"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_head: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The head */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeadBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    expire: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ExpireRequest"] | null;
            };
        };
        responses: {
            /** @description What expired: nothing that the server's own job, which does the same all the time, had done already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExpiredBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `program_not_found`: the ledger keeps no points */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    import_points: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description A name that distinguishes imports of the same rows */
                import?: string;
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        /** @description Rows of `member,payer,points,timestamp`, with or without that line first. Negative points are taken back. */
        requestBody: {
            content: {
                "text/csv": string;
            };
        };
        responses: {
            /** @description `{"refused":[{"line","code","reason"},…],"rows","imported","expired","repeated","refused_count","error"}`, streamed. `expired` says how many of the imported rows had expired already. `error` is null when all of the body was read. If it could not go on to the end, `error` says why; sent again, the same rows go on where it stopped. Where a quote was left open, it is `rows_unread`, and the refused entry has a `last_line`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description `malformed`: the columns have other names, or an unknown parameter */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `program_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `import_changed`: rows that begin so were imported, and then were others */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: send text/csv */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_member: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
                /** @description The member */
                member: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What it has */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `program_not_found`, `member_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    adjust: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, instead of an id */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ledger */
                ledger: string;
                /** @description The member */
                member: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdjustRequest"];
            };
        };
        responses: {
            /** @description Put right before under this id (`Idempotent-Replayed: true`) */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdjustmentBody"];
                };
            };
            /** @description Put right */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdjustmentBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `program_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_reused` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_points`: the payer has fewer than are taken back; `amount_zero`, `amount_too_large`, `too_many_payers` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    earn: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, instead of an id */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ledger */
                ledger: string;
                /** @description The member */
                member: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EarnRequest"];
            };
        };
        responses: {
            /** @description Given before under this id (`Idempotent-Replayed: true`) */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EarningBody"];
                };
            };
            /** @description Given */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EarningBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `program_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_reused` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `amount_zero`, `amount_too_large`, `too_many_payers` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_history: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Where to go on */
                cursor?: string;
                /** @description Rows of the page */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
                /** @description The member */
                member: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What came and went; what is pending comes when it can be spent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_HistoryBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `program_not_found`, `member_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_lots: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Where to go on */
                cursor?: string;
                /** @description Rows of the page */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
                /** @description The member */
                member: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Lots */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_LotBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `program_not_found`, `member_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    spend: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, instead of an id */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ledger */
                ledger: string;
                /** @description The member */
                member: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SpendRequest"];
            };
        };
        responses: {
            /** @description Spent before under this id (`Idempotent-Replayed: true`), or a dry run */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpendBody"];
                };
            };
            /** @description Spent */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpendBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `program_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_reused` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_points`, `amount_zero`, `too_many_lots` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_program: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The terms */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgramBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `program_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_program: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProgramRequest"];
            };
        };
        responses: {
            /** @description The terms from now on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgramBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `asset_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `program_fixed`: asset and order are fixed once points were earned; `account_exists`: accounts are named `points:…` already */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refund: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, instead of an id */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The spend */
                id: string;
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RefundRequest"] | null;
            };
        };
        responses: {
            /** @description Given back before under this id (`Idempotent-Replayed: true`) */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefundBody"];
                };
            };
            /** @description Given back */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefundBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `spend_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_reused` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `exceeds_spend`, `amount_zero` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redact: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RedactionRequest"];
            };
        };
        responses: {
            /** @description What was erased, now or before, and what cannot be */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RedactionBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found`, `transaction_not_found`, `account_not_found`, `member_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_redactable`: its texts are in batches of release 0.1.0; `account_in_use`: the bank works with its metadata; `not_a_transaction`: the id is that of an account */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_changed`: the bank changed it meanwhile; try again */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_transactions: {
        parameters: {
            query?: {
                /** @description With postings on this account */
                account?: string;
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Where to go on */
                cursor?: string;
                /** @description Recorded at or after this instant */
                from?: string;
                /** @description Rows of the page */
                limit?: number;
                /** @description With this reference */
                reference?: string;
                /** @description posted, pending, voided, expired or reversed */
                status?: "posted" | "pending" | "voided" | "expired" | "reversed";
                /** @description Recorded before this instant */
                to?: string;
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Transactions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TransactionBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    transact: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Decide and change nothing */
                dry_run?: boolean;
            };
            header?: {
                /** @description Up to 255 characters, instead of an id */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TransactionRequest"];
            };
        };
        responses: {
            /** @description Made before under this id (`Idempotent-Replayed: true`), or a dry run */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransactionBody"];
                };
            };
            /** @description Made */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransactionBody"];
                };
            };
            /** @description `malformed` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_not_found`, `asset_not_found`, `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_reused`, `reference_taken` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A rule refuses it, such as `insufficient_funds` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Nothing was done; retry the request */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: ask again under the same id */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_transaction: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description Its id */
                id: string;
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The transaction */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransactionBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transaction_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_hold: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, in quotes or not: retries get the first response */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The hold */
                id: string;
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PostRequest"] | null;
            };
        };
        responses: {
            /** @description Posted */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransactionBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transaction_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_pending`, `already_posted`, `already_voided`, `hold_expired` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `exceeds_hold` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reverse: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, in quotes or not: retries get the first response */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The transaction */
                id: string;
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ReverseRequest"] | null;
            };
        };
        responses: {
            /** @description Reversed before under this id (`Idempotent-Replayed: true`) */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransactionBody"];
                };
            };
            /** @description The reversing transaction */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransactionBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transaction_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `already_reversed`, `not_posted` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `exceeds_original`: more than is left of a posting; `insufficient_funds` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    void_hold: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, in quotes or not: retries get the first response */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The hold */
                id: string;
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["IdRequest"] | null;
            };
        };
        responses: {
            /** @description Voided */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransactionBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `transaction_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_pending`, `already_posted`, `hold_expired` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    transact_batch: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchRequest"];
            };
        };
        responses: {
            /** @description The outcome of each */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `batch_too_large`, `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description An atomic batch is refused: the first rejection, with its `index` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_webhooks: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Where to go on */
                cursor?: string;
                /** @description Rows of the page */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Webhooks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_WebhookBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    open_webhook: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, in quotes or not: retries get the first response */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The ledger */
                ledger: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookRequest"];
            };
        };
        responses: {
            /** @description It was opened before under the same key */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
            /** @description Opened, with its secret */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `ledger_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_reused`: under the key another webhook was opened */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhooks_off`: the server has no key for webhooks; `url_not_allowed`: the address is not one of the public Internet, or not https; `unknown_event_type`; `secret_unusable`: the file is not there, or has no secrets; `too_many_webhooks` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_webhook: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
                /** @description The id of the webhook */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    close_webhook: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
                /** @description The id of the webhook */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Closed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_webhook: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
                /** @description The id of the webhook */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookPatch"];
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhook_closed` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `url_not_allowed`: the address is not one of the public Internet, or not https; `unknown_event_type` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_deliveries: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Where to go on */
                cursor?: string;
                /** @description Rows of the page */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
                /** @description The id of the webhook */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Attempts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DeliveryBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replay_webhook: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
                /** @description The id of the webhook */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayRequest"];
            };
        };
        responses: {
            /** @description Ordered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhook_closed` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_webhook: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
                /** @description The id of the webhook */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ordered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhook_closed`; `webhook_disabled`: enable it first, which sends it again too */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotate_webhook: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
                /** @description The id of the webhook */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["WebhookRotateRequest"] | null;
            };
        };
        responses: {
            /** @description The secrets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookSecretBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhook_closed`; `rotation_pending`: the secret before the last rotation still signs */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhooks_off`: the server has no key for webhooks; `secret_in_file`: its secrets are in a file, which is to be changed instead */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_webhook_secret: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
                /** @description The id of the webhook */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The secrets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookSecretBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhooks_off`: the server has not the key for webhooks that they are derived from; `secret_in_file`: whoever writes the file has them */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    skip_event: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
                /** @description The id of the webhook */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SkipRequest"];
            };
        };
        responses: {
            /** @description Ordered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhook_closed`; `not_failing`: no attempt to deliver this event has failed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    test_webhook: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The ledger */
                ledger: string;
                /** @description The id of the webhook */
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ordered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `webhook_closed`; `webhook_disabled`: enable it first */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redact_actor: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActorRequest"];
            };
        };
        responses: {
            /** @description What was erased, now or before, and what cannot be */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RedactionBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `actor_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `key_in_use`: revoke the key first */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_streams: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Where to go on */
                cursor?: string;
                /** @description Rows of the page */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Streams */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_StreamBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_stream: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The name of the stream at the broker */
                stream: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreamBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `stream_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    continue_stream: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The name of the stream at the broker */
                stream: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is ordered */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreamBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `stream_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_stopped` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_verification: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The verification */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerificationBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    begin_verification: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is under way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerificationBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_bank_account_by_id: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The account's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BankAccountBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `ledger_exists`: the ledger `bank` was opened with other assets */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    close_bank_account_by_id: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The account's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Closed; what happened to it is kept */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `balance_not_zero` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deposit_by_id: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, in quotes or not: retries get the first response */
                "Idempotency-Key"?: string;
                /** @description `respond-async`: stored durably, performed in order, its outcome under a link */
                Prefer?: string | null;
            };
            path: {
                /** @description The account's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MoveRequest"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovementBody"];
                };
            };
            /** @description Accepted: `_links.status` has its outcome */
            202: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description `malformed`: an amount is more than 0 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_reused`: the key was used for something else */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_frozen` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_links_by_id: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The account's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The accounts that it draws on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinksBody"];
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `ledger_exists`: the ledger `bank` was opened with other assets */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    link_by_id: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters: a retry links nothing again */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The account's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkRequest"];
            };
        };
        responses: {
            /** @description It was linked already */
            200: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinksBody"];
                };
            };
            /** @description Linked */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinksBody"];
                };
            };
            /** @description `malformed` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account, on either side; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_reused`: the key was used for something else */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `same_account`, `too_many_links` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unlink_by_id: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The account's id */
                id: string;
                /** @description The other's name, or by id its id too */
                other: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does not, from now on */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account, or no link to it; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `ledger_exists`: the ledger `bank` was opened with other assets */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_request_by_id: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: never;
            path: {
                /** @description The account's id */
                id: string;
                /** @description The order's id */
                request: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `status` is `accepted`, `done` with the `transaction`, or `refused` with the `error` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account or order; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `ledger_exists`: the ledger `bank` was opened with other assets */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_bank_transactions_by_id: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
                /** @description Where to go on */
                cursor?: string;
                /** @description Rows of the page */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description The account's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its `transactions`, and `_links.next` where there are more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description `malformed`: the path, the query, a header or the body; unknown query parameters and fields are refused */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `ledger_exists`: the ledger `bank` was opened with other assets */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    transfer_by_id: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, in quotes or not: retries get the first response */
                "Idempotency-Key"?: string;
                /** @description `respond-async`: stored durably, performed in order, its outcome under a link */
                Prefer?: string | null;
            };
            path: {
                /** @description The account's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TransferRequest"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovementBody"];
                };
            };
            /** @description Accepted: `_links.status` has its outcome */
            202: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description `malformed`: an amount is more than 0 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account, on either side; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_reused`: the key was used for something else */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_funds`, `same_account` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdraw_by_id: {
        parameters: {
            query?: {
                /** @description What every response is: it includes all that was acknowledged before the request */
                consistency?: "acknowledged";
            };
            header?: {
                /** @description Up to 255 characters, in quotes or not: retries get the first response */
                "Idempotency-Key"?: string;
                /** @description `respond-async`: stored durably, performed in order, its outcome under a link */
                Prefer?: string | null;
            };
            path: {
                /** @description The account's id */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MoveRequest"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovementBody"];
                };
            };
            /** @description Accepted: `_links.status` has its outcome */
            202: {
                headers: {
                    /** @description This response repeats an earlier one that was given under the same id or key */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description `malformed`: an amount is more than 0 */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthorized`, `invalid_key`: there are keys, and none that is taken was shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: the key is for something else; `cross_site`: a web page of another site sent it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such account; no body */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `body_timeout`: the body took too long to arrive; nothing was done */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `id_reused`: the key was used for something else */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body_too_large` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `insufficient_funds` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `rate_limited`: the key makes more requests a second than it may; nothing was done; retry later */
            429: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `store_unavailable`, `overloaded`, `shutting_down`: nothing was done; retry */
            503: {
                headers: {
                    /** @description Seconds to wait before a retry */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `outcome_unknown`: retry under the same id or key */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
