//! The products of a ledger. This is the only place that names them together.
//!
//! The codes and tags of facts, actions and rejections are recorded, so they never change: points have 11, 13 and 33 to
//! 39, advances 12, 14 and 41 to 49. The next product takes the next free ones.
//!
//! The aliases at the end are what everything above `domain` works with: a ledger with these products.

use crate::advances::footprint::AdvancesFootprint;
use crate::advances::replay::DerivedAdvances;
use crate::advances::working::{AdvancesDelta, AdvancesRows, AdvancesWorking};
use crate::codec::{Decoder, Encoder, Malformed};
use crate::hashing::Seed;
use crate::ledger;
use crate::ledger::decider::{Decided, Decider};
use crate::ledger::derived::{Derived, Difference};
use crate::ledger::rows::LoadedAccount;
use crate::ledger::rules::Rules;
use crate::money::Amount;
use crate::names::Name;
use crate::numbers::{AccountNo, Id, Seq, Timestamp};
use crate::points::footprint::{Demand, PointsFootprint};
use crate::points::replay::DerivedPoints;
use crate::points::working::{PointsDelta, PointsRows, PointsWorking};
use crate::product::{Imported, Product, ProductAction, ProductFact, ProductRejection, Tagged};
use crate::{advances, points};

/// The products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Products;

/// What can be asked of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnyAction {
    /// Of points.
    Points(points::Action),
    /// Of advances.
    Advances(advances::Action),
}

/// What happened to a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnyFact {
    /// To points.
    Points(points::Fact),
    /// To advances.
    Advances(advances::Fact),
}

/// Why a product refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnyRejection {
    /// Points did.
    Points(points::Rejection),
    /// Advances did.
    Advances(advances::Rejection),
}

/// What a store gives of each product together with a ledger's head.
#[derive(Debug, Clone, Default)]
pub struct LoadedProducts {
    /// The terms on which it keeps points, where it does.
    pub program: Option<points::ProgramRow>,
    /// What it keeps of advances as a whole, where it makes any.
    pub book: Option<advances::Book>,
}

/// The keys of rows of products that are not loaded yet.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ProductsFootprint {
    /// Of points.
    pub points: PointsFootprint,
    /// Of advances.
    pub advances: AdvancesFootprint,
}

/// The rows of products that a footprint asked for.
#[derive(Debug, Default)]
pub struct ProductsRows {
    /// Of points.
    pub points: PointsRows,
    /// Of advances.
    pub advances: AdvancesRows,
}

/// The known rows of products.
#[derive(Debug)]
pub struct ProductsWorking {
    points: PointsWorking,
    advances: AdvancesWorking,
}

/// What a turn changed of products.
#[derive(Debug, Clone, Default)]
pub struct ProductsDelta {
    /// Of points.
    pub points: PointsDelta,
    /// Of advances.
    pub advances: AdvancesDelta,
}

/// What a journal makes of products.
#[derive(Debug, Default)]
pub struct DerivedProducts {
    /// Of points.
    pub points: DerivedPoints,
    /// Of advances.
    pub advances: DerivedAdvances,
}

const POINTS_ACTION: u8 = 13;
const ADVANCES_ACTION: u8 = 14;
const POINTS_FACT: u8 = 11;
const ADVANCES_FACT: u8 = 12;

impl Tagged for AnyAction {
    fn encode(&self, e: &mut Encoder) {
        match self {
            AnyAction::Points(action) => {
                e.byte(POINTS_ACTION);
                action.encode(e);
            }
            AnyAction::Advances(action) => {
                e.byte(ADVANCES_ACTION);
                action.encode(e);
            }
        }
    }

    fn decode(tag: u8, d: &mut Decoder<'_>) -> Result<AnyAction, Malformed> {
        match tag {
            POINTS_ACTION => points::Action::decode(d).map(AnyAction::Points),
            ADVANCES_ACTION => advances::Action::decode(d).map(AnyAction::Advances),
            _ => Err(Malformed { expected: "kind of command" }),
        }
    }
}

impl ProductAction for AnyAction {
    fn makes_transaction(&self) -> bool {
        match self {
            AnyAction::Points(action) => action.makes_transaction(),
            AnyAction::Advances(action) => action.makes_transaction(),
        }
    }

    fn ends_earlier(&self) -> bool {
        match self {
            AnyAction::Points(action) => action.is_of_server(),
            AnyAction::Advances(_) => false,
        }
    }
}

