//! What of NATS an operator sets.

use std::path::PathBuf;

use async_nats::ServerAddr;
use ducat_domain::names::Name;
use ducat_engine::keys::access::Pattern;

use super::prefix::Prefix;
use super::source::Source;

/// How NATS is reached, and what is published there.
#[derive(Debug, Clone)]
pub struct NatsSettings {
    /// Servers of one cluster.
    pub servers: Vec<ServerAddr>,
    /// A file with credentials, as `nsc` makes it.
    pub creds: Option<PathBuf>,
    /// Roots of certificates in PEM; those of the system where there are none.
    pub ca: Option<PathBuf>,
    /// What the names of streams and subjects begin with.
    pub prefix: Prefix,
    /// Ledgers whose events are published.
    pub ledgers: Vec<Pattern>,
    /// Those of them that share one stream.
    pub shared: Vec<Pattern>,
    /// Copies that a stream has in a cluster.
    pub replicas: usize,
    /// Streams that commands come from.
    pub commands: Vec<Source>,
}

impl NatsSettings {
    /// What all nodes must have alike, in one line.
    #[must_use]
    pub fn shared(&self) -> String {
        let list = |patterns: &[Pattern]| patterns.iter().map(Pattern::to_string).collect::<Vec<_>>().join(",");
        format!("{} {} {}", self.prefix.as_str(), list(&self.ledgers), list(&self.shared))
    }

    /// Whether the events of a ledger are published.
    pub(super) fn covers(&self, ledger: &Name) -> bool {
        self.ledgers.iter().any(|pattern| pattern.covers(ledger.as_str()))
    }

    /// Whether a ledger has its place in the stream that several share.
    pub(super) fn is_shared(&self, ledger: &Name) -> bool {
        self.shared.iter().any(|pattern| pattern.covers(ledger.as_str()))
    }
}

/// The servers in a list with commas between.
///
/// # Errors
/// Which one is no address of a server.
pub fn parse_servers(text: &str) -> Result<Vec<ServerAddr>, String> {
    const EXPECTED: &str = "write nats://HOST:PORT or tls://HOST:PORT, several with commas between";
    let one = |text: &str| -> Result<ServerAddr, String> {
        let server: Option<ServerAddr> = text.parse().ok().filter(|_| !text.is_empty());
        let server = server.filter(|server| !server.host().is_empty()).ok_or(EXPECTED)?;
        match server.scheme() {
            "nats" | "tls" => Ok(server),
            other => Err(format!("{other}:// is not spoken; {EXPECTED}")),
        }
    };
    text.split(',').map(|text| one(text.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers() {
        for (text, count) in
            [("nats://127.0.0.1:4222", Some(1)), ("tls://a:4222, nats://b", Some(2)), ("localhost", Some(1))]
        {
            assert_eq!(parse_servers(text).ok().map(|servers| servers.len()), count, "{text}");
        }
        for text in ["", "http://a", "ws://a", "nats://a,", "nats://a:x"] {
            assert!(parse_servers(text).is_err(), "{text}");
        }
    }
}
