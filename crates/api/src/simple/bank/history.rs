//! What happened to an account: transactions as it sees them, newest first.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use ducat_domain::ledger::effect::Posting;
use ducat_domain::ledger::rows::LoadedAccount;
use ducat_domain::ledger::rows::WORLD;
use ducat_domain::money::{Amount, Balance};
use ducat_domain::numbers::{AccountNo, Id, Seq, Timestamp};
use ducat_domain::{Effect, Fact};
use ducat_engine::bank::{self, Account, ledger, recorded_name};
use ducat_store::Snapshot;
use ducat_store::read::{AccountReader, Entry};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::wire::{Dollars, base, link};
use super::{Place, Refusal, Target};
use crate::body;
use crate::problem::{OTHER_KIND, OrBug as _, Problem};
use crate::query::Query;
use crate::values::JsonTime;
use crate::{Api, cursor};

/// A transaction as an account sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MovementBody {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// The name of the account that sees it.
    account: String,
    /// `deposit`, `withdrawal`, `transfer`, or `draw`: what a linked account gave for another.
    #[serde(rename = "type")]
    #[schema(example = "deposit")]
    kind: &'static str,
    /// How much: of what was asked for, all of it, whoever gave it; of a draw, what this account gave.
    amount: Dollars,
    /// What was in the account after it.
    balance: Dollars,
    /// When.
    created: JsonTime,
    /// Who paid, of a transfer; of a draw, for whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// Who was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// What linked accounts gave of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    drawn: Vec<DrawnBody>,
    /// Where to go from here.
    #[serde(rename = "_links")]
    #[schema(value_type = Object)]
    links: Value,
}

/// What a linked account gave.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DrawnBody {
    /// Its name.
    account: String,
    /// How much.
    amount: Dollars,
}

/// Who is on a side of a posting.
#[derive(Debug, Clone)]
pub(super) enum Party {
    World,
    /// An account, by its name.
    Account(String),
}

impl Party {
    fn name(self) -> Option<String> {
        match self {
            Party::World => None,
            Party::Account(name) => Some(name),
        }
    }
}

/// A transaction, with what it did to one account.
pub(super) struct Movement {
    id: Id,
    at: Timestamp,
    balance: Balance,
    /// What left the account, and what came into it.
    out: i128,
    into: i128,
    total: i128,
    /// Who asked for it: the source of its first posting.
    by: AccountNo,
    to: AccountNo,
    drawn: Vec<(AccountNo, Amount)>,
}

impl Movement {
    /// From the postings of one transaction; `None` when there are none.
    pub fn of(effects: &[Effect], account: &Account) -> Option<Movement> {
        let postings: Vec<(&Posting, Timestamp)> = effects
            .iter()
            .filter_map(|effect| match &effect.fact {
                Fact::Posting(posting) => Some((posting, effect.at)),
                _ => None,
            })
            .collect();
        let (first, at) = *postings.first()?;
        let no = account.no();
        let sides = postings.iter().flat_map(|(posting, _)| posting.entries());
        let own: Vec<_> = sides.filter(|(side, _)| side.account == no).collect();
        let by = first.source.account;
        let drawn = postings.iter().filter(|(posting, _)| posting.source.account != by);
        Some(Movement {
            id: first.transaction,
            at,
            // One that gave nothing and got nothing has what it had.
            balance: own.last().map_or_else(|| account.balance(), |(side, _)| side.balance),
            out: own.iter().map(|(_, amount)| amount.min(&0).saturating_neg()).sum(),
            into: own.iter().map(|(_, amount)| amount.max(&0)).sum(),
            total: postings.iter().map(|(posting, _)| posting.amount.signed()).sum(),
            by,
            to: first.destination.account,
            drawn: drawn.map(|(posting, _)| (posting.source.account, posting.amount)).collect(),
        })
    }

