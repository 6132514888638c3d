//! Advances on every store: random words in any order, several about one advance in one turn, with the same hashes on
//! each.

use ducat_domain::advances::Rejection;
use ducat_domain::advances::oracle::{faults, owed};
use ducat_domain::advances::{
    Action, Advance, Credit, Day, Event, Extent, Fact, Progress, Reading, RunEnd, Status, Terms, TransactionId,
    TransactionResult,
};
use ducat_domain::ledger::command::CommandId;
use ducat_domain::ledger::recover::{Arrival, recover, recovery_footprint};
use ducat_domain::ledger::transaction::Part;
use ducat_domain::money::Amount;
use ducat_domain::numbers::{Id, Seq};
use ducat_domain::products::AnyRejection;
use ducat_domain::products::advances_fact;
use ducat_domain::{Action as LedgerAction, Command, Item, ItemOutcome, Outcome};
use fastrand::Rng;

use crate::points::party;
use crate::{START, Subject, Writer, memory, name, on_every_store, postgres_alone, sqlite, transaction};

pub fn begin(writer: &mut Writer) {
    writer.open_ledger(&[("EUR", 2), ("USD", 2)]);
    let terms = Action::SetTerms { asset: name("USD"), terms: Terms::DEFAULT };
    assert!(matches!(writer.act(LedgerAction::from(terms)), Outcome::Done { .. }));
}

fn ask(writer: &mut Writer, action: Action) -> Outcome {
    writer.act(LedgerAction::from(action))
}

fn id(text: &str) -> TransactionId {
    TransactionId::parse(text).expect("a name")
}

/// An advance of 120.00 that was paid out, on its day; gives where it begins.
pub fn paid_out(writer: &mut Writer, customer: &str) -> Seq {
    ask(writer, Action::Open { customer: party(customer), amount: Amount::new(12_000) });
    let advance = advances(writer).last().expect("it was opened").no;
    let credit = id(&format!("c{advance}"));
    ask(writer, Action::Send { advance, number: 0, transaction: credit.clone(), as_of: None });
    ask(writer, Action::Report { transaction: credit, result: TransactionResult::Success, of: None });
    advance
}

fn advances(writer: &Writer) -> Vec<Advance> {
    let snapshot = writer.subject.reader.snapshot().expect("it can be read");
    snapshot.advances(&writer.ledger, Seq(0), usize::MAX).expect("it can be read")
}

fn advance(writer: &Writer, no: Seq) -> Advance {
    let snapshot = writer.subject.reader.snapshot().expect("it can be read");
    snapshot.advance(&writer.ledger, no).expect("it can be read").expect("it is there")
}

fn today(writer: &Writer) -> Day {
    Day::of(writer.at)
}

/// What a stream has made so far, to ask about.
struct Stream {
    rng: Rng,
    ids: u128,
    /// What the processor calls what it took.
    names: u64,
    day: u32,
}

