//! What readers ask: balances at an instant, statements, lists of transactions; against the plainest computation.

use ducat_domain::ledger::terms::{Limits, Metadata};
use ducat_domain::ledger::transaction::{Timing, Transaction};
use ducat_domain::numbers::Timestamp;
use ducat_domain::{Action, Outcome};
use ducat_store::read::{AccountReader, Status, TransactionFilter, transactions};

use crate::{START, Writer, balance, name, on_every_store, transaction};

/// 300 entries on one account, a third of them off-date; then every instant is asked for.
#[test]
fn balances_at_any_instant_equal_the_sum_of_postings_up_to_it() {
    on_every_store(|writer| {
        writer.open_ledger(&[("USD", 2)]);
        writer.open_account("a", Limits::NONE);
        let mut rng = fastrand::Rng::with_seed(7);
        let mut history: Vec<(Timestamp, Timestamp, i128)> = Vec::new();
        for _ in 0..300 {
            let amount = i128::from(rng.i16(1..));
            let (source, destination, change) =
                if rng.bool() { ("a", "world", -amount) } else { ("world", "a", amount) };
            let mut moved = transaction(source, destination, amount.unsigned_abs());
            let at = writer.at;
            let off_date = [1, 3_600, 100_000, 10_000_000, 2_000_000_000][rng.usize(..5)];
            let effective_at = if rng.u8(..3) == 0 { Timestamp(at.0 - rng.i64(0..off_date) * 1_000_000) } else { at };
            moved.effective_at = (effective_at != at).then_some(effective_at);
            assert!(matches!(writer.act(Action::Transact(moved)), Outcome::Done { .. }));
            history.push((at, effective_at, change));
        }
        let snapshot = writer.subject.reader.snapshot().expect("it can be read");
        let account = snapshot.account(&writer.ledger, &name("a")).expect("it can be read").expect("it is open");
        let row = account.balances.first().expect("one asset");
        let reader = AccountReader { snapshot: snapshot.as_ref(), ledger: &writer.ledger, row };
        let mut instants = vec![Timestamp(0), Timestamp::MIN, Timestamp(START.0 - 1), Timestamp::MAX];
        for (at, effective_at, _) in &history {
            instants.extend([*at, at.plus_micros(-1), *effective_at, effective_at.plus_micros(-1)]);
        }
        for instant in instants {
            let recorded: i128 = history.iter().filter(|(at, ..)| *at <= instant).map(|(.., change)| change).sum();
            let effective: i128 = history.iter().filter(|(_, at, _)| *at <= instant).map(|(.., change)| change).sum();
            assert_eq!(reader.recorded_at(instant).expect("it can be read"), balance(recorded), "{instant:?}");
            assert_eq!(reader.effective_at(instant).expect("it can be read"), Some(balance(effective)), "{instant:?}");
        }
    });
}

#[test]
fn statements_page_from_the_newest_entry_to_the_oldest() {
    on_every_store(|writer| {
        writer.open_ledger(&[("USD", 2)]);
        let times: Vec<Timestamp> = (0..200)
            .map(|n| {
                let at = writer.at;
                writer.transfer("world", "a", n + 1);
                at
            })
            .collect();
        let snapshot = writer.subject.reader.snapshot().expect("it can be read");
        let account = snapshot.account(&writer.ledger, &name("a")).expect("it can be read").expect("it is open");
        let row = account.balances.first().expect("one asset");
        let reader = AccountReader { snapshot: snapshot.as_ref(), ledger: &writer.ledger, row };
        let (from, to) = (times[20], times[150]);
        let mut next = reader.newest_at(to.plus_micros(-1)).expect("it can be read").map(|entry| entry.effect.seq);
        let mut amounts = Vec::new();
        while next.is_some() {
            let (page, rest) = reader.page(next, from, 7).expect("it can be read");
            assert!(page.len() == 7 || rest.is_none());
            amounts.extend(page.iter().map(|entry| entry.amount));
            next = rest;
        }
        assert_eq!(amounts, (21..=150).rev().collect::<Vec<i128>>());
    });
}

fn list(writer: &Writer, filter: &TransactionFilter, limit: usize) -> Vec<String> {
    let snapshot = writer.subject.reader.snapshot().expect("it can be read");
    let mut before = None;
    let mut found = Vec::new();
    loop {
        let (page, next) =
            transactions(snapshot.as_ref(), &writer.ledger, filter, before, limit).expect("it can be read");
        assert!(page.len() <= limit);
        found.extend(page.into_iter().map(|view| view.detail.description.unwrap_or_default()));
        match next {
            None => return found,
            Some(_) => before = next,
        }
    }
}

#[test]
fn transactions_are_found_by_account_reference_metadata_status_and_time() {
    on_every_store(|writer| {
        writer.open_ledger(&[("USD", 2)]);
        let described = |text: &str, source: &str, destination: &str| Transaction {
            description: Some(text.to_owned()),
            ..transaction(source, destination, 10)
        };
        let done = |outcome: Outcome| assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
        done(writer.act(Action::Transact(described("one", "world", "a"))));
        let two = Transaction { reference: Some("order-2".to_owned()), ..described("two", "world", "b") };
        done(writer.act(Action::Transact(two)));
        let pair = ("k".to_owned(), "v".to_owned());
        let after_two = writer.at;
        let three = Transaction { metadata: Metadata::new([pair.clone()]), ..described("three", "a", "b") };
        done(writer.act(Action::Transact(three)));
        let held = Transaction { timing: Timing::Pending { timeout_s: None }, ..described("held", "b", "a") };
        done(writer.act(Action::Transact(held.clone())));
        let held_id = ducat_domain::numbers::Id(writer.ids);
        let voided = Transaction { description: Some("voided".to_owned()), ..held };
        done(writer.act(Action::Transact(voided)));
        let voided_id = ducat_domain::numbers::Id(writer.ids);
        done(writer.act(Action::VoidHold { hold: voided_id }));
        let mut five = described("five", "world", "a");
        five.postings.push(five.postings[0].clone());
        done(writer.act(Action::Transact(five)));
        done(writer.act(Action::PostHold { hold: held_id, amount: None }));

        let all = TransactionFilter::default();
        let by = |change: &dyn Fn(&mut TransactionFilter)| {
            let mut filter = TransactionFilter::default();
            change(&mut filter);
            filter
        };
        for limit in [1, 2, 100] {
            assert_eq!(list(writer, &all, limit), ["five", "voided", "held", "three", "two", "one"]);
            let account = by(&|filter| filter.account = Some(name("a")));
            assert_eq!(list(writer, &account, limit), ["held", "five", "three", "one"]);
            let reference = by(&|filter| filter.reference = Some("order-2".to_owned()));
            assert_eq!(list(writer, &reference, limit), ["two"]);
            let metadata = by(&|filter| filter.metadata = vec![pair.clone()]);
            assert_eq!(list(writer, &metadata, limit), ["three"]);
            assert_eq!(list(writer, &by(&|filter| filter.status = Some(Status::Voided)), limit), ["voided"]);
            assert_eq!(list(writer, &by(&|filter| filter.status = Some(Status::Pending)), limit), [""; 0]);
            assert_eq!(list(writer, &by(&|filter| filter.to = Some(after_two)), limit), ["two", "one"]);
            assert_eq!(list(writer, &by(&|filter| filter.account = Some(name("nobody"))), limit), [""; 0]);
        }
    });
}