    /// In words, with the names of everyone.
    pub fn tell(
        self,
        target: &Target,
        account: &Account,
        mut who: impl FnMut(AccountNo) -> Result<Party, Problem>,
    ) -> Result<MovementBody, Problem> {
        let (by, to) = (who(self.by)?.name(), who(self.to)?.name());
        let asked = self.by == account.no();
        let (kind, amount) = match (asked, &by, &to) {
            (true, _, None) => ("withdrawal", self.total),
            (true, _, Some(_)) => ("transfer", self.total),
            (false, None, _) => ("deposit", self.into),
            (false, Some(_), _) if self.to == account.no() => ("transfer", self.into),
            (false, Some(_), _) => ("draw", self.out),
        };
        let mut drawn = Vec::new();
        for (no, amount) in self.drawn.iter().filter(|_| asked) {
            drawn.push(DrawnBody { account: who(*no)?.name().unwrap_or_default(), amount: (*amount).into() });
        }
        let base = base(target, account.id, &account.name);
        Ok(MovementBody {
            id: self.id.to_string(),
            account: account.name.clone(),
            kind,
            amount: Dollars(amount),
            balance: self.balance.into(),
            created: JsonTime(self.at),
            from: by.filter(|_| !asked),
            to: to.filter(|_| self.to != account.no()),
            drawn,
            links: json!({ "account": link(&base), "transactions": link(format!("{base}/transactions")) }),
        })
    }

    /// The one that was just performed, from its effects alone; `None` when they are of another kind.
    pub fn now(target: &Target, effects: &[Effect], parties: &bank::Parties) -> Option<MovementBody> {
        let party = |no| parties.name(no).map_or(Party::World, |name| Party::Account(name.to_owned()));
        Movement::of(effects, &parties.account)?.tell(target, &parties.account, |no| Ok(party(no))).ok()
    }

    /// The one that begins at a place of the journal, as whoever asked for it sees it.
    pub fn stored(snapshot: &dyn Snapshot, target: &Target, first: Seq) -> Result<MovementBody, Problem> {
        let mut parties = Parties { snapshot, known: HashMap::new() };
        let effects = legs(snapshot, first)?;
        let Some(Fact::Posting(posting)) = effects.first().map(|effect| &effect.fact) else {
            return Err(Problem::bug(OTHER_KIND));
        };
        let asker = match posting.source.account {
            WORLD => posting.destination.account,
            source => source,
        };
        let account =
            parties.loaded(asker)?.and_then(Account::of).or_bug("an account that was just found is missing")?;
        let movement = Movement::of(&effects, &account).or_bug(OTHER_KIND)?;
        movement.tell(target, &account, |no| parties.party(no))
    }
}

/// All postings of the transaction that begins at a place of the journal.
fn legs(snapshot: &dyn Snapshot, first: Seq) -> Result<Vec<Effect>, Problem> {
    let ledger = ledger()?;
    let effect = snapshot.effect(&ledger, first)?.or_bug("an effect that is referred to is missing")?;
    match &effect.fact {
        Fact::Posting(posting) if posting.legs > 1 => {
            let legs = usize::try_from(posting.legs).unwrap_or(usize::MAX);
            snapshot.effects(&ledger, Seq(first.0.saturating_sub(1)), legs).map_err(Problem::from)
        }
        _ => Ok(vec![effect]),
    }
}

/// Names by number, each looked up once.
struct Parties<'a> {
    snapshot: &'a dyn Snapshot,
    known: HashMap<AccountNo, Party>,
}

impl Parties<'_> {
    fn party(&mut self, no: AccountNo) -> Result<Party, Problem> {
        if let Some(party) = self.known.get(&no) {
            return Ok(party.clone());
        }
        let party = match self.loaded(no)? {
            None => Party::World,
            Some(loaded) => {
                // An account that was opened by other means has no name of this kind.
                let name = loaded.row.name.as_str();
                Party::Account(recorded_name(&loaded.row.metadata).unwrap_or(name).to_owned())
            }
        };
        self.known.insert(no, party.clone());
        Ok(party)
    }

    /// An account by its number; none for `world`.
    fn loaded(&self, no: AccountNo) -> Result<Option<Arc<LoadedAccount>>, Problem> {
        if no == WORLD {
            return Ok(None);
        }
        let ledger = ledger()?;
        let name = self.snapshot.account_name(&ledger, no)?.or_bug("an account that was just found is missing")?;
        let loaded = self.snapshot.account(&ledger, &name)?.or_bug("an account that was just found is missing")?;
        Ok(Some(Arc::new(loaded)))
    }
}