impl Stream {
    fn any<'a>(&mut self, all: &'a [Advance]) -> Option<&'a Advance> {
        self.rng.choice(all)
    }

    fn result(&mut self) -> TransactionResult {
        if self.rng.u8(0..3) == 0 { TransactionResult::Fail } else { TransactionResult::Success }
    }

    /// A refusal of what is asked for, or of another key.
    fn refuse(&mut self, all: &[Advance], as_of: Day) -> Action {
        let calling = self.any(all).and_then(|advance| Some((advance.no, advance.calling().next()?, advance)));
        let Some((no, number, advance)) = calling else {
            return Action::AcceptReport { as_of, reason: "so".to_owned() };
        };
        let key = advance.key(number).filter(|_| self.rng.u8(0..9) > 0).unwrap_or(Id(7));
        let as_of = self.rng.bool().then_some(as_of);
        Action::Refuse { advance: no, number, key, reason: "no".to_owned(), as_of }
    }

    /// Something to ask, sensible or not.
    fn action(&mut self, all: &[Advance]) -> Action {
        let as_of = Day(Day::of(START).0 + self.day);
        let no = self.any(all).map_or(Seq(3), |advance| advance.no);
        match self.rng.u8(0..34) {
            0..=3 => Action::Open {
                customer: party(&format!("c{}", self.rng.u8(0..4))),
                amount: Amount::new(self.rng.u128(0..300)),
            },
            4..=9 => {
                let due = self.any(all).and_then(|advance| Some((advance.no, advance.due(as_of).first()?.0)));
                let (advance, number) = due.unwrap_or((no, self.rng.u32(0..4)));
                Action::AskDebit { advance, number, as_of }
            }
            10..=15 => {
                let calling = self.any(all).and_then(|advance| Some((advance.no, advance.calling().next()?)));
                let (advance, number) = calling.unwrap_or((no, self.rng.u32(0..4)));
                // Now and then a name is taken, or was reported before.
                self.names += u64::from(self.rng.u8(0..8) > 0);
                let transaction = id(&format!("t{}", self.names));
                Action::Send { advance, number, transaction, as_of: self.rng.bool().then_some(as_of) }
            }
            16..=23 => {
                let known = self.any(all).and_then(|advance| {
                    let numbers: Vec<u32> = (0..=advance.plan.len() as u32).collect();
                    let number = *self.rng.choice(&numbers)?;
                    let transaction = advance.progress(number)?.transaction()?.clone();
                    Some((transaction, (advance.no, number)))
                });
                let (transaction, of) = match known {
                    Some((transaction, of)) => (transaction, self.rng.bool().then_some(of)),
                    None => (id(&format!("t{}", self.names + self.rng.u64(0..3))), None),
                };
                Action::Report { transaction, result: self.result(), of }
            }
            24 | 25 => Action::TimeOut { advance: no, as_of },
            26 => match self.rng.u8(0..9) {
                6 => Action::Retry { advance: no, customer: self.rng.bool().then(|| party("c9")) },
                7 => Action::NoteUnanswered { advance: no, as_of },
                8 => Action::AcceptReport { as_of, reason: "it was looked at".to_owned() },
                0 => Action::WriteOff { advance: no },
                1 => Action::PayOff { advance: no },
                2 => Action::Cancel { advance: no },
                3 => Action::AskCredit { advance: no },
                _ => Action::KeepCredit { advance: no },
            },
            27 => Action::NoteUnreadable { as_of: None, line: self.rng.u64(1..9), reason: "what is this".to_owned() },
            28 => {
                let extent =
                    *self.rng.choice(&[Extent::Whole, Extent::Whole, Extent::Readable, Extent::Broken]).expect("some");
                let reading = Reading { rows: 9, repeated: 3, unreadable: u64::from(extent != Extent::Whole), extent };
                Action::NoteReport { as_of: Some(as_of), reading }
            }
            32 | 33 => self.refuse(all, as_of),
            29 | 30 => {
                self.day += u32::from(self.rng.bool());
                Action::StartRun { as_of: Day(Day::of(START).0 + self.day) }
            }
            _ => match self.rng.bool() {
                true => Action::EndRun { as_of, end: RunEnd::Done { given_up: 1 } },
                false => Action::EndRun { as_of, end: RunEnd::Failed { reason: "nobody is there".to_owned() } },
            },
        }
    }

    fn turn(&mut self, all: &[Advance]) -> Vec<Item> {
        let count = 1 + self.rng.usize(0..12);
        let item = |stream: &mut Stream| {
            stream.ids += 1;
            let id = Id(stream.ids);
            let id = if stream.rng.bool() { CommandId::Client(id) } else { CommandId::Server(id) };
            let action = match stream.rng.u8(0..40) {
                // Someone pays back what was overpaid, or more, or less.
                0 => {
                    let to = format!("advances:overpaid:c{}", stream.rng.u8(0..4));
                    let mut transaction = transaction("advances:cash", &to, stream.rng.u128(1..30));
                    transaction.postings[0].asset = Some(name("USD"));
                    LedgerAction::Transact(transaction)
                }
                _ => LedgerAction::from(stream.action(all)),
            };
            Item::Single(Command::new(id, action))
        };
        (0..count).map(|_| item(self)).collect()
    }
}

