//! A product for tests, as small as one can be: a voucher is issued once, and redeemed once.
//!
//! It shows what a product is made of. A voucher is worth an amount of the ledger's default asset, which is held until
//! the voucher is redeemed: issuing it holds the money, redeeming it posts the hold.

use std::collections::BTreeMap;

use crate::codec::{Decoder, Encoder, Malformed};
use crate::hashing::Seed;
use crate::ledger::command::Command;
use crate::ledger::decider::{Decided, Decider, ResolvedLeg, SAME, changed};
use crate::ledger::derived::{Derived, Difference};
use crate::ledger::effect::Fact as LedgerFact;
use crate::ledger::footprint::Footprint;
use crate::ledger::rejection::Rejection as LedgerRejection;
use crate::ledger::rows::LoadedAccount;
use crate::ledger::rules::Rules;
use crate::ledger::terms::{Limits, Metadata};
use crate::ledger::working::Working as LedgerWorking;
use crate::money::Amount;
use crate::names::Name;
use crate::numbers::{AccountNo, Id, Seq, Timestamp};
use crate::private::Salts;
use crate::product::{Imported, Product, ProductAction, ProductFact, ProductRejection, Tagged};

/// The product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Vouchers;

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Action {
    Issue { code: Name, amount: Amount },
    Redeem { code: Name },
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fact {
    Issued { code: Name, amount: Amount, hold: Id },
    Redeemed { code: Name },
}

/// Why it is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Rejection {
    CodeTaken,
    CodeNotFound,
}

/// A voucher as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Voucher {
    hold: Id,
    is_redeemed: bool,
}

/// Vouchers that are known; `None` where there is none of the code.
#[derive(Debug, Default)]
struct Working {
    vouchers: BTreeMap<Name, Option<Voucher>>,
    changed: Vec<Name>,
}

impl Tagged for Action {
    fn encode(&self, e: &mut Encoder) {
        e.byte(200);
        match self {
            Action::Issue { code, amount } => {
                e.byte(1);
                e.text(code.as_str());
                e.wide(amount.minor_units());
            }
            Action::Redeem { code } => {
                e.byte(2);
                e.text(code.as_str());
            }
        }
    }

    fn decode(tag: u8, d: &mut Decoder<'_>) -> Result<Action, Malformed> {
        match (tag, d.byte()?) {
            (200, 1) => Ok(Action::Issue { code: d.name()?, amount: Amount::new(d.wide()?) }),
            (200, 2) => Ok(Action::Redeem { code: d.name()? }),
            _ => Err(Malformed { expected: "kind of command" }),
        }
    }
}

impl ProductAction for Action {
    fn makes_transaction(&self) -> bool {
        matches!(self, Action::Issue { .. })
    }

    fn ends_earlier(&self) -> bool {
        false
    }
}

impl Tagged for Fact {
    fn encode(&self, e: &mut Encoder) {
        match self {
            Fact::Issued { code, amount, hold } => {
                e.byte(1);
                e.text(code.as_str());
                e.wide(amount.minor_units());
                e.wide(hold.0);
            }
            Fact::Redeemed { code } => {
                e.byte(2);
                e.text(code.as_str());
            }
        }
    }

    fn decode(tag: u8, d: &mut Decoder<'_>) -> Result<Fact, Malformed> {
        match (tag, d.byte()?) {
            (200, 1) => Ok(Fact::Issued { code: d.name()?, amount: Amount::new(d.wide()?), hold: Id(d.wide()?) }),
            (200, 2) => Ok(Fact::Redeemed { code: d.name()? }),
            _ => Err(Malformed { expected: "kind of effect" }),
        }
    }
}

impl ProductFact for Fact {
    const KINDS: &'static [u8] = &[200];

    fn kind(&self) -> u8 {
        200
    }

    fn word(&self) -> &'static str {
        match self {
            Fact::Issued { .. } => "voucher_issued",
            Fact::Redeemed { .. } => "voucher_redeemed",
        }
    }

    fn refers_to(&self) -> Option<Seq> {
        None
    }

    fn is_setup(&self) -> bool {
        false
    }
}

