//! Advances as they are shown.

use ducat_domain::advances::{
    Advance, Book, Counts, Credit, Event, Extent, Fact, Installment, PlanChange, Progress, Reading, Rounding, Run,
    RunEnd, Terms,
};
use ducat_domain::money::Amount;
use ducat_store::Fault;
use ducat_store::read::Names;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::values::{JsonAmount, JsonDay, write_time};

/// Which installments get the minor units that are left over.
#[derive(Debug, Clone, Copy, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundingWord {
    /// The first.
    #[default]
    LargerFirst,
    /// The last.
    LargerLast,
}

impl From<Rounding> for RoundingWord {
    fn from(rounding: Rounding) -> RoundingWord {
        match rounding {
            Rounding::LargerFirst => RoundingWord::LargerFirst,
            Rounding::LargerLast => RoundingWord::LargerLast,
        }
    }
}

impl From<RoundingWord> for Rounding {
    fn from(word: RoundingWord) -> Rounding {
        match word {
            RoundingWord::LargerFirst => Rounding::LargerFirst,
            RoundingWord::LargerLast => Rounding::LargerLast,
        }
    }
}

/// The terms on which advances are made.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermsBody {
    /// In which asset.
    asset: String,
    /// How often the terms were set; an advance keeps those that it was made under.
    version: u64,
    #[serde(flatten)]
    terms: TermsOf,
}

/// What holds for an advance.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermsOf {
    /// How many installments.
    count: u32,
    /// Days between two of them.
    interval_days: u32,
    /// Days from the credit to the first.
    first_after_days: u32,
    /// For how many days after it was sent a transaction is in reports.
    report_window_days: u32,
    /// Which installments are larger, where the amount cannot be split evenly.
    rounding: RoundingWord,
}

impl From<Terms> for TermsOf {
    fn from(terms: Terms) -> TermsOf {
        TermsOf {
            count: terms.count,
            interval_days: terms.interval_days,
            first_after_days: terms.first_after_days,
            report_window_days: terms.report_window_days,
            rounding: terms.rounding.into(),
        }
    }
}

impl From<&Book> for TermsBody {
    fn from(book: &Book) -> TermsBody {
        TermsBody { asset: book.asset.to_string(), version: book.version, terms: book.terms.into() }
    }
}

/// A transaction that was asked of the processor.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttemptBody {
    /// The key under which it is asked for; of a debit also the id of what is held for it in the ledger.
    key: String,
    /// What the processor calls it; null while it is not known to have it.
    transaction_id: Option<String>,
    /// The day on which it was sent.
    sent_on: Option<JsonDay>,
    /// What reports said of it: `success`, `fail`, or null.
    result: Option<&'static str>,
    /// The day on which the processor refused it for good, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    refused_on: Option<JsonDay>,
}

impl AttemptBody {
    fn new(key: impl ToString, progress: &Progress) -> AttemptBody {
        AttemptBody {
            key: key.to_string(),
            transaction_id: progress.transaction().map(ToString::to_string),
            sent_on: progress.sent().map(JsonDay),
            result: match progress {
                Progress::Succeeded(..) => Some("success"),
                Progress::Failed(..) => Some("fail"),
                Progress::Calling
                | Progress::UnderWay(..)
                | Progress::Silent(..)
                | Progress::TimedOut(..)
                | Progress::Refused(_) => None,
            },
            refused_on: progress.refused().map(JsonDay),
        }
    }
}

/// An installment, or what replaces one.
#[derive(Debug, Serialize, ToSchema)]
pub struct InstallmentBody {
    /// Its number, from 1.
    number: u32,
    /// The number of what it replaces directly: the debit of the same installment before it.
    replaces: Option<u32>,
    /// The number of the installment of the plan that it stands for, where it replaces one.
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<u32>,
    /// Whether it is an overpayment that was paid back and whose debit was returned then.
    #[serde(skip_serializing_if = "is_false")]
    owed_again: bool,
    /// When it is due.
    due: JsonDay,
    /// How much.
    amount: JsonAmount,
    /// `open`, `sending`, `under_way`, `unresolved`, `timed_out`, `paid`, `failed`, `refused` or `cancelled`.
    status: &'static str,
    /// The debit, once it was asked for.
    attempt: Option<AttemptBody>,
}

