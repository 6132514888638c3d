//! The same random commands on every store give the same outcomes, hashes and balances.

use ducat_domain::ledger::command::{CommandId, Redact, RedactOf};
use ducat_domain::ledger::terms::{
    AccountChange, AccountTerms, AssetTerms, Expectation, ImplicitAccounts, LedgerRules, LedgerTerms, Limits, Metadata,
    Ranking, ZeroAmounts,
};
use ducat_domain::ledger::transaction::{Draw, Part, Source, Timing, Transaction, Transfer};
use ducat_domain::money::{Amount, Balance};
use ducat_domain::numbers::{Id, Seq, Timestamp};
use ducat_domain::{Action, Command, Item, ItemOutcome};
use fastrand::Rng;
use proptest::prelude::*;

use crate::{START, Writer, memory, name, postgres_alone, sqlite, sqlite_of};

fn account(rng: &mut Rng) -> String {
    if rng.u8(..10) == 0 { "world".to_owned() } else { format!("a{}", rng.u8(..12)) }
}

fn limit(rng: &mut Rng) -> Option<Balance> {
    [None, Balance::new(0), Balance::new(-50), Balance::new(200)][rng.usize(..4)]
}

/// Mostly fresh ids, sometimes one of the last; half of them in order of time, half anywhere.
fn id(rng: &mut Rng, server_ids: u128) -> Id {
    let number = if rng.u8(..8) == 0 { server_ids.saturating_sub(rng.u128(..30)) } else { server_ids };
    if number.is_multiple_of(2) {
        Id((0x019A << 112) + number)
    } else {
        Id(number.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835))
    }
}

fn metadata(rng: &mut Rng) -> Metadata {
    let pairs = (0..rng.usize(..2)).map(|_| (format!("k{}", rng.u8(..2)), format!("v{}", rng.u8(..3))));
    Metadata::new(pairs)
}

fn source(rng: &mut Rng) -> Source {
    let draw = |rng: &mut Rng| Draw { account: name(&account(rng)), keep: limit(rng) };
    match rng.u8(..5) {
        0 => Source::InOrder { first: draw(rng), then: (0..rng.usize(..4)).map(|_| draw(rng)).collect() },
        _ => Source::One(name(&account(rng))),
    }
}

fn transact(rng: &mut Rng) -> Transaction {
    let asset = |rng: &mut Rng| (rng.u8(..20) != 0).then(|| name(["USD", "EUR"][usize::from(rng.u8(..4) == 0)]));
    let postings = (0..1 + rng.usize(..3)).map(|_| Transfer {
        source: source(rng),
        destination: name(&account(rng)),
        asset: asset(rng),
        amount: match rng.u8(..40) {
            0 => Amount::ZERO,
            1 => Amount::new(10u128.pow(35)),
            2 => Amount::new(10u128.pow(36)),
            _ => Amount::new(u128::from(rng.u8(..))),
        },
    });
    Transaction {
        postings: postings.collect(),
        timing: match rng.u8(..4) {
            0 => Timing::Pending { timeout_s: rng.bool().then(|| rng.u64(..600)) },
            _ => Timing::Posted,
        },
        effective_at: (rng.u8(..4) == 0).then(|| Timestamp(START.0 - rng.i64(0..10_000_000_000_000))),
        description: rng.bool().then(|| "what for".to_owned()),
        reference: (rng.u8(..8) == 0).then(|| format!("r{}", rng.u8(..))),
        metadata: metadata(rng),
    }
}

