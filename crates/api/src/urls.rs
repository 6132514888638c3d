//! URLs: whether what is sent there leaves this machine.

use std::net::IpAddr;

use reqwest::Url;

/// Whether a URL leads to this machine, by its text: no name is looked up.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
