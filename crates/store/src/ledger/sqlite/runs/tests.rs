//! Runs against a map: whatever the order in which ids come, and wherever it stops.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::*;

const NO: LedgerNo = LedgerNo(3);

const TABLES_OF_RUNS: &str = include_str!("../../../sqlite/migrations/V11__id_runs.sql");

fn tables() -> Connection {
    let connection = Connection::open_in_memory().expect("a database in memory");
    connection.execute_batch(TABLES_OF_RUNS).expect("its tables");
    // Other ledgers have runs too.
    for no in [LedgerNo(2), LedgerNo(4)] {
        let ids: Vec<(Id, Seq)> = (0..50).map(|id| (Id(id), Seq(9))).collect();
        Runs::default().add(&connection, no, 1, &ids, 10).expect("it can be written");
    }
    connection
}

/// Ids in no order, in order, or nearly so.
fn id(rng: &mut Rng, order: u8, count: u64) -> Id {
    let at = u128::from(count) * 1_000;
    Id(match order {
        0 => rng.u128(..),
        1 => at,
        2 => at + rng.u128(..40_000),
        // In a narrow place, between others.
        _ => rng.u128(..1 << 40) + (u128::from(count % 3) << 100),
    })
}

fn check(connection: &Connection, runs: &Runs, model: &BTreeMap<Id, Seq>, rng: &mut Rng) {
    assert_eq!(runs.contradiction(connection, NO).expect("it can be read"), None);
    assert_eq!(runs.count(connection).expect("it can be read"), model.len() as u64);
    let all: Vec<(Id, Seq)> = model.iter().map(|(id, seq)| (*id, *seq)).collect();
    let (mut read, size) = (Vec::new(), 1 + rng.usize(..40));
    loop {
        let after = read.last().map(|(id, _): &(Id, Seq)| *id);
        let page = runs.page(connection, after, size).expect("it can be read");
        if page.is_empty() {
            break;
        }
        read.extend(page);
    }
    assert_eq!(read, all);
    let mut ids: Vec<Id> = model.keys().copied().collect();
    ids.extend((0..50).map(|_| Id(rng.u128(..))));
    rng.shuffle(&mut ids);
    let mut places = vec![None; ids.len()];
    places[0] = Some(Seq(12_345));
    runs.find(connection, &ids, &mut places).expect("it can be read");
    assert_eq!(places[0], Some(Seq(12_345)), "what has a place keeps it");
    assert!(ids.iter().zip(&places).skip(1).all(|(id, place)| model.get(id) == place.as_ref()));
}

#[test]
fn runs_have_what_was_put_in_wherever_merging_is() {
    let (mut given, mut merged) = (0, 0);
    for seed in 0..12 {
        let rng = &mut Rng::with_seed(seed);
        let (connection, part_ids, order) = (tables(), 2 + rng.usize(..30), seed as u8 % 4);
        let (mut runs, mut model) = (Runs::default(), BTreeMap::new());
        for generation in 0..150 {
            let of_generation: BTreeMap<Id, Seq> = (0..1 + rng.u64(..40))
                .map(|at| (id(rng, order, generation * 40 + at), Seq(generation * 100 + at)))
                .filter(|(id, _)| !model.contains_key(id))
                .collect();
            let ids: Vec<(Id, Seq)> = of_generation.into_iter().collect();
            let (number, mut growing) = (runs.next_number(), true);
            let mut parts = ids.chunks(part_ids);
            // A commit writes a part or none, and goes on with each level or not: some levels hardly ever.
            let lazy = rng.u8(..3);
            while growing || rng.u8(..3) > 0 {
                let part = if rng.u8(..4) == 0 { parts.next() } else { None };
                if let Some(part) = part {
                    runs.add(&connection, NO, number, part, part_ids).expect("it can be written");
                    model.extend(part.iter().copied());
                }
                growing = growing && (part.is_some() || parts.len() > 0);
                for level in runs.levels() {
                    if rng.u8(..10) < if level == lazy { 9 } else { 2 } {
                        continue;
                    }
                    let before = part::count_blocks(&connection, NO).expect("it can be read");
                    let old = runs.clone();
                    let step = runs.merge(&connection, NO, level, growing.then_some(number), part_ids);
                    if step.expect("it can be merged").is_none() {
                        continue;
                    }
                    assert!(runs.newer_than(&old).expect("a new part").is_seen(&connection).expect("it is read"));
                    let blocks: usize = runs.parts().map(|part| part.blocks()).sum();
                    given += usize::from(blocks == before && runs.parts().count() == old.parts().count());
                    merged += 1;
                }
                if rng.u8(..8) == 0 {
                    // As after a crash: all that is known is in the file.
                    runs = Runs::read(&connection, NO, &Runs::default()).expect("it can be read");
                }
            }
            if rng.u8(..20) == 0 {
                let known = if rng.bool() { &runs } else { &Runs::default() };
                let read = Runs::read(&connection, NO, known).expect("it can be read");
                check(&connection, &read, &model, rng);
            }
        }
        check(&connection, &runs, &model, rng);
        let levels = runs.levels();
        for level in &levels {
            let of_level = runs.runs.iter().filter(|run| run.level == *level).count();
            assert!(of_level < 60, "{of_level} runs of level {level}");
        }
        assert!(levels.len() > 1, "something was merged");
        delete(&connection, NO).expect("they can be deleted");
        let others: i64 =
            connection.query_row("SELECT sum(ids) + 0 * count(*) FROM id_parts", [], |row| row.get(0)).expect("a sum");
        assert_eq!(others, 100, "other ledgers keep theirs");
    }
    assert!(given > 100 && merged - given > 100, "{given} parts were given away, {merged} steps in all");
}