impl Tagged for AnyFact {
    fn encode(&self, e: &mut Encoder) {
        match self {
            AnyFact::Points(fact) => fact.encode(e),
            AnyFact::Advances(fact) => fact.encode(e),
        }
    }

    fn decode(tag: u8, d: &mut Decoder<'_>) -> Result<AnyFact, Malformed> {
        match tag {
            POINTS_FACT => points::Fact::decode(d).map(AnyFact::Points),
            ADVANCES_FACT => advances::Fact::decode(d).map(AnyFact::Advances),
            _ => Err(Malformed { expected: "kind of effect" }),
        }
    }
}

impl ProductFact for AnyFact {
    const KINDS: &'static [u8] = &[POINTS_FACT, ADVANCES_FACT];

    fn kind(&self) -> u8 {
        match self {
            AnyFact::Points(_) => POINTS_FACT,
            AnyFact::Advances(_) => ADVANCES_FACT,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            AnyFact::Points(fact) => fact.word(),
            AnyFact::Advances(fact) => fact.word(),
        }
    }

    fn refers_to(&self) -> Option<Seq> {
        match self {
            AnyFact::Points(fact) => fact.refers_to(),
            AnyFact::Advances(_) => None,
        }
    }

    fn is_setup(&self) -> bool {
        match self {
            AnyFact::Points(fact) => matches!(fact, points::Fact::ProgramSet(_)),
            AnyFact::Advances(fact) => matches!(fact, advances::Fact::TermsSet { .. }),
        }
    }
}

impl Tagged for AnyRejection {
    fn encode(&self, e: &mut Encoder) {
        match self {
            AnyRejection::Points(rejection) => rejection.encode(e),
            AnyRejection::Advances(rejection) => rejection.encode(e),
        }
    }

    fn decode(tag: u8, d: &mut Decoder<'_>) -> Result<AnyRejection, Malformed> {
        match tag {
            33..=40 => points::Rejection::decode(tag, d).map(AnyRejection::Points),
            41..=59 => advances::Rejection::decode(tag, d).map(AnyRejection::Advances),
            _ => Err(Malformed { expected: "rejection" }),
        }
    }
}

impl ProductRejection for AnyRejection {
    fn code(&self) -> &'static str {
        match self {
            AnyRejection::Points(rejection) => rejection.code(),
            AnyRejection::Advances(rejection) => rejection.code(),
        }
    }

    fn is_kept(&self) -> bool {
        match self {
            AnyRejection::Points(rejection) => rejection.is_kept(),
            AnyRejection::Advances(rejection) => rejection.is_kept(),
        }
    }
}

impl From<points::Fact> for AnyFact {
    fn from(fact: points::Fact) -> AnyFact {
        AnyFact::Points(fact)
    }
}

impl From<advances::Fact> for AnyFact {
    fn from(fact: advances::Fact) -> AnyFact {
        AnyFact::Advances(fact)
    }
}

impl From<points::Rejection> for AnyRejection {
    fn from(rejection: points::Rejection) -> AnyRejection {
        AnyRejection::Points(rejection)
    }
}

impl From<advances::Rejection> for AnyRejection {
    fn from(rejection: advances::Rejection) -> AnyRejection {
        AnyRejection::Advances(rejection)
    }
}

impl From<points::Rejection> for Rejection {
    fn from(rejection: points::Rejection) -> Rejection {
        Rejection::Product(AnyRejection::Points(rejection))
    }
}

impl From<advances::Rejection> for Rejection {
    fn from(rejection: advances::Rejection) -> Rejection {
        Rejection::Product(AnyRejection::Advances(rejection))
    }
}

impl From<points::Action> for Action {
    fn from(action: points::Action) -> Action {
        Action::Product(AnyAction::Points(action))
    }
}

impl From<advances::Action> for Action {
    fn from(action: advances::Action) -> Action {
        Action::Product(AnyAction::Advances(action))
    }
}

impl points::Host for Products {
    fn points(known: &ProductsWorking) -> &PointsWorking {
        &known.points
    }

    fn points_keys(keys: &mut ProductsFootprint) -> &mut PointsFootprint {
        &mut keys.points
    }
}

impl advances::Host for Products {
    fn advances(known: &ProductsWorking) -> &AdvancesWorking {
        &known.advances
    }

    fn advances_keys(keys: &mut ProductsFootprint) -> &mut AdvancesFootprint {
        &mut keys.advances
    }
}

impl Product for Products {
    const IMPORTED: Imported = Imported { kind: POINTS_FACT, first: [8, 1], word: "points_imported" };

