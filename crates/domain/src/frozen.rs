//! The tags of everything that is stored and hashed, frozen: a release never changes one, and never uses one again.
//!
//! Each table is found by decoding: a tag with random bytes behind it, until something is read. So a new variant shows
//! here by itself, and the table below must be extended by hand.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::codec::Decoder;
use crate::{Action, Fact, Rejection};

/// Attempts for each tag: short values are found at once, texts after a few hundred.
const ATTEMPTS: u32 = 6_000;

/// Bytes behind a tag that are likely to be read: small numbers, flags, and names of one letter.
fn filler(rng: &mut fastrand::Rng) -> Vec<u8> {
    let common = [0, 0, 1, 1, 1, 2, b'a', b'a'];
    (0..48).map(|_| common.get(rng.usize(..common.len())).copied().unwrap_or_default()).collect()
}

/// What is decoded behind each prefix, as words.
fn table(prefixes: impl IntoIterator<Item = Vec<u8>>, word: impl Fn(&[u8]) -> Option<String>) -> String {
    let mut rng = fastrand::Rng::with_seed(1);
    let mut found: BTreeMap<Vec<u8>, String> = BTreeMap::new();
    for prefix in prefixes {
        for _ in 0..ATTEMPTS {
            let bytes = [prefix.clone(), filler(&mut rng)].concat();
            if let Some(word) = word(&bytes) {
                found.insert(prefix, word);
                break;
            }
        }
    }
    found.into_iter().fold(String::new(), |mut lines, (prefix, word)| {
        let numbers: Vec<String> = prefix.iter().map(u8::to_string).collect();
        writeln!(lines, "{} {word}", numbers.join(".")).expect("a String takes it");
        lines
    })
}

fn singles() -> impl Iterator<Item = Vec<u8>> {
    (0..=u8::MAX).map(|tag| vec![tag])
}

/// The names of the variants in what `Debug` says of a value, from the outside in.
fn variants(debug: &str) -> String {
    let names = debug.split('(').map(|part| part.chars().take_while(char::is_ascii_alphanumeric).collect::<String>());
    let known = ["Product", "Points", "Advances"];
    let mut path = Vec::new();
    for name in names {
        let is_outer = known.contains(&name.as_str());
        path.push(name);
        if !is_outer {
            break;
        }
    }
    // A change of an advance is one of many events.
    if let Some((_, event)) = debug.split_once("event: ") {
        path.push(event.chars().take_while(char::is_ascii_alphanumeric).collect());
    }
    path.join(" ")
}

/// A product's tag with each tag that may stand behind it, and then more.
fn behind(product: &'static [u8], then: &'static [u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..=60).map(move |tag| [product, &[tag], then].concat())
}

#[test]
fn tags_of_rejections() {
    let code = |bytes: &[u8]| Rejection::decode(&mut Decoder::new(bytes)).ok().map(|read| read.code().to_owned());
    let found = table(singles(), code);
    assert_eq!(found, REJECTIONS);
}

#[test]
fn tags_of_facts() {
    let name = |bytes: &[u8]| {
        let mut d = Decoder::new(bytes);
        Fact::read(&mut d).ok().map(|read| format!("{} {}", variants(&format!("{read:?}")), read.word()))
    };
    // Facts of products have a version behind their tag; a change of an advance has an event behind its number.
    let of_ledger = singles().filter(|tag| !matches!(tag.as_slice(), [11 | 12]));
    let of_products = behind(&[11], &[1]).chain(behind(&[12], &[1]));
    let found = table(of_ledger.chain(of_products).chain(behind(&[12, 3, 1, 1], &[])), name);
    assert_eq!(found, FACTS);
}

#[test]
fn tags_of_commands() {
    let name = |bytes: &[u8]| {
        let mut d = Decoder::new(bytes);
        Action::decode(&mut d).ok().map(|read| variants(&format!("{read:?}")))
    };
    let of_ledger = singles().filter(|tag| !matches!(tag.as_slice(), [13 | 14]));
    let found = table(of_ledger.chain(behind(&[13], &[])).chain(behind(&[14], &[])), name);
    assert_eq!(found, COMMANDS);
}

