//! What requests about webhooks say, and what responses do.

use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};
use ducat_engine::keys::access::Prefix;
use ducat_engine::webhooks::{Act, Change, Endpoint, Order, Record, Secret, State, TypePattern};
use ducat_store::sinks::{Delivery, Progress};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{WebhookSettings, check_target, seq_of, target, without_key};
use crate::problem::Problem;
use crate::v1::ledger::events::EVENT_TYPES;
use crate::values::JsonTime;

/// Types and prefixes of one webhook: each is compared with each event.
const PATTERNS_MAX: usize = 32;

/// The longest description, in bytes: a sentence or two, which a list of webhooks shows whole.
const DESCRIPTION_BYTES_MAX: usize = 200;

/// A webhook to open.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookRequest {
    /// Where events are sent: an address of the public Internet, with https.
    #[schema(example = "https://example.com/hooks/ducat", max_length = 2_000)]
    url: String,
    /// A description for people.
    #[serde(default)]
    #[schema(max_length = 200)]
    description: String,
    /// Which types of events are sent: names, or beginnings of names with `.*` behind them; all when left out.
    #[serde(default)]
    #[schema(example = json!(["ducat.transaction.*"]), max_items = 32)]
    types: Vec<String>,
    /// The accounts whose events are sent, as beginnings of names that end with a `:`; all when left out.
    #[serde(default)]
    #[schema(example = json!(["users:42:"]), max_items = 32)]
    accounts: Vec<String>,
    /// Whether events are sent one after another, in order. When `false`, several are sent at a time, and one that is not
    /// accepted does not keep the others waiting.
    #[serde(default = "is_so")]
    #[schema(default = true)]
    ordered: bool,
    /// The seq after which events are sent; 0 for all of them. When left out, events are sent that are committed from now on.
    #[serde(default)]
    #[schema(example = 0)]
    after: Option<u64>,
    /// A file with a secret of your own (`whsec_` and base64), in the ledger's folder below `--webhook-secrets`. When left
    /// out, the server derives one.
    #[serde(default)]
    #[schema(example = "till", max_length = 64)]
    secret_file: Option<String>,
}

const fn is_so() -> bool {
    true
}

/// A webhook that was asked for, parsed.
pub(super) struct Asked {
    pub url: String,
    pub description: String,
    pub types: Vec<TypePattern>,
    pub accounts: Vec<Prefix>,
    pub order: Order,
    pub after: Option<Seq>,
    pub secret_file: Option<String>,
    /// By which the same request is recognized.
    pub digest: String,
}

/// A change to a webhook. What is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookPatch {
    /// Where events are sent.
    #[serde(default)]
    #[schema(example = "https://example.com/hooks/ducat", max_length = 2_000)]
    url: Option<String>,
    /// A description for people.
    #[serde(default)]
    #[schema(max_length = 200)]
    description: Option<String>,
    /// Which types of events are sent; all when empty.
    #[serde(default)]
    #[schema(max_items = 32)]
    types: Option<Vec<String>>,
    /// The accounts whose events are sent; all when empty.
    #[serde(default)]
    #[schema(max_items = 32)]
    accounts: Option<Vec<String>>,
    /// Whether events are sent one after another.
    #[serde(default)]
    ordered: Option<bool>,
    /// Whether nothing is sent for now. When it is enabled again, it continues where it stopped.
    #[serde(default)]
    disabled: Option<bool>,
}

/// A change that was asked for, parsed.
pub(super) struct Patch {
    url: Option<String>,
    description: Option<String>,
    types: Option<Vec<TypePattern>>,
    accounts: Option<Vec<Prefix>>,
    order: Option<Order>,
    disabled: Option<bool>,
}

/// Whether a webhook is sent to.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookStatus {
    /// Events are sent.
    Active,
    /// Nothing is sent until it is enabled.
    Disabled,
    /// Nothing is sent any more.
    Closed,
}

/// An event that has not been accepted yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetryBody {
    /// Which one.
    seq: u64,
    /// How many attempts have failed; 0 while it is sent for the first time.
    attempts: u32,
    /// When it is sent, or was to be.
    next_attempt_at: JsonTime,
}

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookBody {
    /// Its id.
    #[schema(example = "0123456789abcdef")]
    id: String,
    /// Where events are sent.
    url: String,
    /// A description for people.
    description: String,
    /// Which types of events are sent; all where there are none.
    types: Vec<String>,
    /// The accounts whose events are sent; all where there are none.
    accounts: Vec<String>,
    /// Whether events are sent one after another.
    ordered: bool,
    /// Whether events are sent.
    status: WebhookStatus,
    /// Why the server disabled or closed it; null where it did not.
    reason: Option<String>,
    /// Events up to this seq were accepted, or are in `retries`.
    seq: u64,
    /// How many events of the ledger come after it, of all types.
    lag: u64,
    /// Events that are being sent, or were not accepted and are to be sent again. In an ordered webhook, later events wait for
    /// them.
    retries: Vec<RetryBody>,
    /// How many attempts to deliver there were in all.
    attempts: u64,
    /// The file with its secrets; null where the server derives them.
    secret_file: Option<String>,
    /// When it was opened.
    created_at: JsonTime,
}

