//! The door: who may ask, and for what.
//!
//! - Without keys there is no door: whoever reaches the server may do everything. From the first key on each request
//!   needs one, on loopback too.
//! - A request is judged before its path is followed, from memory alone: by its headers, by the operation that it asks
//!   for (`needs`) and by the ledger in its path. What is not in the table is refused.
//! - A refusal says what is missing, and never whether something is there: of a ledger outside the key's names as little
//!   as of one that does not exist.
//! - A key in a URL is refused: addresses are written to logs.

pub(crate) mod bearer;
pub(crate) mod cors;
pub(crate) mod hosts;
mod knocks;
pub(crate) mod needs;
pub mod oidc;
mod rate;
pub(crate) mod visitor;

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::http::request::Parts as Head;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use ducat_engine::Engine;
use ducat_engine::keys::access::{Access, Need, Scope};
use ducat_engine::keys::key::Key;
use ducat_engine::keys::token::{KeyId, SecretHash};
use matchit::{Match, Params, Router};
use percent_encoding::percent_decode_str;

use crate::problem::Problem;
use needs::{ALIASES, COMMANDS, Demand, Place, Prefixed, RULES, Rule};
use oidc::{Oidc, Subject};
use rate::{Left, Rate};
use visitor::{insufficient, no_prefixes, not_the_server, other_account, other_ledger};

pub use hosts::Hosts;
pub(crate) use knocks::Knocks;
pub(crate) use visitor::{Visitor, scope_of};

/// Marks a request that this process makes for a page and that no one asked for: it is not counted for the key, and not noted
/// where it is refused. It may do no more than any other.
#[derive(Debug, Clone, Copy)]
pub struct Inward;

/// The door of a server.
#[derive(Clone)]
pub struct Door {
    hosts: Hosts,
    engine: Engine,
    /// The rules of each path.
    rules: Router<Vec<Rule>>,
    /// Whether keys are asked for once there are any.
    asks: bool,
    /// How often a key may ask.
    rate: Option<Arc<Rate>>,
    /// Whose tokens are taken besides keys.
    oidc: Option<Arc<Oidc>>,
}

/// A method, and the template of a path.
pub(crate) type Operation = (&'static str, &'static str);

/// Who asks, and whether it may.
#[derive(Debug)]
pub(crate) struct Admission {
    /// The key that it showed, if that is taken: also where it is for something else.
    pub key: Option<KeyId>,
    /// What that key has left, where that is limited.
    pub left: Option<Left>,
    /// The method and the template of the path of what is asked for, if there is such an operation.
    pub operation: Option<Operation>,
    /// Who asks, or why it may not.
    pub visitor: Result<Visitor, Problem>,
}

impl From<Visitor> for Admission {
    /// Of someone who needs no key.
    fn from(visitor: Visitor) -> Admission {
        Admission { key: None, left: None, operation: None, visitor: Ok(visitor) }
    }
}

impl From<Problem> for Admission {
    /// Of someone who showed no key that is taken.
    fn from(problem: Problem) -> Admission {
        Admission { key: None, left: None, operation: None, visitor: Err(problem) }
    }
}

impl Door {
    /// The door of a server of these names.
    pub(crate) fn new(engine: Engine, hosts: Hosts, key_rate: Option<NonZeroU32>) -> Door {
        let rate = key_rate.map(|per_second| Arc::new(Rate::new(per_second)));
        Door { hosts, engine, rules: rules(), asks: true, rate, oidc: None }
    }

    /// The same, which takes tokens of a provider too: then there is a door, whether there are keys or not.
    pub(crate) fn with_oidc(self, oidc: Arc<Oidc>) -> Door {
        self.engine.ring().close();
        Door { oidc: Some(oidc), ..self }
    }

    /// The same, which asks no one for a key.
    pub(crate) fn without_keys(self) -> Door {
        Door { asks: false, ..self }
    }

    /// The origin of the page that asks, if it is listed.
    pub(crate) fn listed_origin(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        self.hosts.listed_origin(headers)
    }

    /// Who asks, and whether it may ask for this. Nothing is looked up in the store.
    pub(crate) async fn admit(&self, head: &Head) -> Admission {
        let found = self.find(&head.method, head.uri.path());
        let admission = self.judge(head, &found).await.unwrap_or_else(Admission::from);
        Admission { operation: found.operation(head), ..admission }
    }

