//! The load on the two small APIs: amounts posted to accounts that are UUIDs, and bank accounts known by a name.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::ensure;

use super::client::{request, request_with};
use super::load::{InTime, Load, Shared, push_number};
use super::report::{Phase, Report};

/// Transactions stored when reads are measured first; afterwards as many as were asked for are.
const STORED_FIRST: u64 = 10_000;

/// Transactions that make one account the busiest, whatever the others have: how many accounts the response names is then
/// the same however much is stored.
const BUSIEST: u64 = 100;

/// What was put into the ledger of account management so far.
struct Amounts {
    /// Ids are counted, so that each can be asked for again.
    ids: Cell<u64>,
    in_time: InTime,
    /// The accounts that have transactions, and whether an account is among them.
    opened: RefCell<Vec<u64>>,
    is_opened: RefCell<Vec<bool>>,
}

fn account_uuid(account: u64) -> uuid::Uuid {
    uuid::Uuid::from_u128((0x4000_8000 << 64) | u128::from(account))
}

impl Amounts {
    fn new(accounts: u64) -> anyhow::Result<Amounts> {
        let is_opened = RefCell::new(vec![false; usize::try_from(accounts)?]);
        Ok(Amounts { ids: Cell::new(0), in_time: InTime::from_now(), opened: RefCell::default(), is_opened })
    }

    fn next_id(&self) -> u64 {
        self.ids.set(self.ids.get() + 1);
        self.ids.get()
    }

    fn open(&self, account: u64) {
        let mut is_opened = self.is_opened.borrow_mut();
        if let Some(known) = usize::try_from(account).ok().and_then(|place| is_opened.get_mut(place))
            && !*known
        {
            *known = true;
            self.opened.borrow_mut().push(account);
        }
    }

    fn unopened(&self) -> Vec<u64> {
        let is_opened = self.is_opened.borrow();
        (0_u64..).zip(is_opened.iter()).filter(|(_, opened)| !**opened).map(|(account, _)| account).collect()
    }

    fn any_opened(&self, shared: &Shared) -> u64 {
        let opened = self.opened.borrow();
        let place = shared.rng.borrow_mut().usize(..opened.len().max(1));
        opened.get(place).copied().unwrap_or_default()
    }
}

impl Load {
    /// Sends what `make` makes, over so many connections, until there is none left or the time is over.
    pub(super) async fn drive(
        &self,
        bounds: (u64, Option<Instant>),
        (status, transfers): (u16, u64),
        make: &dyn Fn(&Shared) -> Vec<u8>,
    ) -> anyhow::Result<(Phase, u64)> {
        self.drive_any(bounds, &[status], transfers, make).await
    }

    /// The same where several responses are as expected.
    pub(super) async fn drive_any(
        &self,
        (count, until): (u64, Option<Instant>),
        statuses: &[u16],
        transfers: u64,
        make: &dyn Fn(&Shared) -> Vec<u8>,
    ) -> anyhow::Result<(Phase, u64)> {
        let shared = Shared::new(count, until)?;
        let clients = self.arguments.clients.unwrap_or(64);
        let connection = |shared: Rc<Shared>| async move {
            let mut connection = self.connect().await?;
            while shared.take(1) == 1 {
                let request = make(&shared);
                let started = Instant::now();
                let found = connection.send(&request).await?;
                shared.record(transfers, started);
                ensure!(statuses.contains(&found), "answered {found}: {}", String::from_utf8_lossy(connection.body()));
            }
            Ok(())
        };
        self.together(&shared, clients, connection).await
    }

    pub(super) fn for_a_while(&self) -> (u64, Option<Instant>) {
        (u64::MAX, Some(Instant::now() + Duration::from_secs(self.arguments.seconds)))
    }

