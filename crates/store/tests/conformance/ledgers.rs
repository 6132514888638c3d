//! A ledger as a whole: the scales of its assets, its archiving, its end.

use ducat_domain::ledger::rows::{LedgerState, Tombstone};
use ducat_domain::ledger::terms::{AccountChange, AssetTerms, Limits};
use ducat_domain::money::Balance;
use ducat_domain::names::Name;
use ducat_domain::numbers::{BatchNo, Seq};
use ducat_domain::{Action, Outcome, Rejection};
use ducat_store::stored::Table;
use ducat_store::{CommitError, Fault};

use crate::{Writer, name, on_every_store};

fn rescale(writer: &mut Writer, code: &str, scale: u8) -> Outcome {
    // What is known of the asset comes from the store.
    writer.forget();
    writer.act(Action::RescaleAsset(AssetTerms { code: name(code), scale }))
}

fn is_in_use(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Refused(Rejection::AssetInUse { .. }))
}

#[test]
fn a_scale_changes_while_no_amount_is_stored() {
    on_every_store(|writer| {
        writer.open_ledger(&[("USD", 0), ("EUR", 0), ("JPY", 0)]);
        writer.open_account("a", Limits::DEFAULT);
        assert!(matches!(rescale(writer, "USD", 2), Outcome::Done { .. }));
        assert!(matches!(rescale(writer, "USD", 2), Outcome::Same));
        writer.transfer("world", "a", 5);
        assert!(is_in_use(&rescale(writer, "USD", 3)));
        let hold = writer.hold_in("world", "b", "EUR", 5);
        assert!(is_in_use(&rescale(writer, "EUR", 2)));
        writer.act(Action::VoidHold { hold });
        assert!(is_in_use(&rescale(writer, "EUR", 2)), "it was held");
        let limit = |min: i128| {
            Action::ChangeAccount(AccountChange {
                name: name("c"),
                asset: Some(name("JPY")),
                min: Some(Balance::new(min)),
                max: None,
                metadata: None,
                frozen: None,
                closed: None,
            })
        };
        writer.open_account_in("c", "JPY", Limits::DEFAULT);
        assert!(matches!(writer.act(limit(-7)), Outcome::Done { .. }));
        assert!(is_in_use(&rescale(writer, "JPY", 2)));
        assert!(matches!(writer.act(limit(0)), Outcome::Done { .. }));
        assert!(matches!(rescale(writer, "JPY", 2), Outcome::Done { .. }));
        let snapshot = writer.subject.reader.snapshot().expect("it can be read");
        let scales: Vec<u8> =
            snapshot.assets(&writer.ledger).expect("assets").into_iter().map(|asset| asset.scale).collect();
        assert_eq!(scales, [2, 0, 2]);
    });
}

#[test]
fn archiving_is_stored() {
    on_every_store(|writer| {
        writer.open_ledger(&[("USD", 2)]);
        for (archived, state) in
            [(true, LedgerState::Archived), (false, LedgerState::Open), (true, LedgerState::Archived)]
        {
            assert!(matches!(writer.act(Action::SetArchived { archived }), Outcome::Done { .. }));
            writer.forget();
            assert_eq!(writer.working.head().state, state);
            let snapshot = writer.subject.reader.snapshot().expect("it can be read");
            let head = snapshot.head(&writer.ledger).expect("a head").expect("it is shown");
            assert_eq!(head.state, state);
        }
        let outcome = writer.act(Action::AddAsset(AssetTerms { code: name("EUR"), scale: 2 }));
        assert!(matches!(outcome, Outcome::Refused(Rejection::LedgerArchived)));
    });
}

/// Tries to delete a ledger; gives why the store did not.
fn delete(writer: &mut Writer, tombstone: &Tombstone) -> Result<(), String> {
    writer.turn_to(Name::system());
    if writer.working.head().is_absent() {
        writer.open_ledger(&[]);
    }
    let command = writer.command(Action::DeleteLedger(tombstone.clone()));
    let (_, delta) = writer.decide(&[command]);
    match writer.subject.store.commit(&[delta.expect("it is decided")]) {
        Ok(()) => Ok(()),
        Err(CommitError::Refused(Fault::NotDeletable { reason, .. })) => Err(reason.to_owned()),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_ledger_is_deleted_only_where_nothing_was_posted_or_held() {
    on_every_store(|writer| {
        let (paid, empty) = (name("paid"), name("empty"));
        writer.turn_to(paid.clone());
        writer.open_ledger(&[("USD", 2)]);
        writer.transfer("world", "a", 5);
        let of_paid = Tombstone::of(writer.working.head());
        assert!(delete(writer, &of_paid).is_err_and(|reason| reason.contains("postings")));

        writer.turn_to(name("held"));
        writer.open_ledger(&[("USD", 2)]);
        writer.open_account("a", Limits::DEFAULT);
        let hold = writer.hold_in("world", "a", "USD", 5);
        writer.act(Action::VoidHold { hold });
        let of_held = Tombstone::of(writer.working.head());
        assert!(delete(writer, &of_held).is_err_and(|reason| reason.contains("holds")));

        writer.turn_to(empty.clone());
        writer.open_ledger(&[("USD", 2)]);
        writer.open_account("a", Limits::DEFAULT);
        let before = Tombstone::of(writer.working.head());
        writer.open_account("b", Limits::DEFAULT);
        let tombstone = Tombstone::of(writer.working.head());
        assert!(delete(writer, &before).is_err_and(|reason| reason.contains("changed meanwhile")));
        assert_eq!(delete(writer, &tombstone), Ok(()));
        assert!(delete(writer, &tombstone).is_err(), "it is deleted once");

        writer.turn_to(empty.clone());
        let head = writer.working.head();
        assert_eq!((head.state, head.batch, head.seq), (LedgerState::Deleted, tombstone.batch, Seq(0)));
        let terms = writer.terms(&[("USD", 2)]);
        assert!(matches!(writer.act(Action::OpenLedger(terms)), Outcome::Refused(Rejection::LedgerDeleted)));
        let snapshot = writer.subject.reader.snapshot().expect("it can be read");
        assert_eq!(snapshot.head(&empty).expect("it can be asked for"), None);
        let shown: Vec<Name> =
            snapshot.ledgers(None, 10).expect("ledgers").into_iter().map(|head| head.ledger).collect();
        assert_eq!(shown, [Name::system(), name("held"), paid.clone()]);
        assert_eq!(snapshot.batches(&empty, BatchNo(0), 9).expect("batches"), vec![]);
        for table in Table::ALL.into_iter().filter(|table| snapshot.keeps(*table)) {
            assert_eq!(snapshot.strays(table).expect("it can be read"), Vec::<i64>::new(), "{}", table.name());
        }
    });
}
