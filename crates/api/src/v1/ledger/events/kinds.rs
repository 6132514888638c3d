//! The types of events: one list, from which the documents are made.
//!
//! - A type never changes its meaning. One whose data must lose a member becomes another type, `….v2`; members may be added.
//! - Every effect that a ledger may show has a type.

use ducat_domain::Fact;
use ducat_domain::advances::Fact as AdvancesFact;
use ducat_domain::points::Fact as PointsFact;
use ducat_domain::products::AnyFact;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::data;

/// A type of event.
#[derive(Debug)]
pub struct EventType {
    /// Its name, as `type` of an event says it.
    pub name: &'static str,
    /// What happened.
    pub summary: &'static str,
    /// What `data` is.
    pub data: DataSchema,
}

/// What the data of a type of event is.
#[derive(Debug, Clone, Copy)]
pub struct DataSchema {
    /// The name of its schema.
    pub name: &'static str,
    /// The schema, and those that it names.
    pub collect: fn() -> Vec<(String, RefOr<Schema>)>,
}

/// The schema of a type, and those that it names.
fn collect<T: ToSchema>() -> Vec<(String, RefOr<Schema>)> {
    let mut all = Vec::new();
    T::schemas(&mut all);
    all.push((T::name().into_owned(), T::schema()));
    all
}

macro_rules! event_types {
    ($($constant:ident: $name:literal, $data:ident, $summary:literal;)*) => {
        $(const $constant: EventType = EventType {
            name: $name,
            summary: $summary,
            data: DataSchema { name: stringify!($data), collect: collect::<data::$data> },
        };)*

        /// Every type, in the order in which the documents show them.
        pub const EVENT_TYPES: &[EventType] = &[$($constant),*];
    };
}

event_types! {
    POSTED: "ducat.transaction.posted.v1", PostingData, "A posting of a transaction was recorded: money moved.";
    HELD: "ducat.transaction.held.v1", HoldData, "A posting of a transaction is held: its amount is reserved.";
    VOIDED: "ducat.transaction.voided.v1", HoldEndedData, "A hold was voided: its amount is available again.";
    EXPIRED: "ducat.transaction.expired.v1", HoldEndedData, "A hold expired: its amount is available again.";
    ACCOUNT_OPENED: "ducat.account.opened.v1", AccountOpenedData, "An account was opened for an asset.";
    ACCOUNT_CHANGED: "ducat.account.changed.v1", AccountChangedData, "An account was changed, frozen or closed. The data is its state afterwards.";
    ASSET_ADDED: "ducat.asset.added.v1", AssetData, "An asset was added.";
    ASSET_RESCALED: "ducat.asset.rescaled.v1", AssetRescaledData, "The scale of an asset was changed, before any amount of it was recorded.";
    LEDGER_OPENED: "ducat.ledger.opened.v1", LedgerOpenedData, "The ledger was opened.";
    DEFAULT_ASSET_SET: "ducat.ledger.default_asset_set.v1", DefaultAssetData, "Another asset is meant where none is named.";
    ARCHIVED: "ducat.ledger.archived.v1", ArchivedData, "The ledger was archived.";
    UNARCHIVED: "ducat.ledger.unarchived.v1", ArchivedData, "The ledger is no longer archived.";
    REDACTED: "ducat.text.redacted.v1", RedactedData, "Texts of earlier events were erased.";
    REFUSED: "ducat.command.refused.v1", RefusedData, "A command was refused, and the refusal is kept under its id.";
    ACCEPTED: "ducat.request.accepted.v1", RequestData, "A request was stored, to be performed later.";
    COMPLETED: "ducat.request.completed.v1", RequestCompletedData, "A stored request was performed or refused.";
    IMPORTED: "ducat.points.imported.v1", ImportedData, "Rows of a points import were recorded.";
    PROGRAM_SET: "ducat.points.program_set.v1", ProductData, "The points program was set.";
    EARNED: "ducat.points.earned.v1", ProductData, "A member earned points.";
    ADJUSTED: "ducat.points.adjusted.v1", ProductData, "Points were added or removed by an adjustment.";
    SPENT: "ducat.points.spent.v1", ProductData, "A member spent points.";
    REFUNDED: "ducat.points.refunded.v1", ProductData, "Spent points were given back.";
    LOT_EXPIRED: "ducat.points.expired.v1", ProductData, "Points expired.";
    MATURED: "ducat.points.matured.v1", ProductData, "Pending points became available.";
    TERMS_SET: "ducat.advances.terms_set.v1", ProductData, "The terms of new advances were set.";
    ADVANCE_OPENED: "ducat.advance.opened.v1", ProductData, "An advance was opened.";
    ADVANCE_CHANGED: "ducat.advance.changed.v1", ProductData, "Something happened to an advance: `what` says it.";
    TRANSACTION_UNKNOWN: "ducat.advances.transaction_unknown.v1", ProductData, "A report names a transaction that no one sent.";
    LINE_UNREADABLE: "ducat.advances.line_unreadable.v1", ProductData, "A line of a report cannot be read.";
    RUN_STARTED: "ducat.advances.run_started.v1", ProductData, "A daily run began.";
    REPORT_READ: "ducat.advances.report_read.v1", ProductData, "A report was read.";
    RUN_ENDED: "ducat.advances.run_ended.v1", ProductData, "A daily run ended.";
    REPORT_ACCEPTED: "ducat.advances.report_accepted.v1", ProductData, "A report was accepted although it looks wrong.";
    TEST: "ducat.webhook.test.v1", WebhookTestData, "A test of a webhook, which is in no journal.";
}