/// A webhook, with what its receiver needs.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookWithSecret {
    /// What its receiver verifies signatures with; null where it is in a file.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub(super) secret: Option<String>,
    /// The webhook.
    #[serde(flatten)]
    pub(super) of: WebhookBody,
}

/// The secrets that sign what is sent to a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookSecretBody {
    /// The current one.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: String,
    /// The one before, which signs too; null where there is none.
    retiring: Option<String>,
    /// Until when; null where there is none, or the server does not know.
    retiring_until: Option<JsonTime>,
}

/// An attempt to deliver an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryBody {
    /// The number of the attempt, counted from 1 for each webhook.
    number: u64,
    /// Which event; null for a test.
    seq: Option<u64>,
    /// The number of the attempt for this event, from 1.
    attempt: u32,
    /// When it began.
    at: JsonTime,
    /// How long it took, in milliseconds.
    duration_ms: u64,
    /// The status of the response; null where there was none.
    status: Option<u16>,
    /// Whether the event was accepted: the status was 2xx.
    delivered: bool,
    /// Why it was not; null where it was.
    reason: Option<String>,
}

fn types_of(texts: &[String]) -> Result<Vec<TypePattern>, Problem> {
    check_count("types", texts.len())?;
    let one = |(index, text): (usize, &String)| {
        let place = format!("body: types[{index}]");
        let pattern: TypePattern = text.parse().map_err(|reason| Problem::malformed(&place, reason))?;
        if EVENT_TYPES.iter().any(|event| pattern.covers(event.name)) {
            return Ok(pattern);
        }
        let detail = format!("{place}: there is no type of events {text}; the page on events lists all of them");
        Err(Problem::unprocessable("unknown_event_type", detail))
    };
    texts.iter().enumerate().map(one).collect()
}

fn accounts_of(texts: &[String]) -> Result<Vec<Prefix>, Problem> {
    check_count("accounts", texts.len())?;
    let one = |(index, text): (usize, &String)| {
        text.parse().map_err(|reason| Problem::malformed(format!("body: accounts[{index}]"), reason))
    };
    texts.iter().enumerate().map(one).collect()
}

fn check_count(field: &str, count: usize) -> Result<(), Problem> {
    if count <= PATTERNS_MAX {
        return Ok(());
    }
    Err(Problem::malformed(format!("body: {field}"), format!("it has {count} entries, the limit is {PATTERNS_MAX}")))
}

fn description_of(text: String) -> Result<String, Problem> {
    if text.len() > DESCRIPTION_BYTES_MAX || text.chars().any(char::is_control) {
        let limit = DESCRIPTION_BYTES_MAX;
        let reason = format!("it has at most {limit} bytes and no control characters");
        return Err(Problem::malformed("body: description", reason));
    }
    Ok(text)
}

fn url_of(text: &str, settings: &WebhookSettings) -> Result<String, Problem> {
    match check_target(text, settings.allows_private) {
        Ok(url) => Ok(url.into()),
        Err(reason) => Err(Problem::unprocessable("url_not_allowed", format!("body: url: {reason}"))),
    }
}

/// What is shown as the status of a webhook.
fn status_of(endpoint: &Endpoint) -> WebhookStatus {
    match endpoint.state {
        State::Active => WebhookStatus::Active,
        State::Disabled => WebhookStatus::Disabled,
        State::Closed => WebhookStatus::Closed,
    }
}

/// Whether events are sent in order, as it is written.
const fn is_ordered(order: Order) -> bool {
    matches!(order, Order::Ordered)
}

/// How events are sent, as it is written.
const fn order_of(ordered: bool) -> Order {
    if ordered { Order::Ordered } else { Order::Unordered }
}

impl WebhookRequest {
    /// A digest of all that it says.
    fn digest(&self) -> String {
        let WebhookRequest { url, description, types, accounts, ordered, after, secret_file } = self;
        let (types, accounts) = (types.join(" "), accounts.join(" "));
        let after = after.map_or_else(String::new, |after| after.to_string());
        let file = secret_file.clone().unwrap_or_default();
        let ordered = ordered.to_string();
        let all = [url, description, &types, &accounts, &ordered, &after, &file].map(String::as_str);
        blake3::hash(all.join("\0").as_bytes()).to_hex()[..32].to_owned()
    }

