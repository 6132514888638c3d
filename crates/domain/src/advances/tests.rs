//! The rules of advances as tables on days, and ten thousand histories against the oracle, in every order of words.

use super::accounts::{cash, receivable};
use super::advance::{Advance, INSTALLMENTS_MAX};
use super::day::{Day, Days};
use super::fact::{Event, PlanChange};
use super::oracle::{faults, overpaid, owed};
use super::plan::Hold;
use super::terms::{Rounding, Terms};
use super::transaction::{Progress, TransactionId, TransactionResult};
use crate::decimal;
use crate::money::Amount;
use crate::names::Party;
use crate::numbers::{AccountNo, Id, Seq};

/// The first day of every table.
const BEGIN: u32 = 20_000;

/// What a processor does with all that it is asked for.
#[derive(Clone, Copy)]
enum Processor {
    Takes,
    Refuses,
    Away,
}

/// One advance and its daily runs.
struct Collection {
    advance: Advance,
    reports: Days,
    day: u32,
    /// Refusals that a person must see.
    exceptions: usize,
}

impl Collection {
    fn new(cents: u128, terms: Terms) -> Collection {
        let customer = (Party::parse("ada").expect("a name"), AccountNo(7));
        let advance = Advance::open(Seq(9), (Id(1), Id(2)), customer, Amount::new(cents), terms, Day(BEGIN));
        Collection { advance, reports: Days::default(), day: 0, exceptions: 0 }
    }

    fn now(&self) -> Day {
        Day(BEGIN + self.day)
    }

    fn evolve(&mut self, event: Event) {
        let before = self.advance.clone();
        self.advance.evolve(&event);
        assert_eq!(faults(&self.advance), Vec::<String>::new(), "after {event:?}");
        let shares = self.advance.shares();
        assert_eq!(shares.cash + shares.receivable + shares.overpaid + shares.written_off, 0);
        let mut e = crate::codec::Encoder::new();
        self.advance.encode(&mut e);
        let read = Advance::decode(self.advance.no, &mut crate::codec::Decoder::new(e.bytes()));
        assert_eq!(read.as_ref(), Ok(&self.advance));
        drop(before.changes(&self.advance));
    }

    fn sent(&mut self, number: u32) {
        let transaction = TransactionId::parse(&format!("t{number}")).expect("a name");
        self.evolve(Event::Sent { number, transaction, day: self.now() });
    }

    /// What a result makes of a credit or a debit, as `report` decides it.
    fn tell(&mut self, number: u32, result: TransactionResult) {
        if self.advance.progress(number).and_then(|progress| progress.after(result)).is_some() {
            self.evolve(Event::Reported { number, result });
        }
    }

    /// What silence makes of it, as `time_out` decides it.
    fn time_out(&mut self) {
        let overdue: Vec<(u32, bool)> = self.advance.overdue(self.now(), &self.reports).collect();
        for (number, is_told) in overdue {
            if is_told {
                self.evolve(Event::TimedOut { number });
            } else if !matches!(self.advance.progress(number), Some(Progress::Silent(..))) {
                self.evolve(Event::Silent { number });
            }
        }
    }

    /// Asks for what is due, as a run does; the processor takes it, refuses it, or is not there.
    fn charge(&mut self, at: Processor) {
        for (number, one) in self.advance.due(self.now()) {
            let (of, due, amount, asked) = (one.of, one.due, one.amount, self.now());
            let (key, hold) = (Id(100 + u128::from(number)), Seq(100 + u64::from(number)));
            self.evolve(Event::DebitAsked { number, of, due, amount, key, hold, asked });
        }
        let calling: Vec<u32> = self.advance.calling().collect();
        for number in calling {
            match at {
                Processor::Takes => self.sent(number),
                Processor::Refuses => self.refuse(number),
                Processor::Away => {}
            }
        }
        let unanswered: Vec<u32> = self.advance.unanswered(self.now()).collect();
        unanswered.into_iter().for_each(|number| self.evolve(Event::Unanswered { number }));
    }

    /// What a refusal makes of it, as `refuse` decides it.
    fn refuse(&mut self, number: u32) {
        let (key, times) = (self.advance.key(number).expect("it was asked for"), self.advance.refusals(number) + 1);
        let refused = Event::Refused { number, key, day: self.now(), times, reason: "no".to_owned() };
        self.exceptions += usize::from(refused.is_exception());
        self.evolve(refused);
    }

