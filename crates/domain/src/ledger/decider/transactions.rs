//! Deciding transactions: their sources, their shares, and where their legs go.

use super::{Decided, Decider, Guard, Moved, ResolvedDraw, ResolvedLeg, Route, add, changed, check_state};
use crate::ledger::effect::Detail;
use crate::ledger::rejection::Rejection;
use crate::ledger::rows::Breach;
use crate::ledger::terms::{Limits, ZeroAmounts};
use crate::ledger::transaction::{Draw, POSTINGS_MAX, Source, Timing, Transaction, Transfer};
use crate::ledger::working::BalanceSlot;
use crate::money::{Amount, Balance};
use crate::names::Name;
use crate::numbers::{AssetNo, Id};
use crate::product::Product;

impl<P: Product> Decider<'_, P> {
    pub(crate) fn transact(mut self, id: Id, transaction: &Transaction) -> Decided<P> {
        let count = transaction.postings_max();
        if count > POSTINGS_MAX {
            let bound = |length| u64::try_from(length).unwrap_or(u64::MAX);
            return Err(Rejection::TooManyPostings { count: bound(count), limit: bound(POSTINGS_MAX) });
        }
        if let Some(reference) = &transaction.reference {
            let taken = self.working.reference(reference).expect("references are in the footprint");
            if taken || self.draft.has_reference(reference) {
                return Err(Rejection::ReferenceTaken { reference: reference.clone() });
            }
        }
        let mut legs = Vec::with_capacity(count);
        let mut draws = Vec::new();
        for transfer in &transaction.postings {
            let leg = self.resolve(transfer, legs.len(), &mut draws)?;
            legs.push(leg);
        }
        let mut detail = Detail {
            description: transaction.description.clone(),
            reference: transaction.reference.clone(),
            metadata: transaction.metadata.clone(),
            ..Detail::default()
        };
        if let Some(reference) = &transaction.reference {
            self.draft.references.push(reference.clone());
        }
        let short = if draws.is_empty() { None } else { self.split(&mut legs, &draws, transaction.timing) };
        let first = match transaction.timing {
            Timing::Posted => {
                let effective_at = transaction.effective_at.filter(|effective_at| *effective_at != self.at);
                let route = Route { transaction: id, effective_at, hold: None, detail: detail.boxed(), legs: &legs };
                self.post_legs(route)?
            }
            Timing::Pending { timeout_s } => {
                detail.asked_effective_at = transaction.effective_at;
                let expires_at = timeout_s.map(|seconds| self.at.plus_seconds(seconds));
                self.hold_legs(id, &legs, expires_at, detail.boxed())?
            }
        };
        match short {
            None => changed(first),
            Some(rejection) => Err(rejection),
        }
    }

    /// Splits each leg that has several sources into what each of them gives, as the balances will be when its turn
    /// comes. Where they have too little, the legs before that one are left, and why it is refused.
    fn split(&self, legs: &mut Vec<ResolvedLeg>, draws: &[ResolvedDraw], timing: Timing) -> Option<Rejection<P>> {
        let mut moved = Moved::new();
        let mut draws = draws.chunk_by(|one, next| one.leg == next.leg).peekable();
        let mut split = Vec::with_capacity(legs.len());
        let mut short = None;
        for (place, leg) in legs.iter().enumerate() {
            match draws.next_if(|of_leg| of_leg.first().is_some_and(|draw| draw.leg == place)) {
                None => {
                    add(&mut moved, leg.source, leg.amount.signed().saturating_neg());
                    split.push(*leg);
                }
                Some(sources) => match self.share(leg, sources, &mut moved) {
                    Ok(mut shares) => split.append(&mut shares),
                    Err(rejection) => {
                        short = Some(rejection);
                        break;
                    }
                },
            }
            if timing == Timing::Posted {
                add(&mut moved, leg.destination, leg.amount.signed());
            }
        }
        *legs = split;
        short
    }

    /// What each source of a leg gives, in order.
    fn share(
        &self,
        leg: &ResolvedLeg,
        draws: &[ResolvedDraw],
        moved: &mut Moved,
    ) -> Result<Vec<ResolvedLeg>, Rejection<P>> {
        let records_zero = self.working.head().rules.zero_amounts == ZeroAmounts::Record;
        let mut rest = leg.amount.signed();
        let mut available = 0i128;
        let mut shares = Vec::with_capacity(draws.len());
        for (turn, draw) in draws.iter().enumerate() {
            let row = self.draft.balance(self.working, draw.source);
            let before = moved.get(&draw.source.0).copied().unwrap_or_default();
            let spare = row.spare(draw.keep).map_or(rest, |spare| spare.saturating_add(before).max(0));
            available = available.saturating_add(spare);
            let given = spare.min(rest);
            if given > 0 || (turn == 0 && records_zero) {
                add(moved, draw.source, given.saturating_neg());
                shares.push(ResolvedLeg { source: draw.source, amount: Amount::new(given.unsigned_abs()), ..*leg });
            }
            rest = rest.saturating_sub(given);
        }
        if rest > 0 {
            let first = self.draft.balance(self.working, leg.source);
            let available = Balance::new(available).unwrap_or_default();
            return Err(self.refuse(&first, leg.amount, Breach::Floor(available)));
        }
        Ok(shares)
    }

    /// Checks a transfer as far as its accounts go, and opens those that the ledger opens by itself.
    /// Where it has several sources, they are added to `draws`, and the first stands in the leg.
    fn resolve(
        &mut self,
        transfer: &Transfer,
        leg: usize,
        draws: &mut Vec<ResolvedDraw>,
    ) -> Result<ResolvedLeg, Rejection<P>> {
        let records_zero = self.working.head().rules.zero_amounts == ZeroAmounts::Record;
        if transfer.amount == Amount::ZERO && !records_zero {
            return Err(Rejection::AmountZero);
        }
        if !transfer.amount.is_within_limit() {
            return Err(Rejection::AmountTooLarge);
        }
        if transfer.source.accounts().any(|account| *account == transfer.destination) {
            return Err(Rejection::SameAccount { account: transfer.destination.clone() });
        }
        let asset = self.asset(transfer.asset.as_ref())?.no;
        let source = match &transfer.source {
            Source::One(account) => self.open_for(account, asset)?,
            Source::InOrder { first, then } => {
                let source = self.open_for(&first.account, asset)?;
                draws.push(ResolvedDraw { leg, source, keep: first.keep });
                for Draw { account, keep } in then {
                    draws.push(ResolvedDraw { leg, source: self.open_for(account, asset)?, keep: *keep });
                }
                source
            }
        };
        Ok(ResolvedLeg {
            source,
            destination: self.open_for(&transfer.destination, asset)?,
            asset,
            amount: transfer.amount,
        })
    }

    fn open_for(&mut self, name: &Name, asset: AssetNo) -> Result<BalanceSlot, Rejection<P>> {
        self.check_name(name)?;
        if let Some(account) = self.draft.account(self.working, name) {
            let (closed, frozen) = self.draft.account_state(self.working, account);
            check_state(name, closed, frozen, Guard::New)?;
            if let Some(slot) = self.draft.balance_slot(self.working, account, asset) {
                return Ok(slot);
            }
        }
        if !self.working.opens_accounts() {
            return Err(Rejection::AccountNotFound { account: name.clone(), asset: self.code(asset) });
        }
        self.check_owner(name)?;
        Ok(self.draft.open_account(self.working, self.at, name, asset, Limits::DEFAULT, None).0)
    }
}
