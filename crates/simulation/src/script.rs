//! What simulated clients send: every kind of command, few names, ids used again.

use ducat_domain::ledger::command::{CommandId, Redact, RedactOf};
use ducat_domain::ledger::terms::{
    AccountChange, AccountTerms, AssetTerms, Expectation, ImplicitAccounts, LedgerRules, LedgerTerms, Limits, Metadata,
    Ranking, ZeroAmounts,
};
use ducat_domain::ledger::transaction::{Draw, Part, Source, Timing, Transaction, Transfer};
use ducat_domain::money::{Amount, Balance};
use ducat_domain::names::{Name, Party};
use ducat_domain::numbers::{Id, Timestamp};
use ducat_domain::points::{self, Adjustment, Earning, Holding, Order, Program};
use ducat_domain::{Action, Command, Item};
use fastrand::Rng;

pub(super) struct Script {
    server_ids: u128,
    client_ids: u128,
    terms: LedgerTerms,
    sent: Vec<Command>,
    archived: bool,
}

/// # Panics
/// When the text is not a name; these are.
fn name(text: &str) -> Name {
    Name::parse(text).expect("a name of the script")
}

fn account(rng: &mut Rng) -> Name {
    if rng.u8(..6) == 0 { Name::world() } else { name(&format!("a{}", rng.u8(..6))) }
}

/// Two ids in three are in order of time.
fn spread(number: u128) -> Id {
    let high = if number.is_multiple_of(3) { 0xF000 } else { 0x019A };
    Id((high << 112) + number)
}

fn limit(rng: &mut Rng) -> Option<Balance> {
    [None, Balance::new(0), Balance::new(-50), Balance::new(300)][rng.usize(..4)]
}

fn source(rng: &mut Rng) -> Source {
    let draw = |rng: &mut Rng| Draw { account: account(rng), keep: limit(rng) };
    match rng.u8(..6) {
        0 => Source::InOrder { first: draw(rng), then: (0..rng.usize(..4)).map(|_| draw(rng)).collect() },
        _ => Source::One(account(rng)),
    }
}

/// # Panics
/// When the text is not a party's name; these are.
fn party(text: &str) -> Party {
    Party::parse(text).expect("a name of the script")
}

fn member(rng: &mut Rng) -> Party {
    party(["mary", "marc"][usize::from(rng.u8(..4) == 0)])
}

fn holding(rng: &mut Rng) -> Holding {
    Holding::new(member(rng), party(["A", "B", "C"][rng.usize(..3)]))
}

fn open_account(rng: &mut Rng) -> Action {
    Action::OpenAccount(AccountTerms {
        name: account(rng),
        asset: (rng.u8(..4) != 0).then(|| name("USD")),
        limits: Limits { min: limit(rng), max: None },
        metadata: Metadata::default(),
    })
}

fn change_account(rng: &mut Rng) -> Action {
    Action::ChangeAccount(AccountChange {
        name: account(rng),
        asset: Some(name("USD")),
        min: rng.bool().then(|| limit(rng)),
        max: (rng.u8(..4) == 0).then(|| Balance::new(500)),
        metadata: None,
        frozen: (rng.u8(..3) == 0).then(|| rng.bool()),
        closed: (rng.u8(..3) == 0).then(|| rng.bool()),
    })
}

fn expectation(rng: &mut Rng) -> Expectation {
    let metadata = Metadata::new((rng.u8(..8) == 0).then(|| ("k".to_owned(), "v".to_owned())));
    Expectation { account: account(rng), metadata, frozen: None, closed: Some(rng.u8(..8) == 0), limits: Vec::new() }
}

impl Script {
    pub fn new(rng: &mut Rng) -> Script {
        let terms = LedgerTerms {
            default_asset: None,
            assets: vec![AssetTerms { code: name("USD"), scale: 2 }],
            rules: LedgerRules {
                implicit_accounts: if rng.bool() { ImplicitAccounts::Opened } else { ImplicitAccounts::Refused },
                zero_amounts: if rng.bool() { ZeroAmounts::Record } else { ZeroAmounts::Refuse },
                ranking: if rng.bool() { Ranking::ByEntries } else { Ranking::None },
            },
        };
        Script { server_ids: 0x0200 << 112, client_ids: 0, terms, sent: Vec::new(), archived: false }
    }

    /// A fresh id, in order of time or anywhere.
    fn fresh_id(&mut self) -> Id {
        self.client_ids += 1;
        spread(self.client_ids)
    }

    /// One of the last ids, used or not: of a hold, of a transaction, of the wrong thing.
    fn recent_id(&mut self, rng: &mut Rng) -> Id {
        let back = u128::from(rng.u8(..24));
        spread(self.client_ids.saturating_sub(back))
    }

    pub fn item(&mut self, rng: &mut Rng) -> Item {
        match rng.u8(..12) {
            0 => Item::DryRun(self.command(rng)),
            1 => Item::Atomic(
                (0..1 + rng.usize(..4))
                    .map(|_| {
                        if rng.u8(..8) == 0 {
                            self.server_ids += 1;
                            let id = CommandId::Server(Id(self.server_ids));
                            return Command::new(id, Action::Expect(expectation(rng)));
                        }
                        if rng.u8(..6) == 0 {
                            let action = if rng.bool() { open_account(rng) } else { change_account(rng) };
                            return Command::new(CommandId::Client(self.fresh_id()), action);
                        }
                        let transaction = Action::Transact(self.transaction(rng));
                        let id = if rng.u8(..8) == 0 { self.recent_id(rng) } else { self.fresh_id() };
                        Command::new(CommandId::Client(id), transaction)
                    })
                    .collect(),
            ),
            // The same again, as a client does that got no response.
            2 if !self.sent.is_empty() => Item::Single(self.sent[rng.usize(..self.sent.len())].clone()),
            _ => {
                let command = self.command(rng);
                if matches!(command.id, CommandId::Client(_)) {
                    self.sent.push(command.clone());
                }
                Item::Single(command)
            }
        }
    }

