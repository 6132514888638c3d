//! The journal as release 0.1.0 kept it: one row per effect, a column per member.
//!
//! Files of that release are read by it, until the rows are made into segments; and these rows are the yardstick of the
//! row ceiling. Nothing else writes them.

use ducat_domain::codec::{Decoder, Encoder};
use ducat_domain::ledger::effect::{CommandKey, Detail, HoldLeg, Kind, Posting, Side};
use ducat_domain::numbers::{AccountNo, AssetNo, Id, Seq};
use ducat_domain::{Effect, Fact, Products};
use rusqlite::Statement;

use super::rows::{Binder, Columns, LedgerNo, Wide, integer, number_of};
use crate::Fault;

/// Its columns, in their order.
pub(crate) const JOURNAL: [&str; 21] = [
    "key",
    "kind",
    "at",
    "transaction_id",
    "command_id",
    "fingerprint",
    "leg",
    "legs",
    "asset",
    "amount",
    "source",
    "source_previous",
    "source_entry",
    "source_balance",
    "destination",
    "destination_previous",
    "destination_entry",
    "destination_balance",
    "effective_at",
    "hold",
    "payload",
];

impl Columns<'_> {
    pub fn effect(&self) -> Result<Effect, Fault> {
        let seq = Seq(number_of(self.signed("key")?));
        let kind = u8::try_from(self.signed("kind")?).ok().and_then(Kind::from_code::<Products>);
        let kind = kind.ok_or_else(|| self.wrong("kind"))?;
        let transaction = self.optional("transaction_id", |c| c.id("transaction_id"))?;
        let command_id = self.optional("command_id", |c| c.id("command_id"))?;
        let fingerprint = self.optional("fingerprint", Columns::fingerprint)?;
        let command = match (fingerprint, command_id.or(transaction)) {
            (Some(fingerprint), Some(id)) => Some(CommandKey { id, fingerprint }),
            (Some(_), None) => return Err(self.wrong("command_id")),
            (None, _) if command_id.is_some() => return Err(self.wrong("command_id")),
            (None, _) => None,
        };
        let fact = match (kind, transaction) {
            (Kind::Posting, Some(transaction)) => Fact::Posting(self.posting(transaction)?),
            (Kind::Hold, Some(transaction)) => Fact::Hold(self.hold(transaction)?),
            (Kind::Posting | Kind::Hold, None) => return Err(self.wrong("transaction_id")),
            _ => self.other(kind, transaction)?,
        };
        Ok(Effect { seq, at: self.timestamp("at")?, command, by: None, private: None, fact })
    }

    /// What stands in its payload and nowhere else; only the end of a hold names its transaction in a column too.
    fn other(&self, kind: Kind, transaction: Option<Id>) -> Result<Fact, Fault> {
        let payload = self.value("payload")?.as_blob().map_err(|_| self.wrong("payload"))?;
        let fact = Fact::decode(payload).map_err(|_| self.wrong("payload"))?;
        if fact.kind() != kind {
            return Err(self.wrong("kind"));
        }
        if transaction != fact.ended() {
            return Err(self.wrong("transaction_id"));
        }
        self.nothing_in(&JOURNAL[6..20])?;
        Ok(fact)
    }

    fn detail(&self) -> Result<Option<Box<Detail>>, Fault> {
        self.optional("payload", |c| {
            let blob = c.value("payload")?.as_blob().map_err(|_| c.wrong("payload"))?;
            Detail::decode(&mut Decoder::new(blob)).map(Box::new).map_err(|_| c.wrong("payload"))
        })
    }

    fn posting(&self, transaction: Id) -> Result<Posting, Fault> {
        Ok(Posting {
            transaction,
            leg: self.small("leg")?,
            legs: self.small("legs")?,
            asset: AssetNo(self.unsigned("asset")?),
            amount: self.amount("amount")?,
            source: Side {
                account: AccountNo(self.unsigned("source")?),
                previous: self.optional("source_previous", |c| c.seq("source_previous"))?,
                entry: self.unsigned("source_entry")?,
                balance: self.balance("source_balance")?,
            },
            destination: Side {
                account: AccountNo(self.unsigned("destination")?),
                previous: self.optional("destination_previous", |c| c.seq("destination_previous"))?,
                entry: self.unsigned("destination_entry")?,
                balance: self.balance("destination_balance")?,
            },
            effective_at: self.optional("effective_at", |c| c.timestamp("effective_at"))?,
            hold: self.optional("hold", |c| c.seq("hold"))?,
            detail: self.detail()?,
        })
    }

    fn hold(&self, transaction: Id) -> Result<HoldLeg, Fault> {
        self.nothing_in(&JOURNAL[11..14])?;
        self.nothing_in(&JOURNAL[15..18])?;
        self.nothing_in(&["hold"])?;
        Ok(HoldLeg {
            transaction,
            leg: self.small("leg")?,
            legs: self.small("legs")?,
            asset: AssetNo(self.unsigned("asset")?),
            amount: self.amount("amount")?,
            source: AccountNo(self.unsigned("source")?),
            destination: AccountNo(self.unsigned("destination")?),
            expires_at: self.optional("effective_at", |c| c.timestamp("effective_at"))?,
            detail: self.detail()?,
        })
    }
}