    type Action = AnyAction;
    type Fact = AnyFact;
    type Rejection = AnyRejection;
    type Loaded = LoadedProducts;
    type Footprint = ProductsFootprint;
    type Rows = ProductsRows;
    type Demand = Demand;
    type Working = ProductsWorking;
    type Delta = ProductsDelta;
    type Replay = DerivedProducts;

    fn working(loaded: LoadedProducts, seed: Seed) -> ProductsWorking {
        ProductsWorking {
            points: PointsWorking::new(loaded.program, seed),
            advances: AdvancesWorking::new(loaded.book, seed),
        }
    }

    fn is_reserved(known: &ProductsWorking, account: &Name) -> bool {
        known.points.is_reserved(account) || known.advances.is_reserved(account)
    }

    fn keeps(known: &ProductsWorking, account: &Name, key: &str) -> bool {
        known.points.is_reserved(account) && points::accounts::keeps(key)
    }

    fn is_owned(known: &ProductsWorking, account: &Name) -> bool {
        known.points.is_reserved(account) || known.advances.is_owned(account)
    }

    fn has_amounts(known: &ProductsWorking, asset: &Name) -> bool {
        known.advances.book().is_some_and(|book| book.asset == *asset)
    }

    fn accounts_max(known: &ProductsWorking) -> usize {
        known.advances.accounts_max()
    }

    fn is_loaded(keys: &ProductsFootprint) -> bool {
        keys.points.is_empty() && keys.advances.is_empty()
    }

    fn distinct(keys: &mut ProductsFootprint) {
        keys.points.distinct();
        keys.advances.distinct();
    }

    fn absorb(known: &mut ProductsWorking, rows: ProductsRows) -> Vec<LoadedAccount> {
        known.advances.absorb(rows.advances);
        known.points.absorb(rows.points)
    }

    fn check_import(known: &ProductsWorking) -> Result<(), AnyRejection> {
        known.points.program().map(drop).ok_or(AnyRejection::Points(points::Rejection::ProgramNotFound))
    }

    fn opened(known: &mut ProductsWorking, no: AccountNo, name: &Name) {
        known.points.opened(no, name);
        known.advances.opened(name);
    }

    fn evolve(known: &mut ProductsWorking, (seq, at): (Seq, Timestamp), fact: &AnyFact, transaction: Option<Id>) {
        match fact {
            AnyFact::Points(fact) => known.points.evolve(seq, transaction, fact),
            AnyFact::Advances(fact) => known.advances.evolve(seq, at, fact),
        }
    }

    fn check_recorded(known: &ProductsWorking, fact: &AnyFact) -> Result<(), &'static str> {
        match fact {
            AnyFact::Points(fact) => known.points.check_recorded(fact),
            AnyFact::Advances(fact) => known.advances.check_recorded(fact),
        }
    }

    fn forget_windows(known: &mut ProductsWorking) {
        known.points.forget_windows();
    }

    fn take_delta(known: &mut ProductsWorking) -> ProductsDelta {
        ProductsDelta { points: known.points.take_delta(), advances: known.advances.take_delta() }
    }

    fn trim(known: &mut ProductsWorking) {
        known.points.trim();
        known.advances.trim();
    }

    fn followed_by(delta: ProductsDelta, next: ProductsDelta) -> ProductsDelta {
        ProductsDelta {
            points: delta.points.followed_by(next.points),
            advances: delta.advances.followed_by(next.advances),
        }
    }

    fn replay(
        derived: &mut DerivedProducts,
        ledger: Derived<'_>,
        (seq, at): (Seq, Timestamp),
        fact: &AnyFact,
        earlier: Option<&AnyFact>,
    ) -> Vec<String> {
        let spend = match earlier {
            Some(AnyFact::Points(fact)) => Some(fact),
            Some(AnyFact::Advances(_)) | None => None,
        };
        match fact {
            AnyFact::Points(fact) => derived.points.fact_in(ledger, seq, fact, spend),
            AnyFact::Advances(fact) => derived.advances.fact(seq, at, fact),
        }
    }

    fn differences(derived: &DerivedProducts, ledger: Derived<'_>) -> Vec<Difference> {
        let of_points = derived.points.differences(ledger);
        of_points.into_iter().chain(derived.advances.differences(ledger)).collect()
    }
}

impl Rules for Products {
    fn add_action(footprint: &mut Footprint, demand: &mut Demand, working: &Working, action: &AnyAction) {
        match action {
            AnyAction::Points(action) => points::footprint::add_action(footprint, demand, working, action),
            AnyAction::Advances(action) => advances::footprint::add_action(footprint, working, action),
        }
    }

