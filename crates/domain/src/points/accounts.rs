//! The accounts that points are kept in: one for what each payer issued, what was redeemed and what was lost of its
//! points, and one for what each member has of each payer.
//!
//! They are ordinary accounts, but in a ledger with a program no one else may name them: what is in them follows from
//! lots.

use crate::ledger::terms::Metadata;
use crate::names::{Name, Party, SEGMENT_LENGTH_MAX};

/// The names of all accounts of points begin so.
pub const PREFIX: &str = "points:";

/// The names of all accounts of what was lost begin so.
pub const BREAKAGE: &str = "points:breakage:";

/// The names of all accounts of members begin so.
pub const MEMBERS: &str = "points:members:";

/// Under which key an account of points keeps its payer's name.
pub const PAYER: &str = "payer";

/// # Panics
/// Never: segments are short and made of a name's characters.
fn named(kind: &str, segments: &str) -> Name {
    debug_assert!(segments.len() <= SEGMENT_LENGTH_MAX.saturating_mul(2).saturating_add(1), "segments are short");
    Name::parse(&format!("points:{kind}:{segments}")).expect("segments are made of a name's characters")
}

/// What a member's accounts are found by: the beginning of their names.
#[must_use]
pub fn member(member: &Party) -> Name {
    named("members", &format!("{}:", Name::segment(member.as_str())))
}

/// A member and a payer, with the accounts between which their points move. The names are made once, where a request is
/// read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Who has the points.
    pub member: Party,
    /// Whose points they are.
    pub payer: Party,
    /// What the member has of the payer.
    pub purse: Name,
    /// What the payer issued: it goes below zero.
    pub issued: Name,
}

impl Holding {
    /// Of a member and a payer.
    #[must_use]
    pub fn new(member: Party, payer: Party) -> Holding {
        let segment = Name::segment(payer.as_str());
        let purse = named("members", &format!("{}:{segment}", Name::segment(member.as_str())));
        Holding { purse, issued: named("payers", &segment), member, payer }
    }

    /// What the purse keeps of the names that it was made for.
    #[must_use]
    pub fn metadata(&self) -> Metadata {
        let pair = |key: &str, party: &Party| (key.to_owned(), party.as_str().to_owned());
        Metadata::new([pair("member", &self.member), pair(PAYER, &self.payer)])
    }

    /// What the payer's own accounts keep of its name.
    #[must_use]
    pub fn payer_metadata(&self) -> Metadata {
        Metadata::new([(PAYER.to_owned(), self.payer.as_str().to_owned())])
    }
}

/// What was lost of a payer's points, by the name of one of its purses.
#[must_use]
pub fn breakage_of(purse: &Name) -> Name {
    named("breakage", payer_segment(purse))
}

/// What was redeemed of a payer's points, by the name of one of its purses.
#[must_use]
pub fn redeemed_of(purse: &Name) -> Name {
    named("redeemed", payer_segment(purse))
}

fn payer_segment(purse: &Name) -> &str {
    purse.as_str().rsplit(':').next().unwrap_or_default()
}

/// What the accounts of the member that a purse belongs to are found by; nothing where it is no purse.
#[must_use]
pub fn member_of(purse: &Name) -> Option<&str> {
    let rest = purse.as_str().strip_prefix(MEMBERS)?;
    let member = rest.find(':')?;
    purse.as_str().get(..MEMBERS.len().saturating_add(member).saturating_add(1))
}

/// Whether what an account of points has under a key stays when texts are erased: a payer is a firm, and every lot is
/// told by its payer.
#[must_use]
pub fn keeps(key: &str) -> bool {
    key == PAYER
}

/// Whether an account is one of points.
#[must_use]
pub fn is_of_points(account: &Name) -> bool {
    account.as_str().starts_with(PREFIX)
}
