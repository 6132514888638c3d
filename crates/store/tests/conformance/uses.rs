//! When actors were used is kept beside the journals.

use std::num::NonZeroU32;

use ducat_domain::numbers::{ActorNo, Timestamp};
use ducat_store::Use;

use crate::on_every_store;

fn used(actor: u32, first: i64, last: i64) -> Use {
    let actor = ActorNo(NonZeroU32::new(actor).expect("not 0"));
    Use { actor, first: Timestamp(first), last: Timestamp(last) }
}

#[test]
fn the_earliest_first_and_the_latest_last_use_count() {
    on_every_store(|writer| {
        let known = |writer: &crate::Writer| writer.subject.reader.uses().expect("they can be read");
        assert_eq!(known(writer), []);
        writer.open_ledger(&[("USD", 2)]);
        writer.subject.store.note_uses(&[used(7, 5, 9), used(u32::MAX, 1, 1)]).expect("they are written");
        // Another node knows of an earlier first use, and of no later one.
        writer.subject.store.note_uses(&[used(8, 4, 4), used(7, 3, 8)]).expect("they are written");
        writer.subject.store.note_uses(&[]).expect("nothing is");
        assert_eq!(known(writer), [used(7, 3, 9), used(8, 4, 4), used(u32::MAX, 1, 1)]);
        // Commits go on.
        writer.transfer("world", "a", 1);
    });
}
