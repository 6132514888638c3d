//! The rules as tables: a line a command, with what must come of it. Every rejection stands here, in order of
//! precedence.

use std::collections::BTreeMap;

use super::command::{CommandId, Redact, RedactOf};
use super::effect::{AccountChanged, AccountOpened, Detail, Posting, Redacted, Redaction, Side};
use super::recover::{Arrival, recover, recovery_footprint};
use super::replay::{Behind, refers_to};
use super::rows::{DateSum, Head, LedgerState, OutcomeKind, Tombstone};
use super::terms::{
    AccountChange, AccountTerms, AssetTerms, Expectation, ImplicitAccounts, LedgerRules, LedgerTerms, Limits, Metadata,
    Ranking, ZeroAmounts,
};
use super::transaction::{Draw, Part, Source, Timing, Transaction, Transfer};
use super::{apply, footprint};
use crate::hashing::Seed;
use crate::money::{Amount, Balance};
use crate::names::Name;
use crate::numbers::{AccountNo, AssetNo, BatchNo, Id, Seq, Timestamp};
use crate::private::Salts;
use crate::products::{
    Action, Command, Delta, Draft, Effect, Fact, Item, ItemOutcome, LoadedLedger, Outcome, Referred, Rejection, Replay,
    Rows, Working,
};

mod redactions;

const START: Timestamp = Timestamp(1_700_000_000_000_000);

/// A ledger in memory, fed line by line. When it goes out of scope, its journal is replayed and must agree with it.
struct Book {
    working: Working,
    /// The same, made from the recorded effects alone.
    recovered: Working,
    draft: Draft,
    replay: Replay,
    journal: Vec<Effect>,
    /// The hash of each batch, by its last effect.
    hashes: BTreeMap<Seq, [u8; 32]>,
    at: Timestamp,
    server_ids: u128,
}

impl Book {
    fn new() -> Book {
        let name = Name::parse("book").expect("a name");
        let ledger = LoadedLedger {
            head: Head::absent(name.clone()),
            assets: vec![],
            last_time_ordered: None,
            product: Default::default(),
        };
        let mut working = Working::new(ledger.clone(), Seed::default());
        // Transactions are remembered once someone asked for them: ask for all that the tables use.
        let transactions = (1..100).map(|id| (Id(id), None)).collect();
        working.absorb(Rows { transactions, ..Rows::default() });
        let mut recovered = Working::new(ledger, Seed::default());
        let transactions = (1..100).map(|id| (Id(id), None)).collect();
        recovered.absorb(Rows { transactions, ..Rows::default() });
        Book {
            working,
            recovered,
            draft: Draft::new(Salts::of([7; 32])),
            replay: Replay::new(name),
            journal: vec![],
            hashes: BTreeMap::new(),
            at: START,
            server_ids: 1 << 100,
        }
    }

    /// Replays an effect, with what it refers to; says what contradicts what came before.
    fn replay(&mut self, effect: &Effect) -> Vec<String> {
        let mut original: Vec<&Effect> = Vec::new();
        if let Some(Behind::Reversed(id)) = refers_to(effect) {
            let is_of = |effect: &&Effect| matches!(&effect.fact, Fact::Posting(posting) if posting.transaction == id);
            original.extend(self.journal.iter().filter(is_of));
        }
        let posting = |effect: &&Effect| match &effect.fact {
            Fact::Posting(posting) => Some(posting.clone()),
            _ => None,
        };
        let postings: Vec<Posting> = original.iter().filter_map(posting).collect();
        let referred = match original.first() {
            Some(first) => Referred::Transaction(first.seq, &postings),
            None => Referred::Nothing,
        };
        let found = self.replay.effect(effect, referred);
        self.journal.push(effect.clone());
        found
    }

    fn run(&mut self, item: Item) -> ItemOutcome {
        let needed = footprint(&self.working, std::slice::from_ref(&item));
        let rows = Rows {
            names: needed.names.into_iter().map(|name| (name, None)).collect(),
            ids: needed.ids.into_iter().map(|id| (id, None)).collect(),
            references: needed.references.into_iter().map(|reference| (reference, false)).collect(),
            buckets: needed.buckets.into_iter().map(|key| (key, DateSum::ZERO)).collect(),
            deferred: needed.deferred.into_iter().map(|seq| (seq, self.replay.deferred.contains(&seq))).collect(),
            asset_amounts: needed.asset_amounts.into_iter().map(|no| (no, self.replay.has_amounts(no))).collect(),
            recorded: self.recorded(needed.recorded),
            ..Rows::default()
        };
        self.working.absorb(rows);
        let items = [item];
        let outcome = apply(&mut self.working, &items, self.at, None, &mut self.draft);
        self.at = self.at.plus_micros(1_000);
        items.iter().zip(&outcome).for_each(|(item, outcome)| check_sent(item, outcome));
        if let Some(delta) = self.working.take_delta() {
            for effect in delta.effects.iter() {
                assert_eq!(self.replay(effect), Vec::<String>::new());
                check_codec(effect);
            }
            self.check_recovery(&delta);
            for redacted in &delta.redacted {
                let stored = self.journal.iter_mut().find(|effect| effect.seq == redacted.seq).expect("it is recorded");
                assert_eq!(stored, redacted, "it is erased as it was");
                *stored = redacted.redacted().expect("it has texts");
                check_codec(stored);
            }
            for batch in &delta.batches {
                self.hashes.insert(batch.last, batch.hash);
                assert_eq!(self.replay.batch(batch), Vec::<String>::new());
            }
            assert_eq!(self.replay.unbalanced(), vec![]);
        }
        self.check_balances();
        outcome.into_iter().next().expect("one item, one outcome")
    }

    fn recorded(&self, seqs: Vec<Seq>) -> Vec<(Seq, Option<Effect>)> {
        let find = |seq: &Seq| self.journal.iter().find(|effect| effect.seq == *seq).cloned();
        seqs.into_iter().map(|seq| (seq, find(&seq))).collect()
    }

    /// What was recorded makes the same rows and the same hash again.
    fn check_recovery(&mut self, delta: &Delta) {
        let needed = recovery_footprint(&self.recovered, &delta.effects);
        assert_eq!(needed.accounts, vec![], "rows of this book are all kept");
        let rows = Rows {
            recorded: self.recorded(needed.recorded),
            transactions: needed.transactions.into_iter().map(|id| (id, None)).collect(),
            buckets: needed.buckets.into_iter().map(|key| (key, DateSum::ZERO)).collect(),
            ..Rows::default()
        };
        self.recovered.absorb(rows);
        recover(&mut self.recovered, &delta.effects, Arrival::Last, &mut self.draft).expect("it happened");
        let again = self.recovered.take_delta().expect("a change");
        assert_eq!((&again.head, &again.batches, &again.assets), (&delta.head, &delta.batches, &delta.assets));
        assert_eq!((&again.accounts, &again.balances), (&delta.accounts, &delta.balances));
        assert_eq!((&again.off_dates, &again.buckets), (&delta.off_dates, &delta.buckets));
        assert_eq!((&again.states, &again.redacted), (&delta.states, &delta.redacted));
    }

