//! The bodies of requests and responses. The reference of the server describes each field.

use std::collections::BTreeMap;

use serde::de;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use crate::{Amount, Difference};

/// Metadata: texts of your own.
pub type Metadata = BTreeMap<String, String>;

/// A ledger to open.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LedgerTerms {
    /// Its name.
    pub name: String,
    /// Its assets; the first one is meant where none is named.
    pub assets: Vec<Asset>,
    /// Whether accounts are opened by the first transaction that names them.
    pub implicit_accounts: bool,
}

/// An asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// Its code, such as `USD`.
    pub code: String,
    /// Digits after the point: 2 for cents.
    pub scale: u8,
}

/// An account to open.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewAccount {
    /// Its name.
    pub name: String,
    /// Its floor; 0 when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_balance: Option<Amount>,
    /// Its ceiling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_balance: Option<Amount>,
    /// Texts of your own.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: Metadata,
}

/// An account.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Account {
    /// Its name.
    pub name: String,
    /// What it has in each asset.
    pub balances: BTreeMap<String, Balance>,
    /// Texts of your own.
    #[serde(default)]
    pub metadata: Metadata,
    /// Whether it takes no postings for now.
    #[serde(default)]
    pub frozen: bool,
    /// Whether it takes none any more.
    #[serde(default)]
    pub closed: bool,
}

/// What was posted of an asset by an instant.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct BalanceAt {
    /// The asset.
    pub asset: String,
    /// Credits less debits.
    pub posted: Amount,
    /// The instant, in RFC 3339.
    pub at: String,
}

/// What an account has in one asset now.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Balance {
    /// Credits less debits.
    pub posted: Amount,
    /// What holds will credit.
    pub pending_in: Amount,
    /// What holds will debit.
    pub pending_out: Amount,
    /// What may still be debited; `None` without a floor.
    #[serde(default)]
    pub available: Option<Difference>,
    /// How many postings it has been a side of.
    pub entries: u64,
}

/// A posting to make.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewPosting {
    /// Who is debited.
    pub source: String,
    /// Who is credited.
    pub destination: String,
    /// How much.
    pub amount: Amount,
    /// In what; the default asset when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset: Option<String>,
}

/// A transaction to make.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewTransaction {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// Its postings, applied in order, all or none.
    pub postings: Vec<NewPosting>,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Your own name for it, unique in its ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Given when it is a hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending: Option<Pending>,
    /// When it counts in the books, in RFC 3339; when it is recorded, if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_at: Option<String>,
    /// Texts of your own.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: Metadata,
}

/// How long a hold lasts.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Pending {
    /// Seconds until it ends by itself; it does not when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_s: Option<u64>,
}

/// A reversal to make.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Reversal {
    /// Its id, which you have stored.
    pub id: Uuid,
    /// How much; all that is left when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
}

/// A transaction.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Transaction {
    /// Its id.
    pub id: Uuid,
    /// Its place in the journal.
    pub seq: u64,
    /// `posted`, `pending`, `voided`, `expired`, …
    pub status: String,
    /// When it was recorded.
    pub at: String,
    /// When it counts in the books.
    pub effective_at: String,
    /// Its postings.
    pub postings: Vec<Posting>,
    /// What for.
    #[serde(default)]
    pub description: Option<String>,
    /// Your own name for it.
    #[serde(default)]
    pub reference: Option<String>,
    /// Texts of your own.
    #[serde(default)]
    pub metadata: Metadata,
}

/// A posting that was made.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Posting {
    /// Who was debited; `*` where that is not shown.
    pub source: String,
    /// Who was credited; `*` where that is not shown.
    pub destination: String,
    /// How much.
    pub amount: Amount,
    /// In what.
    pub asset: String,
}

/// One side of a posting, as a statement has it.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Entry {
    /// Its place in the journal.
    pub seq: u64,
    /// The transaction.
    pub transaction: Uuid,
    /// The other side.
    pub counterparty: String,
    /// Positive when credited, negative when debited.
    pub amount: Amount,
    /// The balance after it.
    pub balance: Amount,
    /// When it was recorded.
    pub at: String,
    /// When it counts in the books.
    pub effective_at: String,
    /// What for.
    #[serde(default)]
    pub description: Option<String>,
}

/// An effect of the journal.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// Its place.
    pub seq: u64,
    /// The instant of its command.
    pub at: String,
    /// What kind of effect it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened.
    pub data: serde_json::Value,
}

/// A response that is not a success (RFC 9457).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Problem {
    /// The status of the response.
    pub status: u16,
    /// What to match on.
    pub code: String,
    /// What happened here, and what to do about it.
    pub detail: String,
    /// All that it says, with what the sentence names.
    pub members: serde_json::Map<String, serde_json::Value>,
}

impl<'de> Deserialize<'de> for Problem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Problem, D::Error> {
        let members = serde_json::Map::deserialize(deserializer)?;
        let text = |name: &'static str| {
            let text = members.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
            text.ok_or_else(|| de::Error::missing_field(name))
        };
        let status =
            members.get("status").and_then(serde_json::Value::as_u64).and_then(|status| status.try_into().ok());
        let status = status.ok_or_else(|| de::Error::missing_field("status"))?;
        Ok(Problem { status, code: text("code")?, detail: text("detail")?, members })
    }
}