    pub(super) fn parsed(self, ledger: &Name, settings: &WebhookSettings) -> Result<Asked, Problem> {
        if let Some(file) = &self.secret_file {
            let unusable =
                |reason: String| Problem::unprocessable("secret_unusable", format!("body: secret_file: {reason}"));
            target::secrets_in(settings.secrets.as_deref(), ledger, file).map_err(unusable)?;
        } else if settings.key.is_none() {
            return Err(without_key());
        }
        let digest = self.digest();
        Ok(Asked {
            digest,
            url: url_of(&self.url, settings)?,
            description: description_of(self.description)?,
            types: types_of(&self.types)?,
            accounts: accounts_of(&self.accounts)?,
            order: order_of(self.ordered),
            after: self.after.map(Seq),
            secret_file: self.secret_file,
        })
    }
}

impl WebhookPatch {
    pub(super) fn parsed(self, settings: &WebhookSettings) -> Result<Patch, Problem> {
        Ok(Patch {
            url: self.url.map(|url| url_of(&url, settings)).transpose()?,
            description: self.description.map(description_of).transpose()?,
            types: self.types.map(|types| types_of(&types)).transpose()?,
            accounts: self.accounts.map(|accounts| accounts_of(&accounts)).transpose()?,
            order: self.ordered.map(order_of),
            disabled: self.disabled,
        })
    }
}

impl Patch {
    /// What becomes of a webhook. What was not accepted before may be now, so it is sent again at once.
    pub(super) fn applied(&self, known: &Endpoint, now: Timestamp) -> Change {
        let before = known.record.clone();
        let (was_disabled, disabled) =
            (known.state == State::Disabled, self.disabled.unwrap_or(known.state == State::Disabled));
        let act = match (was_disabled, disabled) {
            (false, true) => Act::Disabled,
            (true, false) => Act::Enabled,
            (true, true) | (false, false) => Act::Changed,
        };
        let record = Record {
            url: self.url.clone().unwrap_or(before.url),
            description: self.description.clone().unwrap_or(before.description),
            types: self.types.clone().unwrap_or(before.types),
            accounts: self.accounts.clone().unwrap_or(before.accounts),
            order: self.order.unwrap_or(before.order),
            reason: if disabled { before.reason } else { String::new() },
            retried_at: Some(now),
            act,
            ..before
        };
        Change { record, disabled, closed: false }
    }
}

impl WebhookBody {
    pub(super) fn of(endpoint: &Endpoint, progress: &Progress, head: Seq) -> WebhookBody {
        let record = &endpoint.record;
        let seq = seq_of(endpoint, progress);
        let is_moved = record.position.ordered_at > progress.ordered_at;
        let waiting = progress.retries.iter().filter(|_| !is_moved);
        WebhookBody {
            id: endpoint.id.to_string(),
            url: record.url.clone(),
            description: record.description.clone(),
            types: record.types.iter().map(|pattern| pattern.as_str().to_owned()).collect(),
            accounts: record.accounts.iter().map(|prefix| prefix.as_str().to_owned()).collect(),
            ordered: is_ordered(record.order),
            status: status_of(endpoint),
            reason: Some(record.reason.clone()).filter(|reason| !reason.is_empty()),
            seq: seq.0,
            lag: head.0.saturating_sub(seq.0),
            retries: waiting
                .map(|retry| RetryBody {
                    seq: retry.seq.0,
                    attempts: retry.failures,
                    next_attempt_at: JsonTime(retry.next_at),
                })
                .collect(),
            attempts: progress.attempts,
            secret_file: record.secret_file.clone(),
            created_at: JsonTime(record.created_at),
        }
    }
}

impl WebhookSecretBody {
    pub(super) fn of(endpoint: &Endpoint, secrets: &[Secret], now: Timestamp) -> WebhookSecretBody {
        let until = endpoint.record.secrets.retiring.map(|(_, until)| until).filter(|until| now < *until);
        WebhookSecretBody {
            secret: secrets.first().map(Secret::reveal).unwrap_or_default(),
            retiring: secrets.get(1).map(Secret::reveal),
            retiring_until: until.filter(|_| endpoint.record.secret_file.is_none()).map(JsonTime),
        }
    }
}

impl From<Delivery> for DeliveryBody {
    fn from(delivery: Delivery) -> DeliveryBody {
        DeliveryBody {
            number: delivery.number,
            seq: delivery.seq.map(|seq| seq.0),
            attempt: delivery.attempt,
            at: JsonTime(delivery.at),
            duration_ms: delivery.took_us / 1_000,
            status: delivery.status,
            delivered: delivery.reason.is_empty(),
            reason: Some(delivery.reason).filter(|reason| !reason.is_empty()),
        }
    }
}
