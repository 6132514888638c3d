//! What becomes of a message of commands, and what is said about it.

use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::Message;
use axum::body::to_bytes;
use axum::http::header;
use axum::response::Response;
use bytes::Bytes;
use ducat_api::problem::ProblemCode;

/// The header that gives the commands of a message their ids, wherever they come from.
pub const KEY: &str = "Idempotency-Key";

/// The header that gives them their ids within their stream.
pub const ID: &str = "Nats-Msg-Id";

/// How long it takes until a message is delivered again that could not be done, the first time and at most.
const RETURN_FIRST: Duration = Duration::from_millis(500);
const RETURN_MAX: Duration = Duration::from_secs(60);

/// The longest reason in a header, in characters.
const REASON_MAX: usize = 500;

/// A response is read whole: no command has a longer one than this.
const RESPONSE_BYTES_MAX: usize = 64 << 20;

/// The longest id that is repeated in what is said about a message.
const ID_BYTES_MAX: usize = 255;

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is done.
    Done,
    /// It is refused for good.
    Refused,
    /// It is no command.
    Unreadable,
    /// It cannot be done now.
    Returned(Option<Duration>),
}

impl Fate {
    pub const fn word(&self) -> &'static str {
        match self {
            Fate::Done => "done",
            Fate::Refused => "refused",
            Fate::Unreadable => "unreadable",
            Fate::Returned(_) => "returned",
        }
    }
}

/// An answer to a message.
pub struct Answer {
    pub status: u16,
    /// The code of the problem, where it is one.
    code: Option<&'static str>,
    retry_after: Option<Duration>,
    pub body: Bytes,
}

/// A header by its name, whose case NATS keeps as it was written.
pub fn header_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let found = headers.iter().find(|(found, _)| {
        let found: &str = found.as_ref();
        found.eq_ignore_ascii_case(name)
    });
    found.and_then(|(_, values)| values.first()).map(|value| value.as_str())
}

/// A message, and what was answered.
pub struct About {
    pub stream: String,
    pub sequence: u64,
    pub answer: Result<Answer, String>,
}

impl About {
    /// Which message it is.
    pub fn place(&self, message: &Message) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("Ducat-Stream", self.stream.as_str());
        headers.insert("Ducat-Sequence", self.sequence.to_string());
        headers.insert("Ducat-Subject", one_line(&message.subject, ID_BYTES_MAX).as_str());
        headers
    }

    /// What is said of a message, with its own headers or without.
    pub fn headers(&self, message: &Message, with_all: bool) -> HeaderMap {
        let mut headers = self.place(message);
        for (name, values) in message.headers.iter().flat_map(HeaderMap::iter).filter(|_| with_all) {
            let text: &str = name.as_ref();
            if !is_left_out(text) {
                values.iter().for_each(|value| headers.append(name.clone(), value.clone()));
            }
        }
        let id = message.headers.as_ref().and_then(|own| header_of(own, KEY).or_else(|| header_of(own, ID)));
        if let Some(id) = id {
            headers.insert("Ducat-Message-Id", one_line(id, ID_BYTES_MAX).as_str());
        }
        if let Ok(answer) = &self.answer {
            headers.insert("Ducat-Status", answer.status.to_string());
            if let Some(code) = answer.code {
                headers.insert("Ducat-Code", code);
            }
        }
        headers.insert("Ducat-Reason", one_line(&self.reason(), REASON_MAX).as_str());
        headers
    }

    /// Why it is refused, or no command.
    pub fn reason(&self) -> String {
        match &self.answer {
            Ok(answer) => answer.sentence(),
            Err(reason) => reason.clone(),
        }
    }
}

/// Headers that are not repeated: what the broker goes by was for the first stream, what is said here is not said by others, and a
/// secret that was sent by mistake is kept nowhere else.
fn is_left_out(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let of_ours = ["stream", "sequence", "subject", "status", "code", "reason", "message-id"];
    let is_ours = name.strip_prefix("ducat-").is_some_and(|rest| of_ours.contains(&rest));
    is_ours || name.starts_with("nats-") || name == "authorization"
}

