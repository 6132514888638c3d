//! What a person must see.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use ducat_domain::advances::{Advance, Credit, Event, Fact, PlanChange, Progress, Reading};
use ducat_domain::money::Amount;
use ducat_domain::names::Name;
use ducat_domain::numbers::Seq;
use ducat_domain::products::advances_fact;
use ducat_store::Snapshot;
use serde::Serialize;
use utoipa::ToSchema;

use super::book_of;
use crate::problem::{OrBug as _, Problem};
use crate::query::{Query, UrlPath, path_name};
use crate::v1::ledger::render::Page;
use crate::values::{JsonAmount, JsonDay, JsonTime};
use crate::{Api, body, cursor};

/// Something that a person must see.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct ExceptionBody {
    /// Where in the journal it stands.
    seq: u64,
    /// When it was found.
    at: Option<JsonTime>,
    /// `unknown_transaction`, `unreadable_line`, `report_not_whole`, `unresolved`, `credit_refused`, `debits_refused`,
    /// `unanswered`, `overpaid`, `owed_again` or `plan_full`.
    kind: &'static str,
    /// Whether it is so no more, such as where a report named it, the processor responded, or a person decided.
    #[serde(rename = "settled")]
    is_settled: bool,
    /// The advance that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    advance: Option<String>,
    /// The installment; 0 is the credit.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u32>,
    /// The transaction, as the processor calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_id: Option<String>,
    /// What a report said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'static str>,
    /// The day of the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<JsonDay>,
    /// The line of the report, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    /// What is wrong with the line; what the processor said when it refused; why a report is not whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// How much was overpaid, in all, by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    overpaid: Option<JsonAmount>,
    /// How much is owed again.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<JsonAmount>,
    /// What may be done about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    what_to_do: Option<&'static str>,
}

/// List what a person must see, newest first.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/advances/exceptions", tag = "advances",
    params(("limit" = Option<u32>, Query, description = "Rows of the page"), ("cursor" = Option<String>, Query, description = "Where to go on")), responses(
    (status = 200, description = "Exceptions: settled or not, they stay", body = Page<ExceptionBody>),
    (status = 404, description = "`ledger_not_found`, `terms_not_found`"),
))]
pub(crate) async fn list_exceptions(
    api: Api,
    UrlPath(ledger): UrlPath<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let mut query = Query::new(query.as_deref());
    let limit = query.limit(api.limits.page_max)?;
    let before = cursor::seq(&mut query, 'e')?.unwrap_or(Seq(u64::MAX));
    query.finish()?;
    let page = api.read(move |snapshot| {
        book_of(snapshot, &ledger)?;
        let seqs = snapshot.exceptions(&ledger, before, limit)?;
        let next = seqs.last().filter(|_| seqs.len() == limit).map(|seq| cursor::at_seq('e', *seq));
        let shown = |seq: &Seq| {
            let found = exception(snapshot, &ledger, *seq)?;
            Ok(ExceptionBody { what_to_do: what_to_do(found.kind), ..found })
        };
        let data: Result<Vec<ExceptionBody>, Problem> = seqs.iter().map(shown).collect();
        Ok(Page { data: data?, next })
    });
    Ok(body::json(StatusCode::OK, &page.await?))
}

fn exception(snapshot: &dyn Snapshot, ledger: &Name, seq: Seq) -> Result<ExceptionBody, Problem> {
    let effect = snapshot.effect(ledger, seq)?.or_bug("an effect that is referred to is missing")?;
    let found = ExceptionBody { seq: seq.0, at: Some(JsonTime(effect.at)), ..ExceptionBody::default() };
    match advances_fact(&effect).or_bug("a fact is of another kind than its command makes")? {
        Fact::Unknown { transaction, result } => {
            let known = snapshot.transactions(ledger, std::slice::from_ref(transaction))?;
            let is_settled = known.first().copied().flatten().is_some_and(|row| row.of.is_some());
            Ok(ExceptionBody {
                kind: "unknown_transaction",
                is_settled,
                transaction_id: Some(transaction.to_string()),
                result: Some(result.word()),
                ..found
            })
        }
        Fact::Unreadable { as_of, line, reason } => Ok(ExceptionBody {
            kind: "unreadable_line",
            as_of: as_of.map(JsonDay),
            line: Some(*line),
            reason: Some(reason.clone()),
            ..found
        }),
        Fact::Changed { advance: no, event, changes } => {
            let advance =
                snapshot.advance(ledger, *no)?.or_bug("an advance or run that was just recorded is missing")?;
            let found = ExceptionBody { advance: Some(advance.id.to_string()), ..found };
            match of_event(&advance, event, found.clone()) {
                Some(found) => Ok(found),
                None => Ok(of_plan(&advance, changes, found)),
            }
        }
        Fact::ReportRead { as_of, reading } => {
            let book = book_of(snapshot, ledger)?;
            Ok(ExceptionBody {
                kind: "report_not_whole",
                is_settled: as_of.is_some_and(|day| book.reports.has(day)),
                as_of: as_of.map(JsonDay),
                reason: Some(not_whole(*reading).to_owned()),
                ..found
            })
        }
        Fact::TermsSet { .. }
        | Fact::Opened { .. }
        | Fact::RunStarted { .. }
        | Fact::ReportAccepted { .. }
        | Fact::RunEnded { .. } => Err(Problem::bug("a fact is of another kind than its command makes")),
    }
}

