//! Points as they are shown. Accounts keep the names that they were made for, and those are what is shown.

use std::collections::HashMap;

use ducat_domain::money::Amount;
use ducat_domain::names::{Name, Party};
use ducat_domain::numbers::AccountNo;
use ducat_domain::points::{Deduction, Fact, Fate, LotRow, Order, Program, by_payer};
use ducat_store::read::Names;
use ducat_store::{Fault, Snapshot};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::Api;
use crate::problem::{OrBug as _, Problem};
use crate::values::{JsonAmount, JsonParty, JsonTime, write_time, write_units};

/// Which points are spent first.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderWord {
    /// What was earned first, by the date on it.
    Earned,
    /// What expires soonest; what never does last.
    Expiring,
}

impl From<Order> for OrderWord {
    fn from(order: Order) -> OrderWord {
        match order {
            Order::Earned => OrderWord::Earned,
            Order::Expiring => OrderWord::Expiring,
        }
    }
}

/// The terms on which a ledger keeps points.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgramBody {
    /// In which asset.
    #[schema(value_type = String)]
    asset: String,
    /// Which points are spent first.
    order: OrderWord,
    /// After how many days points are lost; never when null.
    lifetime_days: Option<u32>,
    /// For how many days from the date on them points cannot be spent.
    pending_days: u32,
}

impl From<&Program> for ProgramBody {
    fn from(program: &Program) -> ProgramBody {
        ProgramBody {
            asset: program.asset.to_string(),
            order: program.order.into(),
            lifetime_days: program.lifetime_days,
            pending_days: program.pending_days,
        }
    }
}

/// What was taken of a lot.
#[derive(Debug, Serialize, ToSchema)]
pub struct LotDeductionBody {
    /// The date on it.
    earned_at: JsonTime,
    /// How many points.
    points: JsonAmount,
}

/// What was taken of a payer's points.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeductionBody {
    /// The payer.
    payer: JsonParty,
    /// How many points.
    points: JsonAmount,
    /// Of which lots, in order.
    lots: Vec<LotDeductionBody>,
}

/// Points of a payer.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayerPointsBody {
    /// The payer.
    pub payer: JsonParty,
    /// How many points.
    pub points: JsonAmount,
}

/// The sum of points; sums of a member's points are within range.
pub(crate) fn sum(points: impl Iterator<Item = Amount>) -> Amount {
    Amount::new(points.fold(0, |sum: u128, one| sum.saturating_add(one.minor_units())))
}

/// The sum of what a member has of all payers, exactly: each part is a balance, and a thousand of them pass 128 bits.
/// It is kept in two parts, in units of 10^30 and of 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonTotal {
    high: u128,
    low: u128,
}

/// Ten to the power of what the lower part of a total has digits.
const LOW_LIMIT: u128 = 10u128.pow(LOW_DIGITS);
const LOW_DIGITS: u32 = 30;

impl FromIterator<Amount> for JsonTotal {
    fn from_iter<I: IntoIterator<Item = Amount>>(parts: I) -> JsonTotal {
        parts.into_iter().fold(JsonTotal { high: 0, low: 0 }, |total, part| {
            let low = total.low + part.minor_units() % LOW_LIMIT;
            let high = total.high + part.minor_units() / LOW_LIMIT + low / LOW_LIMIT;
            JsonTotal { high, low: low % LOW_LIMIT }
        })
    }
}

impl Serialize for JsonTotal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.high {
            0 => write_units(self.low, self.low.to_string(), serializer),
            high => serializer.collect_str(&format_args!("{high}{:0width$}", self.low, width = LOW_DIGITS as usize)),
        }
    }
}

/// The payers of accounts.
pub(crate) type Payers = HashMap<AccountNo, Party>;

/// Deductions by payer, in the order in which they were first drawn on.
pub(crate) fn deductions(deductions: &[Deduction<AccountNo>], payers: &Payers) -> Result<Vec<DeductionBody>, Problem> {
    let payer = |(account, lots): (AccountNo, Vec<ducat_domain::points::Lot>)| {
        Ok(DeductionBody {
            payer: JsonParty(payers.get(&account).or_bug("an account of points has no payer")?.clone()),
            points: JsonAmount(sum(lots.iter().map(|lot| lot.points))),
            lots: lots
                .iter()
                .map(|lot| LotDeductionBody { earned_at: JsonTime(lot.key.earned_at), points: JsonAmount(lot.points) })
                .collect(),
        })
    };
    by_payer(deductions).into_iter().map(payer).collect()
}

