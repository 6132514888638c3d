//! Members: what they have, in which lots, and how it came to be.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use ducat_domain::ledger::rows::BalanceRow;
use ducat_domain::ledger::rows::LoadedAccount;
use ducat_domain::money::Amount;
use ducat_domain::names::{Name, Party};
use ducat_domain::numbers::{AccountNo, Timestamp};
use ducat_domain::points::accounts::member as accounts_of;
use ducat_domain::points::command::PAYERS_MAX;
use ducat_domain::points::{Direction, LotKey, LotRow, PurseRow, Stretch};
use ducat_store::Snapshot;
use ducat_store::read::{AccountReader, Entry, Names};
use serde::Serialize;
use utoipa::ToSchema;

use super::path_party;
use super::program::program_of;
use super::render::{JsonTotal, party_of, sum};
use crate::problem::{OTHER_KIND, OrBug as _, Problem};
use crate::query::{NoQuery, Query, UrlPath, path_name};
use crate::v1::ledger::render::Page;
use crate::values::JsonParty;
use crate::values::{JsonAmount, JsonBalance, JsonId, JsonTime};
use crate::{Api, body, cursor};
use ducat_engine::names::{Kind, recorded};

/// Within how many days what expires is counted.
const SOON_DAYS: u64 = 30;

/// Lots of one member that are looked at to count what expires soon: they are read in some 100 ms.
const SOON_LOTS_MAX: usize = 100_000;

/// What a member has.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberBody {
    /// The member.
    member: JsonParty,
    /// What can be spent.
    total: JsonTotal,
    /// What was earned and can be spent later.
    pending: JsonTotal,
    /// What is lost within 30 days if it is not spent; null where 100,000 lots or more would have to be counted.
    expiring_30_days: Option<JsonAmount>,
    /// What each payer's part is, in the order in which they came.
    payers: Vec<PayerBody>,
}

/// What a member has of a payer.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayerBody {
    /// The payer.
    payer: JsonParty,
    /// What can be spent.
    points: JsonAmount,
    /// What was earned and can be spent later.
    pending: JsonAmount,
}

/// A lot with points left.
#[derive(Debug, Serialize, ToSchema)]
pub struct LotBody {
    /// The payer.
    payer: JsonParty,
    /// The date on it.
    earned_at: JsonTime,
    /// When it is lost; never when null.
    expires_at: Option<JsonTime>,
    /// How many points it had.
    points: JsonAmount,
    /// How many are left.
    left: JsonAmount,
}

/// Points that came or went.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryBody {
    /// The transaction.
    id: JsonId,
    /// Its place in the ledger's journal.
    seq: u64,
    /// When it was recorded.
    at: JsonTime,
    /// `earned`, `adjusted`, `spent`, `refunded` or `expired`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The payer.
    payer: JsonParty,
    /// What came, or, negative, went.
    points: JsonBalance,
    /// What the member has of the payer after it.
    balance: JsonBalance,
}

/// A purse of a member, with its account.
pub(crate) struct MemberPurse {
    pub payer: Party,
    pub row: PurseRow,
    pub balance: BalanceRow,
}

impl MemberPurse {
    /// What can be spent.
    pub fn points(&self) -> Amount {
        Amount::new(u128::try_from(self.balance.posted.minor_units()).unwrap_or_default())
    }

    fn pending(&self) -> Amount {
        Amount::new(u128::try_from(self.balance.pending_in.minor_units()).unwrap_or_default())
    }

    fn left(&self, lot: &LotRow) -> Amount {
        let points = lot.lot.points.minor_units();
        let used = match self.row.purse.place {
            Some(place) if lot.lot.key > place.lot => 0,
            Some(place) if lot.lot.key == place.lot => place.used.minor_units(),
            Some(_) | None => points,
        };
        Amount::new(points.saturating_sub(used))
    }
}

/// A member as the ledger has it, in whatever form the name was sent.
fn known(snapshot: &dyn Snapshot, ledger: &Name, member: Party) -> Result<Party, Problem> {
    let known = recorded(snapshot, ledger, Kind::Member, &member)?;
    Ok(known.unwrap_or(member))
}