/// Why silence in a report that was read to its end proves nothing.
fn not_whole(reading: Reading) -> &'static str {
    match reading {
        Reading { unreadable: 1.., .. } => "lines of it could not be read",
        Reading { rows: 0, .. } => "it is empty, and transactions are awaited",
        _ => "nothing but the end of the connection says that it was all",
    }
}

/// What happened to a credit or a debit.
fn of_event(advance: &Advance, event: &Event, found: ExceptionBody) -> Option<ExceptionBody> {
    let found = |number: u32| {
        let progress = advance.progress(number);
        let transaction_id = progress.and_then(Progress::transaction).map(ToString::to_string);
        (progress, ExceptionBody { number: Some(number), transaction_id, ..found.clone() })
    };
    match event {
        Event::Silent { number } => {
            let (progress, found) = found(*number);
            let is_settled = !matches!(progress, Some(Progress::Silent(..)));
            Some(ExceptionBody { kind: "unresolved", is_settled, ..found })
        }
        Event::Refused { number: 0, key, reason, .. } => {
            let (progress, found) = found(0);
            let is_refused = progress.is_some_and(|progress| progress.refused().is_some());
            Some(ExceptionBody {
                kind: "credit_refused",
                is_settled: !is_refused || advance.key != *key,
                reason: Some(reason.clone()),
                ..found
            })
        }
        Event::Refused { number, reason, .. } => {
            let of = advance.installment(*number).map(|one| one.of);
            let is_owed = of.is_some_and(|of| advance.is_unpaid(of));
            Some(ExceptionBody {
                kind: "debits_refused",
                is_settled: !is_owed,
                reason: Some(reason.clone()),
                ..found(*number).1
            })
        }
        Event::Unanswered { number } => {
            let (progress, found) = found(*number);
            let is_waiting = *number == 0 && advance.credit == Credit::Waiting;
            Some(ExceptionBody {
                kind: "unanswered",
                is_settled: !is_waiting && progress != Some(&Progress::Calling),
                ..found
            })
        }
        Event::OwedAgain { number, amount, .. } => Some(ExceptionBody {
            kind: "owed_again",
            is_settled: !advance.is_unpaid(*number),
            amount: Some(JsonAmount(*amount)),
            ..found(*number).1
        }),
        _ => None,
    }
}

/// Its outcome for the plan.
fn of_plan(advance: &Advance, changes: &[PlanChange], found: ExceptionBody) -> ExceptionBody {
    if changes.iter().any(|change| matches!(change, PlanChange::Stopped(_))) {
        return ExceptionBody { kind: "plan_full", is_settled: advance.stopped() == 0, ..found };
    }
    let overpaid = changes.iter().find_map(|change| match change {
        PlanChange::Overpaid(sum) => Some(JsonAmount(*sum)),
        PlanChange::Planned(_) | PlanChange::Replacements(_) | PlanChange::Stopped(_) => None,
    });
    ExceptionBody { kind: "overpaid", is_settled: advance.overpaid() == Amount::ZERO, overpaid, ..found }
}

/// What may be done about an exception of a kind.
fn what_to_do(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "unresolved" => {
            "ask the processor; send the report that tells of it to POST …/advances/reports, with ?as_of=DAY where a whole report of \
             that day was missing"
        }
        "report_not_whole" => {
            "silence in it proves nothing: send the whole report to POST …/advances/reports?as_of=DAY, or say why it \
             is whole with &accept_as_whole=REASON"
        }
        "credit_refused" => {
            "try it again with POST …/advances/{advance}/retry, or for another bank account with \
             {\"customer\"}; or give it up with POST …/advances/{advance}/cancel"
        }
        "debits_refused" => {
            "it is asked for again a term later; ask the customer for another way to pay, or ask for nothing more \
             with POST …/advances/{advance}/write-off"
        }
        "unanswered" => {
            "it is tried on, under the same key; ask the processor whether it has it. A credit of which nothing \
             reached the processor can be cancelled with POST …/advances/{advance}/cancel"
        }
        "owed_again" => {
            "an overpayment was paid back, and its debit was returned then; it is collected at the end of the plan. \
             Ask for nothing more with POST …/advances/{advance}/write-off"
        }
        "plan_full" => {
            "the plan has as many installments as it may, so nothing more of it is asked for; ask the customer for another \
             way to pay, or write it off with POST …/advances/{advance}/write-off"
        }
        "overpaid" => "pay it back with a transaction, advances:cash to advances:overpaid:CUSTOMER",
        _ => return None,
    })
}