    fn amount(&self, amounts: &Amounts, account: u64, amount: i64) -> Vec<u8> {
        amounts.open(account);
        let id = format!("Transaction-Id: {}\r\n", amounts.in_time.nth(amounts.next_id()));
        let body = format!(r#"{{"account_id":"{}","amount":{amount}}}"#, account_uuid(account));
        request_with(&id, "POST", "/amount", &self.host, body.as_bytes())
    }

    /// Amounts posted one by one, and the three reads: with ten thousand stored, and with as many as are asked for.
    pub(super) async fn run_accounts(&self, report: &mut Report) -> anyhow::Result<()> {
        let accounts = self.arguments.accounts;
        let amounts = Amounts::new(accounts)?;
        let any = |shared: &Shared| {
            let account = if self.arguments.hot { 0 } else { shared.rng.borrow_mut().u64(..accounts) };
            self.amount(&amounts, account, shared.rng.borrow_mut().i64(-500..500))
        };
        self.drive((BUSIEST, None), (200, 1), &|_| self.amount(&amounts, 0, 1)).await?;
        self.drive((STORED_FIRST - BUSIEST, None), (200, 1), &any).await?;
        let few = self.read_amounts(&amounts).await?;
        let stored = self.arguments.transfers.unwrap_or(STORED_FIRST);
        let many = match stored > STORED_FIRST {
            false => None,
            true => {
                self.fill(&amounts, stored).await?;
                Some(self.read_amounts(&amounts).await?)
            }
        };
        report.add("amounts", self.drive(self.for_a_while(), (200, 1), &any).await?);
        for (name, phase) in &few {
            report.add(name, (*phase, 0));
        }
        for ((name, _), (later, phase)) in few.iter().zip(many.iter().flatten()) {
            debug_assert_eq!(name, later, "the same reads");
            report.add_later(name, *phase);
        }
        report.stored = amounts.ids.get();
        Ok(())
    }

    async fn read_amounts(&self, amounts: &Amounts) -> anyhow::Result<Vec<(&'static str, Phase)>> {
        let get = |path: String| request("GET", &path, &self.host, b"");
        let balance = |account: u64| get(format!("/balance/{}", account_uuid(account)));
        let each = RefCell::new(amounts.opened.borrow().clone().into_iter());
        let count = amounts.opened.borrow().len() as u64;
        let first = |_: &Shared| balance(each.borrow_mut().next().unwrap_or_default());
        let again = |shared: &Shared| balance(amounts.any_opened(shared));
        let transaction = |shared: &Shared| {
            let id = 1 + shared.rng.borrow_mut().u64(..amounts.ids.get());
            get(format!("/transaction/{}", amounts.in_time.nth(id)))
        };
        let volume = |_: &Shared| get("/max_transaction_volume".to_owned());
        Ok(vec![
            ("balance, read first", self.drive((count, None), (200, 0), &first).await?.0),
            ("balance", self.drive(self.for_a_while(), (200, 0), &again).await?.0),
            ("transaction", self.drive(self.for_a_while(), (200, 0), &transaction).await?.0),
            ("max volume", self.drive(self.for_a_while(), (200, 0), &volume).await?.0),
        ])
    }

    /// Stores so many transactions: an amount to every account, the rest in batches.
    async fn fill(&self, amounts: &Amounts, stored: u64) -> anyhow::Result<()> {
        let missing = amounts.unopened();
        let count = (missing.len() as u64).min(stored.saturating_sub(amounts.ids.get()));
        let missing = RefCell::new(missing.into_iter());
        let open = |_: &Shared| self.amount(amounts, missing.borrow_mut().next().unwrap_or_default(), 1);
        self.drive((count, None), (200, 1), &open).await?;
        let batch = |shared: &Shared| {
            let count = self.arguments.batch.min(stored - amounts.ids.get());
            let mut body = br#"{"results":"rejected","transactions":["#.to_vec();
            for place in 0..count {
                if place > 0 {
                    body.push(b',');
                }
                let account = account_uuid(amounts.any_opened(shared));
                let id = amounts.in_time.nth(amounts.next_id());
                let one = format!(
                    r#"{{"id":"{id}","postings":[{{"source":"world","destination":"{account}","amount":1}}]}}"#
                );
                body.extend_from_slice(one.as_bytes());
            }
            body.extend_from_slice(b"]}");
            body
        };
        let mut connection = self.connect().await?;
        let shared = Shared::new(0, None)?;
        while amounts.ids.get() < stored {
            self.send_batch(&mut connection, &batch(&shared)).await?;
        }
        Ok(())
    }

    /// Bank accounts opened, paid into and out of in turns, and the two reads.
    pub(super) async fn run_bank(&self, report: &mut Report) -> anyhow::Result<()> {
        let accounts = self.arguments.accounts;
        let opened = Cell::new(0);
        let open = |_: &Shared| {
            opened.set(opened.get() + 1);
            let body = format!(r#"{{"name":"Account {}"}}"#, opened.get());
            request("POST", "/accounts", &self.host, body.as_bytes())
        };
        let opening = self.drive((accounts, None), (201, 1), &open).await?;
        let path = |shared: &Shared, rest: &str| {
            let account = if self.arguments.hot { 1 } else { 1 + shared.rng.borrow_mut().u64(..accounts) };
            let mut path = b"/accounts/Account%20".to_vec();
            push_number(account, &mut path);
            path.extend_from_slice(rest.as_bytes());
            String::from_utf8_lossy(&path).into_owned()
        };
        let body = |cents: u64| format!(r#"{{"amount":{}.{:02}}}"#, cents / 100, cents % 100);
        // So much on each account that no withdrawal of the run is refused.
        let funded = Cell::new(0);
        let fund = |_: &Shared| {
            funded.set(funded.get() + 1);
            let path = format!("/accounts/Account%20{}/deposit", funded.get());
            request("POST", &path, &self.host, br#"{"amount":1000000000}"#)
        };
        self.drive((accounts, None), (201, 1), &fund).await?;
        let pay = |shared: &Shared| {
            let way = if shared.rng.borrow_mut().bool() { "/deposit" } else { "/withdraw" };
            let cents = shared.rng.borrow_mut().u64(1..10_000);
            request("POST", &path(shared, way), &self.host, body(cents).as_bytes())
        };
        let show = |shared: &Shared| request("GET", &path(shared, ""), &self.host, b"");
        let list = |shared: &Shared| request("GET", &path(shared, "/transactions?limit=20"), &self.host, b"");
        report.add("deposits and withdrawals", self.drive(self.for_a_while(), (201, 1), &pay).await?);
        report.add("accounts opened", (opening.0, 0));
        report.add("account", self.drive(self.for_a_while(), (200, 0), &show).await?);
        report.add("transactions, page of 20", self.drive(self.for_a_while(), (200, 0), &list).await?);
        report.stored = report.made + accounts;
        Ok(())
    }
}