fn action(rng: &mut Rng, recent: Id) -> Action {
    match rng.u8(..20) {
        0 => Action::OpenAccount(AccountTerms {
            name: name(&account(rng)),
            asset: Some(name("USD")),
            limits: Limits { min: limit(rng), max: None },
            metadata: metadata(rng),
        }),
        1 => Action::ChangeAccount(AccountChange {
            name: name(&account(rng)),
            asset: Some(name("USD")),
            min: rng.bool().then(|| limit(rng)),
            max: (rng.u8(..4) == 0).then(|| Balance::new(1_000)),
            metadata: (rng.u8(..4) == 0).then(|| metadata(rng)),
            frozen: (rng.u8(..4) == 0).then(|| rng.bool()),
            closed: (rng.u8(..4) == 0).then(|| rng.bool()),
        }),
        2 | 3 => Action::PostHold { hold: recent, amount: rng.bool().then(|| Amount::new(u128::from(rng.u8(..)))) },
        4 => Action::VoidHold { hold: recent },
        5 => Action::ExpireHold { hold: recent },
        6 => {
            let part = if rng.bool() { Part::Rest } else { Part::Amount(Amount::new(u128::from(rng.u8(..50)))) };
            Action::Reverse { original: recent, part }
        }
        7 if rng.u8(..4) == 0 => Action::SetDefaultAsset { asset: name(["USD", "JPY"][usize::from(rng.bool())]) },
        7 if rng.u8(..4) == 0 => Action::AddAsset(AssetTerms { code: name("JPY"), scale: rng.u8(..2) }),
        8 => Action::Expect(Expectation {
            account: name(&account(rng)),
            metadata: metadata(rng),
            frozen: rng.bool().then(|| rng.u8(..4) == 0),
            closed: rng.bool().then(|| rng.u8(..4) == 0),
            limits: Vec::new(),
        }),
        9 => Action::Defer { request: rng.u8(..).to_be_bytes().into() },
        10 => Action::Resolve { deferred: Seq(rng.u64(..200)), answer: rng.u8(..).to_be_bytes().into() },
        11 => {
            let of = if rng.bool() { RedactOf::Transaction(recent) } else { RedactOf::Account(name(&account(rng))) };
            let first = rng.u64(..400);
            Action::Redact(Redact { of, effects: (first..first + 200).map(Seq).collect(), reason: "why".to_owned() })
        }
        _ => Action::Transact(transact(rng)),
    }
}

fn command(rng: &mut Rng, server_ids: &mut u128) -> Command {
    *server_ids += 1;
    let back = rng.u128(..20);
    let recent = id(rng, server_ids.saturating_sub(back));
    let action = action(rng, recent);
    let expires = matches!(action, Action::ExpireHold { .. });
    let id = if expires || rng.u8(..8) == 0 {
        CommandId::Server(Id((0x0200 << 112) + *server_ids))
    } else {
        CommandId::Client(id(rng, *server_ids))
    };
    Command::new(id, action)
}

pub fn batches(seed: u64, commands: usize) -> Vec<Vec<Item>> {
    let mut rng = Rng::with_seed(seed);
    let mut server_ids = 0;
    let terms = LedgerTerms {
        default_asset: None,
        assets: vec![AssetTerms { code: name("USD"), scale: 2 }, AssetTerms { code: name("EUR"), scale: 2 }],
        rules: LedgerRules {
            implicit_accounts: if rng.bool() { ImplicitAccounts::Opened } else { ImplicitAccounts::Refused },
            zero_amounts: if rng.bool() { ZeroAmounts::Record } else { ZeroAmounts::Refuse },
            ranking: if rng.bool() { Ranking::ByEntries } else { Ranking::None },
        },
    };
    let open = Command::new(CommandId::Server(Id(1)), Action::OpenLedger(terms));
    let mut batches = vec![vec![Item::Single(open)]];
    let mut count = 0;
    while count < commands {
        let mut batch = Vec::new();
        for _ in 0..1 + rng.usize(..8) {
            count += 1;
            batch.push(match rng.u8(..10) {
                0 => Item::Atomic(
                    (0..1 + rng.usize(..4))
                        .map(|_| {
                            server_ids += 1;
                            let id = CommandId::Client(id(&mut rng, server_ids));
                            Command::new(id, Action::Transact(transact(&mut rng)))
                        })
                        .collect(),
                ),
                1 => Item::DryRun(command(&mut rng, &mut server_ids)),
                _ => Item::Single(command(&mut rng, &mut server_ids)),
            });
        }
        batches.push(batch);
    }
    batches
}

