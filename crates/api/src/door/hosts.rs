//! Who may ask: requests for another host, and requests that a web page of another site makes a browser send, are
//! refused.
//!
//! A server on a loopback address is reached by every page that its user opens. Two things protect it: the Host header,
//! which a page cannot set and which gives away a name that was pointed at this address (DNS rebinding), and the
//! headers in which browsers say where a request comes from (Fetch Metadata, and Origin for older ones).

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Version, header};

use super::cors::Origins;
use super::needs::PAGES;
use crate::problem::Problem;

/// The names under which this server is asked.
#[derive(Debug, Clone, Default)]
pub struct Hosts {
    names: BTreeSet<String>,
    /// Whether it listens at every address of the machine: then any of them may be asked for. Only names can be pointed
    /// at an address by others.
    is_any_address: bool,
    is_any: bool,
    /// Other origins whose pages may ask.
    origins: Origins,
}

impl Hosts {
    /// Loopback's own names, and the address that it listens at.
    #[must_use]
    pub fn of(listen: SocketAddr) -> Hosts {
        let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let is_any_address = listen.ip().is_unspecified();
        let hosts = Hosts { names: names.into(), is_any_address, ..Hosts::default() };
        hosts.and(&listen.ip().to_string())
    }

    /// One more name; `*` is every name.
    #[must_use]
    pub fn and(mut self, name: &str) -> Hosts {
        self.is_any |= name == "*";
        self.names.insert(bare(name));
        self
    }

    /// One more origin whose pages may ask.
    #[must_use]
    pub fn and_origin(mut self, origin: &str) -> Hosts {
        self.origins.add(origin);
        self
    }

    /// The origin that a request names, if its pages may ask.
    pub(crate) fn listed_origin(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        self.origins.listed(headers)
    }

    fn has(&self, host: &str) -> bool {
        let host = bare(host);
        self.is_any
            || self.names.contains(&host)
            || host.ends_with(".localhost")
            || host.parse::<IpAddr>().is_ok_and(|address| self.is_any_address || address.is_loopback())
    }
}

/// A host without its port, brackets or case.
fn bare(host: &str) -> String {
    let host = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        // An address of version 6 without brackets has no port.
        None if host.matches(':').count() > 1 => host,
        None => host.split(':').next().unwrap_or_default(),
    };
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// Why a request is refused: it is for another host, or of another site's page.
pub(crate) fn refusal_of(hosts: &Hosts, head: &Parts) -> Option<Problem> {
    refusal(hosts, head)
}

/// Whether someone followed a link to a page for people, on a page of whatever site. Such a page changes nothing when it is
/// read, and no other site sees what is on it.
fn is_followed_link(head: &Parts) -> bool {
    let is = |name: &str, value: &str| head.headers.get(name).is_some_and(|sent| sent == value);
    let is_page = head.uri.path() == PAGES || head.uri.path().starts_with(&format!("{PAGES}/"));
    head.method == Method::GET && is_page && is("sec-fetch-mode", "navigate") && is("sec-fetch-dest", "document")
}

