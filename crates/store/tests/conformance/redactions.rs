//! Texts are erased from the journal and from everything that repeats them, and every hash stays.

use std::path::Path;

use ducat_domain::hashing::Seed;
use ducat_domain::ledger::command::{Redact, RedactOf};
use ducat_domain::ledger::recover::{Arrival, named_by_redactions, recover};
use ducat_domain::ledger::rows::BatchRow;
use ducat_domain::ledger::terms::{AccountChange, AccountTerms, Limits, Metadata};
use ducat_domain::ledger::transaction::{Timing, Transaction};
use ducat_domain::numbers::{BatchNo, Id, Seq};
use ducat_domain::private::Salts;
use ducat_domain::{Action, Delta, Draft, Effect, Outcome, Rejection, Working};
use ducat_store::SqliteStore;
use ducat_store::sqlite::SqliteOptions;
use ducat_store::verify::verify;

use crate::faults::{absent, recover_in};
use crate::{Subject, Writer, memory, name, on_every_store, postgres_alone, sqlite, transaction};

const TEXT: &str = "Augusta Ada King";

fn metadata(key: &str) -> Metadata {
    Metadata::new([(key.to_owned(), TEXT.to_owned())])
}

/// Erases every text of these that can be erased.
fn redact(writer: &mut Writer, of: RedactOf) -> Outcome {
    // What is known of the effects comes from the store.
    writer.forget();
    let last = writer.working.head().seq.0;
    let effects = (1..=last).map(Seq).collect();
    writer.act_as(
        Id((0x01FF << 112) + u128::from(last)),
        Action::Redact(Redact { of, effects, reason: "asked for".to_owned() }),
    )
}

fn telling() -> Transaction {
    Transaction {
        description: Some(format!("rent of {TEXT}")),
        reference: Some("R-1".to_owned()),
        metadata: metadata("who"),
        ..transaction("world", "a", 100)
    }
}

/// A ledger with texts in every place that has some, and all of them erased.
fn tell_and_redact(writer: &mut Writer) {
    writer.open_ledger(&[("USD", 2)]);
    let terms = AccountTerms { name: name("a"), asset: None, limits: Limits::DEFAULT, metadata: metadata("name") };
    writer.act(Action::OpenAccount(terms.clone()));
    writer.act_as(Id(1), Action::Transact(telling()));
    let held = Transaction { timing: Timing::Pending { timeout_s: None }, reference: None, ..telling() };
    writer.act_as(Id(2), Action::Transact(held));
    let much = Transaction { reference: None, ..Transaction { ..telling() } };
    let much = Transaction { postings: transaction("a", "b", 1_000).postings, ..much };
    assert!(matches!(writer.act_as(Id(3), Action::Transact(much)), Outcome::Refused(_)));
    writer.act(Action::ChangeAccount(AccountChange {
        name: name("a"),
        asset: None,
        min: None,
        max: None,
        metadata: Some(metadata("other")),
        frozen: None,
        closed: None,
    }));
    for id in [1, 2, 3] {
        assert!(matches!(redact(writer, RedactOf::Transaction(Id(id))), Outcome::Done { .. }), "{id}");
        assert!(matches!(redact(writer, RedactOf::Transaction(Id(id))), Outcome::Same), "{id}");
    }
    assert!(matches!(redact(writer, RedactOf::Account(name("a"))), Outcome::Done { .. }));
    assert!(matches!(redact(writer, RedactOf::Account(name("a"))), Outcome::Same));
    writer.act_as(Id(4), Action::PostHold { hold: Id(2), amount: None });
}

