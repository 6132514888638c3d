//! Points on every store: random histories, held to the oracle; and the same numbers on each of them.

use std::collections::BTreeMap;

use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::terms::Metadata;
use ducat_domain::money::Amount;
use ducat_domain::names::Party;
use ducat_domain::numbers::{AccountNo, Id, Timestamp};
use ducat_domain::points::oracle::{OpenLot, Oracle, Payer};
use ducat_domain::points::{self, Adjustment, Earning, Fact, Fate, Holding, LotKey, Order, Program};
use ducat_domain::products::{AnyRejection, points_fact};
use ducat_domain::{Action, Command, Item, ItemOutcome, Outcome, Rejection};
use fastrand::Rng;

use crate::{START, Subject, Writer, memory, name, postgres_alone, sqlite};

const DAY_MICROS: i64 = 86_400_000_000;

pub fn party(text: &str) -> Party {
    Party::parse(text).expect("a party")
}

fn holding(member: usize, payer: Payer) -> Holding {
    Holding::new(party(&format!("m{member}")), party(&payer.to_string()))
}

pub fn program(order: Order) -> Program {
    Program { asset: name("PTS"), order, lifetime_days: None, pending_days: 0 }
}

/// What a spend took and was not given back yet, in order.
type Taken = Vec<(Payer, LotKey, u128)>;

/// What one member did and has, as the oracle derives it.
struct Member {
    rng: Rng,
    oracle: Oracle,
    spends: Vec<(Id, Taken)>,
    payers: BTreeMap<AccountNo, Payer>,
    steps: usize,
    /// The most that it spends at once.
    spend_max: u128,
}

/// What a member asks for next, and what must come of it.
#[derive(Debug)]
enum Step {
    Earn(Payer, u128),
    Adjust(Payer, u128),
    Spend(u128),
    Refund(usize, u128),
    Close(OpenLot),
}

impl Member {
    fn account(&self, payer: Payer) -> Option<AccountNo> {
        self.payers.iter().find(|(_, known)| **known == payer).map(|(no, _)| *no)
    }

    fn ask(&mut self, member: usize, now: Timestamp) -> Option<(Step, points::Action)> {
        self.steps = self.steps.checked_sub(1)?;
        // Few points a spend, and most are kept: then most are of one payer, so that its lots are many.
        let few = self.spend_max < 100;
        let payer = if few && self.rng.u8(..4) > 0 { 'A' } else { ['A', 'B', 'C'][self.rng.usize(..3)] };
        let points = |points| Amount::new(points);
        Some(match self.rng.u8(..10) {
            0..4 => {
                let amount = self.rng.u128(1..100);
                let earned_at = Timestamp(START.0 + self.rng.i64(-20..20) * DAY_MICROS);
                let expires_at = self.rng.bool().then(|| earned_at.plus_micros(self.rng.i64(0..60) * DAY_MICROS));
                let earning = Earning {
                    holding: holding(member, payer),
                    points: points(amount),
                    earned_at: Some(earned_at),
                    expires_at,
                    metadata: Default::default(),
                };
                (Step::Earn(payer, amount), points::Action::Earn(earning))
            }
            4 => {
                let amount = self.rng.u128(1..120);
                let adjustment = Adjustment {
                    holding: holding(member, payer),
                    points: points(amount),
                    metadata: Metadata::default(),
                };
                (Step::Adjust(payer, amount), points::Action::Adjust(adjustment))
            }
            5..8 => {
                let amount = self.rng.u128(1..self.spend_max);
                let member = party(&format!("m{member}"));
                (Step::Spend(amount), points::Action::Spend { member, points: points(amount) })
            }
            8 => {
                let as_of = now.plus_micros(self.rng.i64(0..40) * DAY_MICROS);
                let due = self.oracle.lots.iter().filter(|lot| lot.expires_at.is_some_and(|at| at <= as_of));
                let due: Vec<OpenLot> = due.copied().collect();
                let lot = *self.rng.choice(&due)?;
                let purse = self.account(lot.payer)?;
                (Step::Close(lot), points::Action::Close { purse, lot: lot.key, as_of })
            }
            _ => {
                let place = self.rng.usize(..self.spends.len().max(1));
                let (id, deductions) = self.spends.get(place)?;
                let amount = self.rng.u128(1..=deductions.iter().map(|one| one.2).sum());
                (Step::Refund(place, amount), points::Action::Refund { spend: *id, points: Some(points(amount)) })
            }
        })
    }

