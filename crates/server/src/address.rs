//! Addresses: where a server listens, and where others reach it.

use std::net::IpAddr;

use anyhow::Context as _;

/// Where to serve when nothing is said.
pub const LISTEN_DEFAULT: &str = "127.0.0.1:8000";

/// Where to listen: what `HOST:PORT`, `:PORT` and `PORT` mean. Without a host it is loopback: nothing asks for a key.
pub fn listen_address(text: &str) -> anyhow::Result<String> {
    let (host, port) = match text.rsplit_once(':') {
        None => ("", text),
        Some(parts) => parts,
    };
    let port: u16 = port.parse().ok().with_context(|| {
        format!("listen is {text:?}; write HOST:PORT, such as 127.0.0.1:8000 or localhost:8000, or a port alone")
    })?;
    let host = if host.is_empty() { "127.0.0.1" } else { host };
    Ok(format!("{host}:{port}"))
}

/// An address at which other nodes can reach this one: a host, a port, and nothing else.
pub fn parse_advertise(text: &str) -> anyhow::Result<String> {
    let wrong =
        |reason: &str| anyhow::anyhow!("advertise is {text:?}: {reason}; write http://HOST:PORT or https://HOST:PORT");
    let url = reqwest::Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("nodes speak http:// or https:// to each other"));
    }
    let is_plain = url.username().is_empty() && url.password().is_none();
    if !is_plain || url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it is a host and a port, without user, path or query"));
    }
    // A URL parser skips slashes that stand where the host should be.
    let Some(host) = url.host_str().filter(|_| !text.contains(":///")) else {
        return Err(wrong("it names no host"));
    };
    let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
    if ip.is_ok_and(|ip| ip.is_unspecified()) || url.port() == Some(0) {
        return Err(wrong("no other node can reach that"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// An origin as browsers write it: a scheme, a host, and a port where it is not the scheme's own.
pub fn parse_origin(text: &str) -> anyhow::Result<String> {
    let url = reqwest::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let origin = url.map(|url| url.origin().ascii_serialization());
    let is_origin = |origin: &String| origin.eq_ignore_ascii_case(text.trim_end_matches('/'));
    origin.filter(is_origin).with_context(|| {
        format!("cors-origin is {text:?}; write a scheme and a host, and a port where it is not the scheme's own")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_no_path() {
        for (text, origin) in [
            ("https://shop.example", Some("https://shop.example")),
            ("https://Shop.example/", Some("https://shop.example")),
            ("http://localhost:3000", Some("http://localhost:3000")),
            ("https://shop.example:443", None),
            ("https://shop.example/a", None),
            ("shop.example", None),
            ("*", None),
            ("null", None),
            ("file:///x", None),
        ] {
            assert_eq!(parse_origin(text).ok().as_deref(), origin, "{text}");
        }
    }

    #[test]
    fn where_to_listen() {
        for (text, address) in [
            ("8055", Some("127.0.0.1:8055")),
            (":8055", Some("127.0.0.1:8055")),
            ("localhost:8055", Some("localhost:8055")),
            ("0.0.0.0:8055", Some("0.0.0.0:8055")),
            ("[::1]:8055", Some("[::1]:8055")),
            ("localhost", None),
            ("127.0.0.1:80550", None),
        ] {
            assert_eq!(listen_address(text).ok().as_deref(), address, "{text}");
        }
    }

    #[test]
    fn an_address_for_other_nodes_is_a_host_and_a_port() {
        for (text, read) in [
            ("http://10.0.0.1:8000", "http://10.0.0.1:8000"),
            ("http://ledger-1.internal:8000/", "http://ledger-1.internal:8000"),
            ("http://[fd00::1]:8000", "http://[fd00::1]:8000"),
            ("HTTP://Ledger:80", "http://ledger"),
            ("https://ledger-1.internal:8443", "https://ledger-1.internal:8443"),
        ] {
            assert_eq!(parse_advertise(text).expect(text), read);
        }
        for wrong in [
            "",
            "http://",
            "http://a b",
            "http:///x",
            "10.0.0.1:8000",
            "http://a/b",
            "http://a?b",
            "http://a#b",
            "http://me@a",
            "http://0.0.0.0:8000",
            "http://[::]:8000",
            "http://a:0",
            "http://a:99999",
            "ftp://a",
        ] {
            let said = parse_advertise(wrong).expect_err(wrong).to_string();
            assert!(said.contains("write http://HOST:PORT") && said.contains(&format!("{wrong:?}")), "{said}");
        }
    }
}