    fn add_demand<'a>(
        footprint: &mut Footprint,
        demand: &Demand,
        working: &Working,
        commands: impl Iterator<Item = &'a Command>,
    ) {
        if demand.gives_back() {
            for command in commands {
                if let Action::Product(AnyAction::Points(action)) = &command.action {
                    points::footprint::add_given_back(footprint, demand, working, command.id.id(), action);
                }
            }
        }
        demand.ask(footprint, working);
    }

    fn add_recorded(footprint: &mut Footprint, working: &Working, fact: &AnyFact) {
        match fact {
            AnyFact::Points(fact) => points::footprint::add_recorded(footprint, working, fact),
            AnyFact::Advances(fact) => advances::footprint::add_recorded(footprint, working, fact),
        }
    }

    fn decide(decider: Decider<'_, Products>, id: Id, action: &AnyAction) -> Decided<Products> {
        match action {
            AnyAction::Points(action) => points::decide::decide(decider, id, action),
            AnyAction::Advances(action) => advances::decide::decide(decider, id, action),
        }
    }
}

/// What happened to points, where that is what an effect says.
#[must_use]
pub fn points_fact(effect: &Effect) -> Option<&points::Fact> {
    match ledger::delta::product_fact(effect)? {
        AnyFact::Points(fact) => Some(fact),
        AnyFact::Advances(_) => None,
    }
}

/// What happened to advances, where that is what an effect says.
#[must_use]
pub fn advances_fact(effect: &Effect) -> Option<&advances::Fact> {
    match ledger::delta::product_fact(effect)? {
        AnyFact::Advances(fact) => Some(fact),
        AnyFact::Points(_) => None,
    }
}

impl Delta {
    /// What happened to points, in order.
    pub fn points_facts(&self) -> impl Iterator<Item = (Seq, &points::Fact)> {
        self.effects.iter().filter_map(|effect| Some((effect.seq, points_fact(effect)?)))
    }

    /// What is to be done with lots at some instant, and what is not any more, in order.
    pub fn dues(&self) -> impl Iterator<Item = (points::Due, bool)> {
        self.points_facts().flat_map(|(_, fact)| fact.dues())
    }

    /// How much of spends was given back by now, in order.
    pub fn refunds(&self) -> impl Iterator<Item = (Seq, Amount)> {
        self.points_facts().filter_map(|(_, fact)| fact.refunded())
    }

    /// Where something happened to advances that a person must see, in order.
    pub fn exceptions(&self) -> impl Iterator<Item = Seq> {
        let is_exception = |effect: &&Effect| advances_fact(effect).is_some_and(advances::Fact::is_exception);
        self.effects.iter().filter(is_exception).map(|effect| effect.seq)
    }
}

/// What can be asked of a ledger with these products.
pub type Action = ledger::command::Action<Products>;
/// One thing to do, all or nothing.
pub type Command = ledger::command::Command<Products>;
/// What is submitted as one.
pub type Item = ledger::item::Item<Products>;
/// Rows that are taken one by one.
pub type Import = ledger::item::Import<Products>;
/// A row of an import.
pub type ImportRow = ledger::item::ImportRow<Products>;
/// The outcome of an item.
pub type ItemOutcome = ledger::item::ItemOutcome<Products>;
/// The outcome of a command.
pub type Outcome = ledger::item::Outcome<Products>;
/// What a turn changes of one ledger.
pub type Delta = ledger::delta::Delta<Products>;
/// A decision being made.
pub type Draft = ledger::draft::Draft<Products>;
/// One row of the journal.
pub type Effect = ledger::effect::Effect<Products>;
/// What happened.
pub type Fact = ledger::effect::Fact<Products>;
/// The keys of rows that are not loaded yet.
pub type Footprint = ledger::footprint::Footprint<Products>;
/// A rule that a command would break.
pub type Rejection = ledger::rejection::Rejection<Products>;
/// What the journal makes so far.
pub type Replay = ledger::replay::Replay<Products>;
/// What an effect refers to, as the journal has it.
pub type Referred<'a> = ledger::replay::Referred<'a, Products>;
/// The ledger as a whole, as a store gives it.
pub type LoadedLedger = ledger::working::LoadedLedger<Products>;
/// The rows that a footprint asked for.
pub type Rows = ledger::working::Rows<Products>;
/// The known rows of one ledger.
pub type Working = ledger::working::Working<Products>;