    /// Compares the outcome of a step, and lets the oracle do it too.
    fn compare(&mut self, step: Step, id: Id, outcome: &Outcome, fact: Option<&Fact>, place: &str) {
        let insufficient = matches!(
            outcome,
            Outcome::Refused(Rejection::Product(AnyRejection::Points(points::Rejection::InsufficientPoints { .. })))
        );
        match (step, fact) {
            (Step::Earn(payer, points), Some(Fact::Earned { purse, lot, fate })) => {
                self.payers.insert(*purse, payer);
                match fate {
                    Fate::Open(_) => {
                        let (key, expires_at) = (lot.lot.key, lot.expires_at);
                        self.oracle.lots.push(OpenLot { payer, key, points, expires_at });
                    }
                    Fate::Lost => self.oracle.lost += points,
                    Fate::Pending(_) => panic!("{place}: nothing is delayed here"),
                }
            }
            (Step::Adjust(payer, points), fact) => {
                let done = self.oracle.adjust(payer, points);
                assert_eq!((done, !done), (matches!(fact, Some(Fact::Adjusted { .. })), insufficient), "{place}");
            }
            (Step::Spend(points), fact) => {
                let expected = self.oracle.spend(points);
                let found = match fact {
                    Some(Fact::Spent { deductions, .. }) => {
                        let one = |one: &points::Deduction<AccountNo>| {
                            (self.payers[&one.payer], one.lot, one.points.minor_units())
                        };
                        Some(deductions.iter().map(one).collect::<Vec<_>>())
                    }
                    _ => None,
                };
                assert_eq!(found, expected, "{place}: {outcome:?}");
                assert_eq!(found.is_none(), insufficient, "{place}: {outcome:?}");
                self.spends.extend(found.map(|deductions| (id, deductions)));
            }
            (Step::Refund(spend, points), Some(Fact::Refunded { .. })) => {
                let deductions = &mut self.spends[spend].1;
                self.oracle.refund(deductions, points);
                let mut rest = points;
                while rest > 0 {
                    let Some(last) = deductions.last_mut() else { break };
                    let back = last.2.min(rest);
                    rest -= back;
                    last.2 -= back;
                    if last.2 == 0 {
                        deductions.pop();
                    }
                }
                if self.spends[spend].1.is_empty() {
                    self.spends.swap_remove(spend);
                }
            }
            (Step::Close(lot), Some(Fact::Closed { .. })) => self.oracle.close(lot.payer, lot.key),
            (step, fact) => panic!("{place}: {step:?}: {outcome:?}, {fact:?}"),
        }
    }
}