/// All purses of a member, in the order in which its payers came; none where there is no such member.
pub(crate) fn purses(snapshot: &dyn Snapshot, ledger: &Name, member: &Party) -> Result<Vec<MemberPurse>, Problem> {
    let program = program_of(snapshot, ledger)?;
    let assets = snapshot.assets(ledger)?;
    let asset = assets
        .iter()
        .find(|row| row.code == program.program.asset)
        .or_bug("an asset that is referred to is missing")?
        .no;
    let prefix = accounts_of(member);
    let mut accounts = snapshot.accounts(ledger, prefix.as_str(), None, PAYERS_MAX)?;
    accounts.sort_by_key(|account| account.row.no);
    let numbers: Vec<AccountNo> = accounts.iter().map(|account| account.row.no).collect();
    let rows = snapshot.purses(ledger, &numbers)?;
    let purse = |(account, row): (LoadedAccount, Option<PurseRow>)| {
        let balance = account.balances.iter().find(|row| row.asset == asset).copied()?;
        Some(MemberPurse { payer: party_of(&account.row.metadata, "payer")?, row: row?, balance })
    };
    Ok(accounts.into_iter().zip(rows).filter_map(purse).collect())
}

fn member_not_found(member: &Party) -> Problem {
    Problem::not_found("member_not_found", format!("{member} never earned anything here"))
}

fn known_purses(snapshot: &dyn Snapshot, ledger: &Name, member: &Party) -> Result<Vec<MemberPurse>, Problem> {
    let purses = purses(snapshot, ledger, member)?;
    if purses.is_empty() { Err(member_not_found(member)) } else { Ok(purses) }
}

/// Show what a member has.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/points/members/{member}", tag = "points", responses(
    (status = 200, description = "What it has", body = MemberBody),
    (status = 404, description = "`program_not_found`, `member_not_found`"),
))]
pub(crate) async fn get_member(
    api: Api,
    UrlPath((ledger, member)): UrlPath<(String, String)>,
    _: NoQuery,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let member = path_party("member", &member)?;
    let soon = api.engine.now_in(&ledger).plus_seconds(SOON_DAYS * 86_400);
    let shown = api.read(move |snapshot| {
        let member = known(snapshot, &ledger, member)?;
        let purses = known_purses(snapshot, &ledger, &member)?;
        let expiring = expiring_until(snapshot, &ledger, &purses, soon)?;
        Ok(MemberBody {
            member: JsonParty(member),
            total: purses.iter().map(MemberPurse::points).collect(),
            pending: purses.iter().map(MemberPurse::pending).collect(),
            expiring_30_days: expiring.map(JsonAmount),
            payers: purses
                .iter()
                .map(|purse| PayerBody {
                    payer: JsonParty(purse.payer.clone()),
                    points: JsonAmount(purse.points()),
                    pending: JsonAmount(purse.pending()),
                })
                .collect(),
        })
    });
    Ok(body::json(StatusCode::OK, &shown.await?))
}

/// What is left of the lots that expire up to an instant; `None` when they are too many.
fn expiring_until(
    snapshot: &dyn Snapshot,
    ledger: &Name,
    purses: &[MemberPurse],
    until: Timestamp,
) -> Result<Option<Amount>, Problem> {
    let mut budget = SOON_LOTS_MAX;
    let mut all = Amount::ZERO;
    for purse in purses.iter().filter(|purse| purse.row.purse.place.is_some()) {
        let stored = snapshot.lots_expiring(ledger, purse.row.account, until, budget);
        let stored = stored?;
        budget = budget.saturating_sub(stored.len());
        if budget == 0 {
            return Ok(None);
        }
        let fresh = purse.row.fresh.iter().filter(|lot| lot.expires_at.is_some_and(|at| at <= until));
        all = sum(stored.iter().chain(fresh).map(|lot| purse.left(lot)).chain([all]));
    }
    Ok(Some(all))
}

