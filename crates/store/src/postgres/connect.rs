//! Reaching the database: the URL, TLS, and what every session is set to.
//!
//! Always true: a session writes to the primary (`target_session_attrs=read-write`, whatever the URL says, so that
//! after a promotion several hosts lead to the right one), commits are waited for, and no transaction of ours can hold
//! rows for long after its node has stopped answering.

use std::sync::Arc;
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::config::{SslMode, TargetSessionAttrs};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::Fault;

/// How long a host may take to let us in: on a network that works it takes milliseconds.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long sent bytes may stay unacknowledged before the connection counts as lost.
const NETWORK_TIMEOUT: Duration = Duration::from_secs(5);

/// The oldest PostgreSQL that has all that is used.
const VERSION_MIN: i64 = 13;

/// What every session is set to. A parameter that an engine does not know is left alone.
const SESSION: [&str; 6] = [
    // A node that stops in the middle of a transaction must not keep others from taking its ledgers over.
    "SET idle_in_transaction_session_timeout = '5s'",
    "SET lock_timeout = '5s'",
    // Every statement is planned once, and finds its rows through a key, however long the arrays that it is given and
    // whatever is believed about a table that grew today.
    "SET plan_cache_mode = 'force_generic_plan'",
    "SET enable_seqscan = off",
    "SET jit = off",
    "SET client_min_messages = 'warning'",
];

/// A database, how to reach it, and its name for people: without the password.
#[derive(Clone)]
pub(crate) struct Target {
    pub config: Config,
    pub tls: MakeRustlsConnect,
    pub shown: String,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown)
    }
}

/// How far the server's certificate is trusted, in libpq's words.
enum Trust {
    /// `disable`, `prefer`, `require`: the connection may be encrypted, and no one's name is checked.
    Anyone(SslMode),
    /// `verify-ca`, `verify-full`: encrypted, and the certificate is checked, the host's name included.
    Verified,
}

impl Target {
    /// Reads a URL: libpq's, with `sslmode` and `sslrootcert`.
    pub fn parse(url: &str) -> Result<Target, Fault> {
        let shown = shown(url);
        let wrong = |reason: String| Fault::Open { path: shown.clone(), reason };
        // A question mark before the last @ is part of a password, and no option to name in an error.
        let host = url.rfind('@').map_or(0, |at| at + 1);
        let (place, query) = match url[host..].find('?') {
            Some(mark) => (&url[..host + mark], &url[host + mark + 1..]),
            None => (url, ""),
        };
        if place[..host].contains('?') {
            return Err(wrong("the password has a ?, which is written %3F in a URL".to_owned()));
        }
        let mut trust = Trust::Anyone(SslMode::Prefer);
        let mut roots = None;
        let mut rest = form_urlencoded::Serializer::new(String::new());
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match (key.as_ref(), value.as_ref()) {
                ("sslmode", "disable") => trust = Trust::Anyone(SslMode::Disable),
                ("sslmode", "allow" | "prefer") => trust = Trust::Anyone(SslMode::Prefer),
                ("sslmode", "require") => trust = Trust::Anyone(SslMode::Require),
                ("sslmode", "verify-ca" | "verify-full") => trust = Trust::Verified,
                ("sslmode", other) => {
                    let known = "disable, prefer, require, verify-full";
                    return Err(wrong(format!("sslmode is {other:?}; it is one of {known}")));
                }
                ("sslrootcert", path) => roots = Some(path.to_owned()),
                (key, value) => drop(rest.append_pair(key, value)),
            }
        }
        let plain = format!("{place}?{}", rest.finish());
        let mut config: Config = plain.parse().map_err(|error: tokio_postgres::Error| wrong(sentence(&error)))?;
        if config.get_hosts().is_empty() {
            return Err(wrong("it names no host; write postgres://user:password@host/database".to_owned()));
        }
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        config.connect_timeout(CONNECT_TIMEOUT);
        config.tcp_user_timeout(NETWORK_TIMEOUT);
        config.keepalives_idle(NETWORK_TIMEOUT);
        if config.get_application_name().is_none() {
            config.application_name("ducat");
        }
        let tls = match trust {
            // Who names a root wants the certificate checked, as libpq does then.
            Trust::Anyone(mode) if roots.is_none() => {
                config.ssl_mode(mode);
                unverified().map_err(wrong)?
            }
            Trust::Anyone(_) | Trust::Verified => {
                config.ssl_mode(SslMode::Require);
                verified(roots.as_deref()).map_err(wrong)?
            }
        };
        Ok(Target { config, tls: MakeRustlsConnect::new(tls), shown })
    }

    /// A session, set up. The connection's own work is done by whatever runtime this runs in.
    pub async fn connect(&self) -> Result<Client, Fault> {
        let (client, connection) =
            self.config.connect(self.tls.clone()).await.map_err(|error| self.open_fault(&error))?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error = %sentence(&error), "a connection to the database ended");
            }
        });
        set_up(&client).await.map_err(|error| self.open_fault(&error))?;
        Ok(client)
    }

    /// Why a connection is refused, with the remedy.
    pub fn open_fault(&self, error: &tokio_postgres::Error) -> Fault {
        let remedy = match error.code() {
            Some(code) if *code == SqlState::INVALID_PASSWORD => "; give the right password in the URL",
            Some(code) if *code == SqlState::INVALID_CATALOG_NAME => "; create it with CREATE DATABASE",
            Some(code) if *code == SqlState::INSUFFICIENT_PRIVILEGE => {
                "; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES of its schema to this user"
            }
            _ => "",
        };
        Fault::Open { path: self.shown.clone(), reason: format!("{}{remedy}", sentence(error)) }
    }

    /// Refuses a server that cannot hold ledgers.
    pub async fn check(&self, client: &Client) -> Result<(), Fault> {
        let wrong = |reason: String| Fault::Open { path: self.shown.clone(), reason };
        let shown = |name: &'static str| async move {
            let row = client.query_one(&format!("SHOW {name}"), &[]).await;
            row.and_then(|row| row.try_get::<_, String>(0)).map_err(|error| self.open_fault(&error))
        };
        let version = shown("server_version_num").await?;
        let major = version.parse::<i64>().unwrap_or(0) / 10_000;
        if major < VERSION_MIN {
            return Err(wrong(format!("the server is PostgreSQL {major}; use {VERSION_MIN} or newer")));
        }
        let encoding = shown("server_encoding").await?;
        if encoding != "UTF8" {
            return Err(wrong(format!("the database's encoding is {encoding}; create it with ENCODING 'UTF8'")));
        }
        if shown("fsync").await.is_ok_and(|fsync| fsync == "off") {
            tracing::warn!("the server runs with fsync=off: a crash of its machine loses what was acknowledged");
        }
        Ok(())
    }
}

