//! What the database says of the nodes: who is alive, who takes ledgers, who cannot reach whom, whose clock differs.
//!
//! Always true: a node that most of the others cannot reach stops taking ledgers only while at least one node goes on.
//! The decision is made with all rows of living nodes locked and counts the words of nodes that take ledgers only, so
//! two nodes that cannot reach each other never both withdraw.

use ducat_domain::numbers::Timestamp;
use tokio_postgres::{Client, Error, Row};

use super::connect::Target;
use super::lease::{BEATS_A_LEASE, Node, NodeClock, Proof, Role};
use crate::Fault;
use crate::standing::{ClockOffset, Hindrance, Peer, Standing};

/// This database's clock in microseconds.
const CLOCK: &str = "SELECT round(extract(epoch FROM clock_timestamp()) * 1000000)::int8";

/// By the key of nodes. No row when another process has the address.
const ANNOUNCE: &str = "\
UPDATE nodes SET seen_at = now(), accepts = $3, settings = $4 WHERE url = $1 AND process = $2
RETURNING round(extract(epoch FROM clock_timestamp()) * 1000000)::int8";

/// In order of the key, as every transaction locks them.
const ALIVE: &str = "\
SELECT url, process, accepts, settings FROM nodes WHERE seen_at > now() - $1::float8 * interval '1 second' ORDER BY url";

const COMPLAINTS: &str = "SELECT url, by_url, reason FROM node_complaints ORDER BY url, by_url";

const SECRET: &str = "SELECT secret FROM secrets WHERE no = 1";

/// Says that one node cannot reach another.
struct Complaint {
    url: String,
    by: String,
    reason: String,
}

impl From<&Row> for Complaint {
    fn from(row: &Row) -> Complaint {
        Complaint { url: row.get(0), by: row.get(1), reason: row.get(2) }
    }
}

fn peer(row: &Row) -> Peer {
    Peer { url: row.get(0), process: row.get(1), accepts: row.get(2), settings: row.get(3) }
}

/// Writes the node's row. A process that is alive under the same address would be robbed of its ledgers, and rob in
/// turn.
pub(crate) async fn join(target: &Target, node: &Node, standing: &Standing) -> Result<Client, Fault> {
    let client = target.connect().await?;
    let fault = |error: Error| target.open_fault(&error);
    let fresh = "SELECT seen_at::text FROM nodes WHERE url = $1 AND seen_at > now() - $2::float8 * interval '1 second'";
    let seconds = node.lease.as_secs_f64();
    let before = client.query_opt(fresh, &[&node.url, &seconds]).await.map_err(fault)?;
    if let Some(before) = before {
        // Either it has just died, which is why this one starts, or it will be seen again within a beat.
        tokio::time::sleep(node.lease / BEATS_A_LEASE * 3 / 2).await;
        let after = client.query_opt(fresh, &[&node.url, &seconds]).await.map_err(fault)?;
        if after.is_some_and(|after| after.get::<_, &str>(0) != before.get::<_, &str>(0)) {
            let reason = format!("another node is alive at {}; give each its own address with --advertise", node.url);
            return Err(Fault::Open { path: target.shown.clone(), reason });
        }
    }
    compare_clock(&client, node, standing).await.map_err(fault)?;
    let written = client
        .execute(
            "INSERT INTO nodes (url, process, seen_at, accepts, settings) VALUES ($1, $2, now(), $3, $4)
             ON CONFLICT (url) DO UPDATE SET process = excluded.process, seen_at = excluded.seen_at,
               accepts = excluded.accepts, settings = excluded.settings",
            &[&node.url, &standing.process(), &standing.may_serve(), &standing.settings()],
        )
        .await;
    written.map_err(fault)?;
    // What a process before this one said is not so any more.
    withdraw_complaints(&client, &node.url).await.map_err(fault)?;
    super::make_secret(target, &client).await?;
    set_secret(&client, standing).await?;
    look_around(&client, node, standing).await.map_err(fault)?;
    Ok(client)
}

/// What a node starts with: whether it must find itself first.
pub(crate) fn standing(node: &Node) -> Standing {
    let standing = Standing::new(node.url.clone(), uuid::Uuid::now_v7(), node.settings.clone());
    if node.proof == Proof::Needed {
        standing.hinder(Hindrance::Unproven, "this node is starting".to_owned());
    }
    standing
}