/// List a member's lots that have points left, in the order in which they are spent.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/points/members/{member}/lots", tag = "points",
    params(("limit" = Option<u32>, Query, description = "Rows of the page"), ("cursor" = Option<String>, Query, description = "Where to go on")), responses(
    (status = 200, description = "Lots", body = Page<LotBody>),
    (status = 404, description = "`program_not_found`, `member_not_found`"),
))]
pub(crate) async fn list_lots(
    api: Api,
    UrlPath((ledger, member)): UrlPath<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let member = path_party("member", &member)?;
    let mut query = Query::new(query.as_deref());
    let limit = query.limit(api.limits.page_max)?;
    let from = cursor::lot(&mut query)?.unwrap_or(LotKey::MIN);
    query.finish()?;
    let page = api.read(move |snapshot| {
        let member = known(snapshot, &ledger, member)?;
        let purses = known_purses(snapshot, &ledger, &member)?;
        let mut found: Vec<(LotRow, &MemberPurse)> = Vec::new();
        for purse in &purses {
            let Some(place) = purse.row.purse.place else { continue };
            let from = from.max(place.lot);
            let stretch = Stretch { account: purse.row.account, direction: Direction::Forward, from, limit: limit + 1 };
            let stored = snapshot.lots(&ledger, &stretch)?;
            let fresh = purse.row.fresh.iter().filter(|lot| lot.lot.key >= from).copied();
            found.extend(stored.into_iter().chain(fresh).map(|lot| (lot, purse)));
        }
        found.sort_by_key(|(lot, _)| lot.lot.key);
        let next = found.get(limit).map(|(lot, _)| cursor::at_lot(lot.lot.key));
        found.truncate(limit);
        let data = found.into_iter().map(|(lot, purse)| LotBody {
            payer: JsonParty(purse.payer.clone()),
            earned_at: JsonTime(lot.lot.key.earned_at),
            expires_at: lot.expires_at.map(JsonTime),
            points: JsonAmount(lot.lot.points),
            left: JsonAmount(purse.left(&lot)),
        });
        Ok(Page { data: data.collect(), next })
    });
    Ok(body::json(StatusCode::OK, &page.await?))
}

/// List what came to a member and what went, newest first.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/points/members/{member}/history", tag = "points",
    params(("limit" = Option<u32>, Query, description = "Rows of the page"), ("cursor" = Option<String>, Query, description = "Where to go on")), responses(
    (status = 200, description = "What came and went; what is pending comes when it can be spent", body = Page<HistoryBody>),
    (status = 404, description = "`program_not_found`, `member_not_found`"),
))]
pub(crate) async fn list_history(
    api: Api,
    UrlPath((ledger, member)): UrlPath<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let member = path_party("member", &member)?;
    let mut query = Query::new(query.as_deref());
    let limit = query.limit(api.limits.page_max)?;
    let from = cursor::seq(&mut query, 'p')?;
    query.finish()?;
    let page = api.read(move |snapshot| {
        let member = known(snapshot, &ledger, member)?;
        let purses = known_purses(snapshot, &ledger, &member)?;
        let mut names = Names::new(snapshot, &ledger)?;
        let mut found: Vec<(Entry, &MemberPurse)> = Vec::new();
        for purse in &purses {
            let reader = AccountReader { snapshot, ledger: &ledger, row: &purse.balance };
            let first = match from {
                None => purse.balance.last,
                Some(from) => reader.newest_before(from.next())?.map(|entry| entry.effect.seq),
            };
            if first.is_some() {
                let (entries, _) = reader.page(first, Timestamp::MIN, limit + 1)?;
                found.extend(entries.into_iter().map(|entry| (entry, purse)));
            }
        }
        found.sort_by_key(|(entry, _)| std::cmp::Reverse(entry.effect.seq));
        let next = found.get(limit).map(|(entry, _)| cursor::at_seq('p', entry.effect.seq));
        found.truncate(limit);
        let mut data = Vec::with_capacity(found.len());
        for (entry, purse) in found {
            data.push(history(&mut names, &entry, purse)?);
        }
        Ok(Page { data, next })
    });
    Ok(body::json(StatusCode::OK, &page.await?))
}

/// What an entry of a purse was, by where its points came from or went to.
fn history(names: &mut Names<'_>, entry: &Entry, purse: &MemberPurse) -> Result<HistoryBody, Problem> {
    let other = names.account(entry.counterparty)?;
    let came = entry.amount > 0;
    let kind = match other.as_str().split(':').nth(1) {
        Some("payers") if came => "earned",
        Some("payers") => "adjusted",
        Some("redeemed") if came => "refunded",
        Some("redeemed") => "spent",
        _ => "expired",
    };
    let transaction = entry.posting().map(|posting| posting.transaction).or_bug("an entry has no posting")?;
    let points = ducat_domain::money::Balance::new(entry.amount).or_bug(OTHER_KIND)?;
    Ok(HistoryBody {
        id: JsonId(transaction),
        seq: entry.effect.seq.0,
        at: JsonTime(entry.effect.at),
        kind,
        payer: JsonParty(purse.payer.clone()),
        points: JsonBalance(points),
        balance: JsonBalance(entry.side.balance),
    })
}