/// Every member's next step is in one batch, so each batch has thousands, and every member its own history.
fn histories(
    subject: Subject,
    order: Order,
    (members, steps, spend_max): (usize, std::ops::Range<usize>, u128),
    forgets: i64,
) -> ([u8; 32], u64) {
    let kind = subject.kind;
    let mut writer = Writer::new(subject, "points");
    writer.working = writer.working.with_rows_max(members);
    writer.open_ledger(&[("PTS", 0)]);
    writer.act(Action::from(points::Action::SetProgram(program(order))));
    let mut all: Vec<Member> = (0..members)
        .map(|seed| {
            let mut rng = Rng::with_seed(seed as u64);
            let steps = rng.usize(steps.clone());
            let (oracle, spends, payers) = (Oracle::default(), Vec::new(), BTreeMap::new());
            Member { rng, oracle, spends, payers, steps, spend_max }
        })
        .collect();
    let mut ids = (0x019B << 112) + u128::from(order == Order::Expiring);
    while all.iter().any(|member| member.steps > 0) {
        for (first, chunk) in all.chunks_mut(8_000).enumerate().map(|(place, chunk)| (place * 8_000, chunk)) {
            let mut steps = Vec::new();
            for (place, member) in chunk.iter_mut().enumerate() {
                // Some do several things in one batch.
                for _ in 0..1 + member.rng.usize(..3) / 2 {
                    if let Some((step, action)) = member.ask(first + place, writer.at) {
                        ids += 1;
                        steps.push((place, step, Command::new(CommandId::Client(Id(ids)), Action::from(action))));
                        // What comes of a refund or a closing decides what can be asked next.
                        if !matches!(steps.last(), Some((_, Step::Earn(..) | Step::Adjust(..) | Step::Spend(_), _))) {
                            break;
                        }
                    }
                }
            }
            let items: Vec<Item> = steps.iter().map(|(.., command)| Item::Single(command.clone())).collect();
            let (outcomes, delta) = writer.decide(&items);
            let effects = delta.as_ref().map(|delta| delta.effects.clone()).unwrap_or_default();
            for ((place, step, command), outcome) in steps.into_iter().zip(outcomes) {
                let ItemOutcome::Single(outcome) = outcome else { panic!("one command, one outcome") };
                let fact = match outcome {
                    Outcome::Done { first, count } => effects[first..first + count].iter().find_map(points_fact),
                    _ => None,
                };
                let place_of = format!("{kind}, {order:?}, member {}", first + place);
                chunk[place].compare(step, command.id.id(), &outcome, fact, &place_of);
            }
            if let Some(delta) = delta {
                writer.subject.store.commit(&[delta]).expect("it commits");
            }
            writer.working.trim();
            if writer.at.0 / 60_000_000 % forgets == 0 {
                writer.forget();
            }
        }
    }
    let report = ducat_store::verify::verify(writer.subject.reader.as_ref(), &mut |_| {}).expect("it can be read");
    assert!(report.is_clean(), "{kind}: {:?}", &report.differences[..report.differences.len().min(5)]);
    let open: usize = all.iter().map(|member| member.oracle.lots.len()).sum();
    assert_eq!(report.lots, open as u64, "{kind}");
    (writer.working.head().hash, report.lots)
}

/// Out of order, late, negative, ties, refunds, expiry: what the oracle finds by sorting, on every store, with the same
/// hash.
#[test]
fn ten_thousand_histories_equal_the_oracle_on_every_store() {
    for (order, members) in [(Order::Earned, 6_000), (Order::Expiring, 4_000)] {
        on_every_store(order, (members, 5..40, 300));
    }
}

/// The same with hundreds of lots a purse: most have rows of their own, and are read a few at a time.
#[test]
fn long_histories_equal_the_oracle_on_every_store() {
    for order in [Order::Earned, Order::Expiring] {
        on_every_store(order, (24, 300..450, 60));
    }
}

fn on_every_store(order: Order, kind: (usize, std::ops::Range<usize>, u128)) {
    let expected = histories(memory(), order, kind.clone(), 7);
    // Whatever is in memory, the facts are the same.
    assert_eq!(histories(memory(), order, kind.clone(), 1), expected);
    assert_eq!(histories(sqlite(), order, kind.clone(), 13), expected);
    assert_eq!(histories(postgres_alone(), order, kind, 7), expected);
}

/// A ledger that keeps points, and commands for it.
struct Turns<'a> {
    writer: &'a mut crate::Writer,
    ids: u128,
}

impl Turns<'_> {
    /// Asks for all of it in one turn, nothing being known before.
    fn turn(&mut self, actions: Vec<Action>) -> (Vec<Id>, Vec<String>) {
        let ids: Vec<Id> = actions.iter().map(|_| self.fresh()).collect();
        let items: Vec<Item> = ids
            .iter()
            .zip(actions)
            .map(|(id, action)| Item::Single(Command::new(CommandId::Client(*id), action)))
            .collect();
        self.writer.forget();
        let outcomes = self.writer.run(&items);
        let said = outcomes.into_iter().map(|outcome| match outcome {
            ItemOutcome::Single(Outcome::Done { .. }) => "done".to_owned(),
            ItemOutcome::Single(Outcome::Refused(rejection)) => rejection.code().to_owned(),
            other => format!("{other:?}"),
        });
        (ids, said.collect())
    }

    fn fresh(&mut self) -> Id {
        self.ids += 1;
        Id((0x019C << 112) + self.ids)
    }
}

fn earn(payer: &str, points: u128, earned_at: Option<i64>) -> Action {
    Action::from(points::Action::Earn(Earning {
        holding: Holding::new(party("mary"), party(payer)),
        points: Amount::new(points),
        earned_at: earned_at.map(|minutes| START.plus_micros(minutes * 60_000_000)),
        expires_at: None,
        metadata: Default::default(),
    }))
}

fn spend(points: u128) -> Action {
    Action::from(points::Action::Spend { member: party("mary"), points: Amount::new(points) })
}