    fn check_balances(&self) {
        for ((account, asset), derived) in &self.replay.balances {
            let account = self.working.account_snapshot(*account).expect("an account that was opened is kept");
            let row = account.balances.iter().find(|row| row.asset == *asset).expect("it is open for the asset");
            assert_eq!(row.posted.minor_units(), derived.posted);
            assert_eq!(row.pending_in.minor_units(), derived.pending_in);
            assert_eq!(row.pending_out.minor_units(), derived.pending_out);
            assert_eq!((row.entries, row.last), (derived.entries, derived.last));
            assert_eq!(row.off_date, derived.off_date);
            assert!(row.is_within_limits(), "{row:?}");
        }
    }

    fn line(&mut self, line: &str) -> String {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["wait", seconds] => {
                self.at = self.at.plus_seconds(seconds.parse().expect("seconds"));
                "ok".to_owned()
            }
            ["balance", account, rest @ ..] => self.balance(account, rest.first().copied()),
            ["dry", ..] => describe(self.at_dry(line)),
            ["all", ..] => {
                let commands = line["all".len()..].split(';').map(|part| self.command(part)).collect();
                let outcome = self.run(Item::Atomic(commands));
                describe(outcome)
            }
            _ => {
                let command = self.command(line);
                let outcome = self.run(Item::Single(command));
                describe(outcome)
            }
        }
    }

    fn at_dry(&mut self, line: &str) -> ItemOutcome {
        let command = self.command(&line["dry".len()..]);
        let before = self.working.head().clone();
        let outcome = self.run(Item::DryRun(command));
        assert_eq!(&before, self.working.head(), "a dry run changes nothing");
        outcome
    }

    fn balance(&self, account: &str, asset: Option<&str>) -> String {
        let slot = self.working.account_by_name(&name(account)).flatten();
        let Some(slot) = slot else { return "none".to_owned() };
        let no = self.working.account(slot).expect("its slot").row.no;
        let code = asset.map(name);
        let asset = code.map_or(AssetNo::FIRST, |code| self.working.asset(&code).expect("an asset").no);
        let snapshot = self.working.account_snapshot(no).expect("its row");
        match snapshot.balances.iter().find(|row| row.asset == asset) {
            None => "none".to_owned(),
            Some(row) => format!("{} in {} out {}", row.posted, row.pending_in, row.pending_out),
        }
    }

    fn command(&mut self, line: &str) -> Command {
        let (id, rest) = match line.split_once(": ") {
            Some((id, rest)) => (CommandId::Client(Id(id.trim().parse().expect("an id"))), rest),
            None => {
                self.server_ids += 1;
                (CommandId::Server(Id(self.server_ids)), line)
            }
        };
        let words: Vec<&str> = rest.split_whitespace().collect();
        if let ["redact", kind, of] = words.as_slice() {
            // Every effect is named: those of others are left alone.
            let effects = self.journal.iter().map(|effect| effect.seq).collect();
            let of = match *kind {
                "id" => RedactOf::Transaction(self::id(of)),
                "earlier" => RedactOf::Earlier(name(of)),
                _ => RedactOf::Account(name(of)),
            };
            return Command::new(id, Action::Redact(Redact { of, effects, reason: "asked for".to_owned() }));
        }
        Command::new(id, action(&words))
    }
}

fn check_codec(effect: &Effect) {
    let mut encoder = crate::codec::Encoder::new();
    effect.encode(&mut encoder);
    let mut decoder = crate::codec::Decoder::new(encoder.bytes());
    assert_eq!(Effect::decode(&mut decoder).as_ref(), Ok(effect));
    assert!(decoder.is_empty());
    // What is hashed is what is stored, but for texts.
    let mut hashed = crate::codec::Encoder::new();
    effect.encode_hashed(&mut hashed);
    assert_eq!(effect.is_redactable(), effect.fact.has_texts() && !effect.is_redacted());
    assert_eq!(hashed.bytes() == encoder.bytes(), effect.private.is_none());
}

/// What nodes send each other comes back as it was.
fn check_sent(item: &Item, outcome: &ItemOutcome) {
    let mut encoder = crate::codec::Encoder::new();
    item.encode(&mut encoder);
    outcome.encode(&mut encoder);
    let mut decoder = crate::codec::Decoder::new(encoder.bytes());
    assert_eq!(Item::decode(&mut decoder).as_ref(), Ok(item));
    assert_eq!(ItemOutcome::decode(&mut decoder).as_ref(), Ok(outcome));
    assert!(decoder.is_empty());
}

fn describe(outcome: ItemOutcome) -> String {
    match outcome {
        ItemOutcome::Single(outcome) => describe_one(outcome),
        ItemOutcome::Atomic(outcomes) => outcomes.into_iter().map(describe_one).collect::<Vec<_>>().join(" "),
        ItemOutcome::AtomicRefused { index, outcome } => format!("{index} {}", describe_one(outcome)),
    }
}

fn describe_one(outcome: Outcome) -> String {
    match outcome {
        Outcome::Done { .. } => "ok".to_owned(),
        Outcome::WouldDo(_) => "would".to_owned(),
        Outcome::Same => "same".to_owned(),
        Outcome::Replayed { kind: OutcomeKind::Done, .. } => "replay".to_owned(),
        Outcome::Replayed { kind: OutcomeKind::Refused, .. } => "replay-refusal".to_owned(),
        Outcome::Refused(rejection) => match &rejection {
            Rejection::InsufficientFunds { account, available, needed, .. } => {
                format!("insufficient_funds {account} has {available} needs {needed}")
            }
            Rejection::PostingNotFound { .. } | Rejection::AmountForManyPostings { .. } | Rejection::WorldIsFixed => {
                format!("malformed {rejection:?}").split(' ').take(2).collect::<Vec<_>>().join(" ")
            }
            _ => rejection.code().to_owned(),
        },
    }
}

fn name(text: &str) -> Name {
    Name::parse(text).expect("a name")
}

fn amount(text: &str) -> Amount {
    match text.strip_prefix("e") {
        Some(power) => Amount::new(10u128.pow(power.parse().expect("a power"))),
        None => Amount::new(text.parse().expect("an amount")),
    }
}

fn limit(text: &str) -> Option<Balance> {
    (text != "none").then(|| Balance::new(text.parse().expect("a limit")).expect("in range"))
}

fn asset_terms(text: &str) -> AssetTerms {
    let (code, scale) = text.split_once('/').expect("an asset as CODE/SCALE");
    AssetTerms { code: name(code), scale: scale.parse().expect("a scale") }
}

fn id(text: &str) -> Id {
    Id(text.parse().expect("an id"))
}

fn option<'a>(words: &[&'a str], key: &str) -> Option<&'a str> {
    words.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
}

