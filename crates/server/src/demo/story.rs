//! What happens in the world: a marketplace, a points program and advances, day after day.
//!
//! Everything is asked for one after another, as a client asks, so what is committed together is the same each time. What the story
//! knows of its own sums is compared at the end with what the ledgers say (`proof`).

use std::collections::VecDeque;
use std::sync::Arc;

use anyhow::{Context, ensure};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use ducat_api::service::Service;
use ducat_api::values::{write_day, write_time};
use ducat_domain::advances::Day;
use ducat_domain::names::Name;
use ducat_engine::advances::Collector;
use ducat_engine::clock::fresh_id;
use ducat_processor::simulator::Simulator;
use serde_json::{Value, json};
use uuid::Uuid;

use super::clock::StoryClock;

/// The ledger of the marketplace.
pub const MARKET: &str = "market";

/// The ledger of the points program.
pub const REWARDS: &str = "rewards";

/// The ledger of advances, which the small API uses.
pub const ADVANCES: &str = "advances";

/// Those who sell.
const SHOPS: [&str; 12] = [
    "anna-keramik",
    "baker-and-sons",
    "cafe-lumen",
    "delta-bikes",
    "elmwood-books",
    "fern-and-moss",
    "gustav-wines",
    "harbour-fish",
    "iris-optics",
    "juno-records",
    "kite-outdoor",
    "linden-toys",
];

/// Who gives points.
const PARTNERS: [&str; 6] =
    ["Corner Bakery", "Metro Fuel", "North Air", "Harbour Hotels", "Green Grocer", "City Cinema"];

/// What the marketplace keeps of each order, in percent.
const FEE_PERCENT: u64 = 5;

/// Parts of a day in which is sold.
const SALES_PER_DAY: u32 = 4;

/// Orders that are still to be sent back. The next ones come back when there are more.
const KEPT_ORDERS: usize = 3;

/// Customers of the marketplace for each member of the program.
const MEMBERS_PER_CUSTOMER: u32 = 5;

/// A response is short.
const RESPONSE_BYTES_MAX: usize = 16 << 20;

/// So many days before a day.
pub fn before(day: Day, days: u32) -> Day {
    Day::of(day.begins().plus_micros(-i64::from(days) * 86_400_000_000))
}

/// How much happens.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    pub days: u32,
    pub members: u32,
    pub advances: u32,
}

/// What the story knows of its sums.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Sums {
    /// Cents that customers paid in.
    pub paid_in: u64,
    /// Cents that the marketplace kept, refunds deducted.
    pub fees: u64,
    /// Cents that were paid out to shops.
    pub paid_out: u64,
    /// Points that were given, and that were spent.
    pub earned: u64,
    pub spent: u64,
    /// Advances that were asked for.
    pub advances: u64,
}

/// Something that a customer buys.
struct Purchase {
    wallet: String,
    shop: usize,
    cents: u64,
    fee: u64,
}

impl Purchase {
    /// What the customer pays in.
    fn payment(&self) -> Value {
        json!({"source": "world", "destination": self.wallet, "amount": self.cents})
    }

    /// What the shop and the marketplace get of it.
    fn split(&self) -> [Value; 2] {
        let shop = format!("shops:{}:sales", SHOPS[self.shop]);
        [
            json!({"source": self.wallet, "destination": shop, "amount": self.cents - self.fee}),
            json!({"source": self.wallet, "destination": "market:fees", "amount": self.fee}),
        ]
    }

    fn description(&self) -> String {
        format!("Order at {}", SHOPS[self.shop])
    }
}

/// An order that may still be sent back.
struct Order {
    id: Uuid,
    fee: u64,
}

/// What is asked, of whom.
pub struct Story {
    pub service: Service,
    pub clock: Arc<StoryClock>,
    pub collector: Collector,
    pub simulator: Arc<Simulator>,
    pub random: fastrand::Rng,
    pub scale: Scale,
    pub sums: Sums,
    orders: VecDeque<Order>,
    /// What each shop has of its sales, in cents.
    sales: [u64; SHOPS.len()],
    /// Orders so far.
    number: u64,
    /// Seconds that have passed in this day beyond its hours.
    second: i64,
}

impl Story {
    pub fn new(
        service: Service,
        clock: Arc<StoryClock>,
        collector: Collector,
        simulator: Arc<Simulator>,
        scale: Scale,
        seed: u64,
    ) -> Story {
        let random = fastrand::Rng::with_seed(seed);
        let (sums, orders, sales) = (Sums::default(), VecDeque::new(), [0; SHOPS.len()]);
        Story { service, clock, collector, simulator, random, scale, sums, orders, sales, number: 0, second: 0 }
    }