#[test]
fn texts_are_erased_everywhere() {
    on_every_store(|writer| {
        tell_and_redact(writer);
        let snapshot = writer.subject.reader.snapshot().expect("it can be read");
        let effects = snapshot.effects(&writer.ledger, Seq(0), 100).expect("effects");
        assert!(!format!("{effects:?}").contains(TEXT), "{effects:?}");
        assert_eq!(effects.iter().filter(|effect| effect.is_redacted()).count(), 5);
        let found = snapshot.metadata(&writer.ledger, "who", TEXT, Seq(u64::MAX), 9).expect("it can be read");
        assert_eq!(found, []);
        assert!(snapshot.reference(&writer.ledger, "R-1").expect("it can be read").is_some());
        let account = snapshot.account(&writer.ledger, &name("a")).expect("it can be read").expect("an account");
        assert_eq!(account.row.metadata, Metadata::default());
        drop(snapshot);
        writer.forget();
        let again = writer.act_as(Id(1), Action::Transact(telling()));
        assert!(matches!(again, Outcome::Refused(Rejection::IdReused { .. })), "{again:?}");
    });
}

/// A commit, and then another, of one long journal: what a page holds beside an erased text stays.
#[test]
fn neighbours_stay_as_they_are() {
    on_every_store(|writer| {
        writer.open_ledger(&[("USD", 2)]);
        let items: Vec<_> = (1..=100u128)
            .map(|number| {
                let description =
                    Some(format!("number {number}, {}", "x".repeat(usize::try_from(number).expect("few"))));
                writer.command(Action::Transact(Transaction { description, ..transaction("world", "a", number) }))
            })
            .collect();
        writer.run(&items);
        let of = |writer: &Writer| -> Vec<Effect> {
            writer.subject.reader.snapshot().and_then(|s| s.effects(&writer.ledger, Seq(0), 1_000)).expect("effects")
        };
        let before = of(writer);
        let every_third: Vec<&Effect> = before.iter().filter(|e| e.is_redactable() && e.seq.0 % 3 == 0).collect();
        assert!(every_third.len() > 30);
        for effect in &every_third {
            let id = effect.fact.transaction().expect("a posting");
            assert!(matches!(redact(writer, RedactOf::Transaction(id)), Outcome::Done { .. }));
        }
        let after = of(writer);
        for (before, after) in before.iter().zip(&after) {
            let is_erased = every_third.iter().any(|effect| effect.seq == before.seq);
            let expected = if is_erased { before.redacted().expect("it had texts") } else { before.clone() };
            assert_eq!(*after, expected);
        }
    });
}

/// Takes batches over in one commit, as the executor does; or each in a commit of its own.
fn take_over(writer: &mut Writer, effects: &[Effect], batches: &[BatchRow], at_once: bool) {
    writer.working.absorb(named_by_redactions(effects));
    let mut all: Option<Delta> = None;
    let mut from = Seq(0);
    for batch in batches {
        let own: Vec<_> = effects.iter().filter(|e| e.seq > from && e.seq <= batch.last).cloned().collect();
        from = batch.last;
        if !at_once {
            recover_in(writer, &own, Arrival::Last);
            continue;
        }
        let mut draft = Draft::new(Salts::of([7; 32]));
        recover(&mut writer.working, &own, Arrival::Last, &mut draft).expect("it happened");
        let delta = writer.working.take_delta().expect("a change");
        assert_eq!(delta.batches.first(), Some(batch), "{}", writer.subject.kind);
        all = Some(match all {
            None => delta,
            Some(before) => before.followed_by(delta),
        });
    }
    writer.subject.store.commit(all.as_slice()).expect("it commits");
}