/// A text as a header takes it: in one line, and not too long.
fn one_line(text: &str, max: usize) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).take(max).collect()
}

impl Answer {
    /// The sentence of a problem document, or what was answered in its place.
    pub fn sentence(&self) -> String {
        let document: Option<serde_json::Value> = serde_json::from_slice(&self.body).ok();
        let detail = document.as_ref().and_then(|document| document.get("detail")?.as_str());
        detail.map_or_else(|| String::from_utf8_lossy(&self.body).into_owned(), str::to_owned)
    }

    pub async fn of(response: Response) -> Answer {
        let (head, body) = response.into_parts();
        let retry_after = head.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let code = head.extensions.get::<ProblemCode>().map(|code| code.0);
        // It was made here, and is whole.
        let body = to_bytes(body, RESPONSE_BYTES_MAX).await.unwrap_or_default();
        Answer { status: head.status.as_u16(), code, retry_after: retry_after.map(Duration::from_secs), body }
    }
}

/// The code of what cannot be read.
const MALFORMED: &str = "malformed";

/// What becomes of a message that was answered so.
pub fn fate_of(answer: &Answer) -> Fate {
    match (answer.status, answer.code) {
        // One of a batch was refused. No text of a response can look so: in texts, quotes are escaped.
        (200, None) if holds(&answer.body, br#""error":{"#) => Fate::Refused,
        (200..=299, _) => Fate::Done,
        // The key may be made, or time may pass until there are fewer requests.
        (401 | 408 | 429 | 500.., _) => Fate::Returned(answer.retry_after),
        // The small APIs say so what a rule refuses.
        (400, Some(code)) if code != MALFORMED => Fate::Refused,
        (404, Some("ledger_not_found" | "no_such_command" | "no_such_path")) => Fate::Unreadable,
        (402 | 404 | 409 | 410 | 412 | 422, _) => Fate::Refused,
        _ => Fate::Unreadable,
    }
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// How long it takes until a message is delivered again that was delivered so often.
pub fn return_after(delivered: i64) -> Duration {
    let doublings = u32::try_from(delivered.clamp(1, 8)).unwrap_or(1) - 1;
    RETURN_FIRST.saturating_mul(1 << doublings).min(RETURN_MAX).mul_f64(0.5 + fastrand::f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_becomes_of_messages() {
        for (status, code, fate) in [
            (201, None, Fate::Done),
            (200, None, Fate::Done),
            (202, None, Fate::Done),
            (400, Some("malformed"), Fate::Unreadable),
            (400, Some("insufficient_points"), Fate::Refused),
            (403, Some("forbidden"), Fate::Unreadable),
            (404, Some("ledger_not_found"), Fate::Unreadable),
            (404, Some("account_not_found"), Fate::Refused),
            (409, Some("id_reused"), Fate::Refused),
            (413, Some("body_too_large"), Fate::Unreadable),
            (422, Some("insufficient_funds"), Fate::Refused),
            (401, Some("invalid_key"), Fate::Returned(None)),
            (429, Some("too_many_requests"), Fate::Returned(None)),
            (503, Some("overloaded"), Fate::Returned(None)),
            (504, Some("unknown_outcome"), Fate::Returned(None)),
        ] {
            let answer = Answer { status, code, retry_after: None, body: Bytes::new() };
            assert_eq!(fate_of(&answer), fate, "{status} {code:?}");
        }
    }

    #[test]
    fn what_cannot_be_done_comes_again_later_and_later() {
        let longest = |delivered| (0..50).map(|_| return_after(delivered)).max();
        assert!(longest(1) <= Some(RETURN_FIRST));
        assert!(longest(4) > longest(1) && longest(i64::MAX) <= Some(RETURN_MAX));
    }
}