    fn command(&mut self, rng: &mut Rng) -> Command {
        let action = self.action(rng);
        let by_server = matches!(action, Action::ExpireHold { .. }) || rng.u8(..8) == 0;
        self.server_ids += 1;
        let id = match (by_server, rng.u8(..8)) {
            (true, _) => CommandId::Server(Id(self.server_ids)),
            (false, 0) => CommandId::Client(self.recent_id(rng)),
            (false, _) => CommandId::Client(self.fresh_id()),
        };
        Command::new(id, action)
    }

    fn action(&mut self, rng: &mut Rng) -> Action {
        // An archived ledger refuses nearly everything, which is soon seen enough of.
        if self.archived && rng.u8(..4) == 0 {
            self.archived = false;
            return Action::SetArchived { archived: false };
        }
        match rng.u8(..34) {
            0 | 1 => Action::OpenLedger(self.terms.clone()),
            // No account has a limit in it, so its scale changes until the first posting.
            2 if rng.bool() => match rng.bool() {
                true => Action::AddAsset(AssetTerms { code: name("XTS"), scale: 0 }),
                false => Action::RescaleAsset(AssetTerms { code: name("XTS"), scale: rng.u8(..3) }),
            },
            2 => Action::AddAsset(AssetTerms { code: name("EUR"), scale: rng.u8(..2) }),
            3..=5 => open_account(rng),
            6 => change_account(rng),
            7 | 8 => {
                let amount = rng.bool().then(|| Amount::new(u128::from(rng.u8(..))));
                Action::PostHold { hold: self.recent_id(rng), amount }
            }
            9 => Action::VoidHold { hold: self.recent_id(rng) },
            10 => Action::ExpireHold { hold: self.recent_id(rng) },
            11 => {
                let amount = Amount::new(u128::from(rng.u8(..40)));
                let part = match rng.u8(..4) {
                    0 => Part::Amount(amount),
                    1 => Part::Postings(vec![(u32::from(rng.u8(..2)), amount)]),
                    _ => Part::Rest,
                };
                Action::Reverse { original: self.recent_id(rng), part }
            }
            12 if rng.bool() => Action::SetDefaultAsset { asset: name(["USD", "EUR"][usize::from(rng.bool())]) },
            12 => Action::Expect(expectation(rng)),
            22 if rng.bool() => self.redact(rng),
            13 if rng.u8(..4) == 0 => {
                self.archived = true;
                Action::SetArchived { archived: true }
            }
            13 => Action::Defer { request: rng.u8(..4).to_be_bytes().into() },
            14..=21 => Action::from(self.on_points(rng)),
            _ => Action::Transact(self.transaction(rng)),
        }
    }

    /// Which effects have the texts is read when it is sent.
    fn redact(&mut self, rng: &mut Rng) -> Action {
        let of = match rng.u8(..6) {
            0 => RedactOf::Account(account(rng)),
            1 => RedactOf::Earlier(account(rng)),
            _ => RedactOf::Transaction(self.recent_id(rng)),
        };
        Action::Redact(Redact { of, effects: Vec::new(), reason: "why".to_owned() })
    }

    fn on_points(&mut self, rng: &mut Rng) -> points::Action {
        const DAY_MICROS: i64 = 86_400_000_000;
        let points = Amount::new(u128::from(rng.u8(..)));
        match rng.u8(..10) {
            0 => points::Action::SetProgram(Program {
                asset: name(["USD", "EUR"][usize::from(rng.u8(..8) == 0)]),
                order: if rng.u8(..8) == 0 { Order::Expiring } else { Order::Earned },
                lifetime_days: rng.bool().then(|| rng.u32(1..40)),
                pending_days: 0,
            }),
            1..5 => {
                let earned_at = rng.bool().then(|| Timestamp(1_800_000_000_000_000 - rng.i64(0..50) * DAY_MICROS));
                let (holding, metadata) = (holding(rng), Metadata::default());
                points::Action::Earn(Earning { holding, points, earned_at, expires_at: None, metadata })
            }
            5 => points::Action::Adjust(Adjustment { holding: holding(rng), points, metadata: Metadata::default() }),
            6..9 => points::Action::Spend { member: member(rng), points },
            _ => points::Action::Refund { spend: self.recent_id(rng), points: rng.bool().then_some(points) },
        }
    }

    fn transaction(&mut self, rng: &mut Rng) -> Transaction {
        let postings = (0..1 + rng.usize(..3)).map(|_| Transfer {
            source: source(rng),
            destination: account(rng),
            asset: match rng.u8(..8) {
                0 => None,
                1 => Some(name("EUR")),
                2 if rng.bool() => Some(name(["GBP", "XTS"][usize::from(rng.bool())])),
                _ => Some(name("USD")),
            },
            amount: match rng.u8(..30) {
                0 => Amount::ZERO,
                1 => Amount::new(10u128.pow(36)),
                _ => Amount::new(u128::from(rng.u8(..))),
            },
        });
        Transaction {
            postings: postings.collect(),
            timing: match rng.u8(..4) {
                0 => Timing::Pending { timeout_s: rng.bool().then(|| rng.u64(..20)) },
                _ => Timing::Posted,
            },
            effective_at: (rng.u8(..5) == 0).then(|| Timestamp(rng.i64(0..1_800_000_000_000_000))),
            description: (rng.u8(..4) == 0).then(|| "what for".to_owned()),
            reference: (rng.u8(..8) == 0).then(|| format!("r{}", rng.u8(..20))),
            metadata: Metadata::default(),
        }
    }
}
