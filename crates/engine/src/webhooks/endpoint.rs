//! An endpoint as the system ledger keeps it: an account that never has a balance, with everything in its metadata.

use std::fmt;
use std::str::FromStr;

use ducat_domain::ledger::rows::LoadedAccount;
use ducat_domain::ledger::terms::Metadata;
use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};

use super::WEBHOOKS;
use crate::keys::access::Prefix;
use crate::system::value;

/// The keys of metadata.
const LEDGER: &str = "ledger";
const URL: &str = "url";
const DESCRIPTION: &str = "description";
const TYPES: &str = "types";
const ACCOUNTS: &str = "accounts";
const ORDER: &str = "order";
const SECRET: &str = "secret_number";
const RETIRING: &str = "retiring_number";
const RETIRES_AT: &str = "retires_at";
const SECRET_KEY: &str = "secret_key";
const SECRET_FILE: &str = "secret_file";
const AFTER: &str = "after";
const ORDERED_AT: &str = "ordered_at";
const SKIPPED: &str = "skipped";
const SKIPPED_AT: &str = "skipped_at";
const TESTED_AT: &str = "tested_at";
const RETRIED_AT: &str = "retried_at";
const CREATED_AT: &str = "created_at";
const REASON: &str = "reason";
const ACT: &str = "act";
const ASKED: &str = "asked";

/// Which endpoint: 64 random bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndpointId(u64);

impl EndpointId {
    /// The id of the first of random bytes, or of those of a digest.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> EndpointId {
        let [a, b, c, d, e, f, g, h, ..] = bytes;
        EndpointId(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
    }
}

impl fmt::Display for EndpointId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for EndpointId {
    type Err = String;

    fn from_str(text: &str) -> Result<EndpointId, String> {
        let is_one = text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let number = u64::from_str_radix(text, 16).ok().filter(|_| is_one);
        number.map(EndpointId).ok_or_else(|| format!("{text:?} is no id of a webhook: 16 digits of 0-9 and a-f"))
    }
}

/// Which types of events are sent: one, or all that begin so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypePattern(String);

impl TypePattern {
    /// Whether events of a type are sent.
    #[must_use]
    pub fn covers(&self, kind: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(beginning) => kind.starts_with(beginning),
            None => kind == self.0,
        }
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TypePattern {
    type Err = String;

    fn from_str(text: &str) -> Result<TypePattern, String> {
        let named = text.strip_suffix(".*").unwrap_or(text);
        let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._".contains(&byte);
        if named.is_empty() || named.len() > 100 || !named.bytes().all(is_word) {
            let example = "ducat.transaction.posted.v1 or ducat.transaction.*";
            return Err(format!("{text:?} is no type of events: write one as in {example}"));
        }
        Ok(TypePattern(text.to_owned()))
    }
}

/// How events are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// One after another: an event that is not taken keeps the others waiting.
    Ordered,
    /// Several at a time: one that is not taken is sent again on its own.
    Unordered,
}

/// Which secrets sign: the number of one, and for a while after a rotation that of the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretNumbers {
    /// The one that was made last.
    pub current: u32,
    /// The one before, and until when it signs too.
    pub retiring: Option<(u32, Timestamp)>,
}

/// From where on events are sent: what was ordered last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Events after this one.
    pub seq: Seq,
    /// When that was ordered; it distinguishes orders.
    pub ordered_at: Timestamp,
}

/// What was done to an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// It was opened.
    Opened,
    /// What it is sent was changed, or where to.
    Changed,
    /// It was given another secret.
    Rotated,
    /// Events were ordered from another place on.
    Replayed,
    /// An event was ordered not to be sent any more.
    Skipped,
    /// What was not accepted was ordered to be sent again at once.
    Retried,
    /// A test was ordered.
    Tested,
    /// It was disabled.
    Disabled,
    /// It was enabled again.
    Enabled,
    /// It was closed.
    Closed,
}

impl Act {
    const ALL: [Act; 10] = [
        Act::Opened,
        Act::Changed,
        Act::Rotated,
        Act::Replayed,
        Act::Skipped,
        Act::Retried,
        Act::Tested,
        Act::Disabled,
        Act::Enabled,
        Act::Closed,
    ];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Act::Opened => "opened",
            Act::Changed => "changed",
            Act::Rotated => "rotated",
            Act::Replayed => "replayed",
            Act::Skipped => "skipped",
            Act::Retried => "retried",
            Act::Tested => "tested",
            Act::Disabled => "disabled",
            Act::Enabled => "enabled",
            Act::Closed => "closed",
        }
    }

    fn of(word: &str) -> Option<Act> {
        Act::ALL.into_iter().find(|act| act.word() == word)
    }
}

/// Events that are not to be sent any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// Which ones.
    pub seqs: Vec<Seq>,
    /// When that was ordered.
    pub ordered_at: Timestamp,
}