fn refusal(hosts: &Hosts, head: &Parts) -> Option<Problem> {
    let (uri, headers, version) = (&head.uri, &head.headers, head.version);
    let is_followed_link = is_followed_link(head);
    let mut named = headers.get_all(header::HOST).iter();
    let host = match (named.next(), named.next()) {
        (Some(_), Some(_)) => return Some(Problem::malformed("header: Host", "it is there twice; send it once")),
        (Some(host), None) => Some(host.to_str().unwrap_or_default()),
        (None, _) if version == Version::HTTP_10 => None,
        // In HTTP/2 it is part of the address (RFC 9113, section 8.3.1).
        (None, _) if uri.authority().is_some() => None,
        (None, _) => return Some(Problem::malformed("header: Host", "it is missing; HTTP/1.1 asks for it")),
    };
    // A whole URL in the first line is what counts (RFC 9112, section 3.2.2).
    let host = uri.authority().map(|authority| authority.as_str()).or(host);
    if let Some(host) = host
        && !hosts.has(host)
    {
        let detail = format!(
            "this server is not called {:?}; if it is, start it with --host {0}, and otherwise ask for it by its own name",
            bare(host)
        );
        return Some(Problem::new(StatusCode::MISDIRECTED_REQUEST, "misdirected_request", detail));
    }
    if hosts.listed_origin(headers).is_some() {
        return None;
    }
    let cross_site = |from: &str| {
        let detail = format!("a web page of another site ({from}) sent this; nothing was done");
        Some(Problem::new(StatusCode::FORBIDDEN, "cross_site", detail))
    };
    if let Some(site) = headers.get("sec-fetch-site") {
        let site = site.to_str().unwrap_or_default();
        if !matches!(site, "same-origin" | "none") && !is_followed_link {
            return cross_site(site);
        }
    }
    if let Some(origin) = headers.get(header::ORIGIN) {
        let origin = origin.to_str().unwrap_or_default();
        let is_ours = host.is_some_and(|host| {
            let its = origin.split_once("://").map_or("", |(_, rest)| rest);
            its.eq_ignore_ascii_case(host)
        });
        if !is_ours {
            return cross_site(origin);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn refused(hosts: &Hosts, headers: &[(&'static str, &str)]) -> Option<u16> {
        refused_at(Method::GET, "/amount", hosts, headers)
    }

    fn refused_at(method: Method, path: &str, hosts: &Hosts, headers: &[(&'static str, &str)]) -> Option<u16> {
        let (mut head, ()) = Request::builder().method(method).uri(path).body(()).expect("a request").into_parts();
        for (name, value) in headers {
            head.headers.append(*name, value.parse().expect("a value"));
        }
        refusal(hosts, &head).map(|problem| problem.status())
    }

    #[test]
    fn a_link_of_another_site_leads_to_a_page_and_to_nothing_else() {
        let hosts = Hosts::of("127.0.0.1:8000".parse().expect("an address"));
        let link = [
            ("host", "localhost"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        let framed = [link[0], link[1], link[2], ("sec-fetch-dest", "iframe")];
        for (method, path, headers, status) in [
            (Method::GET, "/console", &link, None),
            (Method::GET, "/console/l/shop", &link, None),
            (Method::GET, "/console/l/shop", &framed, Some(403)),
            (Method::POST, "/console/l/shop", &link, Some(403)),
            (Method::GET, "/consoles", &link, Some(403)),
            (Method::GET, "/v1/ledgers", &link, Some(403)),
        ] {
            assert_eq!(refused_at(method, path, &hosts, headers), status, "{path}");
        }
    }

    #[test]
    fn whose_requests_are_taken() {
        let loopback = Hosts::of("127.0.0.1:8000".parse().expect("an address")).and("ledger.example:8443");
        let open = Hosts::of("0.0.0.0:8000".parse().expect("an address"));
        for (hosts, headers, status) in [
            (&loopback, &[("host", "127.0.0.1:8000")][..], None),
            (&loopback, &[("host", "LOCALHOST:9")], None),
            (&loopback, &[("host", "shop.localhost")], None),
            (&loopback, &[("host", "[::1]:8000")], None),
            (&loopback, &[("host", "ledger.example.")], None),
            (&loopback, &[("host", "evil.example")], Some(421)),
            (&loopback, &[("host", "127.0.0.1.evil.example")], Some(421)),
            (&loopback, &[("host", "10.0.0.1")], Some(421)),
            (&loopback, &[("host", "")], Some(421)),
            (&open, &[("host", "10.0.0.1:8000")], None),
            (&open, &[("host", "evil.example")], Some(421)),
            (&loopback, &[], Some(400)),
            (&loopback, &[("host", "localhost"), ("host", "localhost")], Some(400)),
            (&loopback, &[("host", "localhost"), ("sec-fetch-site", "cross-site")], Some(403)),
            (&loopback, &[("host", "localhost"), ("sec-fetch-site", "same-site")], Some(403)),
            (&loopback, &[("host", "localhost"), ("sec-fetch-site", "same-origin")], None),
            (&loopback, &[("host", "localhost"), ("sec-fetch-site", "none")], None),
            (&loopback, &[("host", "localhost:8000"), ("origin", "http://localhost:8000")], None),
            (&loopback, &[("host", "localhost:8000"), ("origin", "http://localhost:3000")], Some(403)),
            (&loopback, &[("host", "localhost:8000"), ("origin", "null")], Some(403)),
        ] {
            assert_eq!(refused(hosts, headers), status, "{headers:?}");
        }
    }
}