    /// A person has the credit tried again, for another customer.
    fn retry(&mut self) {
        let (hold, day) = (Hold { id: Id(3), seq: Seq(50) }, self.now());
        let (customer, account) = (Party::parse("bob").expect("a name"), AccountNo(8));
        self.evolve(Event::CreditRetried { key: Id(4), hold, customer, account, day });
    }

    /// A word of a table. `day 7` runs that day; `day 7 cut` does so with a report that was not whole; `day 7 down`
    /// while the processor is not there; `3 fail` reports installment 3, `credit success` the credit.
    fn line(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["day", day, how @ ..] => {
                self.day = day.parse().expect("a day");
                if matches!(how, [] | ["refused"]) {
                    self.reports.insert(self.now());
                }
                self.time_out();
                self.charge(match how {
                    ["down"] => Processor::Away,
                    ["refused"] => Processor::Refuses,
                    _ => Processor::Takes,
                });
            }
            ["days", from, to] => {
                let (from, to): (u32, u32) = (from.parse().expect("a day"), to.parse().expect("a day"));
                (from..=to).for_each(|day| self.line(&format!("day {day}")));
            }
            ["week", numbers @ ..] => {
                for number in numbers {
                    self.line(&format!("day {}", 7 * number.parse::<u32>().expect("a week")));
                    self.line(&format!("{number} success"));
                }
            }
            ["sent"] => self.sent(0),
            ["refused"] => self.refuse(0),
            ["retry"] => self.retry(),
            ["again", amount] => {
                let cents = decimal::parse(amount, 2, decimal::Excess::Refused).expect("an amount");
                let (number, amount) = (self.advance.next_number(), Amount::new(cents.unsigned_abs()));
                let due = self.advance.last_due().plus(self.advance.terms.interval_days);
                self.evolve(Event::OwedAgain { number, due, amount });
            }
            ["write", "off"] => self.evolve(Event::WrittenOff),
            ["pay", "off"] => self.evolve(Event::PaidOff { day: self.now() }),
            [number, result] => {
                let number = if *number == "credit" { 0 } else { number.parse().expect("a number") };
                self.tell(number, TransactionResult::from_word(result).expect("a result"));
            }
            _ => panic!("not a line of a table: {line}"),
        }
    }

    /// What is not as it was planned: `3 failed, 13 for 3 open on 91`, and what it comes to.
    fn told(&self) -> String {
        let amount = |minor: u128| decimal::write(i128::try_from(minor).expect("small"), 2);
        let mut told = vec![self.advance.status().word().to_owned()];
        for (number, one) in self.advance.installments() {
            let state = match one.debit.as_ref().map(|debit| &debit.progress) {
                None => "open",
                Some(Progress::Calling) => "calling",
                Some(Progress::UnderWay(..)) => "under way",
                Some(Progress::Silent(..)) => "unresolved",
                Some(Progress::TimedOut(..)) => "timed out",
                Some(Progress::Succeeded(..)) => "paid",
                Some(Progress::Failed(..)) => "failed",
                Some(Progress::Refused(_)) => "refused",
            };
            let (day, for_which) =
                (one.due.0 - BEGIN, if one.of == number { String::new() } else { format!(" for {}", one.of) });
            match (one.of == number, state) {
                (true, "open" | "paid") if !one.is_owed_again => {}
                _ => told.push(format!("{number}{for_which} {state} on {day}")),
            }
        }
        told.push(format!("owed {}", amount(owed(&self.advance))));
        if overpaid(&self.advance) > 0 {
            told.push(format!("overpaid {}", amount(overpaid(&self.advance))));
        }
        if self.advance.shares().written_off > 0 {
            told.push(format!("written off {}", amount(self.advance.shares().written_off.unsigned_abs())));
        }
        told.join(", ")
    }
}

/// Lines of words, each with what is reported after it behind an arrow, if anything is.
fn check(amount: &str, table: &str) -> Collection {
    let cents = decimal::parse(amount, 2, decimal::Excess::Refused).expect("an amount");
    let mut collection = Collection::new(cents.unsigned_abs(), Terms::DEFAULT);
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (words, told) = line.split_once("->").map_or((line, None), |(words, told)| (words, Some(told.trim())));
        words.split(';').for_each(|words| collection.line(words));
        if let Some(told) = told {
            assert_eq!(collection.told(), told, "after {words}");
        }
    }
    collection
}