/// Turns of a stream on one store; rows are forgotten every so many. Gives the hash, and the outcome of everything.
fn stream(subject: Subject, seed: u64, turns: usize, forgets: usize) -> ([u8; 32], Vec<ItemOutcome>) {
    let kind = subject.kind;
    let mut writer = Writer::new(subject, "book");
    begin(&mut writer);
    let mut stream = Stream { rng: Rng::with_seed(seed), ids: 0x019B << 112, names: 0, day: 0 };
    let mut told = Vec::new();
    for turn in 0..turns {
        let items = stream.turn(&advances(&writer));
        told.extend(writer.run(&items));
        if turn % forgets == 0 {
            writer.forget();
        }
    }
    let report = ducat_store::verify::verify(writer.subject.reader.as_ref(), &mut |_| {}).expect("it can be read");
    assert!(report.is_clean(), "{kind}, seed {seed}: {:?}", report.differences.first());
    for advance in advances(&writer) {
        assert_eq!(faults(&advance), Vec::<String>::new(), "{kind}, seed {seed}");
    }
    (writer.working.head().hash, told)
}

#[test]
fn random_words_give_the_same_advances_on_every_store() {
    let mut done = 0;
    for seed in 0..60 {
        let expected = stream(memory(), seed, 150, 7);
        // Whatever is in memory, the facts are the same.
        assert_eq!(stream(memory(), seed, 150, 1), expected, "seed {seed}");
        assert_eq!(stream(sqlite(), seed, 150, 13), expected, "seed {seed}");
        done += expected.1.iter().filter(|told| matches!(told, ItemOutcome::Single(Outcome::Done { .. }))).count();
    }
    assert!(done > 20_000, "only {done} were done");
    for seed in 0..6 {
        assert_eq!(stream(postgres_alone(), seed, 150, 7), stream(memory(), seed, 150, 7), "seed {seed}");
    }
}

#[test]
fn what_was_recorded_is_true_again_elsewhere() {
    let mut writer = Writer::new(memory(), "book");
    begin(&mut writer);
    let mut from = Stream { rng: Rng::with_seed(5), ids: 0x019B << 112, names: 0, day: 0 };
    for _ in 0..400 {
        let items = from.turn(&advances(&writer));
        writer.run(&items);
    }
    let snapshot = writer.subject.reader.snapshot().expect("it can be read");
    let effects = snapshot.effects(&writer.ledger, Seq(0), usize::MAX).expect("it can be read");
    let batches =
        snapshot.batches(&writer.ledger, ducat_domain::numbers::BatchNo(0), usize::MAX).expect("it can be read");
    for subject in [memory(), sqlite(), postgres_alone()] {
        let mut copy = Writer::new(subject, "book");
        let mut rest = effects.as_slice();
        for batch in &batches {
            let (of_batch, later) = rest.split_at(rest.partition_point(|effect| effect.seq <= batch.last));
            rest = later;
            loop {
                let needed = recovery_footprint(&copy.working, of_batch);
                if needed.is_empty() {
                    break;
                }
                let rows = copy.subject.store.load(copy.working.heads(), &needed).expect("rows can be loaded");
                copy.working.absorb(rows.expect("nobody else writes"));
            }
            let mut draft = ducat_domain::Draft::new(ducat_domain::private::Salts::of([7; 32]));
            recover(&mut copy.working, of_batch, Arrival::Last, &mut draft).expect("it happened");
            let delta = copy.working.take_delta().expect("it changes something");
            assert_eq!(delta.batches.first(), Some(batch));
            copy.subject.store.commit(&[delta]).expect("it commits");
            copy.working.trim();
        }
        let report = ducat_store::verify::verify(copy.subject.reader.as_ref(), &mut |_| {}).expect("it can be read");
        assert!(report.is_clean(), "{}: {:?}", copy.subject.kind, report.differences.first());
        assert_eq!(advances(&copy), advances(&writer));
    }
}