fn action(words: &[&str]) -> Action {
    match words {
        ["ledger", rest @ ..] => Action::OpenLedger(LedgerTerms {
            default_asset: option(rest, "default").map(name),
            assets: rest.iter().filter(|word| word.contains('/')).map(|word| asset_terms(word)).collect(),
            rules: LedgerRules {
                implicit_accounts: if rest.contains(&"implicit") {
                    ImplicitAccounts::Opened
                } else {
                    ImplicitAccounts::Refused
                },
                zero_amounts: if rest.contains(&"zero") { ZeroAmounts::Record } else { ZeroAmounts::Refuse },
                ranking: if rest.contains(&"ranked") { Ranking::ByEntries } else { Ranking::None },
            },
        }),
        ["default", asset] => Action::SetDefaultAsset { asset: name(asset) },
        ["rescale", asset] => Action::RescaleAsset(asset_terms(asset)),
        ["archive"] => Action::SetArchived { archived: true },
        ["unarchive"] => Action::SetArchived { archived: false },
        ["delete", ledger] => Action::DeleteLedger(Tombstone::of(&Head::absent(name(ledger)))),
        ["asset", asset] => Action::AddAsset(asset_terms(asset)),
        ["open", account, rest @ ..] => Action::OpenAccount(AccountTerms {
            name: name(account),
            asset: option(rest, "asset").map(name),
            limits: Limits {
                min: option(rest, "min").map_or(Some(Balance::ZERO), limit),
                max: option(rest, "max").and_then(limit),
            },
            metadata: Metadata::new(option(rest, "meta").map(|value| ("k".to_owned(), value.to_owned()))),
        }),
        ["set", account, rest @ ..] => Action::ChangeAccount(AccountChange {
            name: name(account),
            asset: option(rest, "asset").map(name),
            min: option(rest, "min").map(limit),
            max: option(rest, "max").map(limit),
            metadata: option(rest, "meta").map(|value| Metadata::new([("k".to_owned(), value.to_owned())])),
            frozen: option(rest, "frozen").map(|value| value == "yes"),
            closed: option(rest, "closed").map(|value| value == "yes"),
        }),
        ["post", hold, rest @ ..] => Action::PostHold { hold: id(hold), amount: rest.first().map(|text| amount(text)) },
        ["void", hold] => Action::VoidHold { hold: id(hold) },
        ["expire", hold] => Action::ExpireHold { hold: id(hold) },
        ["reverse", original, rest @ ..] => {
            let parts: Vec<(u32, Amount)> = rest
                .iter()
                .filter_map(|word| word.split_once(':'))
                .map(|(place, part)| (place.parse().expect("a place"), Amount::new(part.parse().expect("an amount"))))
                .collect();
            let part = match rest {
                [] => Part::Rest,
                [part] if parts.is_empty() => Part::Amount(Amount::new(part.parse().expect("an amount"))),
                _ => Part::Postings(parts),
            };
            Action::Reverse { original: id(original), part }
        }
        ["expect", account, rest @ ..] => Action::Expect(Expectation {
            account: name(account),
            metadata: Metadata::new(option(rest, "meta").map(|value| ("k".to_owned(), value.to_owned()))),
            frozen: option(rest, "frozen").map(|value| value == "yes"),
            closed: Some(rest.contains(&"closed")),
            limits: option(rest, "max")
                .map(|max| (name("USD"), Limits { max: limit(max), ..Limits::DEFAULT }))
                .into_iter()
                .collect(),
        }),
        ["defer", request] => Action::Defer { request: request.as_bytes().into() },
        ["resolve", deferred, answer] => {
            Action::Resolve { deferred: Seq(deferred.parse().expect("a place")), answer: answer.as_bytes().into() }
        }
        words => Action::Transact(transaction(words)),
    }
}

/// `a` or, of several sources in order, `a+b/10+c`, where 10 must stay in b.
fn source(text: &str) -> Source {
    let draw = |text: &str| match text.split_once('/') {
        None => Draw { account: name(text), keep: None },
        Some((account, keep)) => Draw { account: name(account), keep: limit(keep) },
    };
    match text.split_once('+') {
        None => Source::One(name(text)),
        Some((first, then)) => Source::InOrder { first: draw(first), then: then.split('+').map(draw).collect() },
    }
}

/// `a>b 100 c>d 5 EUR`, with `hold`, `hold=60`, `ref=x`, `at=-3600` (seconds from the start) anywhere after it.
fn transaction(words: &[&str]) -> Transaction {
    let mut postings: Vec<Transfer> = Vec::new();
    for word in words {
        if let Some((source, destination)) = word.split_once('>') {
            let (source, destination) = (self::source(source), name(destination));
            postings.push(Transfer { source, destination, asset: None, amount: Amount::ZERO });
        } else if word.contains('=') || *word == "hold" {
        } else if word.starts_with(|c: char| c.is_ascii_digit() || c == 'e') {
            postings.last_mut().expect("an amount follows its accounts").amount = amount(word);
        } else if let Some(count) = word.strip_prefix('*') {
            let last = postings.last().expect("a posting to repeat").clone();
            postings.resize(count.parse().expect("a count"), last);
        } else {
            postings.last_mut().expect("an asset follows its accounts").asset = Some(name(word));
        }
    }
    let timing = match (words.contains(&"hold"), option(words, "hold")) {
        (_, Some(seconds)) => Timing::Pending { timeout_s: Some(seconds.parse().expect("seconds")) },
        (true, None) => Timing::Pending { timeout_s: None },
        (false, None) => Timing::Posted,
    };
    Transaction {
        postings,
        timing,
        effective_at: option(words, "at")
            .map(|text| START.plus_micros(text.parse::<i64>().expect("seconds") * 1_000_000)),
        description: option(words, "text").map(str::to_owned),
        reference: option(words, "ref").map(str::to_owned),
        metadata: Metadata::default(),
    }
}

/// Runs a table: `command -> what comes of it`, a line each.
fn check(table: &str) -> Book {
    let mut book = Book::new();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (command, expected) = line.split_once(" -> ").expect("a line is `command -> outcome`");
        assert_eq!(book.line(command), expected.trim(), "{line}");
    }
    book
}

#[test]
fn money_moves_within_limits() {
    check(
        "
        world>a 1                          -> ledger_not_found
        ledger USD/2                       -> ok
        ledger USD/2                       -> same
        ledger EUR/2                       -> ledger_exists
        open alice                         -> ok
        open alice                         -> same
        open alice min=-5                  -> account_exists
        open bob min=1                     -> balance_outside
        open bob max=-1                    -> limits_crossed
        open bob min=-50 max=100           -> ok
        1: world>alice 100                 -> ok
        2: alice>bob 101                   -> insufficient_funds alice has 100 needs 101
        3: alice>bob 100                   -> ok
        4: world>bob 1                     -> balance_above_max
        5: bob>alice 151                   -> insufficient_funds bob has 150 needs 151
        6: bob>alice 150                   -> ok
        balance alice                      -> 150 in 0 out 0
        balance bob                        -> -50 in 0 out 0
        balance world                      -> -100 in 0 out 0
        # Every limit holds after every posting, so the order within a transaction counts.
        7: bob>world 1 world>bob 1         -> insufficient_funds bob has 0 needs 1
        8: world>bob 1 bob>world 1         -> ok
        balance bob                        -> -50 in 0 out 0
        ",
    );
}