fn plan(terms: &Terms, cents: u128) -> Vec<(u32, u128)> {
    let plan = terms.plan(Amount::new(cents), Day(BEGIN));
    plan.into_iter().map(|(due, amount)| (due.0 - BEGIN, amount.minor_units())).collect()
}

#[test]
fn amounts_split_exactly_and_the_larger_come_first() {
    let weeks = |amounts: Vec<u128>| (1..).map(|week| 7 * week).zip(amounts).collect::<Vec<(u32, u128)>>();
    let terms = Terms::DEFAULT;
    assert_eq!(plan(&terms, 120_000), weeks(vec![10_000; 12]));
    assert_eq!(plan(&terms, 10_000), weeks([vec![834; 4], vec![833; 8]].concat()));
    assert_eq!(plan(&terms, 5), weeks(vec![1; 5]));
    let last = Terms { rounding: Rounding::LargerLast, count: 3, interval_days: 30, first_after_days: 1, ..terms };
    assert_eq!(plan(&last, 100), [(1, 33), (31, 33), (61, 34)]);
    for cents in 1..2_000 {
        assert_eq!(plan(&terms, cents).iter().map(|(_, amount)| amount).sum::<u128>(), cents);
    }
    assert_eq!(plan(&terms, u128::MAX).len(), 12);
}

#[test]
fn the_credit_comes_first_and_its_plan_follows_success() {
    check(
        "1200.00",
        "day 0 cut                 -> sent, owed 0.00
         credit success            -> collecting, owed 1200.00
         credit success            -> collecting, owed 1200.00",
    );
    check("100.00", "sent; credit fail      -> failed, owed 0.00\n credit success -> failed, owed 0.00");
    // It is never sent again; when something is reported after all, it counts.
    check(
        "100.00",
        "sent; days 1 5            -> sent, owed 0.00
         day 6                     -> unresolved, owed 0.00
         day 60                    -> unresolved, owed 0.00
         credit success            -> collecting, owed 100.00
         day 61                    -> collecting, 1 under way on 7, 2 under way on 14, 3 under way on 21, \
                                      4 under way on 28, 5 under way on 35, 6 under way on 42, 7 under way on 49, \
                                      8 under way on 56, owed 100.00",
    );
}

#[test]
fn every_installment_is_asked_for_when_it_is_due() {
    check(
        "1200.00",
        "sent; credit success; days 1 6   -> collecting, owed 1200.00
         day 7                            -> collecting, 1 under way on 7, owed 1200.00
         1 success; day 8                 -> collecting, owed 1100.00
         week 2 3 4 5 6 7 8 9 10 11       -> collecting, owed 100.00
         week 12                          -> repaid, owed 0.00",
    );
    // The processor is not there: the same key is tried again, nothing else is asked for instead.
    check(
        "1200.00",
        "sent; credit success; day 7 down -> collecting, 1 calling on 7, owed 1200.00
         days 8 12
         day 13 down                      -> collecting, 1 under way on 7, owed 1200.00
         1 success                        -> collecting, owed 1100.00",
    );
}

#[test]
fn what_fails_comes_again_at_the_end_and_failures_stack() {
    check(
        "1200.00",
        "sent; credit success; week 1 2
         day 21; 3 fail            -> collecting, 3 failed on 21, 13 for 3 open on 91, owed 1000.00
         week 4 5 6
         day 49; 7 fail            -> collecting, 3 failed on 21, 7 failed on 49, 13 for 3 open on 91, \
                                      14 for 7 open on 98, owed 700.00
         week 8 9 10 11 12 13      -> collecting, 3 failed on 21, 7 failed on 49, 13 for 3 paid on 91, \
                                      14 for 7 open on 98, owed 100.00
         day 98; 14 fail           -> collecting, 3 failed on 21, 7 failed on 49, 13 for 3 paid on 91, \
                                      14 for 7 failed on 98, 15 for 7 open on 105, owed 100.00
         week 15                   -> repaid, 3 failed on 21, 7 failed on 49, 13 for 3 paid on 91, \
                                      14 for 7 failed on 98, 15 for 7 paid on 105, owed 0.00",
    );
}

