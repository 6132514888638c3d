//! The rules as tables, and random histories against an oracle that sorts everything again for every question.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::oracle::{OpenLot, Oracle, Payer};
use super::*;
use crate::money::Amount;
use crate::numbers::{Seq, Timestamp};

/// The same by the rules, which see no more lots than they ask for.
#[derive(Debug, Default)]
struct Member {
    order: Order,
    lots: BTreeMap<Payer, BTreeMap<LotKey, u128>>,
    purses: BTreeMap<Payer, Purse>,
    lost: u128,
    arrivals: u64,
}

impl Member {
    /// So many lots before a purse's place, and so many from it on.
    fn window(&self, payer: Payer, (before, after): (usize, usize)) -> Window {
        let none = BTreeMap::new();
        let lots = self.lots.get(&payer).unwrap_or(&none);
        let place = self.purses.get(&payer).and_then(|purse| purse.place).map(|place| place.lot);
        let split = place.map_or(lots.len(), |place| lots.range(..place).count());
        let (from, to) = (split.saturating_sub(before), (split + after).min(lots.len()));
        let some: Vec<Lot> = lots.iter().skip(from).take(to - from).map(lot).collect();
        let first = place.unwrap_or(LotKey::MAX);
        let edge = |is_all: bool, lot: Option<&Lot>| (!is_all).then(|| lot.map_or(first, |lot| lot.key));
        Window::new(some.clone(), edge(from == 0, some.first()), edge(to == lots.len(), some.last()))
    }

    /// Asks a rule again, with more lots each time that it needs them.
    fn ask<T>(&self, rule: impl Fn(&BTreeMap<Payer, (Purse, &Window)>) -> Result<T, Beyond>) -> T {
        let mut width = (0, 1);
        loop {
            let windows: BTreeMap<Payer, Window> =
                self.purses.keys().map(|payer| (*payer, self.window(*payer, width))).collect();
            let purses = self.purses.iter().map(|(payer, purse)| (*payer, (*purse, &windows[payer])));
            match rule(&purses.collect()) {
                Ok(answer) => return answer,
                Err(Beyond::Before) => width.0 = width.0 * 2 + 1,
                Err(Beyond::After) => width.1 *= 2,
            }
            assert!(width.0 < 100_000 && width.1 < 100_000, "a rule is never satisfied");
        }
    }

    fn ask_of<T>(&self, payer: Payer, rule: impl Fn(Purse, &Window) -> Result<T, Beyond>) -> T {
        self.ask(|purses| purses.get(&payer).map(|(purse, window)| rule(*purse, window)).expect("it is there"))
    }

    fn earn(&mut self, payer: Payer, points: u128, earned_at: i64, expires_at: Option<i64>) -> LotKey {
        self.arrivals += 1;
        let expires_at = expires_at.map(Timestamp);
        let key = LotKey::new(self.order, Timestamp(earned_at), expires_at, Seq(self.arrivals));
        self.purses.entry(payer).or_default();
        let last = self.lots.get(&payer).and_then(|lots| lots.last_key_value()).map(|(key, _)| *key);
        let lot = Lot { key, points: Amount::new(points) };
        let after = self.ask_of(payer, |purse, window| purse.earn(window, lot, last));
        self.purses.insert(payer, after);
        self.lots.entry(payer).or_default().insert(key, points);
        key
    }

    fn left(&self, payer: Payer) -> u128 {
        let all: u128 = self.lots.get(&payer).map_or(0, |lots| lots.values().sum());
        all - self.purses.get(&payer).map_or(0, |purse| purse.used.minor_units())
    }

    fn adjust(&mut self, payer: Payer, points: u128) -> bool {
        if self.left(payer) < points {
            return false;
        }
        let (after, _) = self.ask_of(payer, |purse, window| purse.advance(window, Amount::new(points)));
        self.purses.insert(payer, after);
        true
    }

    fn spend(&mut self, points: u128) -> Option<Vec<Deduction<Payer>>> {
        let spent = self.ask(|purses| match spend(purses, Amount::new(points)) {
            Ok(spent) => Ok(Some(spent)),
            Err(SpendError::Insufficient { .. }) => Ok(None),
            Err(SpendError::Beyond(beyond)) => Err(beyond),
        })?;
        self.purses.extend(spent.purses);
        Some(spent.deductions)
    }