#[test]
fn one_installment_is_asked_for_once_and_belongs_to_a_run() {
    on_every_store(|writer| {
        begin(writer);
        let advance = paid_out(writer, "ada");
        let as_of = today(writer).plus(7);
        let debit = Action::AskDebit { advance, number: 1, as_of };
        assert_eq!(ask(writer, debit.clone()), Outcome::Refused(Rejection::RunOver.into()));
        assert!(matches!(ask(writer, Action::StartRun { as_of }), Outcome::Done { .. }));
        assert_eq!(ask(writer, Action::StartRun { as_of }), Outcome::Same, "two begin the same run");
        let early = Action::StartRun { as_of: today(writer) };
        assert_eq!(ask(writer, early), Outcome::Refused(Rejection::RunBeforeLast { last: as_of }.into()));
        assert!(matches!(ask(writer, debit.clone()), Outcome::Done { .. }));
        assert_eq!(ask(writer, debit), Outcome::Same, "it is under way");
        assert_eq!(ask(writer, Action::AskDebit { advance, number: 2, as_of }), Outcome::Same, "it is not due");
        let sent =
            |transaction: &str| Action::Send { advance, number: 1, transaction: id(transaction), as_of: Some(as_of) };
        // The processor answers nonsense: a name that is another's.
        let taken = format!("c{advance}");
        assert_eq!(
            ask(writer, sent(&taken)),
            Outcome::Refused(Rejection::TransactionTaken { transaction: id(&taken) }.into())
        );
        assert!(matches!(ask(writer, sent("t1")), Outcome::Done { .. }));
        assert_eq!(ask(writer, sent("t1")), Outcome::Same);
        assert_eq!(
            ask(writer, sent("t2")),
            Outcome::Refused(Rejection::TransactionTaken { transaction: id("t2") }.into())
        );
        let end = || Action::EndRun { as_of, end: RunEnd::Done { given_up: 0 } };
        assert!(matches!(ask(writer, end()), Outcome::Done { .. }));
        assert_eq!(ask(writer, end()), Outcome::Refused(Rejection::RunOver.into()));
        let snapshot = writer.subject.reader.snapshot().expect("it can be read");
        let book = snapshot.book(&writer.ledger).expect("it can be read").expect("it is there");
        let run = book.run.expect("there was one");
        assert_eq!((book.last_done, run.counts.charged, run.counts.sent), (Some(as_of), 1, 1));
        assert_eq!(snapshot.run(&writer.ledger, run.no).expect("it can be read"), Some(run));
    });
}

#[test]
fn what_was_told_before_its_name_was_known_counts_once_it_is() {
    on_every_store(|writer| {
        begin(writer);
        ask(writer, Action::Open { customer: party("ada"), amount: Amount::new(100) });
        let advance = advances(writer)[0].no;
        let tell = |result| Action::Report { transaction: id("early"), result, of: None };
        assert!(matches!(ask(writer, tell(TransactionResult::Success)), Outcome::Done { .. }));
        assert_eq!(ask(writer, tell(TransactionResult::Success)), Outcome::Same, "it is kept once");
        let exceptions = |writer: &Writer| {
            let snapshot = writer.subject.reader.snapshot().expect("it can be read");
            snapshot.exceptions(&writer.ledger, Seq(u64::MAX), 9).expect("it can be read").len()
        };
        assert_eq!(exceptions(writer), 1);
        ask(writer, Action::Send { advance, number: 0, transaction: id("early"), as_of: None });
        let shown = self::advance(writer, advance);
        assert_eq!((shown.status(), owed(&shown)), (Status::Collecting, 100));
        assert_eq!(writer.posted("advances:receivable:ada").map(|posted| posted.minor_units()), Some(100));
        assert_eq!(writer.posted("advances:cash").map(|posted| posted.minor_units()), Some(-100));
        assert_eq!(exceptions(writer), 1);
    });
}