    /// An operator, who may ask for everything.
    pub(crate) fn admit_operator(&self, head: &Head) -> Admission {
        let operator = Visitor::Operator(self.engine.ring().operator());
        Admission { operation: self.find(&head.method, head.uri.path()).operation(head), ..operator.into() }
    }

    async fn judge(&self, head: &Head, found: &Found<'_>) -> Result<Admission, Problem> {
        if let Some(problem) = hosts::refusal_of(&self.hosts, head) {
            return Err(problem);
        }
        bearer::check_url(&head.uri)?;
        let ring = self.engine.ring();
        // Nodes show each other a secret of their own.
        let is_of_keys = head.uri.path().starts_with("/v1/keys") && head.method != Method::GET;
        if !self.asks && ring.is_closed() && is_of_keys {
            // A door that stands open for a while must not leave a way in behind.
            return Err(insufficient(Need::Admin));
        }
        if !self.asks || !ring.is_closed() || head.uri.path().starts_with(crate::cluster::PATHS) {
            return Ok(Visitor::Anyone.into());
        }
        let (rule, parts) = (found.rule, found.parts());
        if rule.is_some_and(|rule| rule.demand == Demand::Nothing) {
            return Ok(self.known(head).into());
        }
        let shown = bearer::shown(&head.headers)?;
        if let Some(oidc) = self.oidc.as_ref().filter(|_| !bearer::is_key(shown)) {
            let subject = oidc.subject(shown, &self.engine).await?;
            let rule = rule.ok_or_else(|| self.nothing_at(head))?;
            let access = access_of(&subject, rule, &parts)?;
            let visitor = Visitor::Subject(subject, access);
            check(&visitor, rule, &parts)?;
            return Ok(visitor.into());
        }
        let token = bearer::token(shown)?;
        self.check_fresh(rule)?;
        let (key, secret) = ring.find(&token, self.engine.now()).map_err(bearer::refused)?;
        self.let_in(key, secret, rule, &parts, head)
    }

    /// Refuses keys that could not be compared with those of the database.
    fn check_fresh(&self, rule: Option<&Rule>) -> Result<(), Problem> {
        // Whoever watches must see it now most of all, and counts are no secret worth a database that responds.
        let is_watching = rule.is_some_and(|rule| matches!(rule.demand, Demand::Of(Need::Measure, _)));
        if self.engine.is_among_others() && !self.engine.ring().is_fresh() && !is_watching {
            let detail = "the keys could not be compared with the database for 5 seconds, so none is taken";
            return Err(Problem::unavailable("keys_stale", detail));
        }
        Ok(())
    }

    /// Whether a key that is taken may do this.
    fn let_in(
        &self,
        key: Arc<Key>,
        secret: SecretHash,
        rule: Option<&Rule>,
        parts: &Parts,
        head: &Head,
    ) -> Result<Admission, Problem> {
        let is_counted = head.extensions.get::<Inward>().is_none();
        let rate = self.rate.as_ref().filter(|_| is_counted);
        let left = rate.map(|rate| rate.take(key.id)).transpose()?;
        let visitor = Visitor::Key(Arc::clone(&key), secret);
        // What has no rule is not there for anyone, whatever routes there are.
        let rule = rule.ok_or_else(|| self.nothing_at(head));
        let checked = rule.and_then(|rule| check(&visitor, rule, parts));
        Ok(Admission { key: Some(key.id), left, operation: None, visitor: checked.map(|()| visitor) })
    }

    /// Whether a message may be posted to a path.
    pub(crate) fn has_command(&self, path: &str) -> bool {
        self.find(&Method::POST, path).rule.is_some_and(|rule| COMMANDS.contains(&rule.path))
    }

    /// A message, which stands for the key that whatever brings it is bound to. It shows none.
    pub(crate) fn admit_message(&self, head: &Head, key: Option<KeyId>) -> Admission {
        let found = self.find(&head.method, head.uri.path());
        let admission = self.judge_message(head, &found, key).unwrap_or_else(Admission::from);
        Admission { operation: found.operation(head), ..admission }
    }

