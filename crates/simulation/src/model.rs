//! The naive model: the rules of the ledger a second time, one command at a time, on a copy that is kept or thrown
//! away.
//!
//! It shares no code with the domain beyond the commands themselves. It is slow and obvious, and it stays so.

use std::collections::{BTreeMap, BTreeSet};

use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::terms::{AccountChange, AccountTerms, ImplicitAccounts, LedgerTerms, ZeroAmounts};
use ducat_domain::ledger::transaction::{Part, Source, Timing, Transaction, Transfer};
use ducat_domain::names::Name;
use ducat_domain::numbers::{Id, Timestamp};
use ducat_domain::products::AnyAction;
use ducat_domain::{Action, Command, Item, points};

use crate::points::{Leg, Points, Refusal};

mod redactions;

#[derive(Debug, Clone, Default)]
struct Balance {
    posted: i128,
    pending_in: i128,
    pending_out: i128,
    min: Option<i128>,
    max: Option<i128>,
}

#[derive(Debug, Clone, Default)]
struct Account {
    frozen: bool,
    closed: bool,
    balances: BTreeMap<String, Balance>,
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Posted,
    Pending(Option<Timestamp>),
    HoldPosted(i128),
    Voided,
    Expired,
}

#[derive(Debug, Clone)]
struct Made {
    /// What was moved, or is held.
    legs: Vec<Leg>,
    /// The amount of the first leg as it was asked for, whatever was posted of it.
    asked: i128,
    state: State,
    /// How much of each leg was reversed; empty while nothing was.
    reversed: Vec<i128>,
}

/// One ledger.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    terms: Option<LedgerTerms>,
    assets: Vec<(String, u8)>,
    accounts: BTreeMap<String, Account>,
    made: BTreeMap<Id, Made>,
    references: Vec<String>,
    /// The place of the asset that is meant where none is named, and how often it changed.
    default: (usize, usize),
    archived: bool,
    /// What was decided, with the asset that was meant where none was named, and whether it was done.
    outcomes: BTreeMap<Id, (Action, Option<Name>, bool)>,
    /// The ids under which nothing is known any more of what was asked for.
    erased: BTreeSet<Id>,
    points: Points,
}

impl Model {
    /// The balance of an account in an asset, by the asset's place from 1.
    pub fn balance(&self, account: &str, asset: u64) -> Option<(i128, i128, i128)> {
        let (code, _) = self.assets.get(usize::try_from(asset).ok()?.checked_sub(1)?)?;
        let balance = self.accounts.get(account)?.balances.get(code)?;
        Some((balance.posted, balance.pending_in, balance.pending_out))
    }

    /// Every balance that there is.
    pub fn balances_count(&self) -> usize {
        self.accounts.values().map(|account| account.balances.len()).sum()
    }

    /// What comes of an item whose first command is at an instant.
    pub fn item(&mut self, item: &Item, at: Timestamp) -> String {
        match item {
            Item::Single(command) => self.single(command, at),
            Item::DryRun(command) => self.clone().single(command, at),
            Item::Atomic(commands) => self.atomic(commands, at),
            Item::Import(_) => unreachable!("the script imports nothing"),
        }
    }

    fn single(&mut self, command: &Command, at: Timestamp) -> String {
        let mut trial = self.clone();
        match trial.command(command, at) {
            Ok(answer) => {
                *self = trial;
                answer.to_owned()
            }
            Err(code) => {
                self.keep(command, code);
                code.to_owned()
            }
        }
    }

    fn atomic(&mut self, commands: &[Command], at: Timestamp) -> String {
        for (index, command) in commands.iter().enumerate() {
            if !self.erased.contains(&command.id.id())
                && let Some((action, default, false)) = self.outcomes.get(&command.id.id())
                && *action == spelled(&command.action, default.as_ref())
            {
                return format!("{index}: replayed refusal");
            }
        }
        let expects = |command: &Command| matches!(command.action, Action::Expect(_));
        let is_known = |command: &Command| {
            let known = self.outcomes.get(&command.id.id());
            let known = known.is_some_and(|(action, default, _)| *action == spelled(&command.action, default.as_ref()));
            matches!(command.id, CommandId::Client(_)) && known && !self.erased.contains(&command.id.id())
        };
        let acts = || commands.iter().filter(|command| !expects(command));
        let is_repeat = acts().count() > 0 && acts().all(is_known);
        let mut trial = self.clone();
        let mut answers = Vec::new();
        for (index, command) in commands.iter().enumerate() {
            if is_repeat && expects(command) {
                answers.push("same");
                continue;
            }
            match trial.command(command, at.plus_micros(i64::try_from(index).unwrap_or(0))) {
                Ok(answer) => answers.push(answer),
                Err(code) => {
                    self.keep(command, code);
                    return format!("{index}: {code}");
                }
            }
        }
        *self = trial;
        answers.join(" ")
    }

