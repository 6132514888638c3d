//! Whom connections to others trust: the database, the processor, a provider of tokens, other nodes.
//!
//! - The roots are the system's: those of `SSL_CERT_FILE` and `SSL_CERT_DIR`, else those that the system keeps.
//! - A system without any, such as a container that holds one binary, is given Mozilla's, which the binary carries.

use std::sync::{Arc, Once};

use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

/// The roots that the system names, and those carried in the binary only where the system names none.
#[must_use]
pub fn roots() -> RootCertStore {
    with_fallback(RootCertStore::empty(), |roots| {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    })
}

fn with_fallback(mut roots: RootCertStore, add_those_of_system: impl FnOnce(&mut RootCertStore)) -> RootCertStore {
    add_those_of_system(&mut roots);
    if roots.is_empty() {
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
        assert_eq!(with_fallback(RootCertStore::empty(), |_| {}).len(), carried);
        let one =
            with_fallback(RootCertStore::empty(), |roots| roots.roots.push(webpki_roots::TLS_SERVER_ROOTS[0].clone()));
        assert_eq!(one.len(), 1, "those carried are not added to those of the system");
    }
}