pub(crate) const INSERT_EFFECT: &str = "\
INSERT INTO journal_rows (key, kind, at, transaction_id, command_id, fingerprint, leg, legs, asset, amount,
  source, source_previous, source_entry, source_balance,
  destination, destination_previous, destination_entry, destination_balance, effective_at, hold, payload)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)";

fn bind_detail(b: &mut Binder<'_, '_>, place: usize, detail: Option<&Detail>) -> rusqlite::Result<()> {
    let Some(detail) = detail else { return Ok(()) };
    let mut encoder = Encoder::new();
    detail.encode(&mut encoder);
    b.blob(place, encoder.bytes())
}

/// Appends one effect.
pub(crate) fn insert_effect(statement: &mut Statement<'_>, ledger: LedgerNo, effect: &Effect) -> rusqlite::Result<()> {
    statement.clear_bindings();
    let mut b = Binder { statement };
    b.set(1, ledger.key(effect.seq.0))?;
    b.set(2, effect.fact.kind().code())?;
    b.set(3, effect.at.0)?;
    let transaction = effect.fact.transaction();
    if let Some(transaction) = transaction {
        b.blob(4, &transaction.0.to_be_bytes())?;
    }
    if let Some(command) = &effect.command {
        if transaction != Some(command.id) {
            b.blob(5, &command.id.0.to_be_bytes())?;
        }
        b.blob(6, &command.fingerprint.0)?;
    }
    if let Fact::Posting(posting) = &effect.fact {
        bind_posting(&mut b, posting)?;
    } else if let Fact::Hold(leg) = &effect.fact {
        bind_hold(&mut b, leg)?;
    } else {
        let mut encoder = Encoder::new();
        effect.fact.encode(&mut encoder);
        b.blob(21, encoder.bytes())?;
    }
    b.statement.raw_execute().map(drop)
}

fn bind_posting(b: &mut Binder<'_, '_>, posting: &Posting) -> rusqlite::Result<()> {
    b.set(7, posting.leg)?;
    b.set(8, posting.legs)?;
    b.set(9, integer(posting.asset.0))?;
    b.set(10, Wide(posting.amount.signed()))?;
    bind_side(b, 11, &posting.source)?;
    bind_side(b, 15, &posting.destination)?;
    if let Some(effective_at) = posting.effective_at {
        b.set(19, effective_at.0)?;
    }
    if let Some(hold) = posting.hold {
        b.set(20, integer(hold.0))?;
    }
    bind_detail(b, 21, posting.detail.as_deref())
}

fn bind_side(b: &mut Binder<'_, '_>, first: usize, side: &Side) -> rusqlite::Result<()> {
    b.set(first, integer(side.account.0))?;
    if let Some(previous) = side.previous {
        b.set(first + 1, integer(previous.0))?;
    }
    b.set(first + 2, integer(side.entry))?;
    b.set(first + 3, Wide(side.balance.minor_units()))
}

fn bind_hold(b: &mut Binder<'_, '_>, leg: &HoldLeg) -> rusqlite::Result<()> {
    b.set(7, leg.leg)?;
    b.set(8, leg.legs)?;
    b.set(9, integer(leg.asset.0))?;
    b.set(10, Wide(leg.amount.signed()))?;
    b.set(11, integer(leg.source.0))?;
    b.set(15, integer(leg.destination.0))?;
    if let Some(expires_at) = leg.expires_at {
        b.set(19, expires_at.0)?;
    }
    bind_detail(b, 21, leg.detail.as_deref())
}