fn refund(spend: Id, points: u128) -> Action {
    Action::from(points::Action::Refund { spend, points: Some(Amount::new(points)) })
}

fn in_turns(story: impl Fn(&mut Turns<'_>)) {
    crate::on_every_store(|writer| {
        writer.open_ledger(&[("PTS", 0), ("EUR", 2)]);
        story(&mut Turns { writer, ids: 0 });
    });
}

fn begin() -> Action {
    Action::from(points::Action::SetProgram(program(Order::Earned)))
}

/// Each refund goes on where the one before it ended, in one turn too.
#[test]
fn refunds_of_one_spend_in_one_turn() {
    in_turns(|turns| {
        // Forty lots of two payers: most have rows of their own.
        let earnings = (0..40).map(|place| earn(["A", "B"][usize::from(place >= 20)], 10, Some(place)));
        turns.turn(std::iter::once(begin()).chain(earnings).collect());
        let (ids, said) = turns.turn(vec![spend(300)]);
        assert_eq!(said, ["done"]);
        let of = ids[0];
        // What is spent now moves the place far away from what is given back.
        turns.turn((0..100).map(|place| earn("A", 1, Some(100 + place))).collect());
        let (_, said) = turns.turn(vec![refund(of, 60), refund(of, 90), refund(of, 150), refund(of, 1)]);
        assert_eq!(said, ["done", "done", "done", "exceeds_spend"]);
        let (_, said) = turns.turn(vec![spend(500), spend(1)]);
        assert_eq!(said, ["done", "insufficient_points"]);
    });
}

/// Accounts that are named as those of points keep a ledger from beginning to keep them, from whatever turn they are.
#[test]
fn accounts_of_that_name_come_first() {
    in_turns(|turns| {
        let transfer = Action::Transact(crate::transaction("world", "points:members:mary:A", 5));
        let Action::Transact(mut transfer) = transfer else { panic!("a transfer") };
        transfer.postings[0].asset = Some(name("EUR"));
        let (_, said) = turns.turn(vec![Action::Transact(transfer), begin(), earn("A", 5, None)]);
        assert_eq!(said, ["done", "account_exists", "program_not_found"]);
        let (_, said) = turns.turn(vec![begin(), earn("A", 5, None)]);
        assert_eq!(said, ["account_exists", "program_not_found"]);
    });
}

/// As many payers as a member may have are drawn on by one spend, nothing of them being known before.
#[test]
fn a_member_of_many_payers() {
    in_turns(|turns| {
        let earnings = (0..1_024).map(|payer| earn(&format!("P{payer}"), 1, Some(payer)));
        turns.turn(std::iter::once(begin()).chain(earnings).collect());
        let (_, said) = turns.turn(vec![earn("one more", 1, None), earn("P7", 1, None), spend(1_024), spend(2)]);
        assert_eq!(said, ["too_many_payers", "done", "done", "insufficient_points"]);
    });
}

/// A spend of as many lots as there may be, and of one more.
#[test]
fn a_spend_of_many_lots() {
    in_turns(|turns| {
        turns.turn(std::iter::once(begin()).chain((0..8_000).map(|place| earn("A", 1, Some(place)))).collect());
        turns.turn((8_000..16_000).map(|place| earn("B", 1, Some(place))).collect());
        turns.turn((16_000..24_000).map(|place| earn("A", 1, Some(place))).collect());
        let (_, said) = turns.turn(vec![spend(8_193), spend(8_192), spend(8_192), spend(7_616), spend(1)]);
        assert_eq!(said, ["too_many_lots", "done", "done", "done", "insufficient_points"]);
    });
}

/// What gets the date of its recording is behind what has one of its own, in one turn too.
#[test]
fn earnings_with_and_without_dates_in_one_turn() {
    in_turns(|turns| {
        turns.turn(vec![begin(), earn("A", 100, Some(-1_000))]);
        turns.turn(vec![spend(100)]);
        let (_, said) = turns.turn(vec![earn("A", 50, None), earn("A", 30, Some(1)), earn("A", 7, Some(-2_000))]);
        assert_eq!(said, ["done", "done", "done"]);
        let (_, said) = turns.turn(vec![spend(87), spend(1)]);
        assert_eq!(said, ["done", "insufficient_points"]);
    });
}