/// The payer that an account of points was made for.
fn payer_of(snapshot: &dyn Snapshot, ledger: &Name, account: AccountNo) -> Result<Party, Fault> {
    let missing = || Fault::Inconsistent { table: "accounts", column: "metadata", key: account.to_string() };
    let name = snapshot.account_name(ledger, account)?.ok_or_else(missing)?;
    let account = snapshot.account(ledger, &name)?.ok_or_else(missing)?;
    party_of(&account.row.metadata, "payer").ok_or_else(missing)
}

/// A party that an account of points was made for.
pub(crate) fn party_of(metadata: &ducat_domain::ledger::terms::Metadata, key: &str) -> Option<Party> {
    let (_, text) = metadata.pairs().iter().find(|(found, _)| found == key)?;
    Party::parse(text).ok()
}

impl Api {
    /// The payers that accounts were made for. An account's payer never changes, so those asked for lately are
    /// remembered.
    pub(crate) async fn payers(
        &self,
        ledger: &Name,
        accounts: impl IntoIterator<Item = AccountNo>,
    ) -> Result<Payers, Problem> {
        let mut known = Payers::new();
        let mut unknown = Vec::new();
        for account in accounts {
            match self.payers.get(&(ledger.clone(), account)) {
                Some(payer) => drop(known.insert(account, payer)),
                None if !unknown.contains(&account) => unknown.push(account),
                None => {}
            }
        }
        if unknown.is_empty() {
            return Ok(known);
        }
        let of = ledger.clone();
        let read = self.read(move |snapshot| {
            let one = |account: AccountNo| Ok((account, payer_of(snapshot, &of, account)?));
            let found: Result<Vec<_>, Fault> = unknown.into_iter().map(one).collect();
            found.map_err(Problem::from)
        });
        for (account, payer) in read.await? {
            self.payers.insert((ledger.clone(), account), payer.clone());
            known.insert(account, payer);
        }
        Ok(known)
    }
}

fn lot(row: &LotRow) -> Value {
    json!({
        "points": JsonAmount(row.lot.points),
        "earned_at": write_time(row.lot.key.earned_at),
        "expires_at": row.expires_at.map(write_time),
    })
}

/// What happened to points, as an event's data.
pub(crate) fn event(names: &mut Names<'_>, fact: &Fact) -> Result<Value, Fault> {
    Ok(match fact {
        Fact::ProgramSet(program) => json!(ProgramBody::from(program)),
        Fact::Earned { purse, lot: row, fate } | Fact::Matured { purse, lot: row, fate, .. } => {
            let (status, until) = match fate {
                Fate::Open(_) => ("available", None),
                Fate::Pending(until) => ("pending", Some(write_time(*until))),
                Fate::Lost => ("expired", None),
            };
            json!({ "account": names.account(*purse)?.to_string(), "lot": lot(row), "status": status, "available_at": until })
        }
        Fact::Adjusted { purse, points, .. } => {
            json!({ "account": names.account(*purse)?.to_string(), "points": JsonAmount(*points) })
        }
        Fact::Spent { deductions, .. } => {
            let mut all = Vec::with_capacity(deductions.len());
            for one in deductions {
                let account = names.account(one.payer)?.to_string();
                let earned_at = write_time(one.lot.earned_at);
                all.push(json!({ "account": account, "earned_at": earned_at, "points": JsonAmount(one.points) }));
            }
            json!({ "deductions": all })
        }
        Fact::Refunded { spend, points, lost, .. } => {
            json!({ "spend": spend.to_string(), "points": JsonAmount(*points), "lost": JsonAmount(*lost) })
        }
        Fact::Closed { purse, lot: row, left, .. } => {
            json!({ "account": names.account(*purse)?.to_string(), "lot": lot(row), "lost": JsonAmount(*left) })
        }
    })
}
