//! Against a server at `DUCAT_URL`, which the tests may fill. `cargo xtask clients` starts one and runs them.

use ducat_client::{Amount, Asset, Command, Ducat, Error, Ledger, LedgerTerms, NewAccount, NewPosting, NewTransaction};
use ducat_client::{Pending, Reversal};
use uuid::Uuid;

async fn ledger() -> (Ducat, Ledger) {
    let url = std::env::var("DUCAT_URL").expect("DUCAT_URL names a server: run `cargo xtask clients`");
    let server = Ducat::new(&url, None).expect("a client");
    let assets = vec![Asset { code: "USD".to_owned(), scale: 2 }];
    let terms = LedgerTerms { name: format!("rs-{}", Uuid::now_v7()), assets, implicit_accounts: true };
    let ledger = server.open_ledger(&terms).await.expect("it is opened");
    (server, ledger)
}

fn transfer(source: &str, destination: &str, amount: i128) -> NewTransaction {
    let posting = NewPosting {
        source: source.to_owned(),
        destination: destination.to_owned(),
        amount: Amount(amount),
        asset: None,
    };
    NewTransaction { postings: vec![posting], ..NewTransaction::default() }
}

#[tokio::test]
async fn a_command_counts_once() {
    let (server, ledger) = ledger().await;
    let large = 10i128.pow(30);
    let command = ledger.prepare(&transfer("world", "large", large)).expect("a command");
    let stored = serde_json::to_string(&command).expect("JSON");
    let again: Command = serde_json::from_str(&stored).expect("JSON");
    let first = server.submit(&command).await.expect("it is done");
    let second = server.submit(&again).await.expect("it was done");
    assert_eq!((first.is_replay, second.is_replay), (false, true));
    assert_eq!(first.transaction.seq, second.transaction.seq);
    assert_eq!(ledger.balance("large").await.expect("a balance").posted, Amount(large));
}

#[tokio::test]
async fn refusals_holds_and_pages() {
    let (server, ledger) = ledger().await;
    let pay = async |transaction: &NewTransaction| {
        let command = ledger.prepare(transaction).expect("a command");
        server.submit(&command).await.map(|outcome| outcome.transaction)
    };
    let refused = pay(&transfer("nobody", "a", 1)).await.expect_err("it has nothing");
    assert_eq!(refused.code(), Some("insufficient_funds"));
    assert!(!refused.is_outcome_unknown());
    ledger
        .open_account(&NewAccount {
            name: "spender".to_owned(),
            min_balance: Some(Amount(-50)),
            ..NewAccount::default()
        })
        .await
        .expect("it is opened");
    pay(&transfer("spender", "a", 50)).await.expect("an overdraft");
    pay(&transfer("world", "holder", 100)).await.expect("it is done");
    let pending = Some(Pending { timeout_s: Some(3_600) });
    let hold = pay(&NewTransaction { pending, ..transfer("holder", "shop", 60) }).await.expect("a hold");
    let holder = ledger.account("holder").await.expect("an account");
    assert_eq!(holder.balances["USD"].pending_out, Amount(60));
    for _ in 0..2 {
        ledger.post_hold(hold.id, Some(Amount(40))).await.expect("it is posted");
    }
    let reversal = Reversal { id: Uuid::now_v7(), ..Reversal::default() };
    for _ in 0..2 {
        ledger.reverse(hold.id, &reversal).await.expect("it is reversed");
    }
    let pending = Some(Pending::default());
    let hold = pay(&NewTransaction { pending, ..transfer("holder", "shop", 60) }).await.expect("a hold");
    for _ in 0..2 {
        ledger.void_hold(hold.id).await.expect("it ends");
    }
    assert_eq!(ledger.balance("holder").await.expect("a balance").posted, Amount(100));
    for _ in 0..25 {
        pay(&transfer("world", "many", 1)).await.expect("it is done");
    }
    let entries = ledger.statement("many", &[("limit", "4")]).collect().await.expect("pages");
    assert_eq!(entries.len(), 25);
    let transactions = ledger.transactions(&[("account", "many"), ("limit", "7")]).collect().await.expect("pages");
    assert_eq!(transactions.len(), 25);
    let events = ledger.events(0).collect().await.expect("pages");
    assert!(events.iter().zip(1..).all(|(event, seq)| event.seq == seq) && events.len() > 30);
}

#[tokio::test]
async fn a_server_that_is_away_leaves_the_outcome_unknown() {
    let server = Ducat::new("http://127.0.0.1:9", None).expect("a client");
    let server = server.retrying_for(std::time::Duration::from_millis(200));
    let ledger = server.ledger("shop");
    let command = ledger.prepare(&transfer("world", "a", 1)).expect("a command");
    let error = server.submit(&command).await.expect_err("no one is there");
    assert!(matches!(error, Error::NoResponse(_)) && error.is_outcome_unknown());
}