/// The code of each rejection.
const REJECTIONS: &str = "\
1 id_reused
2 ledger_not_found
3 ledger_exists
4 asset_exists
5 account_exists
6 asset_required
7 too_many_postings
8 reference_taken
9 transaction_not_found
10 not_pending
11 already_posted
12 already_voided
13 hold_expired
14 not_posted
15 already_reversed
16 malformed
17 amount_zero
18 amount_too_large
19 exceeds_hold
20 same_account
21 asset_not_found
22 account_not_found
23 account_closed
24 account_frozen
25 insufficient_funds
26 balance_above_max
27 balance_overflow
28 balance_outside
29 malformed
30 too_many_assets
31 account_changed
32 account_reserved
33 program_not_found
34 program_fixed
35 too_many_payers
36 insufficient_points
37 spend_not_found
38 exceeds_spend
39 too_many_lots
40 import_out_of_order
41 terms_not_found
42 terms_fixed
43 advance_not_found
44 credit_sent
45 not_collected
46 transaction_taken
47 run_before_last
48 run_over
49 not_refused
60 balance_outside
61 limits_crossed
62 too_many_defaults
63 exceeds_original
64 malformed
65 asset_in_use
66 ledger_archived
67 ledger_deleted
68 exceeds_hold
69 exceeds_original
";

/// The fact of each tag, and its word in events.
const FACTS: &str = "\
0 Posting posting
1 Hold hold
2 HoldVoided hold_voided
3 HoldExpired hold_expired
4 AccountOpened account_opened
5 AccountChanged account_changed
6 AssetAdded asset_added
7 LedgerOpened ledger_opened
8 Refused refused
9 Deferred deferred
10 Resolved resolved
11.1.1 Product Points ProgramSet points_program_set
11.2.1 Product Points Earned points_earned
11.3.1 Product Points Adjusted points_adjusted
11.4.1 Product Points Spent points_spent
11.5.1 Product Points Refunded points_refunded
11.6.1 Product Points Closed points_expired
11.7.1 Product Points Matured points_matured
11.8.1 Imported points_imported
12.1.1 Product Advances TermsSet advances_terms_set
12.2.1 Product Advances Opened advance_opened
12.3.1 Product Advances Changed CreditAsked advance_changed
12.3.1.1.1 Product Advances Changed CreditAsked advance_changed
12.3.1.1.2 Product Advances Changed CreditWaits advance_changed
12.3.1.1.3 Product Advances Changed CreditCancelled advance_changed
12.3.1.1.4 Product Advances Changed DebitAsked advance_changed
12.3.1.1.5 Product Advances Changed Sent advance_changed
12.3.1.1.6 Product Advances Changed Reported advance_changed
12.3.1.1.7 Product Advances Changed TimedOut advance_changed
12.3.1.1.8 Product Advances Changed Silent advance_changed
12.3.1.1.9 Product Advances Changed WrittenOff advance_changed
12.3.1.1.10 Product Advances Changed PaidOff advance_changed
12.3.1.1.11 Product Advances Changed Refused advance_changed
12.3.1.1.12 Product Advances Changed CreditRetried advance_changed
12.3.1.1.13 Product Advances Changed Unanswered advance_changed
12.3.1.1.14 Product Advances Changed OwedAgain advance_changed
12.4.1 Product Advances Unknown advances_unknown_transaction
12.5.1 Product Advances Unreadable advances_unreadable_line
12.6.1 Product Advances RunStarted advances_run_started
12.7.1 Product Advances ReportRead advances_report_read
12.8.1 Product Advances RunEnded advances_run_ended
12.9.1 Product Advances ReportAccepted advances_report_accepted
13 DefaultAssetSet default_asset_set
14 AssetRescaled asset_rescaled
15 ArchivedSet archived_set
16 LedgerDeleted ledger_deleted
17 Redacted redacted
";

/// The command of each tag.
const COMMANDS: &str = "\
1 OpenLedger
2 AddAsset
3 OpenAccount
4 ChangeAccount
5 Transact
6 PostHold
7 VoidHold
8 ExpireHold
9 Reverse
10 Expect
11 Defer
12 Resolve
13.1 Product Points SetProgram
13.2 Product Points Earn
13.3 Product Points Adjust
13.4 Product Points Spend
13.5 Product Points Refund
13.6 Product Points Close
13.7 Product Points Mature
13.9 Product Points Adjust
14.1 Product Advances SetTerms
14.2 Product Advances Open
14.3 Product Advances AskCredit
14.4 Product Advances KeepCredit
14.5 Product Advances Cancel
14.6 Product Advances AskDebit
14.7 Product Advances Send
14.8 Product Advances Report
14.9 Product Advances NoteUnreadable
14.10 Product Advances NoteReport
14.11 Product Advances TimeOut
14.12 Product Advances WriteOff
14.13 Product Advances PayOff
14.14 Product Advances StartRun
14.15 Product Advances EndRun
14.16 Product Advances Refuse
14.17 Product Advances Retry
14.18 Product Advances NoteUnanswered
14.19 Product Advances AcceptReport
60 SetDefaultAsset
61 OpenLedger
62 Expect
63 Reverse
64 Reverse
65 RescaleAsset
66 SetArchived
67 DeleteLedger
68 Redact
";