/// Compares the clock of a node that stamps ledgers with the database's.
pub(crate) async fn compare_clock(client: &Client, node: &Node, standing: &Standing) -> Result<(), Error> {
    let Some(clock) = &node.clock else { return Ok(()) };
    // Prepared first: what is measured is one round trip.
    let statement = client.prepare(CLOCK).await?;
    let before = clock.now();
    let row = client.query_one(&statement, &[]).await?;
    note_clock(clock, before, &row, node, standing);
    Ok(())
}

fn note_clock(clock: &NodeClock, before: Timestamp, row: &Row, node: &Node, standing: &Standing) {
    let offset = ClockOffset::measured(before, Timestamp(row.get(0)), clock.now());
    standing.compare_clock(offset, node.clock_skew_max);
}

/// Says that this node lives, compares its clock, and learns how it and the others stand.
pub(crate) async fn announce(client: &Client, node: &Node, standing: &Standing) -> Result<(), Fault> {
    let told = |error: Error| Fault::Database(super::connect::sentence(&error));
    if node.role == Role::Guest {
        return compare_clock(client, node, standing).await.map_err(told);
    }
    let announced = standing.may_serve();
    write_row(client, node, standing).await.map_err(told)?;
    set_secret(client, standing).await?;
    look_around(client, node, standing).await.map_err(told)?;
    write_complaints(client, node, standing).await.map_err(told)?;
    if standing.may_serve() != announced {
        // No one hands a ledger over to a node that takes none.
        write_row(client, node, standing).await.map_err(told)?;
    }
    Ok(())
}

async fn write_row(client: &Client, node: &Node, standing: &Standing) -> Result<(), Error> {
    let statement = client.prepare(ANNOUNCE).await?;
    let before = node.clock.as_ref().map(NodeClock::now);
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
        [&node.url, &standing.process(), &standing.may_serve(), &standing.settings()];
    match client.query_opt(&statement, &values).await? {
        Some(row) => {
            standing.clear(Hindrance::Replaced);
            if let (Some(clock), Some(before)) = (&node.clock, before) {
                note_clock(clock, before, &row, node, standing);
            }
        }
        None => {
            let reason =
                format!("another process has this node's address, {}; its ledgers are left to that one", node.url);
            standing.hinder(Hindrance::Replaced, reason);
        }
    }
    Ok(())
}

/// The secret that the nodes share, which may be replaced while they run.
async fn set_secret(client: &Client, standing: &Standing) -> Result<(), Fault> {
    let row = client.query_opt(SECRET, &[]).await;
    let row = row.map_err(|error| Fault::Database(super::connect::sentence(&error)))?;
    let secret: Option<[u8; 32]> = row.and_then(|row| row.get::<_, Vec<u8>>(0).try_into().ok());
    let wrong = || Fault::Inconsistent { table: "secrets", column: "secret", key: "1".to_owned() };
    standing.set_secret(secret.ok_or_else(wrong)?);
    Ok(())
}

/// Reads who is alive and who cannot reach whom, and withdraws or comes back where that is to be done.
async fn look_around(client: &Client, node: &Node, standing: &Standing) -> Result<(), Error> {
    let (alive, complaints) = read(client, ALIVE, node).await?;
    match shunned(&node.url, &alive, &complaints) {
        None => standing.clear(Hindrance::Unreachable),
        Some(reason) if !standing.may_serve() => standing.hinder(Hindrance::Unreachable, reason),
        Some(_) => withdraw(client, node, standing).await?,
    }
    standing.meet(alive.into_iter().filter(|peer| peer.url != node.url).collect());
    Ok(())
}

async fn read(client: &Client, alive: &str, node: &Node) -> Result<(Vec<Peer>, Vec<Complaint>), Error> {
    let alive = client.query(alive, &[&node.lease.as_secs_f64()]).await?;
    let complaints = client.query(COMPLAINTS, &[]).await?;
    Ok((alive.iter().map(peer).collect(), complaints.iter().map(Complaint::from).collect()))
}