    fn keep(&mut self, command: &Command, code: Refusal) {
        const UNKEPT: [Refusal; 7] = [
            "malformed",
            "asset_required",
            "id_reused",
            "ledger_not_found",
            "ledger_archived",
            "program_not_found",
            "account_changed",
        ];
        if let (CommandId::Client(id), false) = (command.id, UNKEPT.contains(&code)) {
            self.remember(id, &command.action, false);
        }
    }

    fn remember(&mut self, id: Id, action: &Action, done: bool) {
        let default = self.default_asset();
        self.outcomes.insert(id, (spelled(action, default.as_ref()), default, done));
    }

    fn default_asset(&self) -> Option<Name> {
        self.assets.get(self.default.0).map(|(code, _)| Name::parse(code).expect("a code is a name"))
    }

    fn command(&mut self, command: &Command, at: Timestamp) -> Result<&'static str, Refusal> {
        let id = command.id.id();
        let by_client = matches!(command.id, CommandId::Client(_));
        if by_client && let Some((action, default, done)) = self.outcomes.get(&id) {
            if self.erased.contains(&id) {
                return Err("id_reused");
            }
            return match (*action == spelled(&command.action, default.as_ref()), done) {
                (true, true) => Ok("replayed"),
                (true, false) => Ok("replayed refusal"),
                (false, _) => Err("id_reused"),
            };
        }
        if self.terms.is_none() && !matches!(command.action, Action::OpenLedger(_)) {
            return Err("ledger_not_found");
        }
        let is_of_server = matches!(command.action, Action::ExpireHold { .. } | Action::Resolve { .. });
        if self.archived && !is_of_server && !matches!(command.action, Action::SetArchived { .. } | Action::Redact(_)) {
            return Err("ledger_archived");
        }
        // What it means is what it means before it is done.
        let meant = self.default_asset();
        let answer = match &command.action {
            Action::SetDefaultAsset { asset } => self.set_default_asset(asset)?,
            Action::RescaleAsset(terms) => self.rescale_asset(terms.code.as_str(), terms.scale)?,
            Action::SetArchived { archived } if *archived == self.archived => "same",
            Action::SetArchived { archived } => {
                self.archived = *archived;
                "done"
            }
            Action::DeleteLedger(_) => unreachable!("the script deletes no ledgers"),
            Action::Redact(redact) => self.redact(redact)?,
            Action::OpenLedger(terms) => self.open_ledger(terms)?,
            Action::AddAsset(terms) => self.add_asset(terms.code.as_str(), terms.scale)?,
            Action::OpenAccount(terms) => self.open_account(terms)?,
            Action::ChangeAccount(change) => self.change_account(change)?,
            Action::Transact(transaction) => self.transact(id, transaction, at)?,
            Action::PostHold { hold, amount } => self.post_hold(*hold, amount.map(|amount| amount.signed()), at)?,
            Action::VoidHold { hold } => self.void_hold(*hold)?,
            Action::ExpireHold { hold } => self.expire_hold(*hold, at)?,
            Action::Reverse { original, part } => self.reverse(id, *original, part)?,
            Action::Expect(expectation) => {
                let account = self.accounts.get(expectation.account.as_str());
                let is_so = account.is_some_and(|account| expectation.closed == Some(account.closed));
                // No one here keeps anything with an account.
                if is_so && expectation.metadata.is_empty() { "same" } else { return Err("account_changed") }
            }
            Action::Defer { .. } => "done",
            // Where requests were taken is not the model's to know; the stores are compared with each other instead.
            Action::Resolve { .. } => "same",
            Action::Product(AnyAction::Points(action)) => self.act_on_points(id, action, at)?,
            Action::Product(AnyAction::Advances(action)) => {
                unreachable!("advances have a simulation of their own: {action:?}")
            }
        };
        if by_client && answer == "done" {
            self.outcomes.insert(id, (spelled(&command.action, meant.as_ref()), meant, true));
        }
        Ok(answer)
    }

    fn act_on_points(&mut self, id: Id, action: &points::Action, at: Timestamp) -> Result<&'static str, Refusal> {
        let assets: Vec<String> = self.assets.iter().map(|(code, _)| code.clone()).collect();
        let Some(legs) = self.points.act(id, action, &assets, at)? else { return Ok("same") };
        for leg in &legs {
            for name in [&leg.source, &leg.destination] {
                let min = (!name.starts_with("points:payers:")).then_some(0);
                let account = self.accounts.entry(name.clone()).or_default();
                account.balances.entry(leg.asset.clone()).or_insert(Balance { min, ..Balance::default() });
            }
        }
        self.post(&legs)?;
        if let Some(asked) = legs.first().map(|leg| leg.amount) {
            self.made.insert(id, Made { legs, asked, state: State::Posted, reversed: Vec::new() });
        }
        Ok("done")
    }

    /// A transaction that is not to be changed but through points.
    fn made_by_others(&self, id: Id) -> Result<Made, Refusal> {
        let made = self.made.get(&id).cloned().ok_or("transaction_not_found")?;
        let is_of_points = made.legs.iter().any(|leg| leg.source.starts_with("points:"));
        if is_of_points { Err("account_reserved") } else { Ok(made) }
    }

    fn open_ledger(&mut self, terms: &LedgerTerms) -> Result<&'static str, Refusal> {
        if let Some(known) = &self.terms {
            return if known == terms { Ok("same") } else { Err("ledger_exists") };
        }
        self.terms = Some(terms.clone());
        for asset in &terms.assets {
            self.add_asset(asset.code.as_str(), asset.scale)?;
        }
        Ok("done")
    }

    fn add_asset(&mut self, code: &str, scale: u8) -> Result<&'static str, Refusal> {
        if let Some((_, known)) = self.assets.iter().find(|(known, _)| known == code) {
            return if *known == scale { Ok("same") } else { Err("asset_exists") };
        }
        self.assets.push((code.to_owned(), scale));
        let world = self.accounts.entry("world".to_owned()).or_default();
        world.balances.insert(code.to_owned(), Balance::default());
        Ok("done")
    }

    fn rescale_asset(&mut self, code: &str, scale: u8) -> Result<&'static str, Refusal> {
        let is_moved = self.made.values().any(|made| made.legs.iter().any(|leg| leg.asset == code));
        let mut balances = self.accounts.values().filter_map(|account| account.balances.get(code));
        let is_limited = balances.any(|balance| balance.min.unwrap_or(0) != 0 || balance.max.unwrap_or(0) != 0);
        let (_, known) = self.assets.iter_mut().find(|(known, _)| known == code).ok_or("asset_not_found")?;
        match *known == scale {
            true => Ok("same"),
            false if is_moved || is_limited => Err("asset_in_use"),
            false => {
                *known = scale;
                Ok("done")
            }
        }
    }

    fn set_default_asset(&mut self, asset: &Name) -> Result<&'static str, Refusal> {
        let place = self.assets.iter().position(|(code, _)| code == asset.as_str()).ok_or("asset_not_found")?;
        match self.default {
            (now, _) if now == place => Ok("same"),
            (_, 64) => Err("too_many_defaults"),
            (_, changes) => {
                self.default = (place, changes + 1);
                Ok("done")
            }
        }
    }

    fn asset(&self, code: Option<&Name>) -> Result<String, Refusal> {
        match code {
            None => self.default_asset().map(|asset| asset.to_string()).ok_or("asset_required"),
            Some(code) if self.assets.iter().any(|(known, _)| known == code.as_str()) => Ok(code.to_string()),
            Some(_) => Err("asset_not_found"),
        }
    }

    fn open_account(&mut self, terms: &AccountTerms) -> Result<&'static str, Refusal> {
        let asset = self.asset(terms.asset.as_ref())?;
        let (min, max) = (terms.limits.min.map(|l| l.minor_units()), terms.limits.max.map(|l| l.minor_units()));
        if let Some(balance) = self.accounts.get(terms.name.as_str()).and_then(|a| a.balances.get(&asset)) {
            return if balance.min == min && balance.max == max { Ok("same") } else { Err("account_exists") };
        }
        if self.accounts.get(terms.name.as_str()).is_some_and(|account| account.closed) {
            return Err("account_closed");
        }
        if min.zip(max).is_some_and(|(min, max)| min > max) {
            return Err("limits_crossed");
        }
        if min.is_some_and(|min| min > 0) || max.is_some_and(|max| max < 0) {
            return Err("balance_outside");
        }
        let account = self.accounts.entry(terms.name.to_string()).or_default();
        account.balances.insert(asset, Balance { min, max, ..Balance::default() });
        Ok("done")
    }

    fn change_account(&mut self, change: &AccountChange) -> Result<&'static str, Refusal> {
        if change.name.as_str() == "world" {
            return Err("malformed");
        }
        let asset = self.asset(change.asset.as_ref())?;
        let account = self.accounts.get_mut(change.name.as_str()).ok_or("account_not_found")?;
        let balance = account.balances.get_mut(&asset).ok_or("account_not_found")?;
        let before = (balance.min, balance.max, account.frozen, account.closed);
        if let Some(min) = change.min {
            balance.min = min.map(|limit| limit.minor_units());
        }
        if let Some(max) = change.max {
            balance.max = max.map(|limit| limit.minor_units());
        }
        let wants_limits = change.min.is_some() || change.max.is_some();
        if wants_limits && balance.min.zip(balance.max).is_some_and(|(min, max)| min > max) {
            return Err("limits_crossed");
        }
        let below = balance.min.is_some_and(|min| balance.posted - balance.pending_out < min);
        let above = balance.max.is_some_and(|max| balance.posted + balance.pending_in > max);
        if wants_limits && (below || above) {
            return Err("balance_outside");
        }
        let limits = (balance.min, balance.max);
        account.frozen = change.frozen.unwrap_or(account.frozen);
        account.closed = change.closed.unwrap_or(account.closed);
        let empty = account.balances.values().all(|b| b.posted == 0 && b.pending_in == 0 && b.pending_out == 0);
        if account.closed && !before.3 && !empty {
            return Err("balance_outside");
        }
        let after = (limits.0, limits.1, account.frozen, account.closed);
        Ok(if after == before { "same" } else { "done" })
    }

    fn transact(&mut self, id: Id, transaction: &Transaction, at: Timestamp) -> Result<&'static str, Refusal> {
        if let Some(reference) = &transaction.reference {
            if self.references.contains(reference) {
                return Err("reference_taken");
            }
            self.references.push(reference.clone());
        }
        let terms = self.terms.clone().ok_or("ledger_not_found")?;
        let mut legs = Vec::new();
        for posting in &transaction.postings {
            if posting.amount.signed() == 0 && terms.rules.zero_amounts == ZeroAmounts::Refuse {
                return Err("amount_zero");
            }
            if posting.amount.minor_units() >= 10u128.pow(36) {
                return Err("amount_too_large");
            }
            if posting.source.accounts().any(|account| *account == posting.destination) {
                return Err("same_account");
            }
            let asset = self.asset(posting.asset.as_ref())?;
            for name in posting.source.accounts().chain([&posting.destination]) {
                self.open_for(name.as_str(), &asset, terms.rules.implicit_accounts)?;
            }
        }
        for posting in &transaction.postings {
            for leg in self.legs(posting, terms.rules.zero_amounts)? {
                match transaction.timing {
                    Timing::Posted => self.post(std::slice::from_ref(&leg))?,
                    Timing::Pending { .. } => self.hold(std::slice::from_ref(&leg))?,
                }
                legs.push(leg);
            }
        }
        let state = match transaction.timing {
            Timing::Posted => State::Posted,
            Timing::Pending { timeout_s } => State::Pending(timeout_s.map(|seconds| at.plus_seconds(seconds))),
        };
        let asked = legs[0].amount;
        self.made.insert(id, Made { legs, asked, state, reversed: Vec::new() });
        Ok("done")
    }

    /// Who gives how much of a posting, as the balances are now.
    fn legs(&mut self, posting: &Transfer, zero: ZeroAmounts) -> Result<Vec<Leg>, Refusal> {
        let asset = self.asset(posting.asset.as_ref())?;
        let destination = posting.destination.to_string();
        let asked = posting.amount.signed();
        let (first, then) = match &posting.source {
            Source::One(account) => {
                return Ok(vec![Leg { source: account.to_string(), destination, asset, amount: asked }]);
            }
            Source::InOrder { first, then } => (first, then),
        };
        let mut legs: Vec<Leg> = Vec::new();
        let mut missing = asked;
        for draw in std::iter::once(first).chain(then) {
            let source = draw.account.to_string();
            let already: i128 = legs.iter().filter(|leg| leg.source == source).map(|leg| leg.amount).sum();
            let balance = self.balance_of(&source, &asset)?;
            let free = balance.posted - balance.pending_out - already;
            let floors = [balance.min, draw.keep.map(|keep| keep.minor_units())];
            let gives = match floors.into_iter().flatten().max() {
                None => missing,
                Some(floor) => (free - floor).clamp(0, missing),
            };
            missing -= gives;
            legs.push(Leg { source, destination: destination.clone(), asset: asset.clone(), amount: gives });
        }
        if missing > 0 {
            return Err("insufficient_funds");
        }
        let keeps_first = zero == ZeroAmounts::Record;
        let mut place = 0;
        legs.retain(|leg| {
            place += 1;
            leg.amount > 0 || (place == 1 && keeps_first)
        });
        Ok(legs)
    }

    fn open_for(&mut self, name: &str, asset: &str, implicit: ImplicitAccounts) -> Result<(), Refusal> {
        if let Some(account) = self.accounts.get(name) {
            if account.closed {
                return Err("account_closed");
            }
            if account.frozen {
                return Err("account_frozen");
            }
            if account.balances.contains_key(asset) {
                return Ok(());
            }
        }
        if implicit == ImplicitAccounts::Refused {
            return Err("account_not_found");
        }
        let account = self.accounts.entry(name.to_owned()).or_default();
        account.balances.insert(asset.to_owned(), Balance { min: Some(0), ..Balance::default() });
        Ok(())
    }

    fn balance_of(&mut self, account: &str, asset: &str) -> Result<&mut Balance, Refusal> {
        let account = self.accounts.get_mut(account).ok_or("account_not_found")?;
        account.balances.get_mut(asset).ok_or("account_not_found")
    }

    fn check(&mut self, leg: &Leg) -> Result<(), Refusal> {
        let source = self.balance_of(&leg.source, &leg.asset)?;
        if source.min.is_some_and(|min| source.posted - source.pending_out - min < leg.amount) {
            return Err("insufficient_funds");
        }
        Ok(())
    }

    fn check_ceiling(&mut self, leg: &Leg) -> Result<(), Refusal> {
        let destination = self.balance_of(&leg.destination, &leg.asset)?;
        if destination.max.is_some_and(|max| max - destination.posted - destination.pending_in < leg.amount) {
            return Err("balance_above_max");
        }
        Ok(())
    }

    fn post(&mut self, legs: &[Leg]) -> Result<(), Refusal> {
        for leg in legs {
            self.check(leg)?;
            self.balance_of(&leg.source, &leg.asset)?.posted -= leg.amount;
            self.check_ceiling(leg)?;
            self.balance_of(&leg.destination, &leg.asset)?.posted += leg.amount;
        }
        Ok(())
    }

    fn hold(&mut self, legs: &[Leg]) -> Result<(), Refusal> {
        for leg in legs {
            self.check(leg)?;
            self.balance_of(&leg.source, &leg.asset)?.pending_out += leg.amount;
            self.check_ceiling(leg)?;
            self.balance_of(&leg.destination, &leg.asset)?.pending_in += leg.amount;
        }
        Ok(())
    }

    fn release(&mut self, legs: &[Leg]) -> Result<(), Refusal> {
        for leg in legs {
            self.balance_of(&leg.source, &leg.asset)?.pending_out -= leg.amount;
            self.balance_of(&leg.destination, &leg.asset)?.pending_in -= leg.amount;
        }
        Ok(())
    }

    fn post_hold(&mut self, id: Id, asked: Option<i128>, at: Timestamp) -> Result<&'static str, Refusal> {
        let mut made = self.made_by_others(id)?;
        if asked.is_some() && made.legs.len() != 1 {
            return Err("malformed");
        }
        let held = made.asked;
        let amount = asked.unwrap_or(held);
        match made.state {
            State::Posted => return Err("not_pending"),
            State::HoldPosted(posted) if posted == amount => return Ok("replayed"),
            State::HoldPosted(_) => return Err("already_posted"),
            State::Voided => return Err("already_voided"),
            State::Expired => return Err("hold_expired"),
            State::Pending(Some(until)) if until <= at => return Err("hold_expired"),
            State::Pending(_) => {}
        }
        if amount >= 10i128.pow(36) {
            return Err("amount_too_large");
        }
        if amount == 0 && held != 0 {
            return Err("amount_zero");
        }
        if amount > held {
            return Err("exceeds_hold");
        }
        self.release(&made.legs)?;
        made.legs[0].amount = amount;
        self.post(&made.legs)?;
        made.state = State::HoldPosted(amount);
        self.made.insert(id, made);
        Ok("done")
    }

    fn void_hold(&mut self, id: Id) -> Result<&'static str, Refusal> {
        let made = self.made_by_others(id)?;
        match made.state {
            State::Posted => Err("not_pending"),
            State::HoldPosted(_) => Err("already_posted"),
            State::Voided => Ok("replayed"),
            State::Expired => Err("hold_expired"),
            State::Pending(_) => {
                self.release(&made.legs)?;
                self.made.insert(id, Made { state: State::Voided, ..made });
                Ok("done")
            }
        }
    }

    fn expire_hold(&mut self, id: Id, at: Timestamp) -> Result<&'static str, Refusal> {
        let made = self.made.get(&id).cloned().ok_or("transaction_not_found")?;
        match made.state {
            State::Pending(Some(until)) if until <= at => {
                self.release(&made.legs)?;
                self.made.insert(id, Made { state: State::Expired, ..made });
                Ok("done")
            }
            _ => Ok("same"),
        }
    }

    fn reverse(&mut self, id: Id, original: Id, part: &Part) -> Result<&'static str, Refusal> {
        let made = self.made_by_others(original)?;
        match made.state {
            State::Posted | State::HoldPosted(_) => {}
            State::Pending(_) | State::Voided | State::Expired => return Err("not_posted"),
        }
        let amounts: Vec<i128> = made.legs.iter().map(|leg| leg.amount).collect();
        if made.reversed == amounts {
            return Err("already_reversed");
        }
        let mut sums = if made.reversed.is_empty() { vec![0; amounts.len()] } else { made.reversed.clone() };
        let mut parts = vec![0; amounts.len()];
        match part {
            Part::Rest => parts = amounts.iter().zip(&sums).map(|(amount, sum)| amount - sum).collect(),
            Part::Amount(_) if parts.len() != 1 => return Err("malformed"),
            Part::Amount(amount) => parts[0] = amount.signed(),
            Part::Postings(asked) => {
                for (place, amount) in asked {
                    let part =
                        usize::try_from(*place).ok().and_then(|place| parts.get_mut(place)).ok_or("malformed")?;
                    *part += amount.signed();
                }
            }
        }
        sums.iter_mut().zip(&parts).for_each(|(sum, part)| *sum += part);
        if sums.iter().zip(&amounts).any(|(sum, amount)| sum > amount) {
            return Err("exceeds_original");
        }
        let is_rest = *part == Part::Rest;
        if !is_rest && parts.iter().all(|part| *part == 0) {
            return Err("amount_zero");
        }
        let is_whole = parts == amounts;
        let legs = made.legs.iter().zip(&parts).map(|(leg, part)| Leg { amount: *part, ..leg.clone() });
        let mut legs: Vec<Leg> = legs.filter(|leg| leg.amount != 0 || is_whole).collect();
        legs.reverse();
        for leg in &mut legs {
            std::mem::swap(&mut leg.source, &mut leg.destination);
            for name in [leg.source.clone(), leg.destination.clone()] {
                self.open_for(&name, &leg.asset, ImplicitAccounts::Refused)?;
            }
        }
        self.post(&legs)?;
        self.made.insert(original, Made { reversed: sums, ..made });
        let asked = legs[0].amount;
        self.made.insert(id, Made { legs, asked, state: State::Posted, reversed: Vec::new() });
        Ok("done")
    }
}

/// The same with the asset spelled out that it means where it names none.
fn spelled(action: &Action, default: Option<&Name>) -> Action {
    let mut action = action.clone();
    match &mut action {
        Action::OpenAccount(terms) => terms.asset = terms.asset.take().or_else(|| default.cloned()),
        Action::ChangeAccount(change) if change.min.is_some() || change.max.is_some() => {
            change.asset = change.asset.take().or_else(|| default.cloned());
        }
        Action::Transact(transaction) => {
            for posting in &mut transaction.postings {
                posting.asset = posting.asset.take().or_else(|| default.cloned());
            }
        }
        _ => {}
    }
    action
}
