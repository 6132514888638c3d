//! What a key may do: its scope, and the ledgers and accounts that it is for.
//!
//! - A pattern is a name, or the beginning of names with a `*` behind it. No pattern covers the system ledger.
//! - A prefix of accounts ends at a `:`, so that `users:4:` is never the beginning of `users:42:`.
//! - A greater scope includes what a smaller one may do: `admin` includes `write`, `write` includes `read`, `read` includes
//!   `metrics`. `post-only` is on its own.

use std::fmt;
use std::str::FromStr;

use ducat_domain::names::{NAME_LENGTH_MAX, Name};

/// Patterns and prefixes of one key: each is compared at each request.
pub const PATTERNS_MAX: usize = 32;

/// What a key is for; the greater, the more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// To read the metrics of the server.
    Metrics,
    /// To submit transactions, and to see those that it submitted.
    PostOnly,
    /// To read.
    Read,
    /// To read, to open accounts, and to move money.
    Write,
    /// Everything: limits, the state of accounts and ledgers, and keys.
    Admin,
}

impl Scope {
    /// All of them.
    pub const ALL: [Scope; 5] = [Scope::Read, Scope::Write, Scope::Admin, Scope::PostOnly, Scope::Metrics];

    /// Its name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Write => "write",
            Scope::Admin => "admin",
            Scope::PostOnly => "post-only",
            Scope::Metrics => "metrics",
        }
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Scope, String> {
        let scope = Scope::ALL.into_iter().find(|scope| scope.word() == text);
        scope.ok_or_else(|| "a scope is read, write, admin, post-only or metrics".to_owned())
    }
}

/// Which ledgers a key is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// One ledger.
    Exactly(Name),
    /// All ledgers whose names begin so.
    Beginning(String),
}

impl Pattern {
    /// Every ledger.
    #[must_use]
    pub fn all() -> Pattern {
        Pattern::Beginning(String::new())
    }

    /// Whether a ledger of this name is meant. The system ledger never is.
    #[must_use]
    pub fn covers(&self, ledger: &str) -> bool {
        match self {
            Pattern::Exactly(name) => name.as_str() == ledger,
            Pattern::Beginning(beginning) => !ledger.starts_with('$') && ledger.starts_with(beginning.as_str()),
        }
    }

    fn is_all(&self) -> bool {
        matches!(self, Pattern::Beginning(beginning) if beginning.is_empty())
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pattern::Exactly(name) => name.fmt(f),
            Pattern::Beginning(beginning) => write!(f, "{beginning}*"),
        }
    }
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Pattern, String> {
        match text.strip_suffix('*') {
            Some("") => Ok(Pattern::all()),
            Some(beginning) => match Name::parse(beginning) {
                Ok(_) => Ok(Pattern::Beginning(beginning.to_owned())),
                Err(error) => Err(format!("{text:?} is no name of a ledger with a * behind it: {error}")),
            },
            None => Name::parse(text).map(Pattern::Exactly).map_err(|error| format!("{text:?}: {error}")),
        }
    }
}

/// The beginning of accounts' names, which ends at a `:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefix(String);

impl Prefix {
    /// Whether an account is below it.
    #[must_use]
    pub fn covers(&self, account: &str) -> bool {
        account.starts_with(&self.0)
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Prefix {
    type Err = String;

    fn from_str(text: &str) -> Result<Prefix, String> {
        let is_prefix = text.len() > 1 && text.len() < NAME_LENGTH_MAX && text.ends_with(':');
        if !is_prefix {
            return Err(format!("{text:?}: a prefix of accounts ends with a colon, such as users:42:"));
        }
        Name::parse(text).map_err(|error| format!("{text:?}: {error}"))?;
        Ok(Prefix(text.to_owned()))
    }
}

/// What a key may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// How much.
    pub scope: Scope,
    /// In which ledgers; at least one pattern.
    pub ledgers: Vec<Pattern>,
    /// Below which accounts; all of them where there is no prefix.
    pub accounts: Vec<Prefix>,
}

/// What a request needs of whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// To see how the server is: counts, and nothing of a ledger.
    Measure,
    /// To see something.
    Read,
    /// To submit something of which no more is shown than what was submitted.
    Submit,
    /// To see what it submitted itself.
    SeeOwn,
    /// To move money or open accounts.
    Write,
    /// To change what others rely on.
    Admin,
}