impl InstallmentBody {
    fn new(advance: &Advance, number: u32, installment: &Installment) -> InstallmentBody {
        let debit = installment.debit.as_ref();
        InstallmentBody {
            number,
            replaces: advance.replaced(number, installment.of),
            original: (installment.of != number).then_some(installment.of),
            owed_again: installment.is_owed_again,
            due: JsonDay(installment.due),
            amount: JsonAmount(installment.amount),
            status: match debit.map(|debit| &debit.progress) {
                None if advance.is_collected(installment.of) => "open",
                None => "cancelled",
                Some(progress) => status(progress),
            },
            attempt: debit.map(|debit| AttemptBody::new(debit.key, &debit.progress)),
        }
    }
}

fn status(progress: &Progress) -> &'static str {
    match progress {
        Progress::Calling => "sending",
        Progress::UnderWay(..) => "under_way",
        Progress::Silent(..) => "unresolved",
        Progress::TimedOut(..) => "timed_out",
        Progress::Succeeded(..) => "paid",
        Progress::Failed(..) => "failed",
        Progress::Refused(_) => "refused",
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// An advance.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdvanceBody {
    /// Its id.
    pub(crate) id: String,
    /// Who got it: the bank account that it was paid to and is collected from.
    customer: String,
    /// How much it is.
    amount: JsonAmount,
    /// `accepted`, `sent`, `unresolved`, `failed`, `refused`, `cancelled`, `collecting`, `repaid` or `written_off`.
    pub(crate) status: &'static str,
    /// The day on which it was asked for.
    opened_on: JsonDay,
    /// The terms that it was made under.
    terms: TermsOf,
    /// The credit; null before anything of it was sent, and when it was cancelled.
    pub(crate) credit: Option<AttemptBody>,
    /// Its installments and what replaces those that failed, by number; empty until the credit succeeded.
    plan: Vec<InstallmentBody>,
    /// What is owed.
    owed: JsonAmount,
    /// What was collected.
    collected: JsonAmount,
    /// What was collected too much: it is to be paid back.
    overpaid: JsonAmount,
    /// What was written off.
    written_off: JsonAmount,
}

impl From<&Advance> for AdvanceBody {
    fn from(advance: &Advance) -> AdvanceBody {
        let shares = advance.shares();
        let amount = |units: i128| JsonAmount(Amount::new(units.unsigned_abs()));
        let paid_out = if advance.is_paid_out() { advance.amount.signed() } else { 0 };
        let plan = advance.installments();
        AdvanceBody {
            id: advance.id.to_string(),
            customer: advance.customer.to_string(),
            amount: JsonAmount(advance.amount),
            status: advance.status().word(),
            opened_on: JsonDay(advance.opened),
            terms: advance.terms.into(),
            credit: match &advance.credit {
                Credit::Waiting | Credit::Cancelled => None,
                Credit::Asked(progress) => Some(AttemptBody::new(advance.key, progress)),
            },
            plan: plan.iter().map(|(number, one)| InstallmentBody::new(advance, *number, one)).collect(),
            owed: JsonAmount(advance.owed()),
            collected: amount(shares.cash.saturating_add(paid_out)),
            overpaid: JsonAmount(advance.overpaid()),
            written_off: amount(shares.written_off),
        }
    }
}

