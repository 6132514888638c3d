//! How far sinks are is kept beside the journals, and one node at a time sends to each.

use ducat_domain::names::Name;
use ducat_domain::numbers::{Seq, Timestamp};
use ducat_store::PostgresStore;
use ducat_store::beside::{ReadBeside as _, WriteBeside as _};
use ducat_store::postgres::Node;
use ducat_store::sinks::{DELIVERIES_KEPT, Delivery, Noted, Progress, Retry};

use crate::on_every_store;

fn sink(text: &str) -> Name {
    Name::parse(text).expect("a name")
}

fn delivery(number: u64) -> Delivery {
    let status = number.is_multiple_of(2).then_some(503);
    let reason = if number == 3 { "it responded 503" } else { "" }.to_owned();
    let seq = (number != 5).then_some(Seq(number * 10));
    Delivery { number, seq, attempt: 2, at: Timestamp(7), took_us: 1_500, status, reason }
}

#[test]
fn how_far_sinks_are() {
    on_every_store(|writer| {
        let (a, b) = (sink("webhook:a"), sink("webhook:b"));
        writer.open_ledger(&[("USD", 2)]);
        let claimed = writer.subject.store.claim_sinks(&[a.clone(), b.clone()]).expect("they can be claimed");
        assert_eq!(claimed, [Progress::new(a.clone()), Progress::new(b.clone())]);
        let retries = vec![Retry { seq: Seq(4), failures: 3, next_at: Timestamp(-9) }];
        let far = Progress {
            ordered_at: Timestamp(3),
            seq: Seq(9),
            seen_at: Timestamp(5),
            attempts: 300,
            retries,
            ..Progress::new(b.clone())
        };
        let deliveries: Vec<Delivery> = (1..=300).map(delivery).collect();
        let noted = Noted { progress: far.clone(), deliveries: deliveries.clone() };
        writer.subject.store.note_deliveries(&[noted]).expect("it is noted");
        writer.subject.store.note_deliveries(&[]).expect("nothing is");
        let reader = &writer.subject.reader;
        assert_eq!(reader.progress(&[b.clone(), a.clone()]).expect("it can be read"), [far.clone(), Progress::new(a)]);
        let kept = reader.deliveries(&b, u64::MAX, 1_000).expect("they can be read");
        assert_eq!(kept.len() as u64, DELIVERIES_KEPT);
        assert_eq!(kept[..2], [delivery(300), delivery(299)]);
        let page = reader.deliveries(&b, 100, 2).expect("they can be read");
        assert_eq!(page, [delivery(99), delivery(98)]);
        // It goes on from there, and commits go on.
        assert_eq!(writer.subject.store.claim_sinks(std::slice::from_ref(&b)).expect("it can be claimed"), [far]);
        writer.transfer("world", "a", 1);
    });
}

/// Of two nodes one has a sink, and when that has gone the other one. What the first one notes late changes nothing.
#[test]
fn one_node_at_a_time_has_a_sink() {
    let database = ducat_test_postgres::database();
    let open = |url: &str| PostgresStore::open(&database, Node::server(url)).expect("it opens");
    let (mut one, mut other) = (open("http://one"), open("http://other"));
    let a = sink("webhook:a");
    let mine = one.claim_sinks(std::slice::from_ref(&a)).expect("it can be claimed");
    assert_eq!(mine.len(), 1);
    assert_eq!(other.claim_sinks(std::slice::from_ref(&a)).expect("it can be asked for"), []);
    assert_eq!(one.claim_sinks(std::slice::from_ref(&a)).expect("it can be claimed again"), mine);
    let noted = |progress: &Progress, seq| Noted {
        progress: Progress { seq: Seq(seq), ..progress.clone() },
        deliveries: Vec::new(),
    };
    one.note_deliveries(&[noted(&mine[0], 5)]).expect("it is noted");
    // Its time is over.
    ducat_test_postgres::sql(&database, "UPDATE sinks SET until = now() - interval '1 second'").expect("it is set");
    let theirs = other.claim_sinks(std::slice::from_ref(&a)).expect("it can be claimed");
    assert_eq!((theirs[0].seq, theirs[0].epoch), (Seq(5), mine[0].epoch + 1));
    other.note_deliveries(&[noted(&theirs[0], 8)]).expect("it is noted");
    one.note_deliveries(&[noted(&mine[0], 6)]).expect("it changes nothing");
    assert_eq!(one.claim_sinks(std::slice::from_ref(&a)).expect("it can be asked for"), []);
    let reader = one.reader().expect("it can be read");
    assert_eq!(reader.progress(&[a]).expect("it can be read")[0].seq, Seq(8));
}