/// What a store made of the stream: outcomes, and the hash after each batch.
fn play(mut writer: Writer, batches: &[Vec<Item>], seed: u64) -> (Vec<ItemOutcome>, Vec<[u8; 32]>, Vec<String>) {
    let mut rng = Rng::with_seed(seed);
    let mut outcomes = Vec::new();
    let mut hashes = Vec::new();
    for batch in batches {
        match rng.u8(..8) {
            0 => writer.forget(),
            1 => {
                writer.forget();
                writer.working = writer.working.with_rows_max(4);
            }
            _ => {}
        }
        outcomes.extend(writer.run(batch));
        hashes.push(writer.working.head().hash);
    }
    let snapshot = writer.subject.reader.snapshot().expect("it can be read");
    let balances = snapshot.balances(&writer.ledger, None, usize::MAX).expect("they can be read");
    let busiest = snapshot.busiest(&writer.ledger).expect("they can be read");
    let waiting = snapshot.deferred(&writer.ledger, Seq(0), usize::MAX).expect("they can be read");
    drop(snapshot);
    let report = ducat_store::verify::verify(writer.subject.reader.as_ref(), &mut |_| {}).expect("it can be read");
    assert!(report.is_clean(), "{}: {:?}", writer.subject.kind, report.differences);
    let beside = [format!("{busiest:?}"), format!("{waiting:?}")];
    (outcomes, hashes, balances.iter().map(|row| format!("{row:?}")).chain(beside).collect())
}

/// Rows come and go at different times on each store, which must make no difference.
fn check(seed: u64, commands: usize) {
    let batches = batches(seed, commands);
    let memory = play(Writer::new(memory(), "book"), &batches, seed);
    for other in [sqlite(), sqlite_of("sqlite that writes balances", 40), postgres_alone()] {
        let kind = other.kind;
        let other = play(Writer::new(other, "book"), &batches, seed + 1);
        assert_eq!(memory.0, other.0, "outcomes on {kind}, seed {seed}");
        assert_eq!(memory.1, other.1, "hashes on {kind}, seed {seed}");
        assert_eq!(memory.2, other.2, "balances on {kind}, seed {seed}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_same_commands_give_the_same_ledger(seed in any::<u32>()) {
        check(u64::from(seed), 300);
    }
}

/// `DUCAT_TEST_COMMANDS` makes it longer.
#[test]
fn a_long_stream_gives_the_same_ledger() {
    let commands = std::env::var("DUCAT_TEST_COMMANDS").ok().and_then(|text| text.parse().ok());
    check(2026, commands.unwrap_or(20_000));
}

/// A commit of thousands of effects of several kinds, which some stores write in another way than a small one.
#[test]
fn a_large_commit_is_stored_as_it_is() {
    crate::on_every_store(|writer| {
        writer.open_ledger(&[("USD", 2)]);
        let items: Vec<Item> = (0..1_500_u32)
            .flat_map(|number| {
                let account = format!("a:{}", number % 700);
                let mut hold = crate::transaction("world", &account, 5);
                hold.timing = Timing::Pending { timeout_s: None };
                let paid = crate::transaction("world", &account, u128::from(number) + 1);
                [paid, hold].map(|transaction| writer.command(Action::Transact(transaction)))
            })
            .collect();
        writer.run(&items);
        let snapshot = writer.subject.reader.snapshot().expect("it can be read");
        let head = snapshot.head(&writer.ledger).expect("it can be read").expect("it is open");
        assert_eq!(&head, writer.working.head());
        assert!(head.seq.0 > 3_700, "{} effects", head.seq);
        let effects = snapshot.effects(&writer.ledger, Seq(0), usize::MAX).expect("they can be read");
        assert_eq!(effects.len() as u64, head.seq.0);
    });
}