    fn judge_message(&self, head: &Head, found: &Found<'_>, key: Option<KeyId>) -> Result<Admission, Problem> {
        let rule = found.rule.filter(|rule| rule.method == "POST" && COMMANDS.contains(&rule.path));
        let rule = rule.ok_or_else(|| {
            let detail = format!("no command by message has the path {}; docs/nats.md lists them", head.uri.path());
            Problem::not_found("no_such_command", detail)
        })?;
        let ring = self.engine.ring();
        if !self.asks || !ring.is_closed() {
            return Ok(Visitor::Anyone.into());
        }
        self.check_fresh(Some(rule))?;
        let unknown = |detail: String| Problem::new(StatusCode::UNAUTHORIZED, "invalid_key", detail);
        let id = key.ok_or_else(|| unknown("this server has keys: add key=ID to nats-commands".to_owned()))?;
        let key = ring.key(id).ok_or_else(|| unknown(format!("there is no key {id}")))?;
        key.check_unshown(self.engine.now()).map_err(bearer::refused)?;
        let secret = key.record.secrets.current;
        self.let_in(key, secret, Some(rule), &found.parts(), head)
    }

    /// Who asks for what needs no key: the key that is shown, if it is one that is taken.
    fn known(&self, head: &Head) -> Visitor {
        let shown = bearer::shown(&head.headers).and_then(bearer::token);
        let found = shown.ok().and_then(|token| self.engine.ring().find(&token, self.engine.now()).ok());
        found.map_or(Visitor::Anyone, |(key, secret)| Visitor::Key(key, secret))
    }

    /// That there is nothing at a path, or nothing for this method.
    fn nothing_at(&self, head: &Head) -> Problem {
        let path = without_slash(head.uri.path());
        match self.rules.at(path) {
            Ok(found) => {
                let mut methods: Vec<&str> = found.value.iter().map(|rule| rule.method).collect();
                methods.extend(methods.contains(&"GET").then_some("HEAD"));
                Problem::no_such_method(path, &head.method, &methods.join(","))
            }
            Err(_) => Problem::no_such_path(path),
        }
    }

    /// The rule of what a request asks for.
    fn find<'a>(&'a self, method: &Method, path: &'a str) -> Found<'a> {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        match self.rules.at(without_slash(path)) {
            Ok(Match { value, params }) => {
                Found { rule: value.iter().find(|rule| rule.method == method.as_str()), params: Some(params) }
            }
            Err(_) => Found { rule: None, params: None },
        }
    }
}

/// What is found of a request in the table of rules.
struct Found<'a> {
    rule: Option<&'a Rule>,
    params: Option<Params<'a, 'a>>,
}

impl Found<'_> {
    /// What is asked for, also of another node.
    fn operation(&self, head: &Head) -> Option<Operation> {
        if head.uri.path().starts_with(crate::cluster::PATHS) {
            return (head.method == Method::POST).then_some(("POST", crate::cluster::ITEMS_PATH));
        }
        self.rule.map(|rule| (rule.method, rule.path))
    }

    /// The ledger and the account in the path.
    fn parts(&self) -> Parts {
        let part = |name| {
            let text = percent_decode_str(self.params.as_ref()?.get(name)?).decode_utf8().ok()?;
            Some(text.into_owned())
        };
        Parts { ledger: part("ledger"), account: part("account") }
    }
}

/// A path without slashes at its end, which is the same path.
fn without_slash(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => "/",
        trimmed => trimmed,
    }
}

/// What a path names.
#[derive(Debug, Default)]
struct Parts {
    ledger: Option<String>,
    account: Option<String>,
}

/// All rules, by path.
fn rules() -> Router<Vec<Rule>> {
    let mut paths: std::collections::BTreeMap<String, Vec<Rule>> = std::collections::BTreeMap::new();
    for rule in RULES {
        paths.entry(rule.path.to_owned()).or_default().push(*rule);
        for (alias, of) in ALIASES {
            let rest = rule.path.strip_prefix(of);
            if let Some(rest) = rest.filter(|rest| rest.is_empty() || (rest.starts_with('/') && of != "/accounts")) {
                paths.entry(format!("{alias}{rest}")).or_default().push(*rule);
            }
        }
    }
    let mut router = Router::new();
    for (path, rules) in paths {
        // A test builds it: the table has each path once.
        router.insert(path, rules).expect("paths of the table do not overlap");
    }
    router
}