/// Every rejection of a transaction, each line breaking every rule below it too, as far as that can be.
#[test]
fn rejections_in_order_of_precedence() {
    check(
        "
        5: ghost>ghost 0 ref=taken         -> ledger_not_found
        ledger                             -> ok
        12: ghost>closed 1                 -> asset_required
        asset USD/2                        -> ok
        asset EUR/2                        -> ok
        asset EUR/3                        -> asset_exists
        asset EUR/2                        -> same
        asset JPY/0                        -> ok
        open a asset=USD min=none          -> ok
        open b asset=USD max=10            -> ok
        open frozen asset=USD              -> ok
        set frozen frozen=yes              -> ok
        open closed asset=USD              -> ok
        set closed closed=yes              -> ok
        1: a>b 1 USD ref=taken             -> ok
        1: ghost>ghost 0 ref=taken         -> id_reused
        6: ghost>ghost 0 *1025 ref=taken   -> too_many_postings
        7: ghost>ghost 0 ref=taken         -> reference_taken
        8: ghost>ghost 0 XXX               -> amount_zero
        9: ghost>ghost e36 XXX             -> amount_too_large
        10: ghost>ghost 1 XXX              -> same_account
        11: ghost>closed 1 XXX             -> asset_not_found
        13: ghost>closed 1 USD             -> account_not_found
        14: a>b 1 EUR                      -> account_not_found
        15: closed>frozen 99 USD           -> account_closed
        16: frozen>b 99 USD                -> account_frozen
        17: b>a 2 USD                      -> insufficient_funds b has 1 needs 2
        18: a>b 10 USD                     -> balance_above_max
        19: a>b 9 USD                      -> ok
        # What the client wrote wrongly is not kept; every other refusal is.
        12: a>b 0 USD                      -> amount_zero
        12: a>b 0 USD                      -> replay-refusal
        17: b>a 2 USD                      -> replay-refusal
        17: b>a 1 USD                      -> id_reused
        ",
    );
}

#[test]
fn several_sources_give_in_order() {
    check(
        "
        ledger USD/2                       -> ok
        open a min=-50                     -> ok
        open b min=-50                     -> ok
        open c                             -> ok
        open free min=none                 -> ok
        open shop                          -> ok
        1: world>a 10 world>b 20 world>c 5 -> ok
        # The first has enough: the others give nothing.
        2: a+b/0+c/0>shop 60               -> ok
        balance a                          -> -50 in 0 out 0
        balance b                          -> 20 in 0 out 0
        # b keeps 0 though its floor is lower; c gives the rest; a gives nothing.
        3: a+b/0+c/0>shop 23               -> ok
        balance a                          -> -50 in 0 out 0
        balance b                          -> 0 in 0 out 0
        balance c                          -> 2 in 0 out 0
        4: a+b/0+c/0>shop 3                -> insufficient_funds a has 2 needs 3
        4: a+b/0+c/0>shop 3                -> replay-refusal
        # A floor of its own stays, whatever it is asked to keep.
        5: a+b/-100>shop 51                -> insufficient_funds a has 50 needs 51
        6: a+b/-100>shop 50                -> ok
        7: c+free>shop 1000                -> ok
        balance c                          -> 0 in 0 out 0
        balance free                       -> -998 in 0 out 0
        # What the postings before do is seen by those after; the first that fails is the reason.
        8: shop>c 7 c+b>world 7            -> ok
        9: c>shop 1 a+b>world 1            -> insufficient_funds c has 0 needs 1
        10: shop>c 3 c+shop/1123>world 4   -> insufficient_funds c has 3 needs 4
        11: shop>c 3 c+shop/1122>world 4   -> ok
        balance shop                       -> 1122 in 0 out 0
        # An account twice has its balance once.
        12: shop+shop>world 1123           -> insufficient_funds shop has 1122 needs 1123
        13: shop+shop>world 122            -> ok
        14: a+shop>shop 1                  -> same_account
        15: a+ghost>shop 1                 -> account_not_found
        16: a+b>shop 0                     -> amount_zero
        # Holds split in the same way; what is held is not there to give.
        17: world>b 60                     -> ok
        18: b/0+shop>world 100 hold        -> ok
        balance b                          -> 10 in 0 out 10
        balance shop                       -> 1000 in 0 out 90
        19: b/0+shop>world 911             -> insufficient_funds b has 910 needs 911
        void 18                            -> ok
        reverse 13                         -> ok
        20: free+a>shop 1 *513             -> too_many_postings
        ",
    );
    check(
        "
        ledger USD/2 zero                  -> ok
        open a                             -> ok
        open b                             -> ok
        world>b 5                          -> ok
        # Where nothing is recorded too, the first has its posting of nothing.
        1: a+b>world 5                     -> ok
        2: a+b>world 0                     -> ok
        balance b                          -> 0 in 0 out 0
        ",
    );
}

#[test]
fn what_was_read_must_still_be_so() {
    check(
        "
        ledger USD/2                       -> ok
        open a meta=x                      -> ok
        expect a meta=x                    -> same
        expect a                           -> account_changed
        expect a meta=x closed             -> account_changed
        expect ghost                       -> account_changed
        expect a meta=x frozen=no          -> same
        expect a meta=x frozen=yes         -> account_changed
        all expect a meta=x; set a meta=y  -> same ok
        all expect a meta=x; set a meta=z  -> 0 account_changed
        # Such a refusal is not kept: the client reads again and asks again.
        all 1: world>a 5; 2: expect a meta=x -> 1 account_changed
        all 1: world>a 5; 2: expect a meta=y -> ok same
        all 1: world>a 5; 2: expect a meta=y -> replay same
        # What a batch expected was so when it was done: told again, it is not asked again.
        all 1: world>a 5; expect a meta=never -> replay same
        all 1: world>a 5; expect a meta=never; 3: world>a 1 -> 1 account_changed
        all expect a meta=y; set a meta=w; expect a meta=y -> 2 account_changed
        all expect a meta=y; set a meta=w; expect a meta=w -> same ok same
        # Commands of one batch see what those before did.
        all open n; set n frozen=yes; world>n 1 -> 2 account_frozen
        all open n; set n closed=yes; open n asset=USD -> ok ok same
        all set a closed=yes; world>b 1    -> 0 balance_outside
        all a>world 5; set a closed=yes; world>a 1 -> 2 account_closed
        all a>world 5; set a closed=yes; set a closed=no; world>a 1 -> ok ok ok ok
        ",
    );
}

