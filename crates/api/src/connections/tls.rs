//! TLS: certificates read from files, and read again when the files change.
//!
//! - Versions 1.2 and 1.3, with the suites of the provider: all with forward secrecy and authenticated encryption.
//! - A client that offers `h2` gets HTTP/2, every other HTTP/1.1.
//! - A certificate that is replaced counts for the next connection. One that cannot be read changes nothing: the one
//!   before goes on, and the log says so.
//! - A client certificate grants nothing by itself: it is asked for where `client_ca` is given, and then every client
//!   must show one.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use parking_lot::RwLock;
use rustls::client::ResolvesClientCert;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore, ServerConfig, SignatureScheme};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long another client may take to shake hands while a node looks for itself.
const SHAKE_TIME: Duration = Duration::from_millis(500);

/// How often the files are looked at.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// The protocols that are spoken, best first (RFC 7301).
pub(super) const HTTP_2: &[u8] = b"h2";
const HTTP_1: &[u8] = b"http/1.1";

/// Where certificates are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The server's certificate and what leads to its root, in PEM.
    pub certificate: PathBuf,
    /// Its private key, in PEM.
    pub key: PathBuf,
    /// Roots of which every client must show a certificate, in PEM.
    pub client_ca: Option<PathBuf>,
}

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or has nothing of the kind in it.
    #[error("{} {what}: {reason}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
        /// Why not.
        reason: String,
    },
    /// Certificate and key do not go together, or are of a kind that is not taken.
    #[error("the certificate {} cannot be used with its key: {reason}", path.display())]
    Pair {
        /// The certificate's file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
}

/// What connections are made with.
#[derive(Debug)]
pub struct Tls {
    files: TlsFiles,
    current: RwLock<Current>,
}

/// What was read last.
#[derive(Debug)]
struct Current {
    config: Arc<ServerConfig>,
    certified: Arc<CertifiedKey>,
    /// Of the files just before they were read: a file that is replaced meanwhile is another.
    stamps: Vec<Stamp>,
}

/// When a file was written last, and how long it is; `None` where it is not there.
type Stamp = Option<(SystemTime, u64)>;

/// This node's certificate, as it is when another node asks for it.
#[derive(Debug)]
struct Shown(Arc<Tls>);

impl ResolvesClientCert for Shown {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.current.read().certified))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// A listener whose connections have shaken hands, one after the other: for a node that looks for itself.
pub(crate) struct Listening {
    listener: TcpListener,
    tls: Arc<Tls>,
}

impl axum::serve::Listener for Listening {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TlsStream<TcpStream>, SocketAddr) {
        loop {
            let Ok((stream, address)) = self.listener.accept().await else { continue };
            // Others may connect meanwhile and say nothing.
            if let Ok(Ok(stream)) = tokio::time::timeout(SHAKE_TIME, self.tls.accept(stream)).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

fn certificates(path: &Path, what: &'static str) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let wrong = |reason: String| TlsError::File { path: path.to_owned(), what, reason };
    let read = CertificateDer::pem_file_iter(path).map_err(|error| wrong(error.to_string()))?;
    let read: Vec<_> = read.collect::<Result<_, _>>().map_err(|error| wrong(error.to_string()))?;
    if read.is_empty() { Err(wrong("there is none in it".to_owned())) } else { Ok(read) }
}

/// The certificates that a file has, as roots.
fn roots(path: &Path) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path, "is no file of roots in PEM")? {
        roots.add(certificate).map_err(|error| TlsError::File {
            path: path.to_owned(),
            what: "has a certificate that is no root",
            reason: error.to_string(),
        })?;
    }
    Ok(roots)
}

/// A certificate with its chain, and its key.
fn identity(files: &TlsFiles) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), TlsError> {
    let chain = certificates(&files.certificate, "is no certificate in PEM")?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| TlsError::File {
        path: files.key.clone(),
        what: "is no private key in PEM",
        reason: error.to_string(),
    })?;
    Ok((chain, key))
}

fn read(files: &TlsFiles) -> Result<Current, TlsError> {
    ducat_trust::ready();
    let stamps = stamps(files);
    let (chain, key) = identity(files)?;
    let builder = match &files.client_ca {
        None => ServerConfig::builder().with_no_client_auth(),
        Some(path) => {
            let verifier = WebPkiClientVerifier::builder(Arc::new(roots(path)?)).build();
            let verifier = verifier.map_err(|error| TlsError::File {
                path: path.clone(),
                what: "has no root for clients",
                reason: error.to_string(),
            })?;
            ServerConfig::builder().with_client_cert_verifier(verifier)
        }
    };
    let wrong = |error: rustls::Error| TlsError::Pair { path: files.certificate.clone(), reason: error.to_string() };
    let provider = builder.crypto_provider();
    let certified = Arc::new(CertifiedKey::from_der(chain, key, provider).map_err(wrong)?);
    let mut config = builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(&certified))));
    config.alpn_protocols = vec![HTTP_2.to_vec(), HTTP_1.to_vec()];
    Ok(Current { config: Arc::new(config), certified, stamps })
}

fn stamps(files: &TlsFiles) -> Vec<Stamp> {
    let all = [Some(&files.certificate), Some(&files.key), files.client_ca.as_ref()];
    let stamp =
        |path: &PathBuf| std::fs::metadata(path).ok().and_then(|file| Some((file.modified().ok()?, file.len())));
    all.into_iter().flatten().map(stamp).collect()
}

impl Tls {
    /// Reads certificates.
    ///
    /// # Errors
    /// When one cannot be read, or certificate and key do not go together.
    pub fn load(files: TlsFiles) -> Result<Tls, TlsError> {
        let current = RwLock::new(read(&files)?);
        Ok(Tls { files, current })
    }

    /// Reads them again. Where they cannot be used those before go on.
    fn reload(&self) -> Result<(), TlsError> {
        *self.current.write() = read(&self.files)?;
        Ok(())
    }

    /// Reads the files again whenever they change, for as long as it is polled.
    pub async fn follow(&self) {
        let mut known = self.current.read().stamps.clone();
        loop {
            tokio::time::sleep(LOOK_INTERVAL).await;
            let now = stamps(&self.files);
            if now == known {
                continue;
            }
            known = now;
            match self.reload() {
                Ok(()) => tracing::info!("certificates are read again, for the next connections"),
                // Certificate and key are replaced one after the other: the next look finds both.
                Err(error) => tracing::warn!(%error, "new certificates cannot be used; those before go on"),
            }
        }
    }

    /// What this node shows other nodes, and how it judges them: by the roots that clients are judged by. `None` where
    /// there are none: the system's roots judge other nodes then, and nothing is shown.
    pub(crate) fn of_node(self: &Arc<Tls>) -> Option<ClientConfig> {
        let roots = roots(self.files.client_ca.as_ref()?).ok()?;
        let shown = Arc::new(Shown(Arc::clone(self)));
        Some(ClientConfig::builder().with_root_certificates(roots).with_client_cert_resolver(shown))
    }

    /// A listener whose connections have shaken hands.
    pub(crate) fn listening(self: &Arc<Tls>, listener: TcpListener) -> Listening {
        Listening { listener, tls: Arc::clone(self) }
    }

    /// Shakes hands.
    pub(super) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let config = Arc::clone(&self.current.read().config);
        TlsAcceptor::from(config).accept(stream).await
    }
}