#[test]
fn silence_is_failure_once_every_report_was_read() {
    check(
        "1200.00",
        "sent; credit success; days 7 12  -> collecting, 1 under way on 7, owed 1200.00
         day 13                           -> collecting, 1 timed out on 7, 13 for 1 open on 91, owed 1200.00
         1 success                        -> collecting, owed 1100.00",
    );
    // It was asked for on two days: the report of the last day of each must have been read.
    check(
        "1200.00",
        "sent; credit success; day 7 down; day 8; days 9 11; day 12 cut; days 13 14 -> collecting, 1 unresolved on 7, \
                                                                                      2 under way on 14, owed 1200.00",
    );
    check(
        "1200.00",
        "sent; credit success; day 7 down; days 8 13      -> collecting, 1 under way on 7, owed 1200.00
         day 14                    -> collecting, 1 timed out on 7, 2 under way on 14, 13 for 1 open on 91, owed 1200.00",
    );
    // The report of the last day that could have named it was not read whole: it may not be charged again.
    check(
        "1200.00",
        "sent; credit success; days 7 11; day 12 cut; day 13 -> collecting, 1 unresolved on 7, owed 1200.00
         days 14 40                       -> collecting, 1 unresolved on 7, 2 timed out on 14, 3 timed out on 21, \
                                             4 timed out on 28, 5 under way on 35, 13 for 2 open on 91, \
                                             14 for 3 open on 98, 15 for 4 open on 105, owed 1200.00
         1 fail                           -> collecting, 1 failed on 7, 2 timed out on 14, 3 timed out on 21, \
                                             4 timed out on 28, 5 under way on 35, 13 for 1 open on 91, 14 for 2 open on 98, \
                                             15 for 3 open on 105, 16 for 4 open on 112, owed 1200.00",
    );
}

#[test]
fn late_success_cancels_the_replacement_or_is_overpaid() {
    check(
        "1200.00",
        "sent; credit success; week 1; day 14; days 15 20 -> collecting, 2 timed out on 14, 13 for 2 open on 91, owed 1100.00
         week 3 4 5 6 7 8 9 10 11 12
         day 91                    -> collecting, 2 timed out on 14, 13 for 2 under way on 91, owed 100.00
         2 success                 -> repaid, 13 for 2 under way on 91, owed 0.00
         13 success                -> repaid, 13 for 2 paid on 91, owed 0.00, overpaid 100.00
         13 fail                   -> repaid, 13 for 2 failed on 91, owed 0.00",
    );
}

#[test]
fn what_is_returned_is_charged_again() {
    check(
        "1200.00",
        "sent; credit success; week 1 2   -> collecting, owed 1000.00
         1 fail                           -> collecting, 1 failed on 7, 13 for 1 open on 91, owed 1100.00
         1 success                        -> collecting, 1 failed on 7, 13 for 1 open on 91, owed 1100.00",
    );
    check(
        "1200.00",
        "sent; credit success; week 1 2; day 21
         credit fail                      -> failed, 3 under way on 21, owed 0.00, overpaid 200.00
         3 success                        -> failed, owed 0.00, overpaid 300.00
         day 28                           -> failed, owed 0.00, overpaid 300.00
         2 fail                           -> failed, 2 failed on 14, owed 0.00, overpaid 200.00",
    );
}

#[test]
fn the_rest_is_written_off_or_due_at_once() {
    check(
        "1200.00",
        "sent; credit success; week 1; day 14
         write off                        -> written_off, 2 under way on 14, owed 100.00, written off 1000.00
         day 21                           -> written_off, 2 unresolved on 14, owed 100.00, written off 1000.00
         2 fail                           -> written_off, 2 failed on 14, owed 0.00, written off 1100.00
         1 fail                           -> written_off, 1 failed on 7, 2 failed on 14, owed 0.00, written off 1200.00",
    );
    check(
        "300.00",
        "sent; credit success; week 1; day 14; 2 fail; day 15
         pay off                          -> collecting, 2 failed on 14, 13 for 2 open on 22, owed 275.00
         day 16; 3 success; 4 success; 5 success; 6 success; 7 success; 8 success; 9 success; 10 success; 11 success
         12 success                       -> collecting, 2 failed on 14, 13 for 2 open on 22, owed 25.00
         day 22; 13 success               -> repaid, 2 failed on 14, 13 for 2 paid on 22, owed 0.00",
    );
}