#[test]
fn requests_wait_until_they_are_resolved() {
    let book = check(
        "
        defer x                            -> ledger_not_found
        ledger USD/2                       -> ok
        1: defer pay                       -> ok
        1: defer pay                       -> replay
        1: defer more                      -> id_reused
        2: defer pay                       -> ok
        3: resolve 4 done                  -> ok
        3: resolve 4 done                  -> replay
        3: resolve 4 failed                -> id_reused
        # What is not waiting, or not any more, is left as it is.
        4: resolve 4 again                 -> same
        resolve 2 x                        -> same
        resolve 99 x                       -> same
        all defer x; resolve 7 x; resolve 5 y; resolve 5 z -> ok same ok same
        defer last                         -> ok
        ",
    );
    assert_eq!(book.replay.deferred.iter().copied().collect::<Vec<_>>(), [Seq(7), Seq(9)]);
}

/// The bytes of rules as they were written before ledgers could rank: hashes of old batches must stay.
#[test]
fn rules_keep_their_bytes() {
    for (rules, bytes) in [
        (LedgerRules::default(), [0, 0]),
        (LedgerRules { implicit_accounts: ImplicitAccounts::Opened, ..LedgerRules::default() }, [1, 0]),
        (LedgerRules { zero_amounts: ZeroAmounts::Record, ..LedgerRules::default() }, [0, 1]),
        (LedgerRules { ranking: Ranking::ByEntries, ..LedgerRules::default() }, [0, 2]),
    ] {
        let mut encoder = crate::codec::Encoder::new();
        rules.encode(&mut encoder);
        assert_eq!(encoder.bytes(), bytes);
        assert_eq!(LedgerRules::decode(&mut crate::codec::Decoder::new(&bytes)), Ok(rules));
    }
}

#[test]
fn balances_keep_their_range() {
    let mut table = "
        ledger USD/2                       -> ok
        open a min=none                    -> ok
        open b min=none                    -> ok
        "
    .to_owned();
    for _ in 0..100 {
        table.push_str("a>b e35 -> ok\n");
    }
    check(&table);
    let mut table = "ledger USD/2 -> ok\nopen a min=none -> ok\nopen b min=none -> ok\n".to_owned();
    // 100 times 10^36 - 1 leaves 100 below the bound.
    for _ in 0..100 {
        table.push_str("a>b 999999999999999999999999999999999999 -> ok\n");
    }
    table.push_str("a>b 101 -> balance_overflow\na>b 100 hold -> ok\na>b 1 -> balance_overflow\n");
    check(&table);
}

#[test]
fn ids_decide_once() {
    check(
        "
        ledger USD/2                       -> ok
        20: open alice                     -> ok
        20: open alice                     -> replay
        20: open bob                       -> id_reused
        1: alice>world 5                   -> insufficient_funds alice has 0 needs 5
        2: world>alice 5                   -> ok
        2: world>alice 5                   -> replay
        2: world>alice 6                   -> id_reused
        # A key that failed stays failed.
        1: alice>world 5                   -> replay-refusal
        3: alice>world 5                   -> ok
        # A dry run keeps nothing.
        dry 4: alice>world 5               -> insufficient_funds alice has 0 needs 5
        dry 4: world>alice 5               -> would
        dry 2: world>alice 5               -> replay
        4: world>alice 7                   -> ok
        balance alice                      -> 7 in 0 out 0
        ",
    );
}

#[test]
fn holds_are_posted_in_full_or_in_part_voided_or_expired() {
    check(
        "
        ledger USD/2                       -> ok
        open a                             -> ok
        open b max=100                     -> ok
        1: world>a 100                     -> ok
        2: a>b 60 hold                     -> ok
        balance a                          -> 100 in 0 out 60
        balance b                          -> 0 in 60 out 0
        3: a>b 41 hold                     -> insufficient_funds a has 40 needs 41
        4: a>b 41                          -> insufficient_funds a has 40 needs 41
        5: world>b 41                      -> balance_above_max
        post 1                             -> not_pending
        void 1                             -> not_pending
        post 99                            -> transaction_not_found
        post 2 61                          -> exceeds_hold
        post 2 e36                         -> amount_too_large
        post 2 0                           -> amount_zero
        reverse 2                          -> not_posted
        post 2 50                          -> ok
        balance a                          -> 50 in 0 out 0
        balance b                          -> 50 in 0 out 0
        # The same again is a replay, anything else is not.
        post 2 50                          -> replay
        post 2                             -> already_posted
        void 2                             -> already_posted
        6: a>b 10 hold                     -> ok
        void 6                             -> ok
        void 6                             -> replay
        post 6                             -> already_voided
        reverse 6                          -> not_posted
        7: a>b 10 hold=60                  -> ok
        expire 7                           -> same
        wait 59                            -> ok
        ",
    )
    .finish_holds();
}

impl Book {
    fn finish_holds(mut self) {
        for (line, expected) in [
            ("8: a>b 10 hold=60", "ok"),
            ("post 8", "ok"),
            ("wait 1", "ok"),
            ("post 7", "hold_expired"),
            ("balance a", "40 in 0 out 10"),
            ("expire 7", "ok"),
            ("expire 7", "same"),
            ("balance a", "40 in 0 out 0"),
            ("void 7", "hold_expired"),
            ("9: a>b 1 a>world 2 hold", "ok"),
            ("post 9 1", "malformed AmountForManyPostings"),
            ("post 9", "ok"),
            ("balance a", "37 in 0 out 0"),
        ] {
            assert_eq!(self.line(line), expected, "{line}");
        }
    }
}

/// A command that names no asset means the default one of the time when it was decided, and is the same command as one
/// that spells it out; one that names another asset never is.
#[test]
fn the_default_asset_is_the_first_one_until_it_is_said_otherwise() {
    check(
        "
        ledger USD/2                       -> ok
        1: open a min=none                 -> ok
        2: world>a 1                       -> ok
        asset EUR/2                        -> ok
        open b asset=EUR                   -> ok
        1: open a min=none                 -> replay
        1: open a asset=USD min=none       -> replay
        1: open a asset=EUR min=none       -> id_reused
        2: world>a 1 USD                   -> replay
        3: world>b 1                       -> account_not_found
        4: world>b 1 EUR                   -> ok
        default JPY                        -> asset_not_found
        default USD                        -> same
        5: default EUR                     -> ok
        5: default EUR                     -> replay
        3: world>b 1                       -> replay-refusal
        3: world>b 1 USD                   -> replay-refusal
        3: world>b 1 EUR                   -> id_reused
        2: world>a 1                       -> replay
        2: world>a 1 USD                   -> replay
        2: world>a 1 EUR                   -> id_reused
        # It named an asset that became the default later.
        4: world>b 1                       -> id_reused
        6: world>b 1                       -> ok
        6: world>b 1 EUR                   -> replay
        6: world>b 1 USD                   -> id_reused
        7: set b max=10                    -> ok
        7: set b asset=EUR max=10          -> replay
        balance b EUR                      -> 2 in 0 out 0
        ",
    );
}

