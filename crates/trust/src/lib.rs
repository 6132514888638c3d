//! Whom connections to others trust, and where they may go: the database, the processor, a provider of tokens, other nodes.
//!
//! - The roots are the system's: those of `SSL_CERT_FILE` and `SSL_CERT_DIR`, else those that the system keeps.
//! - A system without any, such as a container that holds one binary, is given Mozilla's, which the binary carries.

pub mod addresses;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once};

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

/// Whether roots are named by the variables.
static IS_NAMED: AtomicBool = AtomicBool::new(false);

/// The variables that name roots.
pub const VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Whether the roots that [`VARIABLES`] name can be read. Ask before anything speaks TLS: whoever names roots must not be given
/// others.
///
/// # Errors
/// Why not.
pub fn check(is_named: bool) -> Result<(), String> {
    IS_NAMED.store(is_named, Ordering::Relaxed);
    if !is_named {
        return Ok(());
    }
    let loaded = rustls_native_certs::load_native_certs();
    let reason = loaded.errors.first().map(|error| format!(": {error}")).unwrap_or_default();
    let what = "SSL_CERT_FILE or SSL_CERT_DIR names no certificates that can be read";
    if loaded.certs.is_empty() { Err(format!("{what}{reason}")) } else { Ok(()) }
}

/// The roots that the system has. Where it has none, and none are named, those carried in the binary.
#[must_use]
pub fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    with_fallback(roots, IS_NAMED.load(Ordering::Relaxed))
}

fn with_fallback(mut roots: RootCertStore, is_named: bool) -> RootCertStore {
    if roots.is_empty() && !is_named {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
}

/// What a client over TLS uses: the roots above, and no certificate of its own.
#[must_use]
pub fn client_config() -> ClientConfig {
    ready();
    ClientConfig::builder().with_root_certificates(Arc::new(roots())).with_no_client_auth()
}

/// Names the cryptography of this process, once. Call it before anything speaks TLS.
pub fn ready() {
    static ONCE: Once = Once::new();
    // Where someone was here before, what is there is as good.
    ONCE.call_once(|| drop(ring::default_provider().install_default()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_without_roots_is_given_those_carried() {
        let carried = webpki_roots::TLS_SERVER_ROOTS.len();
        assert!(carried > 50, "{carried}");
        assert_eq!(with_fallback(RootCertStore::empty(), false).len(), carried);
        assert!(with_fallback(RootCertStore::empty(), true).is_empty(), "whoever names roots is given no others");
        let mut one = RootCertStore::empty();
        one.roots.push(webpki_roots::TLS_SERVER_ROOTS[0].clone());
        assert_eq!(with_fallback(one, false).len(), 1, "those carried are not added to those of the system");
    }
}