#[test]
fn what_is_refused_for_good_ends() {
    // A credit waits for a person, who has it tried again or gives it up.
    let retried = check(
        "1200.00",
        "refused                          -> refused, owed 0.00
         days 1 9                         -> refused, owed 0.00
         retry                            -> accepted, owed 0.00
         sent; credit success             -> collecting, owed 1200.00
         day 16                           -> collecting, 1 under way on 16, owed 1200.00",
    );
    let advance = &retried.advance;
    assert_eq!((advance.customer.as_str(), advance.account, advance.key), ("bob", AccountNo(8), Id(4)));
    assert_eq!(retried.exceptions, 1);
    // It was with the processor after all: a report that says so counts.
    check("100.00", "refused; sent -> unresolved, owed 0.00\n credit success -> collecting, owed 100.00");
    check("100.00", "refused; sent; credit fail -> failed, owed 0.00");
    // A debit has failed; what replaces it is not asked for on the day on which it was refused, however late it is.
    let refused = check(
        "1200.00",
        "sent; credit success; day 7 refused -> collecting, 1 refused on 7, 13 for 1 open on 91, owed 1200.00
         week 2 3 4 5 6 7 8 9 10 11 12
         day 105 refused; day 105 refused -> collecting, 1 refused on 7, 13 for 1 refused on 91, 14 for 1 open on 98, owed 100.00
         day 106 refused                  -> collecting, 1 refused on 7, 13 for 1 refused on 91, 14 for 1 refused on 98, \
                                             15 for 1 open on 105, owed 100.00
         day 107                          -> collecting, 1 refused on 7, 13 for 1 refused on 91, 14 for 1 refused on 98, \
                                             15 for 1 under way on 105, owed 100.00
         15 success                       -> repaid, 1 refused on 7, 13 for 1 refused on 91, 14 for 1 refused on 98, \
                                             15 for 1 paid on 105, owed 0.00",
    );
    assert_eq!(refused.exceptions, 1, "three in a row");
    assert_eq!([1, 13, 14, 15].map(|number| refused.advance.replaced(number, 1)), [None, Some(1), Some(13), Some(14)]);
    assert_eq!([1, 13, 14, 15].map(|number| refused.advance.refusals(number)), [0, 1, 2, 3]);
}

#[test]
fn what_is_tried_for_a_day_is_known_once() {
    let mut tried = check("1200.00", "sent; credit success; day 7 down");
    assert_eq!(tried.advance.unanswered(Day(BEGIN + 7)).count(), 0);
    assert_eq!(tried.advance.unanswered(Day(BEGIN + 8)).collect::<Vec<u32>>(), [1]);
    tried.line("day 8 down");
    assert_eq!(tried.advance.unanswered(Day(BEGIN + 9)).count(), 0);
    let credit = check("1200.00", "day 0 cut");
    assert_eq!(credit.advance.unanswered(Day(BEGIN + 1)).count(), 0, "it is sent");
}

#[test]
fn what_was_paid_back_and_returned_is_owed_again() {
    check(
        "1200.00",
        "sent; credit success; week 1; day 14; days 15 20; week 3 4 5 6 7 8 9 10 11 12
         day 91; 2 success; 13 success    -> repaid, 13 for 2 paid on 91, owed 0.00, overpaid 100.00
         13 fail; again 100.00            -> collecting, 13 for 2 failed on 91, 14 open on 98, owed 100.00
         day 98; 14 fail                  -> collecting, 13 for 2 failed on 91, 14 failed on 98, \
                                             15 for 14 open on 105, owed 100.00
         day 105; 15 success              -> repaid, 13 for 2 failed on 91, 14 failed on 98, \
                                             15 for 14 paid on 105, owed 0.00",
    );
    // What was collected of a credit that failed was paid back; it is owed beside an advance of which nothing is.
    check(
        "1200.00",
        "sent; credit success; week 1 2; credit fail -> failed, owed 0.00, overpaid 200.00
         1 fail; again 100.00                        -> collecting, 1 failed on 7, 13 open on 91, owed 100.00, overpaid 100.00
         day 91; 13 success                          -> failed, 1 failed on 7, 13 paid on 91, owed 0.00, overpaid 100.00",
    );
    check(
        "1200.00",
        "sent; credit success; week 1 2; credit fail; 1 fail; again 100.00
         write off -> failed, 1 failed on 7, 13 open on 91, owed 0.00, overpaid 100.00, written off 100.00",
    );
}