/// What a token allows for an operation: of all that it grants, what is enough there. In one ledger the most of it counts,
/// because handlers may need more than the rule says; over several, all of them count with the least.
fn access_of(subject: &Subject, rule: &Rule, parts: &Parts) -> Result<Access, Problem> {
    let Demand::Of(need, place) = rule.demand else {
        return Ok(Access { scope: Scope::PostOnly, ledgers: Vec::new(), accounts: Vec::new() });
    };
    let ledger = match place {
        Place::PathLedger => parts.ledger.as_deref(),
        Place::Ledger(ledger) => Some(ledger),
        Place::EachLedger | Place::Server => None,
    };
    let covers = |grant: &&Access| ledger.is_none_or(|ledger| grant.covers_ledger(ledger));
    let mut covering = subject.grants.iter().filter(covers).peekable();
    if covering.peek().is_none() {
        return Err(if ledger.is_some() { other_ledger() } else { insufficient(need) });
    }
    let fitting: Vec<&Access> = covering.filter(|grant| grant.includes(need)).collect();
    let scopes = fitting.iter().map(|grant| grant.scope);
    let scope = if ledger.is_some() { scopes.max() } else { scopes.min() };
    let ledgers = fitting.iter().flat_map(|grant| grant.ledgers.iter().cloned()).collect();
    Ok(Access { scope: scope.ok_or_else(|| insufficient(need))?, ledgers, accounts: Vec::new() })
}

/// Whether a visitor may do what a rule is about, there.
fn check(visitor: &Visitor, rule: &Rule, parts: &Parts) -> Result<(), Problem> {
    let Some(access) = visitor.access() else { return Ok(()) };
    let Demand::Of(need, place) = rule.demand else { return Ok(()) };
    match place {
        Place::PathLedger if !parts.ledger.as_ref().is_some_and(|ledger| access.covers_ledger(ledger)) => {
            return Err(other_ledger());
        }
        Place::Ledger(ledger) if !access.covers_ledger(ledger) => return Err(other_ledger()),
        Place::Server if !access.covers_all() => return Err(not_the_server()),
        Place::PathLedger | Place::Ledger(_) | Place::EachLedger | Place::Server => {}
    }
    if !access.includes(need) {
        return Err(insufficient(need));
    }
    if access.accounts.is_empty() {
        return Ok(());
    }
    match rule.prefixed {
        Prefixed::Handler => Ok(()),
        Prefixed::PathAccount if parts.account.as_ref().is_some_and(|account| access.covers_account(account)) => Ok(()),
        Prefixed::PathAccount => Err(other_account()),
        Prefixed::Refused => Err(no_prefixes()),
    }
}

/// What an operation of the OpenAPI document needs.
pub(crate) fn demand_of(method: &str, path: &str) -> Option<Demand> {
    let path = match path.strip_prefix("/v2/accounts/{id}") {
        Some(rest) => format!("/accounts/{{name}}{rest}"),
        None => path.to_owned(),
    };
    RULES.iter().find(|rule| rule.method == method && rule.path == path).map(|rule| rule.demand)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_an_operation() {
        for path in COMMANDS {
            let rule = RULES.iter().find(|rule| rule.method == "POST" && rule.path == *path);
            let is_writing = |rule: &Rule| matches!(rule.demand, Demand::Of(Need::Submit | Need::Write, _));
            assert!(rule.is_some_and(is_writing), "{path}");
        }
    }

    #[test]
    fn every_alias_has_the_rules_of_what_it_stands_for() {
        let rules = rules();
        for (path, of) in [
            ("/account", "/accounts"),
            ("/account/Ada/deposit", "/accounts/Ada/deposit"),
            ("/v2/accounts/7/links/8", "/accounts/Ada/links/Bob"),
        ] {
            let methods = |path| -> Vec<&str> {
                rules.at(path).expect("it is there").value.iter().map(|rule| rule.method).collect()
            };
            assert_eq!(methods(path), methods(of));
        }
    }
}