impl Tagged for Rejection {
    fn encode(&self, e: &mut Encoder) {
        e.byte(match self {
            Rejection::CodeTaken => 200,
            Rejection::CodeNotFound => 201,
        });
    }

    fn decode(tag: u8, _: &mut Decoder<'_>) -> Result<Rejection, Malformed> {
        match tag {
            200 => Ok(Rejection::CodeTaken),
            201 => Ok(Rejection::CodeNotFound),
            _ => Err(Malformed { expected: "rejection" }),
        }
    }
}

impl ProductRejection for Rejection {
    fn code(&self) -> &'static str {
        match self {
            Rejection::CodeTaken => "code_taken",
            Rejection::CodeNotFound => "code_not_found",
        }
    }

    fn is_kept(&self) -> bool {
        true
    }
}

/// Where the money of open vouchers comes from, and where that of redeemed ones goes.
fn accounts() -> [Name; 2] {
    ["vouchers:issued", "vouchers:redeemed"].map(|name| Name::parse(name).expect("a name"))
}

impl Product for Vouchers {
    const IMPORTED: Imported = Imported { kind: 201, first: [0, 0], word: "vouchers_imported" };

    type Action = Action;
    type Fact = Fact;
    type Rejection = Rejection;
    type Loaded = ();
    type Footprint = Vec<Name>;
    type Demand = ();
    type Rows = Vec<(Name, Option<Voucher>)>;
    type Working = Working;
    type Delta = Vec<(Name, Voucher)>;
    type Replay = BTreeMap<Name, bool>;

    fn working((): (), _: Seed) -> Working {
        Working::default()
    }

    fn is_reserved(_: &Working, account: &Name) -> bool {
        account.as_str().starts_with("vouchers:")
    }

    fn keeps(_: &Working, _: &Name, _: &str) -> bool {
        false
    }

    fn is_owned(known: &Working, account: &Name) -> bool {
        Vouchers::is_reserved(known, account)
    }

    fn has_amounts(_: &Working, _: &Name) -> bool {
        false
    }

    fn accounts_max(_: &Working) -> usize {
        usize::MAX
    }

    fn is_loaded(keys: &Vec<Name>) -> bool {
        keys.is_empty()
    }

    fn distinct(keys: &mut Vec<Name>) {
        keys.sort_unstable();
        keys.dedup();
    }

    fn absorb(known: &mut Working, rows: Vec<(Name, Option<Voucher>)>) -> Vec<LoadedAccount> {
        known.vouchers.extend(rows);
        Vec::new()
    }

    fn check_import(_: &Working) -> Result<(), Rejection> {
        Ok(())
    }

    fn opened(_: &mut Working, _: AccountNo, _: &Name) {}

    fn evolve(known: &mut Working, _: (Seq, Timestamp), fact: &Fact, _: Option<Id>) {
        let (code, voucher) = match fact {
            Fact::Issued { code, hold, .. } => (code, Some(Voucher { hold: *hold, is_redeemed: false })),
            Fact::Redeemed { code } => {
                let before = known.vouchers.get(code).copied().flatten();
                (code, before.map(|voucher| Voucher { is_redeemed: true, ..voucher }))
            }
        };
        known.vouchers.insert(code.clone(), voucher);
        known.changed.push(code.clone());
    }

    fn check_recorded(_: &Working, _: &Fact) -> Result<(), &'static str> {
        Ok(())
    }

    fn forget_windows(_: &mut Working) {}

    fn take_delta(known: &mut Working) -> Vec<(Name, Voucher)> {
        let changed = std::mem::take(&mut known.changed);
        changed.into_iter().filter_map(|code| Some((code.clone(), (*known.vouchers.get(&code)?)?))).collect()
    }

    fn trim(known: &mut Working) {
        known.vouchers.clear();
    }

    fn followed_by(delta: Vec<(Name, Voucher)>, next: Vec<(Name, Voucher)>) -> Vec<(Name, Voucher)> {
        delta.into_iter().chain(next).collect()
    }

    fn replay(
        replay: &mut BTreeMap<Name, bool>,
        _: Derived<'_>,
        _: (Seq, Timestamp),
        fact: &Fact,
        _: Option<&Fact>,
    ) -> Vec<String> {
        let (code, is_redeemed, before) = match fact {
            Fact::Issued { code, .. } => (code, false, None),
            Fact::Redeemed { code } => (code, true, Some(false)),
        };
        let found = replay.insert(code.clone(), is_redeemed);
        if found == before { Vec::new() } else { vec![format!("voucher {code} was {found:?} before")] }
    }

    fn differences(_: &BTreeMap<Name, bool>, _: Derived<'_>) -> Vec<Difference> {
        Vec::new()
    }
}