    fn close(&mut self, payer: Payer, key: LotKey) {
        let points = self.lots.get(&payer).and_then(|lots| lots.get(&key)).copied().expect("an open lot");
        let lot = Lot { key, points: Amount::new(points) };
        let (after, closed) = self.ask_of(payer, |purse, window| purse.close(window, lot));
        self.purses.insert(payer, after);
        self.lost += closed.left.minor_units();
        self.lots.get_mut(&payer).expect("it has lots").remove(&key);
    }

    fn refund(&mut self, deductions: &[Deduction<Payer>], points: u128) {
        let is_open = |payer: Payer, lot: LotKey| self.lots.get(&payer).is_some_and(|lots| lots.contains_key(&lot));
        let refund = self.ask(|purses| refund(purses, deductions, Amount::new(points), is_open));
        self.lost += refund.lost.values().map(|lost| lost.minor_units()).sum::<u128>();
        self.purses.extend(refund.purses);
    }

    /// What is left of each lot of a payer, by its place alone.
    fn lots_left(&self, payer: Payer) -> Vec<(LotKey, u128)> {
        let Some(place) = self.purses.get(&payer).and_then(|purse| purse.place) else { return Vec::new() };
        let from = self.lots.get(&payer).map(|lots| lots.range(place.lot..)).into_iter().flatten();
        from.map(
            |(key, points)| if *key == place.lot { (*key, points - place.used.minor_units()) } else { (*key, *points) },
        )
        .collect()
    }
}

fn lot((key, points): (&LotKey, &u128)) -> Lot {
    Lot { key: *key, points: Amount::new(*points) }
}

/// What a spend took, a payer after the other.
fn told(deductions: &[Deduction<Payer>]) -> String {
    let payer = |(payer, lots): (Payer, Vec<Lot>)| {
        format!("{payer} -{}", lots.iter().map(|lot| lot.points.minor_units()).sum::<u128>())
    };
    by_payer(deductions).into_iter().map(payer).collect::<Vec<_>>().join(", ")
}

/// Runs a table, a line a step: `A 300 @10`, `A -200`, `spend 250 -> A -100, B -150`, `left -> A 0, B 50`.
fn check(order: Order, table: &str) -> Member {
    let mut member = Member { order, ..Member::default() };
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (step, expected) = line.split_once(" -> ").unwrap_or((line, ""));
        let words: Vec<&str> = step.split_whitespace().collect();
        let number = |word: &str| word.trim_start_matches(['@', '!']).parse::<i64>().expect("a number");
        let said = match words.as_slice() {
            ["spend", points] => match member.spend(number(points).unsigned_abs().into()) {
                Some(deductions) => told(&deductions),
                None => "insufficient".to_owned(),
            },
            ["left"] => {
                let payers: Vec<Payer> = member.purses.keys().copied().collect();
                payers.iter().map(|payer| format!("{payer} {}", member.left(*payer))).collect::<Vec<_>>().join(", ")
            }
            [payer, points, rest @ ..] => {
                let payer = payer.chars().next().expect("a payer");
                match number(points) {
                    points if points < 0 => match member.adjust(payer, points.unsigned_abs().into()) {
                        true => String::new(),
                        false => "insufficient".to_owned(),
                    },
                    points => {
                        let date = |mark| rest.iter().find(|word| word.starts_with(mark)).map(|word| number(word));
                        member.earn(payer, points.unsigned_abs().into(), date('@').expect("a date"), date('!'));
                        String::new()
                    }
                }
            }
            _ => panic!("{line}"),
        };
        assert_eq!(said, expected.trim(), "{line}");
    }
    member
}

#[test]
fn the_worked_example_in_both_orders_of_arrival() {
    check(
        Order::Earned,
        "
        D 300 @10
        U 200 @11
        D -200
        M 10000 @20
        D 1000 @30
        spend 5000 -> D -100, U -200, M -4700
        left -> D 1000, M 5300, U 0
        ",
    );
    check(
        Order::Earned,
        "
        D 1000 @30
        U 200 @11
        D -200
        M 10000 @20
        D 300 @10
        spend 5000 -> D -100, U -200, M -4700
        left -> D 1000, M 5300, U 0
        ",
    );
}

#[test]
fn the_oldest_are_spent_first_whenever_they_arrive() {
    check(
        Order::Earned,
        "
        A 300 @10
        B 200 @11
        A -200
        spend 250 -> A -100, B -150
        left -> A 0, B 50
        A -1 -> insufficient
        spend 51 -> insufficient
        left -> A 0, B 50
        spend 50 -> B -50
        B 10 @5
        A 10 @5
        A 10 @4
        left -> A 20, B 10
        spend 15 -> A -15
        spend 15 -> A -5, B -10
        ",
    );
    // What was spent of a payer is spent of its oldest: an old earning that arrives late is used up in their place.
    check(
        Order::Earned,
        "
        A 100 @20
        B 100 @15
        spend 150 -> B -100, A -50
        A 50 @1
        B 30 @30
        left -> A 100, B 30
        spend 110 -> A -100, B -10
        ",
    );
}

