//! Orders as they are kept, and why one was refused, as that is kept.
//!
//! Both are stored in the journal. What is written here must be readable for ever.

use ducat_domain::Rejection;
use ducat_domain::codec::{Decoder, Encoder, Malformed};
use ducat_domain::money::Amount;
use ducat_domain::numbers::{Id, Timestamp};

use super::BankError;

/// An order of money to move, with every account known by its id: it may be performed later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Which way money goes.
    pub kind: Kind,
    /// The account that asks.
    pub account: Id,
    /// How much, in cents.
    pub amount: Amount,
}

/// Which way money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Into the account.
    Deposit,
    /// Out of it.
    Withdrawal,
    /// Out of it, and into another.
    Transfer {
        /// The account that gets it.
        to: Id,
    },
}

impl Order {
    /// The order as it is kept, and as what counts as the same.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let Order { account, amount, .. } = self;
        let text = match self.kind {
            Kind::Deposit => format!("deposit {account} {amount}"),
            Kind::Withdrawal => format!("withdraw {account} {amount}"),
            Kind::Transfer { to } => format!("transfer {account} {amount} {to}"),
        };
        text.into_bytes()
    }

    /// The order that was kept; `None` for bytes that are none.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Order> {
        let words: Vec<&str> = std::str::from_utf8(bytes).ok()?.split(' ').collect();
        let (kind, account, amount) = match words.as_slice() {
            ["deposit", account, amount] => (Kind::Deposit, account, amount),
            ["withdraw", account, amount] => (Kind::Withdrawal, account, amount),
            ["transfer", account, amount, to] => (Kind::Transfer { to: to.parse().ok()? }, account, amount),
            _ => return None,
        };
        Some(Order { kind, account: account.parse().ok()?, amount: Amount::new(amount.parse().ok()?) })
    }

    /// The accounts that must be as the orders before left them.
    pub(super) fn accounts(&self) -> impl Iterator<Item = Id> + use<> {
        let to = match self.kind {
            Kind::Transfer { to } => Some(to),
            Kind::Deposit | Kind::Withdrawal => None,
        };
        std::iter::once(self.account).chain(to)
    }
}

/// A rule of the ledger refused what was asked of the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Which rule.
    pub rejection: Rejection,
    /// The account that asked, where it is named.
    pub account: Option<String>,
    /// Whether others were to give what it could not.
    pub is_linked: bool,
    /// When it was refused first, where this repeats that.
    pub before: Option<Timestamp>,
}

impl Refused {
    /// A refusal in which no account is named.
    pub(super) fn error(rejection: Rejection, before: Option<Timestamp>) -> BankError {
        BankError::Refused(Box::new(Refused { rejection, account: None, is_linked: false, before }))
    }
}

/// Why an order was refused that had been taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderRefusal {
    /// An account of it is closed.
    Unknown,
    /// A rule of the ledger refused it.
    Refused(Refused),
    /// The ledger has other assets than the bank's.
    OtherAssets,
    /// Its bytes are no order.
    Unreadable,
    /// The problem document that release 0.1.0 recorded, as JSON.
    Document(Vec<u8>),
}

/// What documents of release 0.1.0 begin with, and no tag is.
const DOCUMENT: u8 = b'{';

impl OrderRefusal {
    /// The refusal as it is kept.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut e = Encoder::new();
        match self {
            OrderRefusal::Unknown => e.byte(1),
            OrderRefusal::Refused(Refused { rejection, account, is_linked, before }) => {
                e.byte(2);
                e.option(account.as_deref(), Encoder::text);
                e.flag(*is_linked);
                e.option(*before, Encoder::instant);
                rejection.encode(&mut e);
            }
            OrderRefusal::OtherAssets => e.byte(3),
            OrderRefusal::Unreadable => e.byte(4),
            OrderRefusal::Document(bytes) => return bytes.clone(),
        }
        e.into_bytes()
    }

    /// The refusal that was kept.
    ///
    /// # Errors
    /// For bytes that no release writes.
    pub fn read(bytes: &[u8]) -> Result<OrderRefusal, Malformed> {
        if bytes.first() == Some(&DOCUMENT) {
            return Ok(OrderRefusal::Document(bytes.to_vec()));
        }
        let mut d = Decoder::new(bytes);
        let refusal = match d.byte()? {
            1 => OrderRefusal::Unknown,
            2 => {
                let account = d.option(|d| Ok(d.text()?.to_owned()))?;
                let (is_linked, before) = (d.flag()?, d.option(Decoder::instant)?);
                OrderRefusal::Refused(Refused { rejection: Rejection::decode(&mut d)?, account, is_linked, before })
            }
            3 => OrderRefusal::OtherAssets,
            4 => OrderRefusal::Unreadable,
            _ => return Err(Malformed { expected: "kind of refusal of an order" }),
        };
        d.finish()?;
        Ok(refusal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_back() {
        let (account, amount) = (Id(1), Amount::new(500));
        for kind in [Kind::Deposit, Kind::Withdrawal, Kind::Transfer { to: Id(2) }] {
            let order = Order { kind, account, amount };
            assert_eq!(Order::read(&order.write()), Some(order));
        }
        for bytes in
            [&b""[..], b"deposit", b"deposit 1 5", b"withdraw 00000000-0000-0000-0000-000000000001 -5", b"\xFF"]
        {
            assert_eq!(Order::read(bytes), None);
        }
        let refused = |before, account| {
            let rejection = Rejection::IdReused { id: Id(7) };
            OrderRefusal::Refused(Refused { rejection, account, is_linked: true, before })
        };
        for refusal in [
            OrderRefusal::Unknown,
            OrderRefusal::OtherAssets,
            OrderRefusal::Unreadable,
            refused(None, None),
            refused(Some(Timestamp(3)), Some("Savings".to_owned())),
            OrderRefusal::Document(b"{\"code\":\"insufficient_funds\"}".to_vec()),
        ] {
            assert_eq!(OrderRefusal::read(&refusal.write()), Ok(refusal));
        }
        for bytes in [&b""[..], b"\0", b"\x05", b"\x02", b"\x01\x01"] {
            assert!(OrderRefusal::read(bytes).is_err(), "{bytes:?}");
        }
    }
}