/// What is taken over from another store comes without the texts; what was read before the redaction loses them with it.
#[test]
fn redactions_are_taken_over() {
    let mut source = Writer::new(memory(), "book");
    source.open_ledger(&[("USD", 2)]);
    source.act_as(Id(1), Action::Transact(telling()));
    let read = |source: &Writer| -> Vec<Effect> {
        source.subject.reader.snapshot().and_then(|s| s.effects(&source.ledger, Seq(0), 100)).expect("effects")
    };
    let before = read(&source);
    redact(&mut source, RedactOf::Transaction(Id(1)));
    let after = read(&source);
    let batches =
        source.subject.reader.snapshot().and_then(|s| s.batches(&source.ledger, BatchNo(0), 9)).expect("batches");
    for effects in [&after, &[before.clone(), after[before.len()..].to_vec()].concat()] {
        for at_once in [false, true] {
            for subject in [memory(), sqlite(), postgres_alone()] {
                let working = Working::new(absent("book"), Seed::default());
                let mut writer = Writer { working, ..Writer::new(subject, "book") };
                take_over(&mut writer, effects, &batches, at_once);
                assert_eq!(read(&writer), after, "{}", writer.subject.kind);
                let snapshot = writer.subject.reader.snapshot().expect("it can be read");
                let found = snapshot.metadata(&writer.ledger, "who", TEXT, Seq(u64::MAX), 9).expect("it can be read");
                assert_eq!(found, [], "{}", writer.subject.kind);
                drop(snapshot);
                let report = verify(writer.subject.reader.as_ref(), &mut |_| {}).expect("it can be read");
                assert!(report.is_clean(), "{}: {:?}", writer.subject.kind, report.differences);
            }
        }
    }
}

fn has_text(path: &Path) -> bool {
    std::fs::read(path).expect("the file").windows(TEXT.len()).any(|window| window == TEXT.as_bytes())
}

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(SqliteOptions::new(path)).expect("the file")
}

fn subject_of(store: SqliteStore) -> Subject {
    let reader = Box::new(store.reader());
    Subject { kind: "sqlite", store: Box::new(store), reader, _folder: None }
}

#[test]
fn what_is_erased_is_overwritten() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("test.db");
    let mut writer = Writer::new(subject_of(open(&path)), "book");
    writer.open_ledger(&[("USD", 2)]);
    writer.act_as(Id(9), Action::Transact(telling()));
    drop(writer);
    assert!(has_text(&path), "it is stored as it is");
    let mut writer = Writer::new(subject_of(open(&path)), "book");
    assert!(matches!(redact(&mut writer, RedactOf::Transaction(Id(9))), Outcome::Done { .. }));
    drop(writer);
    assert!(!has_text(&path), "it is overwritten");
}

/// Pages that were divided, and rows that were changed before, may still have a text in a corner that no row uses.
#[test]
fn a_scrubbed_file_has_no_byte_of_what_was_erased() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("test.db");
    let mut writer = Writer::new(subject_of(open(&path)), "other");
    tell_and_redact(&mut writer);
    for ledger in ["first", "second"] {
        writer.turn_to(name(ledger));
        writer.open_ledger(&[("USD", 2)]);
    }
    let mut told = Vec::new();
    for number in 0..200u128 {
        writer.turn_to(name(["first", "second"][usize::from(number % 2 == 0)]));
        let key = format!("k{:x}", number.wrapping_mul(0x9E37_79B9) % 1_000);
        let id = Id(number + 1_000);
        let metadata = metadata(&key);
        writer.act_as(id, Action::Transact(Transaction { metadata, reference: None, ..telling() }));
        told.push((writer.ledger.clone(), id));
    }
    for (ledger, id) in told {
        writer.turn_to(ledger);
        assert!(matches!(redact(&mut writer, RedactOf::Transaction(id)), Outcome::Done { .. }));
    }
    drop(writer);
    open(&path).scrub().expect("there is room");
    assert!(!has_text(&path));
    let store = open(&path);
    let report = verify(&store.reader(), &mut |_| {}).expect("it can be read");
    assert!(report.is_clean() && report.ledgers == 3, "{:?}", report.differences);
    let database = ducat_test_postgres::database();
    let mut writer = Writer::new(crate::postgres_at(&database, "http://scrubbed"), "book");
    tell_and_redact(&mut writer);
    ducat_store::PostgresStore::scrub(&database).expect("it may");
    writer.transfer("world", "a", 1);
}