/// What is recorded of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Whose events are sent.
    pub ledger: Name,
    /// Where to.
    pub url: String,
    /// What people say of it.
    pub description: String,
    /// Which types; all where there is none.
    pub types: Vec<TypePattern>,
    /// Of which accounts; all where there is none.
    pub accounts: Vec<Prefix>,
    /// How they are sent.
    pub order: Order,
    /// Which secrets sign.
    pub secrets: SecretNumbers,
    /// The fingerprint of the key that secrets are derived from; empty where they are in a file.
    pub secret_key: String,
    /// The file with secrets that sign instead, where there is one.
    pub secret_file: Option<String>,
    /// From where on they are sent.
    pub position: Position,
    /// Events that are not to be sent any more, as that was ordered last.
    pub skipped: Option<Skip>,
    /// When it was ordered last to send at once what was not accepted.
    pub retried_at: Option<Timestamp>,
    /// When a test was asked for last.
    pub tested_at: Option<Timestamp>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// Why the server disabled or closed it; empty where it did not.
    pub reason: String,
    /// What was done to it last.
    pub act: Act,
    /// A digest of what was asked for when it was opened, by which a repetition is recognized.
    pub asked: String,
}

/// Whether an endpoint is sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is.
    Active,
    /// Not now.
    Disabled,
    /// Never again.
    Closed,
}

/// An endpoint.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Which it is.
    pub id: EndpointId,
    /// What is recorded of it.
    pub record: Record,
    /// Whether it is sent to.
    pub state: State,
    /// The name of its account, under which it is known to the store.
    pub sink: Name,
}

impl Record {
    /// As metadata of an account.
    pub(super) fn metadata(&self) -> Metadata {
        let micros = |at: Timestamp| at.0.to_string();
        let types: Vec<&str> = self.types.iter().map(TypePattern::as_str).collect();
        let accounts: Vec<&str> = self.accounts.iter().map(Prefix::as_str).collect();
        let mut pairs = vec![
            (LEDGER, self.ledger.to_string()),
            (URL, self.url.clone()),
            (SECRET, self.secrets.current.to_string()),
            (AFTER, self.position.seq.0.to_string()),
            (ORDERED_AT, micros(self.position.ordered_at)),
            (CREATED_AT, micros(self.created_at)),
            (ACT, self.act.word().to_owned()),
            (ASKED, self.asked.clone()),
        ];
        if self.order == Order::Unordered {
            pairs.push((ORDER, "none".to_owned()));
        }
        for (key, text) in [
            (DESCRIPTION, self.description.clone()),
            (TYPES, types.join(" ")),
            (ACCOUNTS, accounts.join(" ")),
            (SECRET_KEY, self.secret_key.clone()),
            (SECRET_FILE, self.secret_file.clone().unwrap_or_default()),
            (REASON, self.reason.clone()),
        ] {
            if !text.is_empty() {
                pairs.push((key, text));
            }
        }
        if let Some(Skip { seqs, ordered_at }) = &self.skipped {
            let seqs: Vec<String> = seqs.iter().map(|seq| seq.0.to_string()).collect();
            pairs.extend([(SKIPPED, seqs.join(" ")), (SKIPPED_AT, micros(*ordered_at))]);
        }
        pairs.extend(self.retried_at.map(|at| (RETRIED_AT, micros(at))));
        pairs.extend(self.tested_at.map(|at| (TESTED_AT, micros(at))));
        if let Some((number, until)) = self.secrets.retiring {
            pairs.extend([(RETIRING, number.to_string()), (RETIRES_AT, micros(until))]);
        }
        Metadata::new(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)))
    }

    /// Reads metadata; `None` where it is no endpoint's.
    fn read(metadata: &Metadata) -> Option<Record> {
        let value = |key: &str| value(metadata, key);
        let text = |key: &str| value(key).unwrap_or_default().to_owned();
        let micros = |key: &str| value(key)?.parse().ok().map(Timestamp);
        let words =
            |key: &str| value(key).unwrap_or_default().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        Some(Record {
            ledger: Name::parse(value(LEDGER)?).ok()?,
            url: value(URL)?.to_owned(),
            description: text(DESCRIPTION),
            types: words(TYPES).iter().map(|word| word.parse()).collect::<Result<_, _>>().ok()?,
            accounts: words(ACCOUNTS).iter().map(|word| word.parse()).collect::<Result<_, _>>().ok()?,
            order: match value(ORDER) {
                None => Order::Ordered,
                Some("none") => Order::Unordered,
                Some(_) => return None,
            },
            secrets: SecretNumbers {
                current: value(SECRET)?.parse().ok()?,
                retiring: value(RETIRING).and_then(|text| text.parse().ok()).zip(micros(RETIRES_AT)),
            },
            secret_key: text(SECRET_KEY),
            secret_file: value(SECRET_FILE).map(str::to_owned),
            position: Position { seq: Seq(value(AFTER)?.parse().ok()?), ordered_at: micros(ORDERED_AT)? },
            skipped: match micros(SKIPPED_AT) {
                None => None,
                Some(ordered_at) => {
                    let seqs =
                        words(SKIPPED).iter().map(|word| word.parse().map(Seq)).collect::<Result<_, _>>().ok()?;
                    Some(Skip { seqs, ordered_at })
                }
            },
            retried_at: micros(RETRIED_AT),
            tested_at: micros(TESTED_AT),
            created_at: micros(CREATED_AT)?,
            reason: text(REASON),
            act: Act::of(value(ACT)?)?,
            asked: text(ASKED),
        })
    }
}

