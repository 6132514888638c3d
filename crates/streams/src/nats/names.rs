//! Names of streams and subjects.
//!
//! - A ledger has one name in NATS and no other ledger has it: what NATS does not allow in a name, and `:`, is written `=` and
//!   two digits. No name of a ledger has a `=` in it.
//! - The subject of an event ends with its type, so that consumers can ask for some types. In a stream that ledgers share, a
//!   ledger has one subject, because its last message must be found by it.

use ducat_domain::names::Name;
use ducat_domain::numbers::Seq;

use super::prefix::Prefix;

/// What the types of events begin with.
const TYPES: &str = "ducat.";

/// The longest name of a ledger that is written out: NATS takes names of streams of up to 255 bytes.
const ENCODED_BYTES_MAX: usize = 180;

/// A ledger's name, as names of streams and parts of subjects are written. In place of one that is too long stands its hash.
pub fn encoded(ledger: &Name) -> String {
    let mut name = String::with_capacity(ledger.as_str().len());
    for byte in ledger.as_str().bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => name.push(char::from(byte)),
            _ => name.push_str(&format!("={byte:02X}")),
        }
    }
    if name.len() > ENCODED_BYTES_MAX {
        let hash = blake3::hash(ledger.as_str().as_bytes()).to_hex();
        return format!("=h{}", hash.get(..40).unwrap_or_default());
    }
    name
}

/// Which stream: that of one ledger, or the one that ledgers share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum StreamOf {
    /// One ledger's.
    Ledger(Name),
    /// The shared one.
    Shared,
}

impl StreamOf {
    /// Its name.
    pub fn name(&self, prefix: &Prefix) -> String {
        match self {
            StreamOf::Ledger(ledger) => format!("{}-events-{}", prefix.as_str(), encoded(ledger)),
            StreamOf::Shared => format!("{}-shared", prefix.as_str()),
        }
    }

    /// The subjects that it takes.
    pub fn subjects(&self, prefix: &Prefix) -> String {
        match self {
            StreamOf::Ledger(ledger) => format!("{}.events.{}.>", prefix.as_str(), encoded(ledger)),
            StreamOf::Shared => format!("{}.shared.*", prefix.as_str()),
        }
    }

    /// The subject of an event.
    pub fn subject(&self, prefix: &Prefix, ledger: &Name, kind: &str) -> String {
        match self {
            StreamOf::Ledger(_) => {
                let kind = kind.strip_prefix(TYPES).unwrap_or(kind);
                format!("{}.events.{}.{kind}", prefix.as_str(), encoded(ledger))
            }
            StreamOf::Shared => format!("{}.shared.{}", prefix.as_str(), encoded(ledger)),
        }
    }

    /// The name under which the store knows it.
    pub fn sink(&self, prefix: &Prefix) -> Option<Name> {
        let name = match self {
            StreamOf::Ledger(ledger) => format!("nats:{}:{}", prefix.as_str(), Name::segment(ledger.as_str())),
            StreamOf::Shared => format!("nats:{}", prefix.as_str()),
        };
        Name::parse(&name).ok()
    }

    /// What must be the last sequence for an event to be taken: in a stream of its own an event's sequence is its `seq`.
    pub fn expects(&self, seq: Seq, last_of_subject: u64) -> (&'static str, u64) {
        match self {
            StreamOf::Ledger(_) => ("Nats-Expected-Last-Sequence", seq.0.saturating_sub(1)),
            StreamOf::Shared => ("Nats-Expected-Last-Subject-Sequence", last_of_subject),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_has_a_name_of_its_own() {
        let prefix = Prefix::parse("ducat").expect("a prefix");
        for (ledger, name) in [("shop", "shop"), ("tenant:42.eu", "tenant=3A42=2Eeu"), ("a_b-c", "a_b-c")] {
            let ledger = Name::parse(ledger).expect("a name");
            assert_eq!(encoded(&ledger), name);
            let own = StreamOf::Ledger(ledger.clone());
            assert_eq!(own.name(&prefix), format!("ducat-events-{name}"));
            assert_eq!(own.subjects(&prefix), format!("ducat.events.{name}.>"));
            let kind = "ducat.transaction.posted.v1";
            assert_eq!(own.subject(&prefix, &ledger, kind), format!("ducat.events.{name}.transaction.posted.v1"));
            assert_eq!(StreamOf::Shared.subject(&prefix, &ledger, kind), format!("ducat.shared.{name}"));
        }
        let longest = Name::parse(&"a:".repeat(64)).expect("a name");
        let widest = Prefix::parse(&"p".repeat(32)).expect("a prefix");
        assert!(StreamOf::Ledger(longest.clone()).sink(&widest).is_some());
        assert!(StreamOf::Ledger(longest.clone()).name(&widest).len() <= 255);
        assert_eq!(encoded(&longest).len(), 42);
        assert_ne!(
            StreamOf::Shared.sink(&prefix),
            StreamOf::Ledger(Name::parse("ducat").expect("a name")).sink(&prefix)
        );
    }
}