#[test]
fn a_credit_is_cancelled_only_while_nothing_reached_the_processor() {
    on_every_store(|writer| {
        begin(writer);
        ask(writer, Action::Open { customer: party("ada"), amount: Amount::new(100) });
        let no = advances(writer)[0].no;
        let id = advances(writer)[0].id;
        let cancel = || Action::Cancel { advance: no };
        assert_eq!(ask(writer, cancel()), Outcome::Refused(Rejection::CreditSent { id }.into()), "it is being sent");
        assert!(matches!(ask(writer, Action::KeepCredit { advance: no }), Outcome::Done { .. }));
        assert_eq!(advance(writer, no).credit, Credit::Waiting);
        // Someone tries it, and someone else again: neither can say that nothing of it arrived.
        ask(writer, Action::Open { customer: party("bob"), amount: Amount::new(100) });
        let other = advances(writer)[1].no;
        assert!(matches!(ask(writer, Action::AskCredit { advance: other }), Outcome::Done { .. }));
        assert_eq!(ask(writer, Action::AskCredit { advance: other }), Outcome::Same);
        assert_eq!(ask(writer, Action::KeepCredit { advance: other }), Outcome::Same);
        let refused = ask(writer, Action::Cancel { advance: other });
        assert!(matches!(
            refused,
            Outcome::Refused(ducat_domain::Rejection::Product(AnyRejection::Advances(Rejection::CreditSent { .. })))
        ));
        assert!(matches!(ask(writer, cancel()), Outcome::Done { .. }));
        assert_eq!(ask(writer, Action::AskCredit { advance: no }), Outcome::Same, "nobody sends it any more");
        assert_eq!(ask(writer, cancel()), Outcome::Same);
        assert_eq!(advance(writer, no).status(), Status::Cancelled);
        let waiting = writer.subject.reader.snapshot().expect("it can be read");
        let waiting = waiting.advances_due(&writer.ledger, Day::LAST, None, 9).expect("it can be read");
        assert_eq!(waiting.len(), 1, "the other one is tried again");
    });
}

#[test]
fn a_credit_that_is_refused_waits_for_a_person() {
    on_every_store(|writer| {
        begin(writer);
        ask(writer, Action::Open { customer: party("ada"), amount: Amount::new(12_000) });
        let opened = advances(writer).remove(0);
        let no = opened.no;
        let refuse = |key| Action::Refuse { advance: no, number: 0, key, reason: "no".to_owned(), as_of: None };
        assert_eq!(ask(writer, refuse(Id(5))), Outcome::Same, "nothing was asked for under this key");
        let retry = |customer: Option<&str>| Action::Retry { advance: no, customer: customer.map(party) };
        let sending = Outcome::Refused(Rejection::NotRefused { id: opened.id }.into());
        assert_eq!(ask(writer, retry(None)), sending, "it is being sent");
        assert!(matches!(ask(writer, refuse(opened.key)), Outcome::Done { .. }));
        assert_eq!(ask(writer, refuse(opened.key)), Outcome::Same);
        assert_eq!(advance(writer, no).status(), Status::Refused);
        let exceptions = |writer: &Writer| {
            let snapshot = writer.subject.reader.snapshot().expect("it can be read");
            snapshot.exceptions(&writer.ledger, Seq(u64::MAX), 9).expect("it can be read").len()
        };
        assert_eq!(exceptions(writer), 1);
        let due = |writer: &Writer| {
            let snapshot = writer.subject.reader.snapshot().expect("it can be read");
            snapshot.advances_due(&writer.ledger, Day::LAST, None, 9).expect("it can be read").len()
        };
        assert_eq!(due(writer), 0);
        // Someone else gets it: it is theirs to repay.
        assert!(matches!(ask(writer, retry(Some("bob"))), Outcome::Done { .. }));
        assert_eq!(ask(writer, refuse(opened.key)), Outcome::Same, "that was said of the key before");
        let retried = advance(writer, no);
        assert_eq!((retried.status(), retried.customer.as_str(), retried.id), (Status::Accepted, "bob", opened.id));
        assert!(retried.key != opened.key && retried.hold.seq != no);
        let of = |writer: &Writer, account| {
            let snapshot = writer.subject.reader.snapshot().expect("it can be read");
            snapshot.advances_of(&writer.ledger, account, Seq(0), 9).expect("it can be read").len()
        };
        assert_eq!((of(writer, opened.account), of(writer, retried.account)), (0, 1));
        ask(writer, Action::Send { advance: no, number: 0, transaction: id("c"), as_of: None });
        let success = TransactionResult::Success;
        ask(writer, Action::Report { transaction: id("c"), result: success, of: None });
        assert_eq!(writer.posted("advances:receivable:ada").map(|posted| posted.minor_units()), Some(0));
        assert_eq!(writer.posted("advances:receivable:bob").map(|posted| posted.minor_units()), Some(12_000));
        // One that is given up holds nothing.
        ask(writer, Action::Open { customer: party("cy"), amount: Amount::new(100) });
        let other = advances(writer).remove(1);
        let reason = "no".to_owned();
        ask(writer, Action::Refuse { advance: other.no, number: 0, key: other.key, reason, as_of: None });
        assert!(matches!(ask(writer, Action::Cancel { advance: other.no }), Outcome::Done { .. }));
        assert_eq!(advance(writer, other.no).status(), Status::Cancelled);
        assert_eq!(writer.posted("advances:cash").map(|posted| posted.minor_units()), Some(-12_000));
    });
}

