//! The accounts of advances: cash, and for each customer what is owed and what was overpaid; what was written off.
//!
//! They are ordinary accounts. In a ledger with advances no one else may open or change them, nor name what is owed and
//! what was written off in a transaction: both follow from advances. Cash is funded, and what was overpaid is paid
//! back, by ordinary transactions.

use crate::ledger::terms::Metadata;
use crate::names::{Name, Party};

/// The names of all accounts of advances begin so.
pub const PREFIX: &str = "advances:";

/// The names of all accounts of what is owed begin so.
pub const RECEIVABLE: &str = "advances:receivable:";

/// What was written off.
pub const WRITTEN_OFF: &str = "advances:written_off";

/// # Panics
/// Never: a segment is short and made of a name's characters.
fn named(text: &str) -> Name {
    Name::parse(text).expect("a segment is made of a name's characters")
}

/// What was paid out, and what was collected.
#[must_use]
pub fn cash() -> Name {
    named("advances:cash")
}

/// What a customer owes.
#[must_use]
pub fn receivable(customer: &Party) -> Name {
    named(&format!("{RECEIVABLE}{}", Name::segment(customer.as_str())))
}

/// What a customer paid too much.
#[must_use]
pub fn overpaid(customer: &Party) -> Name {
    named(&format!("advances:overpaid:{}", Name::segment(customer.as_str())))
}

/// What was written off, of all customers.
#[must_use]
pub fn written_off() -> Name {
    named(WRITTEN_OFF)
}

/// What a customer's accounts keep of the name that they were made for.
#[must_use]
pub fn metadata(customer: &Party) -> Metadata {
    Metadata::new([("customer".to_owned(), customer.as_str().to_owned())])
}

/// Whether an account is one of advances.
#[must_use]
pub fn is_of_advances(account: &Name) -> bool {
    account.as_str().starts_with(PREFIX)
}

/// Whether what is in an account follows from advances.
#[must_use]
pub fn is_derived(account: &Name) -> bool {
    account.as_str().starts_with(RECEIVABLE) || account.as_str() == WRITTEN_OFF
}