    /// Asks for something that must be done.
    async fn ask(
        &self,
        method: Method,
        path: &str,
        media_type: &str,
        body: String,
    ) -> anyhow::Result<(StatusCode, Value)> {
        let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, media_type);
        let response = self.service.respond_to_operator(request.body(Body::from(body))?).await;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), RESPONSE_BYTES_MAX).await?;
        let said: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Ok((status, said))
    }

    async fn done(&self, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        let (status, said) = self.ask(method, path, "application/json", body.to_string()).await?;
        ensure!(status.is_success(), "{path} responds {status}: {said}");
        Ok(said)
    }

    async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.done(Method::POST, path, body).await
    }

    /// Opens the books.
    pub async fn begin(&self) -> anyhow::Result<()> {
        let market = json!({
            "name": MARKET,
            "assets": [{"code": "EUR", "scale": 2}],
            "implicit_accounts": true,
        });
        self.post("/v1/ledgers", &market).await?;
        self.post("/v1/ledgers", &json!({"name": REWARDS, "assets": [{"code": "PTS", "scale": 0}]})).await?;
        let program = json!({"asset": "PTS", "order": "earned", "lifetime_days": 365});
        self.done(Method::PUT, &format!("/v1/ledgers/{REWARDS}/points/program"), &program).await?;
        for shop in SHOPS {
            let account = json!({"name": format!("shops:{shop}:sales"), "metadata": {"shop": shop}});
            self.post(&format!("/v1/ledgers/{MARKET}/accounts"), &account).await?;
        }
        Ok(())
    }

    /// One day: what was bought, earned, spent and lent, and what is due.
    pub async fn live(&mut self, day: u32, date: Day) -> anyhow::Result<()> {
        self.second = 0;
        self.collect(date).await?;
        for hour in [8, 11] {
            self.at(date, hour);
            self.sell(day).await?;
        }
        self.at(date, 12);
        self.reward(day, date).await?;
        self.at(date, 15);
        self.lend(day).await?;
        for hour in [17, 20] {
            self.at(date, hour);
            self.sell(day).await?;
        }
        self.at(date, 22);
        if day % 7 == 6 {
            self.pay_out().await?;
        }
        if day % 30 == 29 {
            self.post(&format!("/v1/ledgers/{REWARDS}/points/expire"), &json!({})).await?;
        }
        Ok(())
    }

    /// It is so many hours of a day, and a few seconds more each time.
    fn at(&mut self, date: Day, hour: i64) {
        self.second += 7;
        self.clock.tell(date.begins().plus_micros((hour * 3_600 + self.second) * 1_000_000));
    }

    /// How busy a day is: more each month, and twice on a Saturday.
    fn orders_of(&mut self, day: u32) -> u32 {
        let grown = 20 + 60 * day / self.scale.days.max(1);
        let weekend = if day % 7 == 5 { 2 } else { 1 };
        (grown * weekend + self.random.u32(0..10)) * self.scale.members / 10_000 + 1
    }

    /// Some customer buys something in some shop.
    fn buy(&mut self) -> Purchase {
        let customers = (self.scale.members / MEMBERS_PER_CUSTOMER).max(1);
        let (customer, shop) = (self.random.u32(0..customers), self.random.usize(0..SHOPS.len()));
        let cents = u64::from(self.random.u32(350..12_000));
        Purchase { wallet: format!("customers:{customer:05}:wallet"), shop, cents, fee: cents * FEE_PERCENT / 100 }
    }

    async fn sell(&mut self, day: u32) -> anyhow::Result<()> {
        let mut transactions = Vec::new();
        for _ in 0..self.orders_of(day).div_ceil(SALES_PER_DAY) {
            let bought = self.buy();
            let id = Uuid::from_u128(fresh_id().0);
            self.number += 1;
            transactions.push(json!({
                "postings": [bought.payment()],
                "description": "Card payment",
                "reference": format!("pay-{:07}", self.number),
            }));
            transactions.push(json!({
                "id": id.to_string(),
                "postings": bought.split(),
                "description": bought.description(),
                "reference": format!("order-{:07}", self.number),
                "metadata": {"order": format!("A-{:07}", self.number), "channel": if self.random.bool() { "web" } else { "app" }},
            }));
            let Purchase { shop, cents, fee, .. } = bought;
            self.sums.paid_in += cents;
            self.sums.fees += fee;
            self.sales[shop] += cents - fee;
            if self.random.u32(0..25) == 0 {
                self.orders.push_back(Order { id, fee });
                // What is sent back must still be there: shops are paid out without it.
                self.sales[shop] -= cents - fee;
            }
        }
        let batch = json!({"transactions": transactions, "results": "rejected"});
        let said = self.post(&format!("/v1/ledgers/{MARKET}/transactions/batch"), &batch).await?;
        ensure!(said["results"].as_array().is_some_and(Vec::is_empty), "orders are refused: {said}");
        // Some things come back after a few days.
        while self.orders.len() > KEPT_ORDERS {
            let Some(Order { id, fee }) = self.orders.pop_front() else { break };
            let path = format!("/v1/ledgers/{MARKET}/transactions/{id}/reverse");
            self.post(&path, &json!({})).await?;
            self.sums.fees -= fee;
        }
        Ok(())
    }

    /// Shops are paid what they sold.
    async fn pay_out(&mut self) -> anyhow::Result<()> {
        let mut transactions = Vec::new();
        for (shop, cents) in SHOPS.iter().zip(&mut self.sales).filter(|(_, cents)| **cents > 0) {
            transactions.push(json!({
                "postings": [{"source": format!("shops:{shop}:sales"), "destination": "world", "amount": *cents}],
                "description": "Weekly payout",
                "metadata": {"shop": shop},
            }));
            self.sums.paid_out += std::mem::take(cents);
        }
        let batch = json!({"transactions": transactions, "atomic": true, "results": "rejected"});
        self.post(&format!("/v1/ledgers/{MARKET}/transactions/batch"), &batch).await.map(drop)
    }

    async fn reward(&mut self, day: u32, date: Day) -> anyhow::Result<()> {
        let mut rows = String::from("member,payer,points,timestamp\n");
        let joined = 1 + self.scale.members * (day + 1) / self.scale.days.max(1);
        let earnings = (self.orders_of(day) * 2).max(joined / 60);
        for _ in 0..earnings {
            let member = self.random.u32(0..joined.min(self.scale.members));
            let partner = PARTNERS[self.random.usize(0..PARTNERS.len())];
            let points = self.random.u64(1..40) * 25;
            // Partners report late, and not in order.
            let earned_at = write_day(before(date, self.random.u32(0..6)));
            rows.push_str(&format!("m-{member:05},{partner},{points},{earned_at}T10:00:00Z\n"));
            self.sums.earned += points;
        }
        let path = format!("/v1/ledgers/{REWARDS}/points/import?import=day-{day}");
        let (status, said) = self.ask(Method::POST, &path, "text/csv", rows).await?;
        ensure!(status.is_success(), "{path} responds {status}: {said}");
        for _ in 0..earnings / 12 + 1 {
            self.at(date, 13);
            let member = self.random.u32(0..joined.min(self.scale.members));
            let points = self.random.u64(1..30) * 25;
            let path = format!("/v1/ledgers/{REWARDS}/points/members/m-{member:05}/spend");
            // A member that has not enough is refused: that is in the journal too.
            let (status, said) =
                self.ask(Method::POST, &path, "application/json", json!({"points": points}).to_string()).await?;
            match status {
                StatusCode::CREATED => self.sums.spent += points,
                StatusCode::UNPROCESSABLE_ENTITY | StatusCode::NOT_FOUND => {}
                _ => anyhow::bail!("{path} responds {status}: {said}"),
            }
        }
        Ok(())
    }

    async fn lend(&mut self, day: u32) -> anyhow::Result<()> {
        let (before, after) = (self.advances_until(day), self.advances_until(day + 1));
        for number in before..after {
            let amount = format!("{}.{:02}", self.random.u32(50..900), self.random.u32(0..100));
            let amount: Value = serde_json::from_str(&amount)?;
            let body =
                json!({"dst_bank_account": format!("DE{:018}", 370_400_440_000 + u64::from(number)), "amount": amount});
            self.post("/perform_advance", &body).await?;
            self.sums.advances += 1;
        }
        Ok(())
    }

    /// Advances that were asked for before a day.
    fn advances_until(&self, day: u32) -> u32 {
        let (days, all) = (u64::from(self.scale.days.max(1)), u64::from(self.scale.advances));
        u32::try_from(all * u64::from(day) / days).unwrap_or(u32::MAX)
    }

    /// The daily run of advances, once there are any.
    async fn collect(&mut self, date: Day) -> anyhow::Result<()> {
        if self.sums.advances == 0 {
            return Ok(());
        }
        self.at(date, 6);
        self.run(date).await
    }

    /// The run of a day: the report is read, and what is due is asked for.
    async fn run(&mut self, date: Day) -> anyhow::Result<()> {
        self.simulator.set_day(date);
        let ledger = Name::parse(ADVANCES).context("a name")?;
        self.collector.start_run(&ledger, date).await?;
        Ok(self.collector.carry_on(&ledger).await?)
    }

    /// The run of today, which the history ended before.
    pub async fn catch_up(&mut self) -> anyhow::Result<()> {
        use ducat_engine::clock::Clock as _;
        match self.sums.advances {
            0 => Ok(()),
            _ => self.run(Day::of(self.clock.now())).await,
        }
    }

    /// Something small that happens now.
    pub async fn go_on(&mut self) -> anyhow::Result<()> {
        let bought = self.buy();
        let postings: Vec<Value> = std::iter::once(bought.payment()).chain(bought.split()).collect();
        let paid = json!({"postings": postings, "description": bought.description()});
        self.post(&format!("/v1/ledgers/{MARKET}/transactions"), &paid).await?;
        let earned = json!({"payer": PARTNERS[self.random.usize(0..PARTNERS.len())], "points": bought.cents / 100 + 1});
        let member = self.random.u32(0..self.scale.members);
        self.post(&format!("/v1/ledgers/{REWARDS}/points/members/m-{member:05}/earn"), &earned).await.map(drop)
    }

    /// What something is now.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.done(Method::GET, path, &Value::Null).await
    }

    /// All rows of a list.
    pub async fn all(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}?limit=1000{cursor}")).await?;
            all.extend(page["data"].as_array().context("a page")?.iter().cloned());
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(all),
            }
        }
    }

    /// An instant as it is written.
    pub fn now(&self) -> String {
        use ducat_engine::clock::Clock as _;
        write_time(self.clock.now())
    }
}
