//! What the ledger asks of the products that are built on it.
//!
//! - The ledger knows no product. Its actions, facts and rejections have one arm for all products, and so do its rows.
//! - A product decides with the ledger's own postings and holds, so whatever it does is double entry within limits.
//! - A product changes by its facts alone, whether they were just decided or were recorded elsewhere.
//!
//! [`Product`] is what products are and how they change; [`crate::ledger::rules::Rules`] is how they decide.
//! `products.rs` lists the products, and is the only place that names them together.

use std::fmt::Debug;

use crate::codec::{Decoder, Encoder, Malformed};
use crate::hashing::Seed;
use crate::ledger::derived::{Derived, Difference};
use crate::ledger::rows::LoadedAccount;
use crate::names::Name;
use crate::numbers::{AccountNo, Id, Seq, Timestamp};

/// Canonical bytes that begin with a tag. The ledger and the products share one range of tags.
pub trait Tagged: Sized {
    /// Writes the canonical bytes.
    fn encode(&self, e: &mut Encoder);

    /// Reads the canonical bytes behind a tag.
    ///
    /// # Errors
    /// When there is no such tag, or what follows is not what it says.
    fn decode(tag: u8, d: &mut Decoder<'_>) -> Result<Self, Malformed>;
}

/// What can be asked of a product.
pub trait ProductAction: Tagged + Clone + Debug + Eq {
    /// Whether it makes a transaction, which is found by the command's id whether the client or the server chose it.
    fn makes_transaction(&self) -> bool;

    /// Whether it only ends what was taken before: an archived ledger takes nothing else.
    fn ends_earlier(&self) -> bool;
}

/// What happens to a product.
pub trait ProductFact: Tagged + Clone + Debug + Eq {
    /// The numbers of all kinds.
    const KINDS: &'static [u8];

    /// The number of its kind in stores and hashes.
    fn kind(&self) -> u8;

    /// The word for it in events.
    fn word(&self) -> &'static str;

    /// An earlier fact that must be known to replay it.
    fn refers_to(&self) -> Option<Seq>;

    /// Whether it only sets the product up, so that nothing is lost with it.
    fn is_setup(&self) -> bool;
}

/// Why a product refuses a command.
pub trait ProductRejection: Tagged + Clone + Debug + Eq {
    /// The stable code that clients match on.
    fn code(&self) -> &'static str;

    /// Whether it is kept under the command's id.
    fn is_kept(&self) -> bool;
}

/// How imported rows are recorded. The first product that had an import chose this, and recorded bytes never change.
#[derive(Debug, Clone, Copy)]
pub struct Imported {
    /// The number of the kind of the fact.
    pub kind: u8,
    /// Its first bytes: facts of a product with the same kind begin otherwise.
    pub first: [u8; 2],
    /// The word for it in events.
    pub word: &'static str,
}

/// The products of a ledger, as one.
pub trait Product: Copy + Debug + Eq + 'static {
    /// How imported rows are recorded.
    const IMPORTED: Imported;

    /// What can be asked of them.
    type Action: ProductAction;
    /// What happens to them.
    type Fact: ProductFact;
    /// Why they refuse a command.
    type Rejection: ProductRejection;
    /// What a store gives together with the ledger's head.
    type Loaded: Clone + Debug + Default;
    /// The keys of rows that are not loaded yet.
    type Footprint: Debug + Default + Eq;
    /// The rows that a footprint asked for.
    type Rows: Debug + Default;
    /// What the commands of a turn may need together, beyond what each needs by itself.
    type Demand: Default;
    /// The known rows.
    type Working: Debug;
    /// What a turn changed of them.
    type Delta: Clone + Debug + Default;
    /// What a journal makes of them.
    type Replay: Debug + Default;

    /// The known rows of a ledger that was just loaded.
    fn working(loaded: Self::Loaded, seed: Seed) -> Self::Working;

    /// Whether an account is a product's, and no other command may move what is in it.
    fn is_reserved(working: &Self::Working, account: &Name) -> bool;

    /// Whether only a product opens and changes an account.
    fn is_owned(working: &Self::Working, account: &Name) -> bool;

    /// Whether a product needs what an account's metadata has under a key, so that it stays when texts are erased.
    fn keeps(working: &Self::Working, account: &Name, key: &str) -> bool;

    /// Whether a product recorded amounts of an asset outside of postings, holds and limits.
    fn has_amounts(working: &Self::Working, asset: &Name) -> bool;

    /// How many accounts are worth keeping between turns.
    fn accounts_max(working: &Self::Working) -> usize;

    /// Whether a footprint asks for nothing.
    fn is_loaded(footprint: &Self::Footprint) -> bool;

    /// Sorts a footprint, each key once.
    fn distinct(footprint: &mut Self::Footprint);

    /// Takes in the rows that a footprint asked for; gives the accounts among them.
    fn absorb(working: &mut Self::Working, rows: Self::Rows) -> Vec<LoadedAccount>;

    /// Whether rows may be imported at all.
    ///
    /// # Errors
    /// The refusal.
    fn check_import(working: &Self::Working) -> Result<(), Self::Rejection>;

    /// An account was opened.
    fn opened(working: &mut Self::Working, no: AccountNo, name: &Name);

    /// Makes a fact true that stands at a place of the journal. `transaction` is the one whose postings stand before it
    /// in the same decision.
    fn evolve(working: &mut Self::Working, place: (Seq, Timestamp), fact: &Self::Fact, transaction: Option<Id>);

    /// Whether a recorded fact can have happened to these rows.
    ///
    /// # Errors
    /// What is missing.
    fn check_recorded(working: &Self::Working, fact: &Self::Fact) -> Result<(), &'static str>;

    /// Forgets what only deciding needs: recorded effects are taken in without it.
    fn forget_windows(working: &mut Self::Working);

    /// What the turn changed, to be committed.
    fn take_delta(working: &mut Self::Working) -> Self::Delta;

    /// Forgets what the next turn need not know.
    fn trim(working: &mut Self::Working);

    /// A change and what follows it, as one.
    fn followed_by(delta: Self::Delta, next: Self::Delta) -> Self::Delta;

    /// Derives a fact again that stands at a place of the journal, and says what of it cannot have happened. `referred`
    /// is the earlier fact that it refers to.
    fn replay(
        replay: &mut Self::Replay,
        ledger: Derived<'_>,
        place: (Seq, Timestamp),
        fact: &Self::Fact,
        referred: Option<&Self::Fact>,
    ) -> Vec<String>;

    /// What does not add up at the end of a journal.
    fn differences(replay: &Self::Replay, ledger: Derived<'_>) -> Vec<Difference>;
}
