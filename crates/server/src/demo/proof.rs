//! What the ledgers say at the end of the story, next to what the story knows.

use anyhow::Context;
use comfy_table::{CellAlignment, Table};
use serde_json::Value;

use super::story::{ADVANCES, MARKET, REWARDS, Story};

/// Sums, each as the story has it and as the ledgers do.
pub struct Proof(Vec<(&'static str, i128, i128)>);

fn number(value: &Value) -> i128 {
    value.as_i64().map(i128::from).or_else(|| value.as_str().and_then(|text| text.parse().ok())).unwrap_or(i128::MIN)
}

impl Proof {
    /// Reads what the ledgers say.
    pub async fn read(story: &Story) -> anyhow::Result<Proof> {
        let sums = &story.sums;
        let fees = story.get(&format!("/v1/ledgers/{MARKET}/accounts/market:fees/balance")).await?;
        let (mut money, mut shops, mut wallets) = (0, 0, 0);
        for (account, posted) in balances(story, MARKET).await? {
            money += posted;
            shops += if account.starts_with("shops:") { posted } else { 0 };
            wallets += if account.starts_with("customers:") { posted } else { 0 };
        }
        let points: i128 = balances(story, REWARDS).await?.into_iter().map(|(_, posted)| posted).sum();
        let advances = if sums.advances == 0 { 0 } else { advances_of(story).await? };
        let in_shops = i128::from(sums.paid_in) - i128::from(sums.fees) - i128::from(sums.paid_out);
        Ok(Proof(vec![
            ("all balances of the marketplace", 0, money),
            ("fees of the marketplace, in cents", i128::from(sums.fees), number(&fees["posted"])),
            ("with shops and customers, in cents", in_shops, shops + wallets),
            ("all balances of the program", 0, points),
            ("advances", i128::from(sums.advances), advances),
        ]))
    }

    /// As a table.
    pub fn table(&self) -> Table {
        let mut table = Table::new();
        table.set_header(["", "the story", "the ledgers"]);
        for (name, story, ledgers) in &self.0 {
            table.add_row([(*name).to_owned(), story.to_string(), ledgers.to_string()]);
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table
    }

    /// Whether both say the same everywhere.
    pub fn is_right(&self) -> bool {
        self.0.iter().all(|(_, story, ledgers)| story == ledgers)
    }
}

/// How many advances there are.
async fn advances_of(story: &Story) -> anyhow::Result<i128> {
    let (mut count, mut cursor) = (0, String::new());
    loop {
        let page = story.get(&format!("/v1/ledgers/{ADVANCES}/advances?limit=1000{cursor}")).await?;
        count += page["data"].as_array().context("a page of advances")?.len() as i128;
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(count),
        }
    }
}

/// All accounts of a ledger with one asset, and what is in them.
async fn balances(story: &Story, ledger: &str) -> anyhow::Result<Vec<(String, i128)>> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = story.get(&format!("/v1/ledgers/{ledger}/accounts?limit=1000{cursor}")).await?;
        for account in page["data"].as_array().context("a page of accounts")? {
            let name = account["name"].as_str().context("a name")?.to_owned();
            let posted =
                account["balances"].as_object().context("balances")?.values().map(|balance| number(&balance["posted"]));
            all.push((name, posted.sum()));
        }
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(all),
        }
    }
}
