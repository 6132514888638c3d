//! The naive model of points: the oracle of each member, and the balances that follow.

use std::collections::BTreeMap;

use ducat_domain::money::Amount;
use ducat_domain::names::Party;
use ducat_domain::numbers::{Id, Seq, Timestamp};
use ducat_domain::points::oracle::{OpenLot, Oracle, Payer};
use ducat_domain::points::{Action, Adjustment, Earning, LotKey, Program};

#[derive(Debug, Clone)]
pub(super) struct Leg {
    pub source: String,
    pub destination: String,
    pub asset: String,
    pub amount: i128,
}

/// The code of a refusal.
pub(super) type Refusal = &'static str;

/// What a spend took and was not given back yet.
#[derive(Debug, Clone)]
struct Spent {
    member: String,
    deductions: Vec<(Payer, LotKey, u128)>,
}

/// What is known of points in one ledger.
#[derive(Debug, Clone, Default)]
pub(super) struct Points {
    pub program: Option<Program>,
    has_lots: bool,
    arrivals: u64,
    members: BTreeMap<String, Oracle>,
    spends: BTreeMap<Id, Spent>,
}

/// Payers of the script have names of one letter.
fn letter(payer: &Party) -> Payer {
    payer.as_str().chars().next().unwrap_or('?')
}

fn signed(points: u128) -> i128 {
    i128::try_from(points).unwrap_or(i128::MAX)
}

fn leg(source: String, destination: String, points: u128, asset: &str) -> Leg {
    Leg { source, destination, asset: asset.to_owned(), amount: signed(points) }
}

fn purse(member: &str, payer: Payer) -> String {
    format!("points:members:{member}:{payer}")
}

fn check(points: u128) -> Result<u128, Refusal> {
    match points {
        0 => Err("amount_zero"),
        points if points >= 10u128.pow(36) => Err("amount_too_large"),
        points => Ok(points),
    }
}

impl Points {
    /// What is asked, and the postings that come of it.
    pub fn act(
        &mut self,
        id: Id,
        action: &Action,
        assets: &[String],
        at: Timestamp,
    ) -> Result<Option<Vec<Leg>>, Refusal> {
        if let Action::SetProgram(program) = action {
            return self.set_program(program, assets);
        }
        let program = self.program.clone().ok_or("program_not_found")?;
        let asset = program.asset.to_string();
        let leg = |source: String, destination: String, points: u128| leg(source, destination, points, &asset);
        match action {
            Action::Earn(Earning { holding, points, earned_at, expires_at, .. }) => {
                let points = check(points.minor_units())?;
                let (member, payer) = (holding.member.as_str().to_owned(), letter(&holding.payer));
                let earned_at = earned_at.unwrap_or(at);
                let expires_at = expires_at.or_else(|| program.expires_at(earned_at));
                self.has_lots = true;
                self.arrivals += 1;
                let mut legs = vec![leg(format!("points:payers:{payer}"), purse(&member, payer), points)];
                let oracle = self.members.entry(member.clone()).or_default();
                if expires_at.is_some_and(|expires_at| expires_at <= at) {
                    legs.push(leg(purse(&member, payer), format!("points:breakage:{payer}"), points));
                } else {
                    let key = LotKey::new(program.order, earned_at, expires_at, Seq(self.arrivals));
                    oracle.lots.push(OpenLot { payer, key, points, expires_at });
                }
                Ok(Some(legs))
            }
            Action::Adjust(Adjustment { holding, points, .. }) => {
                let points = check(points.minor_units())?;
                let (member, payer) = (holding.member.as_str(), letter(&holding.payer));
                let oracle = self.members.get_mut(member).ok_or("insufficient_points")?;
                if !oracle.adjust(payer, points) {
                    return Err("insufficient_points");
                }
                Ok(Some(vec![leg(purse(member, payer), format!("points:payers:{payer}"), points)]))
            }
            Action::Spend { member, points } => {
                let points = check(points.minor_units())?;
                let oracle = self.members.get_mut(member.as_str()).ok_or("insufficient_points")?;
                let deductions = oracle.spend(points).ok_or("insufficient_points")?;
                let mut legs: Vec<Leg> = Vec::new();
                for (payer, _, points) in &deductions {
                    let source = purse(member.as_str(), *payer);
                    match legs.iter_mut().find(|leg| leg.source == source) {
                        Some(leg) => leg.amount += signed(*points),
                        None => legs.push(leg(source, format!("points:redeemed:{payer}"), *points)),
                    }
                }
                self.spends.insert(id, Spent { member: member.as_str().to_owned(), deductions });
                Ok(Some(legs))
            }
            Action::Refund { spend, points } => self.refund(*spend, points.map(Amount::minor_units), &asset).map(Some),
            // What only the server asks for needs numbers that the script does not know: the stores are held to the
            // oracle with them.
            Action::SetProgram(_) | Action::Close { .. } | Action::Mature { .. } => Ok(None),
        }
    }

    fn refund(&mut self, spend: Id, points: Option<u128>, asset: &str) -> Result<Vec<Leg>, Refusal> {
        let spent = self.spends.get_mut(&spend).ok_or("spend_not_found")?;
        let available: u128 = spent.deductions.iter().map(|one| one.2).sum();
        let points = points.unwrap_or(available);
        if points > available || available == 0 {
            return Err("exceeds_spend");
        }
        let points = check(points)?;
        let oracle = self.members.entry(spent.member.clone()).or_default();
        let used = oracle.used.clone();
        oracle.refund(&spent.deductions, points);
        let mut rest = points;
        let mut taken: BTreeMap<Payer, u128> = BTreeMap::new();
        while rest > 0 {
            let Some(last) = spent.deductions.last_mut() else { break };
            let back = last.2.min(rest);
            rest -= back;
            last.2 -= back;
            *taken.entry(last.0).or_default() += back;
            if last.2 == 0 {
                spent.deductions.pop();
            }
        }
        let mut legs = Vec::new();
        for (payer, points) in taken {
            let before = used.get(&payer).copied().unwrap_or_default();
            let returned = before - oracle.used.get(&payer).copied().unwrap_or_default();
            let redeemed = format!("points:redeemed:{payer}");
            let lost = format!("points:breakage:{payer}");
            let whole = [
                leg(redeemed.clone(), purse(&spent.member, payer), returned, asset),
                leg(redeemed, lost, points - returned, asset),
            ];
            legs.extend(whole.into_iter().filter(|leg| leg.amount > 0));
        }
        Ok(legs)
    }

    fn set_program(&mut self, program: &Program, assets: &[String]) -> Result<Option<Vec<Leg>>, Refusal> {
        if !assets.iter().any(|asset| asset == program.asset.as_str()) {
            return Err("asset_not_found");
        }
        if let Some(known) = &self.program {
            if known == program {
                return Ok(None);
            }
            if self.has_lots && (known.asset != program.asset || known.order != program.order) {
                return Err("program_fixed");
            }
        }
        self.program = Some(program.clone());
        Ok(Some(Vec::new()))
    }
}