/// The type of a test.
pub const WEBHOOK_TEST: &str = TEST.name;

/// Only the system ledger records this, whose events no one is shown.
const LEDGER_DELETED: &str = "ducat.ledger.deleted.v1";

/// The name of the type of what happened.
#[must_use]
pub fn type_of(fact: &Fact) -> &'static str {
    let known = match fact {
        Fact::Posting(_) => POSTED,
        Fact::Hold(_) => HELD,
        Fact::HoldVoided { .. } => VOIDED,
        Fact::HoldExpired { .. } => EXPIRED,
        Fact::AccountOpened(_) => ACCOUNT_OPENED,
        Fact::AccountChanged(_) => ACCOUNT_CHANGED,
        Fact::AssetAdded { .. } => ASSET_ADDED,
        Fact::AssetRescaled { .. } => ASSET_RESCALED,
        Fact::LedgerOpened(_) => LEDGER_OPENED,
        Fact::DefaultAssetSet { .. } => DEFAULT_ASSET_SET,
        Fact::ArchivedSet { archived: true } => ARCHIVED,
        Fact::ArchivedSet { archived: false } => UNARCHIVED,
        Fact::LedgerDeleted(_) => return LEDGER_DELETED,
        Fact::Redacted(_) => REDACTED,
        Fact::Refused(_) => REFUSED,
        Fact::Deferred { .. } => ACCEPTED,
        Fact::Resolved { .. } => COMPLETED,
        Fact::Imported { .. } => IMPORTED,
        Fact::Product(fact) => match &**fact {
            AnyFact::Points(fact) => of_points(fact),
            AnyFact::Advances(fact) => of_advances(fact),
        },
    };
    known.name
}

fn of_points(fact: &PointsFact) -> EventType {
    match fact {
        PointsFact::ProgramSet(_) => PROGRAM_SET,
        PointsFact::Earned { .. } => EARNED,
        PointsFact::Adjusted { .. } => ADJUSTED,
        PointsFact::Spent { .. } => SPENT,
        PointsFact::Refunded { .. } => REFUNDED,
        PointsFact::Closed { .. } => LOT_EXPIRED,
        PointsFact::Matured { .. } => MATURED,
    }
}

fn of_advances(fact: &AdvancesFact) -> EventType {
    match fact {
        AdvancesFact::TermsSet { .. } => TERMS_SET,
        AdvancesFact::Opened { .. } => ADVANCE_OPENED,
        AdvancesFact::Changed { .. } => ADVANCE_CHANGED,
        AdvancesFact::Unknown { .. } => TRANSACTION_UNKNOWN,
        AdvancesFact::Unreadable { .. } => LINE_UNREADABLE,
        AdvancesFact::RunStarted { .. } => RUN_STARTED,
        AdvancesFact::ReportRead { .. } => REPORT_READ,
        AdvancesFact::RunEnded { .. } => RUN_ENDED,
        AdvancesFact::ReportAccepted { .. } => REPORT_ACCEPTED,
    }
}