#[test]
fn every_byte_of_a_part_is_checked() {
    let connection = tables();
    let mut runs = Runs::default();
    let ids: Vec<(Id, Seq)> = (0..40).map(|id| (Id(id * id + 5), Seq(u64::MAX >> 24))).collect();
    runs.add(&connection, NO, 1, &ids, 40).expect("it can be written");
    let key = NO.key(1);
    let mut rng = Rng::with_seed(4);
    for (table, column) in ["last", "sum", "blocks", "fences", "filter"]
        .map(|column| ("id_parts", column))
        .into_iter()
        .chain([("id_blocks", "ids")])
    {
        let sql = format!("SELECT {column} FROM {table} WHERE key = ?1");
        let bytes: Vec<u8> = connection.query_row(&sql, [key], |row| row.get(0)).expect("a blob");
        let put = |bytes: &[u8]| {
            let sql = format!("UPDATE {table} SET {column} = ?1 WHERE key = ?2");
            connection.execute(&sql, rusqlite::params![bytes, key]).expect("it can be altered");
        };
        let is_wrong = || match Runs::read(&connection, NO, &Runs::default()) {
            Ok(runs) => runs.contradiction(&connection, NO).expect("it can be read").is_some_and(|(of, _)| of == table),
            Err(Fault::Inconsistent { table: of, .. }) => of == table,
            Err(fault) => panic!("{fault}"),
        };
        for _ in 0..40 {
            let mut altered = bytes.clone();
            altered[rng.usize(..bytes.len())] ^= 1 << rng.u8(..8);
            put(&altered);
            assert!(is_wrong(), "{table}.{column}");
        }
        put(&bytes[1..]);
        assert!(is_wrong(), "{table}.{column} cut short");
        put(&[]);
        assert!(is_wrong(), "{table}.{column} empty");
        put(&bytes);
        assert!(!is_wrong());
    }
}

/// What a merge has taken is deleted, so it takes nothing from a block that is not as it was written.
#[test]
fn a_damaged_block_is_not_merged() {
    let connection = tables();
    let mut runs = Runs::default();
    for run in 0..8_u64 {
        let ids: Vec<(Id, Seq)> = (0..30).map(|at| (Id(u128::from(at * 8 + run)), Seq(at * 8 + run))).collect();
        let number = runs.next_number();
        ids.chunks(12).for_each(|part| runs.add(&connection, NO, number, part, 12).expect("it can be written"));
    }
    // An id in the middle of a block becomes a large one: the rest of its part would be passed over.
    let first: Vec<u8> = connection
        .query_row("SELECT ids FROM id_blocks WHERE key = ?1", [NO.key(1)], |row| row.get(0))
        .expect("a block");
    let mut altered = first.clone();
    altered[21] ^= 0x80;
    let put = |bytes: &[u8]| {
        connection
            .execute("UPDATE id_blocks SET ids = ?1 WHERE key = ?2", rusqlite::params![bytes, NO.key(1)])
            .expect("it can be altered");
    };
    put(&altered);
    let before = part::count_blocks(&connection, NO).expect("it can be read");
    let refused = runs.merge(&connection, NO, 0, None, 12).expect_err("it is refused");
    assert!(matches!(refused, Fault::Inconsistent { table: "id_blocks", .. }), "{refused}");
    assert_eq!(part::count_blocks(&connection, NO).expect("it can be read"), before);
    put(&first);
    assert!(runs.merge(&connection, NO, 0, None, 12).expect("it is whole again").is_some());
}
