//! Which stream commands come from, as an operator says it: `stream=orders key=0123456789abcdef path=/v1/ledgers/shop/transactions`.

use std::str::FromStr;

use ducat_engine::keys::token::KeyId;

use super::prefix::Prefix;

/// Messages worked on at once where nothing is said.
const IN_FLIGHT_DEFAULT: usize = 64;

/// Messages worked on at once at most: as many as fill some commits.
const IN_FLIGHT_MAX: usize = 4_096;

/// A stream that commands come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name.
    pub stream: String,
    /// The name of the durable consumer, which all nodes share; the prefix where none is named.
    consumer: Option<String>,
    /// For which key its messages stand; for anyone, where there are no keys.
    pub key: Option<KeyId>,
    /// Where its messages are posted to, where they do not say so themselves.
    pub path: Option<String>,
    /// The subjects whose messages are taken; all where none are named.
    pub filter: Option<String>,
    /// Messages that a node works on at once. With 1 all of them are done in order.
    pub in_flight: usize,
}

impl Source {
    /// Whether another one takes the same messages for something else. One that is the same takes more of them at a time.
    #[must_use]
    pub fn is_mixed_with(&self, other: &Source) -> bool {
        self.stream == other.stream && self.consumer == other.consumer && self != other
    }

    /// The name of the durable consumer, which all nodes share. Two deployments have two.
    #[must_use]
    pub fn consumer<'a>(&'a self, prefix: &'a Prefix) -> &'a str {
        self.consumer.as_deref().unwrap_or(prefix.as_str())
    }

    /// Whether messages of a subject are taken, as NATS compares subjects with a filter.
    #[must_use]
    pub fn takes(&self, subject: &str) -> bool {
        let Some(filter) = &self.filter else { return true };
        let (mut wanted, mut parts) = (filter.split('.'), subject.split('.'));
        loop {
            match (wanted.next(), parts.next()) {
                (None, None) | (Some(">"), Some(_)) => return true,
                (Some(wanted), Some(part)) if wanted == "*" || wanted == part => {}
                _ => return false,
            }
        }
    }

    /// Whether its stream is one that Ducat makes under a prefix: nothing there is a command.
    #[must_use]
    pub fn is_own(&self, prefix: &Prefix) -> bool {
        let rest = self.stream.strip_prefix(prefix.as_str()).unwrap_or_default();
        rest == "-shared" || ["-events-", "-dead-", "-outcomes-"].iter().any(|kind| rest.starts_with(kind))
    }

    /// The subject of what is no command.
    pub fn dead(&self, prefix: &Prefix) -> String {
        format!("{}.dead.{}", prefix.as_str(), self.stream)
    }

    /// The subject of how commands were refused.
    pub fn outcomes(&self, prefix: &Prefix) -> String {
        format!("{}.outcomes.{}", prefix.as_str(), self.stream)
    }
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Source, String> {
        let (mut stream, mut consumer, mut key, mut path, mut filter, mut in_flight) =
            (None, None, None, None, None, None);
        for word in text.split_whitespace() {
            let (name, value) = word.split_once('=').ok_or_else(|| format!("{word:?} is no NAME=VALUE"))?;
            let place = match name {
                "stream" => &mut stream,
                "consumer" => &mut consumer,
                "key" => &mut key,
                "path" => &mut path,
                "filter" => &mut filter,
                "in-flight" => &mut in_flight,
                _ => {
                    return Err(format!(
                        "{name:?} is none of stream, consumer, key, path, filter and in-flight, of which stream must be there"
                    ));
                }
            };
            if value.is_empty() || place.replace(value.to_owned()).is_some() {
                return Err(format!("{name} is empty or given twice"));
            }
        }
        let stream = stream.ok_or("it names no stream: write stream=NAME")?;
        let is_name =
            |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if let Some(name) = [Some(&stream), consumer.as_ref()].into_iter().flatten().find(|name| !is_name(name)) {
            return Err(format!("{name:?} is made of other letters than A-Z a-z 0-9 - _"));
        }
        if let Some(path) = path.as_ref().filter(|path| !path.starts_with('/')) {
            return Err(format!("path is {path:?}; write a path, such as /v1/ledgers/shop/transactions"));
        }
        let in_flight = match in_flight {
            None => IN_FLIGHT_DEFAULT,
            Some(text) => text
                .parse()
                .ok()
                .filter(|count| (1..=IN_FLIGHT_MAX).contains(count))
                .ok_or_else(|| format!("in-flight is {text}; it is a number from 1 to {IN_FLIGHT_MAX}"))?,
        };
        let key =
            key.map(|key| key.parse()).transpose().map_err(|_| "key is no id of a key, as ducat keys list shows it")?;
        Ok(Source { stream, consumer, key, path, filter, in_flight })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources() {
        let source: Source = "stream=orders key=0123456789abcdef path=/v1/ledgers/shop/transactions in-flight=1"
            .parse()
            .expect("a source");
        let prefix = Prefix::parse("eu").expect("a prefix");
        assert_eq!((source.stream.as_str(), source.consumer(&prefix), source.in_flight), ("orders", "eu", 1));
        assert_eq!(source.dead(&prefix), "eu.dead.orders");
        for (filter, subject, takes) in [
            ("orders.>", "orders.eu.new", true),
            ("orders.>", "orders", false),
            ("orders.*", "orders.eu", true),
            ("orders.*", "orders.eu.new", false),
            ("orders.*.new", "orders.eu.new", true),
            ("orders", "orders", true),
            ("orders", "payments", false),
        ] {
            let source: Source = format!("stream=orders filter={filter}").parse().expect("a source");
            assert_eq!(source.takes(subject), takes, "{filter} {subject}");
        }
        for (stream, is_own) in
            [("eu-events-shop", true), ("eu-shared", true), ("eu-dead-a", true), ("eu-orders", false)]
        {
            let source: Source = format!("stream={stream}").parse().expect("a source");
            assert_eq!(source.is_own(&prefix), is_own, "{stream}");
        }
        for text in [
            "",
            "orders",
            "key=0123456789abcdef",
            "stream=a.b",
            "stream=a stream=b",
            "stream=",
            "stream=a path=v1",
            "stream=a key=7",
            "stream=a in-flight=0",
            "stream=a in-flight=100000",
            "stream=a secret=x",
        ] {
            assert!(text.parse::<Source>().is_err(), "{text}");
        }
    }
}