/// What was done last to the endpoint that metadata are of, and what is of interest in them. The URL may have a secret in it.
pub fn described(metadata: &Metadata) -> Option<(Act, impl Iterator<Item = (&str, &str)>)> {
    let shown = [LEDGER, URL, DESCRIPTION, TYPES, ACCOUNTS, SKIPPED, REASON];
    let pairs = metadata.pairs().iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let act = Act::of(value(metadata, ACT)?)?;
    Some((act, pairs.filter(move |(key, _)| shown.contains(key) || (*key == AFTER && act == Act::Replayed))))
}

impl Endpoint {
    /// The endpoint that an account of the system ledger is; `None` where it is none.
    pub(super) fn of(account: &LoadedAccount) -> Option<Endpoint> {
        let row = &account.row;
        let state = match (row.closed, row.frozen) {
            (true, _) => State::Closed,
            (false, true) => State::Disabled,
            (false, false) => State::Active,
        };
        let id = row.name.as_str().strip_prefix(WEBHOOKS)?.parse().ok()?;
        Some(Endpoint { id, record: Record::read(&row.metadata)?, state, sink: row.name.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record {
            ledger: Name::parse("shop").expect("a name"),
            url: "https://example.com/hook?a=b".to_owned(),
            description: "the till's own".to_owned(),
            types: vec![
                "ducat.transaction.*".parse().expect("types"),
                "ducat.account.opened.v1".parse().expect("a type"),
            ],
            accounts: vec!["users:42:".parse().expect("a prefix")],
            order: Order::Unordered,
            secrets: SecretNumbers { current: 2, retiring: Some((1, Timestamp(9))) },
            secret_key: "0a1b2c3d".to_owned(),
            secret_file: Some("till".to_owned()),
            position: Position { seq: Seq(7), ordered_at: Timestamp(8) },
            skipped: Some(Skip { seqs: vec![Seq(6), Seq(4)], ordered_at: Timestamp(9) }),
            retried_at: Some(Timestamp(11)),
            tested_at: Some(Timestamp(10)),
            created_at: Timestamp(5),
            reason: "it responded 500 for three days".to_owned(),
            act: Act::Disabled,
            asked: "0f".to_owned(),
        }
    }

    #[test]
    fn a_record_is_read_back() {
        let plain = Record {
            description: String::new(),
            types: Vec::new(),
            accounts: Vec::new(),
            order: Order::Ordered,
            secrets: SecretNumbers { current: 1, retiring: None },
            secret_key: String::new(),
            secret_file: None,
            skipped: None,
            retried_at: None,
            tested_at: None,
            reason: String::new(),
            ..record()
        };
        for record in [record(), plain] {
            assert_eq!(Record::read(&record.metadata()), Some(record));
        }
        for (key, value) in
            [(LEDGER, "a b"), (TYPES, "A"), (ACCOUNTS, "users"), (ORDER, "some"), (SECRET, "x"), (AFTER, "-1")]
        {
            let pairs = record().metadata().pairs().to_vec();
            let broken = Metadata::new(pairs.into_iter().chain([(key.to_owned(), value.to_owned())]));
            assert_eq!(Record::read(&broken), None, "{key}");
        }
    }

    #[test]
    fn which_types_are_sent() {
        for (pattern, kind, is_sent) in [
            ("ducat.transaction.posted.v1", "ducat.transaction.posted.v1", true),
            ("ducat.transaction.posted.v1", "ducat.transaction.posted.v10", false),
            ("ducat.transaction.*", "ducat.transaction.held.v1", true),
            ("ducat.transaction.*", "ducat.transactions.v1", false),
            ("ducat.*", "ducat.points.earned.v1", true),
        ] {
            let pattern: TypePattern = pattern.parse().expect("a pattern");
            assert_eq!(pattern.covers(kind), is_sent, "{pattern:?} {kind}");
        }
        for text in ["", "*", "ducat*", "Ducat.x", "ducat x", ".*", "ducat.*.v1"] {
            assert!(text.parse::<TypePattern>().is_err(), "{text}");
        }
    }

    #[test]
    fn ids() {
        let id = EndpointId::from_bytes([7; 32]);
        assert_eq!(id.to_string().parse(), Ok(id));
        for text in ["", "7", "0707070707070707 ", "070707070707070G", "+707070707070707"] {
            assert!(text.parse::<EndpointId>().is_err(), "{text}");
        }
    }
}