impl Rules for Vouchers {
    fn add_action(
        footprint: &mut Footprint<Vouchers>,
        (): &mut (),
        working: &LedgerWorking<Vouchers>,
        action: &Action,
    ) {
        let (Action::Issue { code, .. } | Action::Redeem { code }) = action;
        accounts().iter().for_each(|name| footprint.add_name(working, name));
        match working.product().vouchers.get(code) {
            None => footprint.product.push(code.clone()),
            Some(voucher) => voucher.iter().for_each(|voucher| footprint.add_made(working, voucher.hold)),
        }
    }

    fn add_demand<'a>(
        _: &mut Footprint<Vouchers>,
        (): &(),
        _: &LedgerWorking<Vouchers>,
        _: impl Iterator<Item = &'a Command<Vouchers>>,
    ) {
    }

    fn add_recorded(_: &mut Footprint<Vouchers>, _: &LedgerWorking<Vouchers>, _: &Fact) {}

    fn decide(mut decider: Decider<'_, Vouchers>, id: Id, action: &Action) -> Decided<Vouchers> {
        let known = |code| *decider.working.product().vouchers.get(code).expect("codes are in the footprint");
        match action {
            Action::Issue { code, amount } => {
                if known(code).is_some() {
                    return Err(LedgerRejection::Product(Rejection::CodeTaken));
                }
                let asset = decider.asset(None)?.no;
                let [issued, redeemed] = accounts().map(|name| match decider.open_slot(&name, asset) {
                    Ok(Some(slot)) => slot,
                    Ok(None) | Err(_) => decider.open_new(&name, asset, Limits::NONE, Metadata::default()),
                });
                let leg = ResolvedLeg { source: issued, destination: redeemed, asset, amount: *amount };
                let first = decider.hold(id, &[leg], None)?;
                let fact = Fact::Issued { code: code.clone(), amount: *amount, hold: id };
                decider.draft.push(decider.working, decider.at, LedgerFact::Product(Box::new(fact)));
                changed(first)
            }
            Action::Redeem { code } => {
                let voucher = known(code).ok_or(LedgerRejection::Product(Rejection::CodeNotFound))?;
                if voucher.is_redeemed {
                    return Ok(SAME);
                }
                let hold = decider.transaction(voucher.hold)?;
                let first = decider.post_held(voucher.hold, &hold, None)?;
                let fact = Fact::Redeemed { code: code.clone() };
                decider.draft.push(decider.working, decider.at, LedgerFact::Product(Box::new(fact)));
                changed(first)
            }
        }
    }
}

mod tests {
    use super::*;
    use crate::ledger::command::{Action as LedgerAction, CommandId};
    use crate::ledger::draft::Draft;
    use crate::ledger::item::{Item, ItemOutcome, Outcome};
    use crate::ledger::recover::{Arrival, recover, recovery_footprint};
    use crate::ledger::replay::{Referred, Replay};
    use crate::ledger::rows::Head;
    use crate::ledger::terms::{AssetTerms, LedgerRules, LedgerTerms};
    use crate::ledger::working::{LoadedLedger, Rows};
    use crate::ledger::{apply, footprint};
    use crate::numbers::AssetNo;

    fn name(text: &str) -> Name {
        Name::parse(text).expect("a name")
    }

    fn empty() -> LedgerWorking<Vouchers> {
        let head = Head::absent(name("shop"));
        LedgerWorking::new(LoadedLedger { head, assets: vec![], last_time_ordered: None, product: () }, Seed::default())
    }