/// Sets a session up, all settings in one round trip.
pub(crate) async fn set_up(client: &Client) -> Result<(), tokio_postgres::Error> {
    let settings = SESSION.iter().map(|setting| async move {
        match client.batch_execute(setting).await {
            Err(error) if !is_unknown(&error) => Err(error),
            _ => Ok(()),
        }
    });
    // What is answered is on the disk, and on the standby where there is one, whatever the server's default.
    let durable = async {
        let row = client.query_one("SHOW synchronous_commit", &[]).await?;
        match row.try_get::<_, &str>(0)? {
            "off" | "local" => client.batch_execute("SET synchronous_commit = on").await,
            _ => Ok(()),
        }
    };
    futures_util::future::try_join(futures_util::future::try_join_all(settings), durable).await.map(drop)
}

/// Whether the database takes no more connections.
pub(crate) fn is_full(error: &tokio_postgres::Error) -> bool {
    error.code() == Some(&SqlState::TOO_MANY_CONNECTIONS)
}

fn is_unknown(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| {
        [SqlState::UNDEFINED_OBJECT, SqlState::FEATURE_NOT_SUPPORTED, SqlState::INVALID_PARAMETER_VALUE].contains(code)
    })
}

/// What to do when the database takes no more connections.
const TOO_MANY_REMEDY: &str = "; raise its max_connections, or lower --store-connections-max of the nodes";

/// A database's error in its own words, with the remedy where a limit is reached; everything else with its causes.
pub(crate) fn sentence(error: &tokio_postgres::Error) -> String {
    if let Some(database) = error.as_db_error() {
        let remedy = match *database.code() {
            SqlState::TOO_MANY_CONNECTIONS => TOO_MANY_REMEDY,
            _ => "",
        };
        return format!("{}{remedy}", database.message());
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text
}

/// A URL without its password, to be shown to people.
#[must_use]
pub fn shown(url: &str) -> String {
    // Whatever comes before the last @ may be part of a password, a question mark too.
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let place = rest.rsplit('@').next().unwrap_or_default();
    let place = place.split('?').next().unwrap_or_default();
    if scheme.is_empty() { place.to_owned() } else { format!("{scheme}://{place}") }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn verified(roots: Option<&str>) -> Result<ClientConfig, String> {
    let store = match roots {
        Some(path) => {
            let mut store = RootCertStore::empty();
            let certificates = CertificateDer::pem_file_iter(path).map_err(|error| format!("{path}: {error}"))?;
            for certificate in certificates {
                let certificate = certificate.map_err(|error| format!("{path}: {error}"))?;
                store.add(certificate).map_err(|error| format!("{path}: {error}"))?;
            }
            store
        }
        None => ducat_trust::roots(),
    };
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider());
    let verifier = verifier.build().map_err(|error| format!("no certificate to trust: {error}; give sslrootcert"))?;
    let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| error.to_string())?;
    Ok(builder.with_webpki_verifier(verifier).with_no_client_auth())
}

fn unverified() -> Result<ClientConfig, String> {
    let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| error.to_string())?;
    let anyone = Arc::new(AnyCertificate(provider().signature_verification_algorithms));
    Ok(builder.dangerous().with_custom_certificate_verifier(anyone).with_no_client_auth())
}

/// Takes any certificate, as libpq does for `prefer` and `require`: whoever listens in learns nothing, whoever stands
/// in between is not found out.
#[derive(Debug)]
struct AnyCertificate(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_its_password() {
        assert_eq!(shown("postgres://me:s@cret@a,b/book?sslmode=require"), "postgres://a,b/book");
        assert_eq!(shown("postgres://me:s?cr@t@a/book"), "postgres://a/book");
        assert_eq!(shown("postgres://localhost/book"), "postgres://localhost/book");
    }

    #[test]
    fn urls_are_parsed_or_refused_with_the_remedy() {
        for right in ["postgres://a/x", "postgres://me:pw@a:1,b:2/x?target_session_attrs=read-write&sslmode=disable"] {
            assert!(Target::parse(right).is_ok(), "{right}");
        }
        for (wrong, says) in [
            ("postgres:///x", "names no host"),
            ("postgres://a/x?sslmode=never", "verify-full"),
            ("postgres://a:port/x", "port"),
            ("postgres://a/x?colour=red", "colour"),
            ("postgres://me:s?cret@a/x", "%3F"),
            ("postgres://a/x?sslmode=verify-full&sslrootcert=/nowhere.pem", "/nowhere.pem"),
        ] {
            let error = Target::parse(wrong).expect_err(wrong).to_string();
            assert!(error.contains(says), "{wrong}: {error}");
        }
    }
}