/// An account's transactions, newest first.
#[utoipa::path(get, operation_id = "list_bank_transactions", path = "/accounts/{name}/transactions", tag = "bank accounts",
    params(
        ("limit" = Option<u32>, Query, description = "Rows of the page"),
        ("cursor" = Option<String>, Query, description = "Where to go on")),
    responses(
    (status = 200, description = "Its `transactions`, and `_links.next` where there are more", body = Object),
    (status = 404, description = "There is no such account; no body"),
))]
pub(crate) async fn list_transactions(api: Api, place: Place, RawQuery(query): RawQuery) -> Result<Response, Refusal> {
    let account = api.bank_account(&place.account).await?;
    let mut query = Query::new(query.as_deref());
    let limit = query.limit(api.limits.page_max)?;
    let from = cursor::seq(&mut query, 'b')?;
    query.finish()?;
    let target = place.account;
    let page = api.read(move |snapshot| page(snapshot, &target, &account, from, limit)).await?;
    Ok(body::json(StatusCode::OK, &page))
}

fn page(
    snapshot: &dyn Snapshot,
    target: &Target,
    account: &Account,
    from: Option<Seq>,
    limit: usize,
) -> Result<Value, Problem> {
    let ledger = ledger()?;
    // As this snapshot has it: the chain must begin where the account's row says.
    let loaded =
        snapshot.account(&ledger, account.ledger_name())?.or_bug("an account that was just found is missing")?;
    let loaded = Arc::new(loaded);
    let row = loaded.balances.first().or_bug("an account that was just found is missing")?;
    let reader = AccountReader { snapshot, ledger: &ledger, row };
    let first = match from {
        None => row.last,
        Some(seq) => match reader.entry(seq)? {
            Some(entry) => Some(entry.effect.seq),
            None => return Err(Problem::malformed("query: cursor", "it belongs to another account")),
        },
    };
    let (entries, next) = reader.page(first, Timestamp::MIN, limit)?;
    let mut parties = Parties { snapshot, known: HashMap::new() };
    let mut transactions = Vec::with_capacity(entries.len());
    for entry in entries {
        let effects = effects_of(snapshot, &entry)?;
        // A transaction may touch an account more than once; it is shown where it did so last.
        let is_last = effects.iter().rev().find(|effect| touches(effect, account.no()));
        if is_last.is_some_and(|last| last.seq == entry.effect.seq)
            && let Some(movement) = Movement::of(&effects, account)
        {
            transactions.push(movement.tell(target, account, |no| parties.party(no))?);
        }
    }
    let base = base(target, account.id, &account.name);
    let mut links = json!({ "self": link(format!("{base}/transactions")), "account": link(&base) });
    if let Some(next) = next {
        let cursor = cursor::at_seq('b', next);
        links["next"] = link(format!("{base}/transactions?limit={limit}&cursor={cursor}"));
    }
    Ok(json!({ "transactions": transactions, "_links": links }))
}

fn effects_of(snapshot: &dyn Snapshot, entry: &Entry) -> Result<Vec<Effect>, Problem> {
    match entry.posting() {
        Some(posting) if posting.legs > 1 => {
            legs(snapshot, Seq(entry.effect.seq.0.saturating_sub(u64::from(posting.leg))))
        }
        _ => Ok(vec![entry.effect.clone()]),
    }
}

fn touches(effect: &Effect, account: AccountNo) -> bool {
    match &effect.fact {
        Fact::Posting(posting) => posting.entries().iter().any(|(side, _)| side.account == account),
        _ => false,
    }
}