#[test]
fn what_was_paid_back_by_hand_is_owed_again_when_its_debit_is_returned() {
    on_every_store(|writer| {
        begin(writer);
        let advance = paid_out(writer, "ada");
        let as_of = today(writer).plus(7);
        let tell = |name: &str, result| Action::Report { transaction: id(name), result, of: None };
        let (success, fail) = (TransactionResult::Success, TransactionResult::Fail);
        let collect = |writer: &mut Writer, number, name: &str, as_of| {
            ask(writer, Action::StartRun { as_of });
            ask(writer, Action::AskDebit { advance, number, as_of });
            ask(writer, Action::Send { advance, number, transaction: id(name), as_of: Some(as_of) });
            ask(writer, Action::EndRun { as_of, end: RunEnd::Done { given_up: 0 } });
        };
        collect(writer, 1, "d1", as_of);
        ask(writer, tell("d1", success));
        ask(writer, tell(&format!("c{advance}"), fail));
        let posted = |writer: &Writer, account: &str| writer.posted(account).map(|posted| posted.minor_units());
        assert_eq!(posted(writer, "advances:overpaid:ada"), Some(-1_000));
        let mut back = transaction("advances:cash", "advances:overpaid:ada", 600);
        back.postings[0].asset = Some(name("USD"));
        assert!(matches!(writer.act(LedgerAction::Transact(back)), Outcome::Done { .. }));
        ask(writer, tell("d1", fail));
        // Of 10.00 that came back to the customer, 6.00 had been paid back before.
        assert_eq!(
            (posted(writer, "advances:overpaid:ada"), posted(writer, "advances:receivable:ada")),
            (Some(0), Some(600))
        );
        let shown = self::advance(writer, advance);
        assert_eq!((shown.status(), owed(&shown), shown.unpaid().len()), (Status::Collecting, 600, 1));
        let snapshot = writer.subject.reader.snapshot().expect("it can be read");
        let seen = snapshot.exceptions(&writer.ledger, Seq(u64::MAX), 1).expect("it can be read");
        let effect = snapshot.effect(&writer.ledger, seen[0]).expect("it can be read").expect("it is there");
        let is_said = matches!(advances_fact(&effect), Some(Fact::Changed { event: Event::OwedAgain { .. }, .. }));
        assert!(is_said, "{effect:?}");
        drop(snapshot);
        let (number, one) = shown.due(Day::LAST).remove(0);
        collect(writer, number, "d2", one.due);
        ask(writer, tell("d2", success));
        assert_eq!((posted(writer, "advances:receivable:ada"), posted(writer, "advances:cash")), (Some(0), Some(0)));
        let report = ducat_store::verify::verify(writer.subject.reader.as_ref(), &mut |_| {}).expect("it can be read");
        assert!(report.is_clean(), "{:?}", report.differences);
    });
}