impl Access {
    /// Everything.
    #[must_use]
    pub fn all() -> Access {
        Access { scope: Scope::Admin, ledgers: vec![Pattern::all()], accounts: Vec::new() }
    }

    /// What it may do, if that can be.
    ///
    /// # Errors
    /// When there is no ledger in it, too much of anything, or a scope that has no use for prefixes of accounts.
    pub fn checked(self) -> Result<Access, String> {
        if self.ledgers.is_empty() {
            return Err("a key is for at least one ledger; * is all of them".to_owned());
        }
        if self.ledgers.len() > PATTERNS_MAX || self.accounts.len() > PATTERNS_MAX {
            return Err(format!("a key has at most {PATTERNS_MAX} patterns of ledgers and {PATTERNS_MAX} of accounts"));
        }
        if !self.accounts.is_empty() && !matches!(self.scope, Scope::Read | Scope::Write) {
            let scope = self.scope.word();
            return Err(format!("a key of scope {scope} has no prefixes of accounts; leave them out, or take write"));
        }
        Ok(self)
    }

    /// Whether it includes what a request needs, in a ledger that it covers.
    #[must_use]
    pub const fn includes(&self, need: Need) -> bool {
        match (self.scope, need) {
            (Scope::Admin, _)
            | (Scope::Write, Need::Measure | Need::Read | Need::SeeOwn | Need::Submit | Need::Write)
            | (Scope::Read, Need::Measure | Need::Read | Need::SeeOwn)
            | (Scope::PostOnly, Need::Submit | Need::SeeOwn)
            | (Scope::Metrics, Need::Measure) => true,
            (Scope::Write, Need::Admin)
            | (Scope::Read, Need::Submit | Need::Write | Need::Admin)
            | (Scope::PostOnly, Need::Measure | Need::Read | Need::Write | Need::Admin)
            | (Scope::Metrics, Need::Read | Need::SeeOwn | Need::Submit | Need::Write | Need::Admin) => false,
        }
    }

    /// Whether it is for a ledger of this name.
    #[must_use]
    pub fn covers_ledger(&self, ledger: &str) -> bool {
        self.ledgers.iter().any(|pattern| pattern.covers(ledger))
    }

    /// Whether it is for every ledger, and so for the server itself.
    #[must_use]
    pub fn covers_all(&self) -> bool {
        self.accounts.is_empty() && self.ledgers.iter().any(Pattern::is_all)
    }

    /// Whether it is for an account of this name.
    #[must_use]
    pub fn covers_account(&self, account: &str) -> bool {
        self.accounts.is_empty() || self.accounts.iter().any(|prefix| prefix.covers(account))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cover_names_and_never_the_system_ledger() {
        for (pattern, ledger, covers) in [
            ("shop", "shop", true),
            ("shop", "shop-2", false),
            ("shop-*", "shop-2", true),
            ("shop-*", "shop-", true),
            ("shop-*", "shop", false),
            ("*", "anything", true),
            ("*", "$system", false),
        ] {
            let parsed: Pattern = pattern.parse().expect(pattern);
            assert_eq!(parsed.covers(ledger), covers, "{pattern} {ledger}");
            assert_eq!(parsed.to_string(), pattern);
        }
        for wrong in ["", "$system", "$*", "a*b", "**", "a b", "sh op*"] {
            assert!(wrong.parse::<Pattern>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn prefixes_end_at_a_colon() {
        let prefix: Prefix = "users:4:".parse().expect("a prefix");
        assert!(prefix.covers("users:4:savings"));
        assert!(!prefix.covers("users:42:savings") && !prefix.covers("users:4"));
        for wrong in ["", ":", "users", "users:4", "us ers:", "$:"] {
            assert!(wrong.parse::<Prefix>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_each_scope_includes() {
        let needs = [Need::Measure, Need::Read, Need::SeeOwn, Need::Submit, Need::Write, Need::Admin];
        for (scope, includes) in [
            (Scope::Read, [true, true, true, false, false, false]),
            (Scope::Write, [true, true, true, true, true, false]),
            (Scope::Admin, [true, true, true, true, true, true]),
            (Scope::PostOnly, [false, false, true, true, false, false]),
            (Scope::Metrics, [true, false, false, false, false, false]),
        ] {
            let access = Access { scope, ..Access::all() };
            assert_eq!(needs.map(|need| access.includes(need)), includes, "{scope:?}");
            assert_eq!(scope.word().parse(), Ok(scope));
        }
    }
}
