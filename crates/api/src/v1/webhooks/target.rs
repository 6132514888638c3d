//! Where a webhook may be, and the files with secrets that someone else made.

use std::net::IpAddr;
use std::path::Path;

use ducat_domain::names::Name;
use ducat_engine::webhooks::Secret;
use ducat_trust::addresses::is_public;
use url::{Host, Url};

/// The longest address, in bytes. RFC 9110 asks receivers for 8,000; each webhook in a list shows its address whole.
const URL_BYTES_MAX: usize = 2_000;

/// The largest file with secrets that is read, in bytes. A secret has about a hundred, so it has room for a few dozen.
const FILE_BYTES_MAX: u64 = 4_096;

/// The address of a webhook, if a server may send there. Names are looked up when something is sent.
///
/// # Errors
/// Why it may not.
pub fn check_target(text: &str, allows_private: bool) -> Result<Url, String> {
    if text.len() > URL_BYTES_MAX {
        return Err(format!("it has {} bytes, the limit is {URL_BYTES_MAX}", text.len()));
    }
    let url = Url::parse(text).map_err(|error| format!("it is no URL: {error}"))?;
    let is_allowed = url.scheme() == "https" || (url.scheme() == "http" && allows_private);
    if !is_allowed {
        return Err(
            "write an address with https; http is allowed if the server is started with --webhook-allow-private"
                .to_owned(),
        );
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("leave the name and the password out of it: what is sent is signed".to_owned());
    }
    if url.fragment().is_some() {
        return Err("leave the # and what follows it out: it is never sent".to_owned());
    }
    let is_private = match url.host() {
        None => return Err("it names no host".to_owned()),
        Some(Host::Ipv4(address)) => !is_public(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => !is_public(IpAddr::V6(address)),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
    };
    if is_private && !allows_private {
        return Err(
            "it is not an address of the public Internet; servers in a private network are reached if the server is \
                    started with --webhook-allow-private"
                .to_owned(),
        );
    }
    if url.as_str().len() > URL_BYTES_MAX {
        return Err(format!("it has {} bytes as it is sent, the limit is {URL_BYTES_MAX}", url.as_str().len()));
    }
    Ok(url)
}

/// The name of a file with secrets.
pub(super) fn check_file(name: &str) -> Result<(), String> {
    let is_one = (1..=64).contains(&name.len())
        && !name.starts_with('.')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if is_one {
        return Ok(());
    }
    Err(format!("{name:?} is no name of a file: 1 to 64 letters, digits, - _ and ., not beginning with a ."))
}

/// The secrets in a file, one per line: the current one, and for a while the one before. Each ledger has a folder of its own,
/// because whoever administers one ledger must not sign as another.
pub(super) fn secrets_in(folder: Option<&Path>, ledger: &Name, file: &str) -> Result<Vec<Secret>, String> {
    check_file(file)?;
    let folder = folder.ok_or("the server has no folder with secrets (--webhook-secrets)")?;
    let wrong =
        |reason: String| format!("the secrets in {ledger}/{file} of --webhook-secrets cannot be used: {reason}");
    let path = folder.join(ledger.as_str()).join(file);
    let length = std::fs::metadata(&path).map_err(|error| wrong(error.to_string()))?.len();
    if length > FILE_BYTES_MAX {
        return Err(wrong(format!("the file has {length} bytes, the limit is {FILE_BYTES_MAX}")));
    }
    let text = std::fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let secrets = lines.map(Secret::parse).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    if (1..=2).contains(&secrets.len()) {
        Ok(secrets)
    } else {
        Err(wrong("it has one secret or two, one per line".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_webhook_may_be() {
        for (url, allowed, allowed_private) in [
            ("https://example.com/hook", true, true),
            ("https://example.com:8443/hook?a=b", true, true),
            ("https://1.1.1.1/hook", true, true),
            ("https://[2606:4700:4700::1111]/", true, true),
            ("http://example.com/hook", false, true),
            ("https://127.0.0.1/", false, true),
            ("https://localhost/", false, true),
            ("https://LOCALHOST./", false, true),
            ("https://a.localhost/", false, true),
            ("https://169.254.169.254/latest/meta-data", false, true),
            ("https://[::1]/", false, true),
            ("https://[::ffff:127.0.0.1]/", false, true),
            ("https://[::ffff:7f00:1]/", false, true),
            ("https://[2002:7f00:1::]/", false, true),
            ("https://[64:ff9b::7f00:1]/", false, true),
            // Other spellings of 127.0.0.1.
            ("https://2130706433/", false, true),
            ("https://0x7f.1/", false, true),
            ("https://0177.0.0.1/", false, true),
            ("https://127.1/", false, true),
            ("https://user@example.com/", false, false),
            ("https://user:secret@example.com/", false, false),
            ("https://example.com/#part", false, false),
            ("ftp://example.com/", false, false),
            ("file:///etc/passwd", false, false),
            ("example.com/hook", false, false),
            ("", false, false),
        ] {
            assert_eq!(check_target(url, false).is_ok(), allowed, "{url}");
            assert_eq!(check_target(url, true).is_ok(), allowed_private, "{url}");
        }
        for long in ["x".repeat(URL_BYTES_MAX), "\u{e4}".repeat(700)] {
            assert!(check_target(&format!("https://example.com/{long}"), true).is_err());
        }
    }

    #[test]
    fn files_with_secrets() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let shop = Name::parse("shop").expect("a name");
        std::fs::create_dir(folder.path().join("shop")).expect("a folder");
        for (text, count) in [
            (secret.to_owned(), Some(1)),
            (format!("{secret}\n\n  {secret}  \n"), Some(2)),
            (format!("{secret}\n{secret}\n{secret}"), None),
            (String::new(), None),
            ("secret".to_owned(), None),
            ("x".repeat(5_000), None),
        ] {
            std::fs::write(folder.path().join("shop/till"), &text).expect("it can be written");
            let found = secrets_in(Some(folder.path()), &shop, "till");
            assert_eq!(found.ok().map(|secrets| secrets.len()), count, "{text}");
        }
        for name in ["none", "../till", ".till", "a/b", ""] {
            assert!(secrets_in(Some(folder.path()), &shop, name).is_err(), "{name}");
        }
        assert!(secrets_in(None, &shop, "till").is_err());
        std::fs::write(folder.path().join("shop/till"), secret).expect("it can be written");
        assert!(secrets_in(Some(folder.path()), &shop, "till").is_ok());
        let market = Name::parse("market").expect("a name");
        assert!(secrets_in(Some(folder.path()), &market, "till").is_err(), "another ledger's");
    }
}