#[test]
fn accounts_of_advances_are_theirs() {
    on_every_store(|writer| {
        begin(writer);
        paid_out(writer, "ada");
        let transfer = |source: &str, destination: &str| {
            let mut transaction = transaction(source, destination, 5);
            transaction.postings[0].asset = Some(name("USD"));
            LedgerAction::Transact(transaction)
        };
        let reserved =
            |account: &str| Outcome::Refused(ducat_domain::Rejection::AccountReserved { account: name(account) });
        let owed = "advances:receivable:ada";
        assert_eq!(writer.act(transfer("world", owed)), reserved(owed));
        assert_eq!(writer.act(transfer("world", "advances:overpaid:ada")), reserved("advances:overpaid:ada"));
        assert!(matches!(writer.act(transfer("world", "advances:cash")), Outcome::Done { .. }), "cash is funded");
        let hold = advances(writer)[0].id;
        assert!(matches!(
            writer.act(LedgerAction::Reverse { original: hold, part: Part::Rest }),
            Outcome::Refused(ducat_domain::Rejection::AccountReserved { .. })
        ));
    });
    // Accounts that were named so before keep a ledger from making advances.
    on_every_store(|writer| {
        writer.open_ledger(&[("USD", 2)]);
        writer.transfer("world", "advances:mine", 5);
        let terms = Action::SetTerms { asset: name("USD"), terms: Terms::DEFAULT };
        let account = name("advances:mine");
        assert_eq!(ask(writer, terms), Outcome::Refused(ducat_domain::Rejection::AccountExists { account }));
        assert_eq!(
            ask(writer, Action::WriteOff { advance: Seq(9) }),
            Outcome::Refused(Rejection::TermsNotFound.into())
        );
    });
}

#[test]
fn everything_about_one_advance_may_happen_in_one_turn() {
    on_every_store(|writer| {
        begin(writer);
        let advance = paid_out(writer, "ada");
        let as_of = today(writer).plus(7);
        let mut ids = 0x019C << 112;
        let mut turn = |writer: &mut Writer, actions: Vec<Action>| {
            let items = actions.into_iter().map(|action| {
                ids += 1;
                Item::Single(Command::new(CommandId::Server(Id(ids)), LedgerAction::from(action)))
            });
            writer.forget();
            writer.run(&items.collect::<Vec<Item>>())
        };
        let tell = |name: &str, result| Action::Report { transaction: id(name), result, of: None };
        let (success, fail) = (TransactionResult::Success, TransactionResult::Fail);
        let credit = format!("c{advance}");
        turn(
            writer,
            vec![
                Action::StartRun { as_of },
                tell("d1", success),
                Action::AskDebit { advance, number: 1, as_of },
                Action::Send { advance, number: 1, transaction: id("d1"), as_of: Some(as_of) },
                tell("d1", fail),
                Action::PayOff { advance },
                tell(&credit, fail),
                tell("d1", success),
                Action::WriteOff { advance },
            ],
        );
        let shown = self::advance(writer, advance);
        assert_eq!((shown.status(), owed(&shown)), (Status::Failed, 0));
        assert!(matches!(shown.progress(1), Some(Progress::Failed(..))));
        assert_eq!(writer.posted("advances:cash").map(|posted| posted.minor_units()), Some(0));
        let snapshot = writer.subject.reader.snapshot().expect("it can be read");
        let told = snapshot.effects(&writer.ledger, Seq(0), usize::MAX).expect("it can be read");
        assert!(told.iter().filter_map(advances_fact).any(|fact| matches!(fact, Fact::Unknown { .. })));
    });
}