#[test]
fn a_plan_that_is_full_says_that_it_stops() {
    let terms = Terms { count: 1, interval_days: 1, ..Terms::DEFAULT };
    let mut full = Collection::new(100, terms);
    full.sent(0);
    full.tell(0, TransactionResult::Success);
    let last = u32::try_from(INSTALLMENTS_MAX).expect("small");
    for number in 1..=last {
        let (day, transaction) =
            (Day(BEGIN + 6 + number), TransactionId::parse(&format!("t{number}")).expect("a name"));
        let (due, one) = full.advance.due(day).remove(0);
        assert_eq!((due, one.due), (number, day));
        let (of, amount, key, hold) = (one.of, one.amount, Id(100 + u128::from(number)), Seq(100 + u64::from(number)));
        full.advance.evolve(&Event::DebitAsked { number, of, due: day, amount, key, hold, asked: day });
        full.advance.evolve(&Event::Sent { number, transaction, day });
        let before = full.advance.clone();
        full.advance.evolve(&Event::Reported { number, result: TransactionResult::Fail });
        let stops = before.changes(&full.advance).contains(&PlanChange::Stopped(1));
        assert_eq!(stops, number == last, "{number}");
    }
    assert_eq!(faults(&full.advance), Vec::<String>::new());
    assert_eq!(
        (full.advance.replacements(), full.advance.stopped(), full.advance.next()),
        (Vec::new(), 1, Some(Day::LAST))
    );
}

/// What earlier releases wrote is read as it was.
#[test]
fn rows_of_the_first_version_are_read() {
    let collection = check("1200.00", "sent; credit success; week 1; day 14");
    let advance = &collection.advance;
    let mut e = crate::codec::Encoder::new();
    e.byte(1);
    e.wide(advance.id.0);
    e.id(advance.key);
    e.text("ada");
    e.number(7);
    e.wide(120_000);
    advance.terms.encode(&mut e);
    advance.opened.encode(&mut e);
    e.byte(2);
    advance.progress(0).expect("it was sent").encode(&mut e);
    e.flag(false);
    e.flag(false);
    e.length(advance.plan.len());
    for one in &advance.plan {
        e.number(u64::from(one.of));
        one.due.encode(&mut e);
        e.wide(one.amount.minor_units());
        e.option(one.debit.as_ref(), |e, debit| {
            e.id(debit.key);
            e.number(debit.hold.0);
            debit.asked.encode(e);
            debit.progress.encode(e);
        });
    }
    let read = Advance::decode(advance.no, &mut crate::codec::Decoder::new(e.bytes()));
    assert_eq!(read.as_ref(), Ok(advance));
}

/// A year of random reports, repeated in other orders between two runs: the same advance.
#[test]
fn ten_thousand_histories_are_the_same_in_any_order() {
    for seed in 0..10_000 {
        history(seed);
    }
}

fn history(seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let cents = random.u128(1..2_000);
    let terms = Terms { count: random.u32(1..9), ..Terms::DEFAULT };
    let mut one = Collection::new(cents, terms);
    let mut other = Collection::new(cents, terms);
    one.sent(0);
    other.sent(0);
    for day in 0..150 {
        let mut words: Vec<(u32, TransactionResult)> = Vec::new();
        let asked = u32::try_from(one.advance.plan.len()).expect("small");
        for number in 0..=asked {
            let (success, fail) = if number == 0 { (0.4, 0.01) } else { (0.12, 0.04) };
            if random.f64() < success {
                words.push((number, TransactionResult::Success));
            }
            if random.f64() < fail {
                words.push((number, TransactionResult::Fail));
            }
        }
        random.shuffle(&mut words);
        words.iter().for_each(|(number, result)| one.tell(*number, *result));
        random.shuffle(&mut words);
        words.iter().chain(&words).for_each(|(number, result)| other.tell(*number, *result));
        assert_eq!(one.advance, other.advance, "seed {seed}, day {day}");
        let is_whole = random.f64() < 0.95;
        let at = match random.f64() {
            ..0.85 => Processor::Takes,
            ..0.92 => Processor::Refuses,
            _ => Processor::Away,
        };
        let is_written_off = random.f64() < 0.001 && one.advance.is_paid_out();
        for collection in [&mut one, &mut other] {
            collection.day = day;
            if is_whole {
                collection.reports.insert(collection.now());
            }
            collection.time_out();
            collection.charge(at);
            if is_written_off {
                collection.evolve(Event::WrittenOff);
            }
        }
    }
}

#[test]
fn customers_cannot_name_other_accounts() {
    let customer = |text: &str| Party::parse(text).expect("a name");
    assert_eq!(receivable(&customer("DE89 3704")).as_str(), "advances:receivable:DE89.203704");
    assert_eq!(receivable(&customer("x:cash")).as_str(), "advances:receivable:x.3Acash");
    assert_ne!(receivable(&customer("cash")), cash());
}