#[test]
fn a_ledger_is_opened_with_another_default_asset() {
    check(
        "
        ledger USD/2 default=EUR           -> asset_not_found
        ledger USD/2 EUR/2 implicit default=EUR -> ok
        ledger USD/2 EUR/2 implicit        -> same
        ledger USD/2 EUR/2 implicit default=USD -> ledger_exists
        world>a 1                          -> ok
        balance a EUR                      -> 1 in 0 out 0
        all default USD; world>a 1         -> ok ok
        balance a USD                      -> 1 in 0 out 0
        ",
    );
}

/// Off-date postings of the asset that the batch itself makes the default.
#[test]
fn the_default_asset_changes_in_the_batch_that_uses_it() {
    let mut book = check("ledger USD/2 EUR/2 implicit -> ok\nworld>a 5 EUR at=-9999 -> ok");
    let items = ["default EUR", "world>a 5 at=-9999"].map(|line| Item::Single(book.command(line)));
    let outcomes = apply(&mut book.working, &items, book.at, None, &mut book.draft);
    assert_eq!(outcomes.into_iter().map(describe).collect::<Vec<_>>(), ["ok", "ok"]);
}

/// Amounts are recorded in minor units: the scale stays once a posting, a hold or a limit is recorded.
#[test]
fn a_scale_changes_while_no_amount_is_recorded() {
    check(
        "
        rescale USD/3                      -> ledger_not_found
        ledger USD/0 EUR/0 JPY/0           -> ok
        rescale GBP/2                      -> asset_not_found
        1: rescale USD/2                   -> ok
        1: rescale USD/2                   -> replay
        1: rescale USD/3                   -> id_reused
        rescale USD/2                      -> same
        asset USD/2                        -> same
        asset USD/0                        -> asset_exists
        open a                             -> ok
        open b min=none                    -> ok
        rescale USD/4                      -> ok
        dry world>a 1                      -> would
        rescale USD/2                      -> ok
        all rescale USD/3; world>a 1       -> ok ok
        3: rescale USD/2                   -> asset_in_use
        3: rescale USD/2                   -> replay-refusal
        rescale USD/3                      -> same
        # A hold that was given up was an amount all the same.
        open a asset=EUR                   -> ok
        9: world>a 1 EUR hold              -> ok
        void 9                             -> ok
        rescale EUR/2                      -> asset_in_use
        # A limit is one while it is not 0.
        open a asset=JPY min=-5            -> ok
        rescale JPY/2                      -> asset_in_use
        set a asset=JPY min=0              -> ok
        rescale JPY/2                      -> ok
        all set a asset=JPY min=-5; rescale JPY/0 -> 1 asset_in_use
        ",
    );
}

/// An archived ledger is read-only: only what was taken before still ends.
#[test]
fn an_archived_ledger_takes_nothing_new() {
    check(
        "
        archive                            -> ledger_not_found
        ledger USD/2 implicit              -> ok
        1: world>a 5                       -> ok
        2: a>b 2 hold=10                   -> ok
        3: a>b 1 hold                      -> ok
        unarchive                          -> same
        4: archive                         -> ok
        4: archive                         -> replay
        archive                            -> same
        1: world>a 5                       -> replay
        5: world>a 5                       -> ledger_archived
        ledger USD/2 implicit              -> ledger_archived
        open c                             -> ledger_archived
        set a frozen                       -> ledger_archived
        asset EUR/2                        -> ledger_archived
        rescale USD/3                      -> ledger_archived
        default USD                        -> ledger_archived
        post 3                             -> ledger_archived
        void 3                             -> ledger_archived
        reverse 1                          -> ledger_archived
        defer x                            -> ledger_archived
        wait 20                            -> ok
        expire 2                           -> ok
        balance a                          -> 5 in 0 out 1
        all unarchive; world>a 1; archive  -> ok ok ok
        all unarchive; archive; world>a 1  -> 2 ledger_archived
        unarchive                          -> ok
        # Refusals of an archived ledger are not kept.
        5: world>a 5                       -> ok
        balance a                          -> 11 in 0 out 1
        ",
    );
}

/// Only the system ledger records that a ledger was deleted.
#[test]
fn no_other_ledger_deletes_ledgers() {
    check("ledger USD/2 -> ok\ndelete shop -> ledger_not_found");
    let ledger = LoadedLedger {
        head: Head { batch: BatchNo(7), state: LedgerState::Deleted, ..Head::absent(name("shop")) },
        assets: vec![],
        last_time_ordered: None,
        product: Default::default(),
    };
    let mut book = Book { working: Working::new(ledger, Seed::default()), ..Book::new() };
    assert_eq!(book.line("ledger USD/2"), "ledger_deleted");
    assert_eq!(book.line("1: world>a 1"), "ledger_not_found");
    assert!(Name::parse("$system").is_err(), "no client can name it");
    assert_eq!(Name::recorded("$system").ok(), Some(Name::system()));
}

#[test]
fn transactions_are_reversed_in_part_and_never_beyond() {
    check(
        "
        ledger USD/2 implicit              -> ok
        1: world>a 100                     -> ok
        reverse 1 30                       -> ok
        reverse 1 71                       -> exceeds_original
        reverse 1 0                        -> amount_zero
        2: reverse 1 70                    -> ok
        1: reverse 1                       -> id_reused
        2: reverse 1 70                    -> replay
        reverse 1 1                        -> already_reversed
        reverse 1                          -> already_reversed
        balance a                          -> 0 in 0 out 0
        3: world>a 10 world>b 20           -> ok
        reverse 3 5                        -> malformed AmountForManyPostings
        reverse 3 2:1                      -> malformed PostingNotFound
        reverse 3 1:5                      -> ok
        reverse 3 0:4 1:15                 -> ok
        reverse 3 1:1                      -> exceeds_original
        reverse 3 0:3 0:4                  -> exceeds_original
        reverse 3                          -> ok
        reverse 3 0:1                      -> already_reversed
        balance a                          -> 0 in 0 out 0
        balance b                          -> 0 in 0 out 0
        4: world>a 50 hold                 -> ok
        reverse 4 1                        -> not_posted
        post 4 40                          -> ok
        reverse 4 41                       -> exceeds_original
        reverse 4 15                       -> ok
        a>c 20                             -> ok
        reverse 4                          -> insufficient_funds a has 5 needs 25
        reverse 4 5                        -> ok
        balance a                          -> 0 in 0 out 0
        # All of it is the same, whether it is spelled out or not.
        5: world>a 50 hold                 -> ok
        6: post 5                          -> ok
        6: post 5 50                       -> replay
        6: post 5 49                       -> id_reused
        7: reverse 5 50                    -> ok
        7: reverse 5                       -> replay
        ",
    );
}