    /// A ledger with vouchers, its journal replayed and taken over elsewhere as it grows.
    struct Shop {
        working: LedgerWorking<Vouchers>,
        copy: LedgerWorking<Vouchers>,
        replay: Replay<Vouchers>,
        draft: Draft<Vouchers>,
        ids: u128,
    }

    impl Shop {
        fn run(&mut self, action: LedgerAction<Vouchers>) -> String {
            self.ids = self.ids.saturating_add(1);
            let item = Item::Single(Command::new(CommandId::Client(Id(self.ids)), action));
            let mut encoder = Encoder::new();
            item.encode(&mut encoder);
            assert_eq!(
                Item::decode(&mut Decoder::new(encoder.bytes())).as_ref(),
                Ok(&item),
                "nodes send it to each other"
            );
            let items = [item];
            let needed = footprint(&self.working, &items);
            self.working.absorb(Rows {
                names: needed.names.into_iter().map(|name| (name, None)).collect(),
                ids: needed.ids.into_iter().map(|id| (id, None)).collect(),
                product: needed.product.into_iter().map(|code| (code, None)).collect(),
                ..Rows::default()
            });
            let outcome = apply(
                &mut self.working,
                &items,
                Timestamp(i64::try_from(self.ids).unwrap_or(0)),
                None,
                &mut self.draft,
            );
            if let Some(delta) = self.working.take_delta() {
                for effect in delta.effects.iter() {
                    assert_eq!(self.replay.effect(effect, Referred::Nothing), Vec::<String>::new());
                }
                for batch in &delta.batches {
                    assert_eq!(self.replay.batch(batch), Vec::<String>::new());
                }
                let needed = recovery_footprint(&self.copy, &delta.effects);
                let transactions = needed.transactions.into_iter().map(|id| (id, None)).collect();
                self.copy.absorb(Rows { transactions, ..Rows::default() });
                recover(&mut self.copy, &delta.effects, Arrival::Last, &mut self.draft).expect("it happened");
                let copied = self.copy.take_delta().expect("a change");
                assert_eq!((&copied.head, copied.product), (&delta.head, delta.product));
            }
            match outcome.into_iter().next() {
                Some(ItemOutcome::Single(Outcome::Refused(rejection))) => rejection.code().to_owned(),
                Some(ItemOutcome::Single(Outcome::Same)) => "same".to_owned(),
                Some(_) | None => "done".to_owned(),
            }
        }
    }

    /// The whole life of a product: decided, stored, replayed, taken over elsewhere.
    #[test]
    fn a_product_is_a_guest_of_the_ledger() {
        let mut shop = Shop {
            working: empty(),
            copy: empty(),
            replay: Replay::new(name("shop")),
            draft: Draft::new(Salts::of([7; 32])),
            ids: 0,
        };
        // Transactions are remembered once they were looked up.
        for working in [&mut shop.working, &mut shop.copy] {
            working.absorb(Rows { transactions: (1..9).map(|id| (Id(id), None)).collect(), ..Rows::default() });
        }
        let terms = LedgerTerms {
            assets: vec![AssetTerms { code: name("USD"), scale: 2 }],
            default_asset: None,
            rules: LedgerRules::default(),
        };
        let issue = |code| LedgerAction::Product(Action::Issue { code: name(code), amount: Amount::new(500) });
        let redeem = |code| LedgerAction::Product(Action::Redeem { code: name(code) });
        for (action, expected) in [
            (issue("gift"), "ledger_not_found"),
            (LedgerAction::OpenLedger(terms), "done"),
            (redeem("gift"), "code_not_found"),
            (issue("gift"), "done"),
            (issue("gift"), "code_taken"),
            (redeem("gift"), "done"),
            (redeem("gift"), "same"),
        ] {
            assert_eq!(shop.run(action), expected);
        }
        let balance = |account: &str| {
            let (no, _) =
                shop.replay.accounts.iter().find(|(_, one)| one.name.as_str() == account).expect("an account");
            shop.replay.balances.get(&(*no, AssetNo::FIRST)).map(|balance| balance.posted)
        };
        assert_eq!([balance("vouchers:issued"), balance("vouchers:redeemed")], [Some(-500), Some(500)]);
        assert_eq!(shop.replay.differences(), vec![]);
    }
}