/// A daily run.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunBody {
    /// Its id.
    pub(crate) id: String,
    /// For which day.
    pub(crate) as_of: JsonDay,
    /// `running`, `done` or `failed`.
    pub(crate) status: &'static str,
    /// When it began.
    started_at: String,
    /// When it ended.
    ended_at: Option<String>,
    /// Why it failed.
    reason: Option<String>,
    /// What was in its report; null until it was read.
    report: Option<ReadingBody>,
    /// What was done while it was under way.
    counts: CountsBody,
    /// Credits and debits that have no response of the processor, which the next run tries again, or that it refused for
    /// good.
    given_up: Option<u64>,
}

/// What was in a report.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadingBody {
    /// Rows.
    pub(crate) rows: u64,
    /// Those that brought nothing new.
    pub(crate) repeated: u64,
    /// Lines that could not be read; each is an exception.
    pub(crate) unreadable: u64,
    /// Whether it was read to its end. If not, the same report may be read again.
    pub(crate) complete: bool,
    /// Whether silence in it counts: it was read to the end that its transport names, every line of it, and is not
    /// empty while transactions are awaited.
    pub(crate) whole: bool,
    /// Why a person takes it for whole all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) accepted_as_whole: Option<String>,
}

impl From<Reading> for ReadingBody {
    fn from(reading: Reading) -> ReadingBody {
        let Reading { rows, repeated, unreadable, extent } = reading;
        let (complete, whole) = match extent {
            Extent::Broken => (false, false),
            Extent::Readable => (true, false),
            Extent::Whole => (true, true),
        };
        ReadingBody { rows, repeated, unreadable, complete, whole, accepted_as_whole: None }
    }
}

/// What was done while a run was under way.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountsBody {
    /// Credits and debits that were reported to have succeeded.
    succeeded: u64,
    /// Credits and debits that were reported to have failed.
    failed: u64,
    /// Debits that timed out.
    timed_out: u64,
    /// Credits and debits that became unresolved.
    unresolved: u64,
    /// Debits that were asked for.
    charged: u64,
    /// Credits and debits that the processor took.
    sent: u64,
    /// Transactions that no one knows.
    unknown: u64,
    /// Credits and debits that the processor refused for good.
    refused: u64,
}

impl From<Counts> for CountsBody {
    fn from(counts: Counts) -> CountsBody {
        let Counts { succeeded, failed, timed_out, unresolved, charged, sent, unknown, refused } = counts;
        CountsBody { succeeded, failed, timed_out, unresolved, charged, sent, unknown, refused }
    }
}

impl From<&Run> for RunBody {
    fn from(run: &Run) -> RunBody {
        let (status, given_up, reason) = match &run.ended {
            None => ("running", None, None),
            Some((RunEnd::Done { given_up }, _)) => ("done", Some(*given_up), None),
            Some((RunEnd::Failed { reason }, _)) => ("failed", None, Some(reason.clone())),
        };
        RunBody {
            id: run.id.to_string(),
            as_of: JsonDay(run.as_of),
            status,
            started_at: write_time(run.started_at),
            ended_at: run.ended.as_ref().map(|(_, at)| write_time(*at)),
            reason,
            report: run.report.map(ReadingBody::from),
            counts: run.counts.into(),
            given_up,
        }
    }
}

