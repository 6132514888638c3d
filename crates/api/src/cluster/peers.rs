//! The way to other nodes: a client that shows this node's certificate, and keeps the secret off open wires.
//!
//! - The secret of the nodes is sent over TLS, or within this machine. Everything else must be waived by name.
//! - Where clients must show certificates, nodes do too, and are judged by the same roots.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header;
use ducat_store::standing::Standing;
use reqwest::{Client, Method, RequestBuilder, Url};

use super::{MARK, authorization};
use crate::connections::tls::Tls;
use crate::urls::is_loopback;

/// How long a node may be unreachable before its ledgers are looked for elsewhere.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// Whether the nodes' secret may be sent in the clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    /// To this machine alone.
    Loopback,
    /// To every node: an operator said so.
    Anywhere,
}

/// How nodes reach each other.
#[derive(Debug, Clone)]
pub struct Peers {
    /// This node's certificate, where it has one.
    pub tls: Option<Arc<Tls>>,
    /// What may be sent in the clear.
    pub plain: Plain,
}

/// A client for other nodes.
pub(super) struct PeerClient {
    client: Client,
    plain: Plain,
}

impl Peers {
    /// A client that waits so long for a response.
    ///
    /// # Panics
    /// When the system has nothing to make connections with.
    pub(super) fn client(&self, timeout: Duration) -> PeerClient {
        let config = self.tls.as_ref().and_then(|tls| tls.of_node()).unwrap_or_else(ducat_trust::client_config);
        let client = Client::builder()
            .tls_backend_preconfigured(config)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        let client = client.build().expect("a client can be built of what was read");
        PeerClient { client, plain: self.plain }
    }

    /// Whether this node may be asked at an address by others.
    ///
    /// # Errors
    /// Why not, with the remedy.
    pub fn check(&self, url: &str) -> Result<(), String> {
        check(self.plain, url)
    }
}

fn check(plain: Plain, url: &str) -> Result<(), String> {
    if plain == Plain::Anywhere || !url.starts_with("http://") || Url::parse(url).is_ok_and(|url| is_loopback(&url)) {
        return Ok(());
    }
    Err(format!(
        "{url} is plain HTTP, and the secret of the nodes is sent over TLS or within a machine alone; give nodes \
         certificates (--tls-cert, --advertise https://HOST:PORT), or waive it (--insecure cluster)"
    ))
}

impl PeerClient {
    /// A request to a node, which shows the secret and names the node.
    ///
    /// # Errors
    /// When the secret may not be sent there.
    pub fn request(
        &self,
        method: Method,
        node: &str,
        path: &str,
        standing: &Standing,
    ) -> Result<RequestBuilder, String> {
        check(self.plain, node)?;
        let request = self.client.request(method, format!("{}{path}", node.trim_end_matches('/')));
        Ok(request.header(header::AUTHORIZATION, authorization(standing)).header(MARK, node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_sent_over_tls_or_within_a_machine() {
        for (plain, url, may) in [
            (Plain::Loopback, "http://127.0.0.1:8000", true),
            (Plain::Loopback, "http://[::1]:8000", true),
            (Plain::Loopback, "http://localhost:8000", true),
            (Plain::Loopback, "https://10.0.0.1:8000", true),
            (Plain::Loopback, "http://10.0.0.1:8000", false),
            (Plain::Loopback, "http://localhost.evil.example:8000", false),
            (Plain::Anywhere, "http://10.0.0.1:8000", true),
        ] {
            assert_eq!(check(plain, url).is_ok(), may, "{url}");
        }
    }
}