#[test]
fn another_asset_of_an_account_changes_nothing_else_of_it() {
    check(
        "
        ledger USD/2 EUR/2                 -> ok
        open a asset=USD meta=gold         -> ok
        open a asset=EUR meta=silver       -> account_exists
        open a asset=EUR                   -> ok
        open a asset=EUR                   -> same
        open a asset=USD meta=gold         -> same
        open a asset=USD                   -> same
        open b asset=USD                   -> ok
        set b closed=yes                   -> ok
        open b asset=EUR                   -> account_closed
        ",
    );
}

/// Sums by date have no bound of their own, and need none.
#[test]
fn off_date_sums_may_exceed_every_balance() {
    let mut table = "ledger USD/2 implicit -> ok\n".to_owned();
    for _ in 0..120 {
        table.push_str("world>a 999999999999999999999999999999999999 at=-9999 -> ok\n");
        table.push_str("a>world 999999999999999999999999999999999999 -> ok\n");
    }
    check(&table);
}

#[test]
fn limits_at_the_edge_of_the_range_hold() {
    let bound = format!("1{}", "0".repeat(38));
    check(&format!(
        "
        ledger USD/2                       -> ok
        open a min=-{bound}                -> ok
        open b max={bound}                 -> ok
        world>a 1                          -> ok
        a>world 2                          -> ok
        a>b 5                              -> ok
        "
    ));
}

/// An asset and off-date postings in it, in one batch: `world` is older than the asset.
#[test]
fn an_asset_is_used_in_the_batch_that_adds_it() {
    let mut book = check("ledger USD/2 implicit -> ok");
    let items = ["asset EUR/2", "world>a 5 EUR at=-9999"].map(|line| Item::Single(book.command(line)));
    let needed = footprint(&book.working, &items);
    let names = needed.names.into_iter().filter(|name| !name.is_world()).map(|name| (name, None)).collect();
    book.working.absorb(Rows { names, ..Rows::default() });
    let outcomes = apply(&mut book.working, &items, book.at, None, &mut book.draft);
    assert_eq!(outcomes.into_iter().map(describe).collect::<Vec<_>>(), ["ok", "ok"]);
}

#[test]
fn frozen_accounts_finish_their_holds_and_closed_ones_are_empty() {
    check(
        "
        ledger USD/2                       -> ok
        open a                             -> ok
        open b                             -> ok
        1: world>a 100                     -> ok
        2: a>b 10 hold                     -> ok
        3: a>b 10 hold                     -> ok
        set a frozen=yes                   -> ok
        set a frozen=yes                   -> same
        4: a>b 1                           -> account_frozen
        5: world>a 1                       -> account_frozen
        post 2                             -> ok
        void 3                             -> ok
        reverse 1                          -> account_frozen
        set a frozen=no                    -> ok
        set a closed=yes                   -> balance_outside
        6: a>b 90                          -> ok
        7: b>a 5 hold                      -> ok
        set a closed=yes                   -> balance_outside
        void 7                             -> ok
        set a closed=yes                   -> ok
        8: world>a 1                       -> account_closed
        set a closed=no                    -> ok
        9: world>a 1                       -> ok
        set a min=2                        -> balance_outside
        set a max=0                        -> balance_outside
        set a min=1 max=1                  -> ok
        10: world>a 1                      -> balance_above_max
        set world frozen=yes               -> malformed WorldIsFixed
        set ghost frozen=yes               -> account_not_found
        ",
    );
}

#[test]
fn a_transaction_is_reversed_once_and_the_reversal_is_a_transaction() {
    check(
        "
        ledger USD/2                       -> ok
        open a                             -> ok
        open b                             -> ok
        1: world>a 10 a>b 4                -> ok
        30: reverse 1                      -> ok
        30: reverse 1                      -> replay
        31: reverse 1                      -> already_reversed
        balance a                          -> 0 in 0 out 0
        balance b                          -> 0 in 0 out 0
        32: reverse 30                     -> ok
        balance a                          -> 6 in 0 out 0
        2: a>b 5 hold                      -> ok
        post 2 3                           -> ok
        33: reverse 2                      -> ok
        balance a                          -> 6 in 0 out 0
        34: reverse 98                     -> transaction_not_found
        # The money must still be there.
        3: world>a 1                       -> ok
        4: a>b 7                           -> ok
        35: reverse 3                      -> insufficient_funds a has 0 needs 1
        ",
    );
}

#[test]
fn accounts_open_by_themselves_where_the_ledger_says_so() {
    check(
        "
        ledger USD/2 EUR/2 implicit        -> ok
        1: world>new 5 USD                 -> ok
        2: new>other 6 USD                 -> insufficient_funds new has 5 needs 6
        balance other                      -> none
        3: new>other 5 USD world>other 3 EUR -> ok
        balance other EUR                  -> 3 in 0 out 0
        # Nothing is opened by a transaction that is refused, not even halfway.
        4: world>x 1 USD x>y 2 USD         -> insufficient_funds x has 1 needs 2
        balance x                          -> none
        dry 5: world>x 1 USD               -> would
        balance x                          -> none
        ",
    );
}

#[test]
fn zeros_are_recorded_where_the_ledger_says_so() {
    check(
        "
        ledger USD/2 zero                  -> ok
        open a                             -> ok
        1: world>a 0                       -> ok
        2: world>a 0 hold                  -> ok
        post 2                             -> ok
        balance a                          -> 0 in 0 out 0
        ",
    );
}

#[test]
fn an_atomic_batch_is_done_whole_or_not_at_all() {
    let mut book = check(
        "
        ledger USD/2 implicit              -> ok
        all 1: world>a 5; 2: a>b 3         -> ok ok
        all 1: world>a 5; 2: a>b 3         -> replay replay
        all 3: world>a 5; 4: a>c 8         -> 1 insufficient_funds a has 7 needs 8
        balance c                          -> none
        balance a                          -> 2 in 0 out 0
        # Of a refused batch only the guilty id is kept.
        3: world>a 1                       -> ok
        all 5: world>a 100; 4: a>c 8       -> 1 replay-refusal
        all 6: world>a 1; 6: world>a 2     -> 1 id_reused
        all 7: world>a 1; 7: world>a 1     -> ok replay
        all 8: world>z 1 ref=r; 9: z>y 1 ref=r -> 1 reference_taken
        all 8: world>z 1 ref=r; 10: z>y 1 ref=s -> ok ok
        11: world>z 1 ref=s                -> reference_taken
        balance y                          -> 1 in 0 out 0
        ",
    );
    assert_eq!(book.line("balance z"), "0 in 0 out 0");
}

#[test]
fn off_date_postings_are_summed_by_instant_hour_and_longer() {
    check(
        "
        ledger USD/2                       -> ok
        open a                             -> ok
        1: world>a 5 at=-7200              -> ok
        2: world>a 6 at=-7200              -> ok
        3: a>world 1 at=0                  -> ok
        4: a>world 1 at=-999999999         -> ok
        balance a                          -> 9 in 0 out 0
        ",
    );
}