/// A fact of advances as an event.
pub(crate) fn event(names: &mut Names<'_>, fact: &Fact) -> Result<Value, Fault> {
    Ok(match fact {
        Fact::TermsSet { asset, terms } => json!({ "asset": asset.as_str(), "terms": TermsOf::from(*terms) }),
        Fact::Opened { id, key, customer, account, amount, terms, day, .. } => json!({
            "id": id.to_string(),
            "key": key.to_string(),
            "customer": customer.as_str(),
            "account": names.account(*account)?.as_str(),
            "amount": JsonAmount(*amount),
            "terms": TermsOf::from(*terms),
            "opened_on": JsonDay(*day),
        }),
        Fact::Changed { advance, event, changes } => {
            let mut data = happened(event);
            match event {
                Event::CreditRetried { account, .. } => data["account"] = names.account(*account)?.as_str().into(),
                // What a debit replaced is in the plan before it, and stays there.
                Event::DebitAsked { number, of, .. } if number != of => {
                    let replaced = names.advance(*advance)?.and_then(|advance| advance.replaced(*number, *of));
                    data["replaces"] = replaced.into();
                }
                _ => {}
            }
            data["advance"] = names.transaction(*advance)?.to_string().into();
            data["what"] = event.word().into();
            for change in changes {
                let (key, value) = changed(change);
                data[key] = value;
            }
            data
        }
        Fact::Unknown { transaction, result } => {
            json!({ "transaction_id": transaction.as_str(), "result": result.word() })
        }
        Fact::Unreadable { as_of, line, reason } => {
            json!({ "as_of": as_of.map(JsonDay), "line": line, "reason": reason })
        }
        Fact::RunStarted { id, as_of } => json!({ "id": id.to_string(), "as_of": JsonDay(*as_of) }),
        Fact::ReportRead { as_of, reading } => {
            json!({ "as_of": as_of.map(JsonDay), "report": ReadingBody::from(*reading) })
        }
        Fact::ReportAccepted { as_of, reason } => json!({ "as_of": JsonDay(*as_of), "reason": reason }),
        Fact::RunEnded { as_of, end } => match end {
            RunEnd::Done { given_up } => {
                json!({ "as_of": JsonDay(*as_of), "status": "done", "given_up": given_up })
            }
            RunEnd::Failed { reason } => json!({ "as_of": JsonDay(*as_of), "status": "failed", "reason": reason }),
        },
    })
}

/// What happened to one advance: installments have numbers from 1, the credit has 0.
pub(crate) fn happened(event: &Event) -> Value {
    match event {
        Event::DebitAsked { number, of, due, amount, key, asked, .. } => json!({
            "number": number,
            "replaces": Value::Null,
            "original": (of != number).then_some(of),
            "due": JsonDay(*due),
            "amount": JsonAmount(*amount),
            "key": key.to_string(),
            "asked_on": JsonDay(*asked),
        }),
        Event::Sent { number, transaction, day } => {
            json!({ "number": number, "transaction_id": transaction.as_str(), "sent_on": JsonDay(*day) })
        }
        Event::Reported { number, result } => json!({ "number": number, "result": result.word() }),
        Event::TimedOut { number } | Event::Silent { number } | Event::Unanswered { number } => {
            json!({ "number": number })
        }
        Event::Refused { number, key, day, times, reason } => json!({
            "number": number,
            "key": key.to_string(),
            "refused_on": JsonDay(*day),
            "times": times,
            "reason": reason,
        }),
        Event::CreditRetried { key, customer, day, .. } => {
            json!({ "key": key.to_string(), "customer": customer.as_str(), "asked_on": JsonDay(*day) })
        }
        Event::OwedAgain { number, due, amount } => {
            json!({ "number": number, "due": JsonDay(*due), "amount": JsonAmount(*amount) })
        }
        Event::PaidOff { day } => json!({ "due": JsonDay(*day) }),
        Event::CreditAsked | Event::CreditWaits | Event::CreditCancelled | Event::WrittenOff => json!({}),
    }
}

fn changed(change: &PlanChange) -> (&'static str, Value) {
    match change {
        PlanChange::Planned(installments) => {
            let one = |(due, amount): &(_, Amount)| json!({ "due": JsonDay(*due), "amount": JsonAmount(*amount) });
            ("plan", installments.iter().map(one).collect())
        }
        PlanChange::Replacements(replacements) => {
            let one = |(of, due, amount): &(u32, _, Amount)| json!({ "original": of, "due": JsonDay(*due), "amount": JsonAmount(*amount) });
            ("replacements", replacements.iter().map(one).collect())
        }
        PlanChange::Overpaid(sum) => ("overpaid", json!(JsonAmount(*sum))),
        PlanChange::Stopped(count) => ("stopped", json!(count)),
    }
}
