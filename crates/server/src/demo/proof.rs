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
        let advances = match sums.advances {
            // The ledger comes to be with the first one.
            0 => 0,
            _ => story.all(&format!("/v1/ledgers/{ADVANCES}/advances")).await?.len() as i128,
        };
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

/// All accounts of a ledger with one asset, and what is in them.
async fn balances(story: &Story, ledger: &str) -> anyhow::Result<Vec<(String, i128)>> {
    let one = |account: Value| -> anyhow::Result<(String, i128)> {
        let balances = account["balances"].as_object().context("balances")?.values();
        let posted = balances.map(|balance| number(&balance["posted"])).sum();
        Ok((account["name"].as_str().context("a name")?.to_owned(), posted))
    };
    story.all(&format!("/v1/ledgers/{ledger}/accounts")).await?.into_iter().map(one).collect()
}