/// Stops taking ledgers, if that is still to be done when every node's row is locked. An error leaves the transaction
/// to the connection, which is not used any more.
async fn withdraw(client: &Client, node: &Node, standing: &Standing) -> Result<(), Error> {
    client.batch_execute("BEGIN").await?;
    let (alive, complaints) = read(client, &format!("{ALIVE} FOR UPDATE"), node).await?;
    let reason = shunned(&node.url, &alive, &complaints);
    if reason.is_some() {
        let sql = "UPDATE nodes SET accepts = false WHERE url = $1 AND process = $2";
        client.execute(sql, &[&node.url, &standing.process()]).await?;
    }
    client.batch_execute("COMMIT").await?;
    if let Some(reason) = reason {
        standing.hinder(Hindrance::Unreachable, reason);
    }
    Ok(())
}

/// Why a node should take no ledgers: most of the others that take any cannot reach it.
fn shunned(url: &str, alive: &[Peer], complaints: &[Complaint]) -> Option<String> {
    let others: Vec<&str> =
        alive.iter().filter(|peer| peer.accepts && peer.url != url).map(|peer| peer.url.as_str()).collect();
    let mut by = complaints.iter().filter(|complaint| complaint.url == url && others.contains(&complaint.by.as_str()));
    if by.clone().count() * 2 <= others.len() {
        return None;
    }
    let Complaint { by, reason, .. } = by.next()?;
    Some(format!(
        "other nodes cannot reach {url} ({by}: {reason}); check --advertise and the network between the nodes"
    ))
}

/// Makes this node's complaints in the database those that it has.
async fn write_complaints(client: &Client, node: &Node, standing: &Standing) -> Result<(), Error> {
    let ours = standing.all_unreachable();
    let written = client.query("SELECT url FROM node_complaints WHERE by_url = $1", &[&node.url]).await?;
    let written: Vec<&str> = written.iter().map(|row| row.get(0)).collect();
    for (url, reason) in ours.iter().filter(|(url, _)| !written.contains(&url.as_str())) {
        let sql = "INSERT INTO node_complaints (url, by_url, reason) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        client.execute(sql, &[url, &node.url, reason]).await?;
    }
    for url in written.into_iter().filter(|url| !ours.contains_key(*url)) {
        let sql = "DELETE FROM node_complaints WHERE url = $1 AND by_url = $2";
        client.execute(sql, &[&url, &node.url]).await?;
    }
    Ok(())
}

/// Takes back all that a node said of others.
pub(crate) async fn withdraw_complaints(client: &Client, url: &str) -> Result<(), Error> {
    client.execute("DELETE FROM node_complaints WHERE by_url = $1", &[&url]).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nodes that take ledgers, and who complains about whom: `a>b` is a about b.
    fn decide(url: &str, accepting: &str, complaints: &str) -> bool {
        let peers: Vec<Peer> = ["a", "b", "c", "d"]
            .iter()
            .map(|url| Peer {
                url: (*url).to_owned(),
                process: uuid::Uuid::nil(),
                accepts: accepting.contains(url),
                settings: String::new(),
            })
            .collect();
        let complaints: Vec<Complaint> = complaints
            .split_whitespace()
            .filter_map(|pair| pair.split_once('>'))
            .map(|(by, url)| Complaint { url: url.to_owned(), by: by.to_owned(), reason: "refused".to_owned() })
            .collect();
        shunned(url, &peers, &complaints).is_some()
    }

    #[test]
    fn a_node_withdraws_when_most_of_the_others_that_serve_cannot_reach_it() {
        for (url, accepting, complaints, withdraws) in [
            ("a", "ab", "", false),
            ("a", "ab", "b>a", true),
            // Of two that cannot reach each other, the first one withdraws, and the other stays.
            ("a", "ab", "a>b b>a", true),
            ("b", "b", "a>b b>a", false),
            // One of three is cut off: it withdraws, whichever decides first.
            ("c", "abc", "a>c b>c c>a c>b", true),
            ("a", "abc", "a>c b>c c>a c>b", false),
            // Two and two: the first two withdraw, the last two stay.
            ("a", "abcd", "a>c a>d b>c b>d c>a c>b d>a d>b", true),
            ("b", "bcd", "a>c a>d b>c b>d c>a c>b d>a d>b", true),
            ("c", "cd", "a>c a>d b>c b>d c>a c>b d>a d>b", false),
            // The word of a node that takes no ledgers, or is not alive, does not count.
            ("a", "a", "b>a c>a", false),
            ("a", "ab", "x>a", false),
        ] {
            assert_eq!(decide(url, accepting, complaints), withdraws, "{url} of {accepting}: {complaints}");
        }
    }
}
