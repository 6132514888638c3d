//! What a file needs before anything of it is submitted: the decimals of its assets, and which accounts go below a
//! floor.
//!
//! Only transactions that are whole and that would be taken count: a wrong line decides nothing.

use std::collections::{BTreeMap, HashMap, HashSet};

use ducat_domain::ledger::transaction::{Source, Transfer};
use ducat_domain::money::AMOUNT_LIMIT;
use ducat_domain::names::Name;
use ducat_domain::numbers::Id;

use super::transactions::{Leg, Whole};

/// The decimals of an asset, and what they must hold.
#[derive(Debug, Clone, Copy)]
struct Scale {
    decimals: u8,
    /// The largest amount in minor units.
    largest: u128,
    is_fixed: bool,
}

/// The scales of a file's assets. It keeps the ids that it has seen, 16 bytes each: a second transaction under one is
/// not taken.
pub struct Scales {
    scales: BTreeMap<Name, Scale>,
    seen: HashSet<Id>,
}

/// Which of the decimals of a leg its asset must have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// All that are written: `3.00` shows that there are two.
    Written,
    /// Those that are not zeros at the end.
    Needed,
}

impl Scales {
    /// Of assets that are in the ledger already, or whose scale was asked for.
    pub fn fixed(scales: impl IntoIterator<Item = (Name, u8)>) -> Scales {
        let fixed = |(code, decimals)| (code, Scale { decimals, largest: 0, is_fixed: true });
        Scales { scales: scales.into_iter().map(fixed).collect(), seen: HashSet::new() }
    }

    /// Counts a transaction. `is_known` says whether the ledger has its id already; it is asked where that matters.
    ///
    /// # Errors
    /// Those of `is_known`.
    pub fn count(&mut self, whole: &Whole, is_known: impl FnOnce(Id) -> anyhow::Result<bool>) -> anyhow::Result<()> {
        if !self.seen.insert(whole.id) {
            return Ok(());
        }
        let Some(with) = self.with(whole, Wanted::Written).or_else(|| self.with(whole, Wanted::Needed)) else {
            return Ok(());
        };
        let is_change = |(code, scale): (&Name, &Scale)| {
            self.scales.get(code).is_none_or(|before| before.decimals != scale.decimals)
        };
        if with.iter().any(is_change) && is_known(whole.id)? {
            return Ok(());
        }
        self.scales.extend(with);
        Ok(())
    }

    /// The scales of its assets that a transaction and all before it need; `None` where it would not be taken.
    fn with(&self, whole: &Whole, wanted: Wanted) -> Option<BTreeMap<Name, Scale>> {
        let mut with: BTreeMap<Name, Scale> = BTreeMap::new();
        for leg in &whole.legs {
            let before = with.get(&leg.asset).or_else(|| self.scales.get(&leg.asset)).copied();
            let decimals = match before {
                Some(Scale { decimals, is_fixed: true, .. }) => decimals,
                Some(Scale { decimals, .. }) => decimals.max(wanted_by(leg, wanted)),
                None => standard(&leg.asset).unwrap_or_default().max(wanted_by(leg, wanted)),
            };
            let before = before.unwrap_or(Scale { decimals, largest: 0, is_fixed: false });
            let finer = 10u128.checked_pow(u32::from(decimals - before.decimals))?;
            let amount = leg.minor_units(decimals).ok()?.unsigned_abs();
            let largest = before.largest.checked_mul(finer)?.max(amount);
            if largest >= AMOUNT_LIMIT {
                return None;
            }
            with.insert(leg.asset.clone(), Scale { decimals, largest, ..before });
        }
        Some(with)
    }

    /// The assets that transactions need.
    pub fn needed(&self) -> Vec<Name> {
        let needed = self.scales.iter().filter(|(_, scale)| scale.largest > 0);
        needed.map(|(code, _)| code.clone()).collect()
    }

    /// The decimals of all assets that are known.
    pub fn decimals(&self) -> BTreeMap<Name, u8> {
        self.scales.iter().map(|(code, scale)| (code.clone(), scale.decimals)).collect()
    }
}

/// The decimals that ISO 4217 gives a currency; none for what it does not know, or gives none.
fn standard(asset: &Name) -> Option<u8> {
    let exponent = iso_currency::Currency::from_code(asset.as_str())?.exponent()?;
    u8::try_from(exponent).ok()
}

/// What is written of a currency says nothing: `3.0000` dollars are three dollars.
fn wanted_by(leg: &Leg, wanted: Wanted) -> u8 {
    let is_known = standard(&leg.asset).is_some();
    if wanted == Wanted::Written && !is_known { leg.written } else { leg.decimals }
}

/// How low the balances of a file's accounts get, in the order of its transactions.
#[derive(Default)]
pub struct Lows {
    lows: HashMap<Name, HashMap<Name, Low>>,
}

/// A balance and the lowest that it was, in minor units.
#[derive(Clone, Copy, Default)]
struct Low {
    balance: i128,
    lowest: i128,
}

impl Lows {
    /// Counts postings. What is out of range is as low as can be: the ledger refuses it.
    pub fn count(&mut self, postings: &[Transfer]) {
        for posting in postings {
            let (Source::One(source), Some(asset)) = (&posting.source, &posting.asset) else { continue };
            let amount = posting.amount.signed();
            self.change(source, asset, amount.saturating_neg());
            self.change(&posting.destination, asset, amount);
        }
    }

    fn change(&mut self, account: &Name, asset: &Name, amount: i128) {
        if !self.lows.contains_key(account) {
            self.lows.insert(account.clone(), HashMap::new());
        }
        let Some(low) = self.lows.get_mut(account).map(|assets| assets.entry(asset.clone()).or_default()) else {
            return;
        };
        low.balance = low.balance.saturating_add(amount);
        low.lowest = low.lowest.min(low.balance);
    }

    /// The lowest balance of an account.
    pub fn lowest(&self, account: &Name, asset: &Name) -> i128 {
        let low = self.lows.get(account).and_then(|assets| assets.get(asset));
        low.map_or(0, |low| low.lowest)
    }
}