#[test]
fn what_expires_soonest_is_spent_first_where_the_program_says_so() {
    check(
        Order::Expiring,
        "
        A 10 @1
        B 10 @2 !100
        C 10 @3 !50
        D 10 @0 !100
        spend 35 -> C -10, D -10, B -10, A -5
        ",
    );
}

#[test]
fn what_is_given_back_is_left_again_or_lost() {
    let mut member = check(Order::Earned, "A 10 @1\nB 10 @2\nA 10 @3");
    let spent = member.spend(25).expect("there is enough");
    assert_eq!(told(&spent), "A -15, B -10");
    member.refund(&spent, 8);
    assert_eq!((member.left('A'), member.left('B')), (10, 3));
    let rest = not_given_back(&spent, Amount::new(8));
    assert_eq!(told(&rest), "A -10, B -7");
    // The rest of B's lot is gone by now: what comes back of it is lost.
    let lot = *member.lots[&'B'].first_key_value().expect("a lot").0;
    member.close('B', lot);
    assert_eq!(member.lost, 3);
    member.refund(&rest, 17);
    assert_eq!((member.left('A'), member.left('B'), member.lost), (20, 0, 10));
}

/// Out of order, late, negative, ties, refunds, closings: always what the oracle finds by sorting.
#[test]
fn ten_thousand_histories_equal_the_oracle() {
    for seed in 0..10_000 {
        history(seed);
    }
}

fn history(seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let order = if rng.bool() { Order::Earned } else { Order::Expiring };
    let mut member = Member { order, ..Member::default() };
    let mut oracle = Oracle::default();
    let mut spends: Vec<Vec<Deduction<Payer>>> = Vec::new();
    for _ in 0..rng.usize(5..60) {
        let payer = ['A', 'B', 'C'][rng.usize(..3)];
        match rng.u8(..10) {
            0..4 => {
                let (points, earned_at) = (rng.u128(1..100), rng.i64(0..20));
                let expires_at = rng.bool().then(|| earned_at + rng.i64(0..20));
                let key = member.earn(payer, points, earned_at, expires_at);
                oracle.lots.push(OpenLot { payer, key, points, expires_at: expires_at.map(Timestamp) });
            }
            4 => {
                let points = rng.u128(1..120);
                assert_eq!(member.adjust(payer, points), oracle.adjust(payer, points), "seed {seed}");
            }
            5..8 => {
                let points = rng.u128(1..300);
                let expected = oracle.spend(points);
                let found = member.spend(points);
                let plain = |all: &Vec<Deduction<Payer>>| {
                    all.iter().map(|one| (one.payer, one.lot, one.points.minor_units())).collect::<Vec<_>>()
                };
                assert_eq!(found.as_ref().map(plain), expected, "seed {seed}");
                spends.extend(found);
            }
            8 => {
                let now = Timestamp(rng.i64(0..25));
                let due: Vec<_> =
                    oracle.lots.iter().filter(|lot| lot.expires_at.is_some_and(|at| at <= now)).copied().collect();
                for lot in due {
                    oracle.close(lot.payer, lot.key);
                    member.close(lot.payer, lot.key);
                }
            }
            _ if !spends.is_empty() => {
                let spend = spends.swap_remove(rng.usize(..spends.len()));
                let plain: Vec<_> = spend.iter().map(|one| (one.payer, one.lot, one.points.minor_units())).collect();
                let points = rng.u128(1..=plain.iter().map(|(.., points)| points).sum());
                oracle.refund(&plain, points);
                member.refund(&spend, points);
                spends.push(not_given_back(&spend, Amount::new(points)));
                spends.retain(|spend| !spend.is_empty());
            }
            _ => {}
        }
        for payer in ['A', 'B', 'C'] {
            let expected: Vec<_> = oracle.left(Some(payer)).into_iter().map(|(key, _, left)| (key, left)).collect();
            assert_eq!(member.lots_left(payer), expected, "seed {seed}, payer {payer}");
            let used = member.purses.get(&payer).map_or(0, |purse| purse.used.minor_units());
            assert_eq!(used, oracle.used.get(&payer).copied().unwrap_or_default(), "seed {seed}, payer {payer}");
        }
        assert_eq!(member.lost, oracle.lost, "seed {seed}");
    }
}