#[test]
fn instants_fall_into_buckets_that_nest() {
    use super::rows::{BUCKET_LEVELS, bucket_index, bucket_span_micros};
    for at in [-62_135_596_800_000_000i64, -1, 0, 1, 3_599_999_999, 3_600_000_000, 253_402_300_799_999_999] {
        for level in 1..=BUCKET_LEVELS {
            let start = bucket_index(level, Timestamp(at)) * bucket_span_micros(level);
            assert!(start <= at && at < start + bucket_span_micros(level), "{at} at level {level}");
        }
    }
}

/// What is written differently is hashed differently, batch by batch.
#[test]
fn a_hash_covers_every_effect_and_the_hash_before() {
    let mut hashes = std::collections::BTreeSet::new();
    for line in ["world>a 1", "world>a 2", "world>b 1", "world>a 1 hold", "world>a 1 ref=x", "world>a 1 at=1"] {
        let mut book = check("ledger USD/2 implicit -> ok");
        book.line(line);
        assert!(hashes.insert(book.working.head().hash), "{line}");
    }
}

/// Replay notices what was altered.
#[test]
fn replay_names_what_does_not_follow() {
    let mut book = Book::new();
    book.line("ledger USD/2 implicit");
    let item = Item::Single(book.command("world>a 5"));
    let names = footprint(&book.working, std::slice::from_ref(&item)).names;
    book.working.absorb(Rows { names: names.into_iter().map(|name| (name, None)).collect(), ..Rows::default() });
    apply(&mut book.working, &[item], book.at, None, &mut book.draft);
    let delta = book.working.take_delta().expect("a change");
    let mut altered = delta.effects.to_vec();
    for effect in &mut altered {
        if let Fact::Posting(posting) = &mut effect.fact {
            posting.amount = Amount::new(6);
        }
    }
    let found: Vec<_> = altered.iter().flat_map(|effect| book.replay.effect(effect, Referred::Nothing)).collect();
    assert_eq!(found.len(), 2, "both sides: {found:?}");
    let found: Vec<_> = delta.batches.iter().flat_map(|row| book.replay.batch(row)).collect();
    assert_eq!(found.len(), 1, "the hash: {found:?}");
}

/// Effects that no decision makes, written by hand behind a journal that is right.
#[test]
fn a_replay_refuses_what_the_rules_forbid() {
    let (a, b, closed, usd) = (AccountNo(2), AccountNo(3), AccountNo(4), AssetNo::FIRST);
    let side = |account| Side { account, previous: None, entry: 0, balance: Balance::ZERO };
    let posting = |id, source, destination, amount| Posting {
        transaction: Id(id),
        leg: 0,
        legs: 1,
        asset: usd,
        amount: Amount::new(amount),
        source: side(source),
        destination: side(destination),
        effective_at: None,
        hold: None,
        detail: None,
    };
    let reversal = |original| Detail { reverses: Some(Id(original)), ..Detail::default() }.boxed();
    let held = |id, amount| Posting { hold: Some(Seq(8)), ..posting(id, a, b, amount) };
    let opened = |account, name: &str, asset| AccountOpened {
        account: AccountNo(account),
        name: self::name(name),
        asset: AssetNo(asset),
        limits: Limits::DEFAULT,
        metadata: Metadata::default(),
    };
    let redacted = |of, seq| Fact::Redacted(Box::new(Redaction { of, effects: vec![Seq(seq)], reason: String::new() }));
    let limits = Limits { min: Balance::new(50), max: None };
    let changed = |limits, is_closed| AccountChanged {
        account: a,
        limits,
        metadata: Metadata::default(),
        frozen: false,
        closed: is_closed,
    };
    for (fact, found) in [
        (Fact::Posting(posting(90, a, b, 61)), "account 2 has -1 to 39, outside its limits"),
        (Fact::Posting(posting(90, a, closed, 1)), "account 4 (c) is closed"),
        (Fact::Posting(posting(90, a, AccountNo(9), 1)), "account 9 is not open for asset 1"),
        (Fact::Posting(Posting { asset: AssetNo(2), ..posting(90, a, b, 1) }), "account 2 is not open for asset 2"),
        (Fact::Posting(held(2, 41)), "it posts 41 of leg 0, which holds something else"),
        (Fact::Posting(held(3, 1)), "it ends the hold at 8, which is not open"),
        (
            Fact::Posting(Posting { detail: reversal(4), ..posting(90, b, a, 1) }),
            "which 00000000-0000-0000-0000-000000000005 reversed",
        ),
        (Fact::Posting(Posting { detail: reversal(1), ..posting(90, a, AccountNo(1), 101) }), "it gives back 101"),
        (Fact::Posting(Posting { detail: reversal(77), ..posting(90, a, b, 1) }), "which was not posted"),
        (Fact::HoldVoided { transaction: Id(3), hold: Seq(8) }, "it ends the hold at 8, which is not open"),
        (Fact::HoldVoided { transaction: Id(2), hold: Seq(7) }, "it ends the hold at 7, which is at 8"),
        (Fact::AccountOpened(Box::new(opened(9, "x", 1))), "account x is number 9 after 4"),
        (Fact::AccountOpened(Box::new(opened(5, "x", 7))), "asset 7, which is not there"),
        (Fact::AccountOpened(Box::new(opened(2, "a", 1))), "account a is opened twice for asset 1"),
        (
            Fact::AccountChanged(Box::new(changed(Some((usd, Limits { min: Balance::new(61), ..limits })), false))),
            "outside its limits",
        ),
        (Fact::AccountChanged(Box::new(changed(None, true))), "it closes account 2, which is not empty"),
        (
            Fact::AssetAdded { no: AssetNo(2), terms: AssetTerms { code: self::name("USD"), scale: 2 } },
            "it adds asset USD",
        ),
        (Fact::LedgerOpened(LedgerRules::default()), "a ledger is opened once, and first"),
        (Fact::Resolved { deferred: Seq(1), answer: Box::default() }, "which is not waiting"),
        (redacted(Redacted::Transaction(Id(1)), 99), "it erases texts of effect 99, which is not earlier"),
        (redacted(Redacted::Account(AccountNo(77)), 1), "it erases texts of account 77, which is not there"),
    ] {
        let mut book = Book::new();
        for line in
            ["ledger USD/2", "open a", "open b", "open c", "1: world>a 100", "2: a>b 40 hold", "set c closed=yes"]
        {
            assert_eq!(book.line(line), "ok", "{line}");
        }
        for line in ["3: world>b 1 hold", "post 3", "4: world>b 1", "5: reverse 4"] {
            assert_eq!(book.line(line), "ok", "{line}");
        }
        let effect =
            Effect { seq: book.replay.head.seq.next(), at: book.at, command: None, by: None, private: None, fact };
        let said = book.replay(&effect);
        assert!(said.iter().any(|said| said.contains(found)), "{found}\nsaid: {said:?}\nof {effect:?}");
    }
}
