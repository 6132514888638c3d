//! TLS as clients see it: OpenSSL and curl are the clients, and certificates are made here.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use crate::nodes::addresses;
use crate::{DUCAT, Server, ducat, text};

/// An authority, and what it signs.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    folder: PathBuf,
}

impl Authority {
    pub fn new(folder: &Path) -> Authority {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "an authority");
        let own = params.self_signed(&key).expect("it signs itself");
        std::fs::write(folder.join("ca.pem"), own.pem()).expect("it can be written");
        Authority { issuer: Issuer::new(params, key), folder: folder.to_owned() }
    }

    /// A client that trusts this authority and shows a certificate of it.
    pub fn client(&self, files: &str) -> Arc<ClientConfig> {
        // Where someone was here before, what is there is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let pem = |end: &str| self.folder.join(format!("{files}.{end}"));
        let mut roots = RootCertStore::empty();
        let root = CertificateDer::from_pem_file(self.folder.join("ca.pem")).expect("a root");
        roots.add(root).expect("a root");
        let chain = vec![CertificateDer::from_pem_file(pem("pem")).expect("a certificate")];
        let key = PrivateKeyDer::from_pem_file(pem("key")).expect("a key");
        let config = ClientConfig::builder().with_root_certificates(roots).with_client_auth_cert(chain, key);
        Arc::new(config.expect("they go together"))
    }

    /// Writes a certificate of this name for localhost, and its key.
    pub fn issue(&self, name: &str, files: &str) {
        let key = KeyPair::generate().expect("a key");
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let mut params = CertificateParams::new(names).expect("names");
        params.distinguished_name.push(DnType::CommonName, name);
        let issued = params.signed_by(&key, &self.issuer).expect("it is signed");
        // First elsewhere: a file that is half written is no certificate.
        for (end, pem) in [("key", key.serialize_pem()), ("pem", issued.pem())] {
            let next = self.folder.join("next");
            std::fs::write(&next, pem).expect("it can be written");
            std::fs::rename(next, self.folder.join(format!("{files}.{end}"))).expect("it can be moved");
        }
    }
}

fn serve(folder: &Path, more: &[&str]) -> Server {
    let base = ["serve", "--log", "warn", "--store", "sqlite:tls.db", "--tls-cert", "own.pem", "--tls-key", "own.key"];
    let mut command = Command::new(DUCAT);
    Server::spawn(command.current_dir(folder).args([&base, more].concat()).stderr(Stdio::piped()))
}

fn curl(folder: &Path, arguments: &[&str]) -> Output {
    let base = ["--silent", "--show-error", "--max-time", "10", "--cacert", "ca.pem"];
    Command::new("curl").current_dir(folder).args([&base, arguments].concat()).output().expect("curl runs")
}

/// Shakes hands with OpenSSL, and gives what it says.
fn s_client(address: &str, arguments: &[&str]) -> (bool, String) {
    let base = ["10", "openssl", "s_client", "-connect", address, "-servername", "localhost"];
    let run = Command::new("timeout").args([&base, arguments].concat()).stdin(Stdio::null()).output().expect("it runs");
    (run.status.success(), text(&run.stdout) + &text(&run.stderr))
}

#[test]
fn what_is_spoken_and_what_is_not() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    Authority::new(at).issue("first", "own");
    let server = serve(at, &["--listen", "127.0.0.1:0"]);
    let port = server.address.rsplit(':').next().expect("a port");
    let url = format!("https://localhost:{port}/healthz");
    for (flag, version) in [("--http2", "2"), ("--http1.1", "1.1")] {
        let run = curl(at, &[flag, "--write-out", " %{http_version}", &url]);
        assert_eq!(text(&run.stdout), format!("{{\"status\":\"ok\"}} {version}"), "{}", text(&run.stderr));
    }
    let ledger = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;
    let ledgers = format!("https://localhost:{port}/v1/ledgers");
    let run = curl(at, &["--http2", "--json", ledger, "--write-out", " %{http_code}", &ledgers]);
    assert!(text(&run.stdout).ends_with(" 201"), "{}{}", text(&run.stdout), text(&run.stderr));
    for (arguments, shakes) in [
        (&["-tls1_2"][..], true),
        (&["-tls1_3"], true),
        (&["-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"], false),
        (&["-tls1", "-cipher", "DEFAULT:@SECLEVEL=0"], false),
        (&["-tls1_2", "-cipher", "AES128-SHA:@SECLEVEL=0"], false),
        (&["-tls1_2", "-cipher", "AES256-GCM-SHA384:@SECLEVEL=0"], false),
        (&["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"], false),
        (&["-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"], true),
    ] {
        let (did, said) = s_client(&server.address, arguments);
        assert_eq!(did, shakes, "{arguments:?}: {said}");
    }
    // Plain HTTP is not understood, and nothing is done.
    let plain = curl(at, &[&format!("http://127.0.0.1:{port}/healthz")]);
    assert!(!plain.status.success(), "{}", text(&plain.stdout));
    assert_eq!(server.terminate(), Some(0));
}

/// A certificate of a client is asked for, and grants nothing by itself.
#[test]
fn clients_show_certificates_besides_their_keys() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let authority = Authority::new(at);
    authority.issue("server", "own");
    authority.issue("client", "client");
    let create = ["keys", "create", "--name", "root", "--scope", "admin", "--ledger", "*", "--store", "sqlite:tls.db"];
    let key = text(&ducat(at, &create).stdout).trim().to_owned();
    // With keys and TLS a server may be reached by others.
    let server = serve(at, &["--listen", "0.0.0.0:0", "--tls-client-ca", "ca.pem"]);
    let port = server.address.rsplit(':').next().expect("a port");
    let url = format!("https://127.0.0.1:{port}/v1/ledgers");
    let bearer = format!("Authorization: Bearer {key}");
    let certificate = ["--cert", "client.pem", "--key", "client.key"];
    for (arguments, code) in [
        (&[][..], None),
        (&["--header", &bearer], None),
        (&certificate[..], Some("401")),
        (&[&certificate[..], &["--header", &bearer]].concat(), Some("200")),
    ] {
        let run = curl(at, &[arguments, &["--output", "/dev/null", "--write-out", "%{http_code}", &url]].concat());
        assert_eq!(run.status.success().then(|| text(&run.stdout)).as_deref(), code, "{}", text(&run.stderr));
    }
    assert_eq!(server.terminate(), Some(0));
}

/// Certificates are replaced while clients come and go, and none of them notices.
#[test]
fn a_new_certificate_drops_no_request() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let authority = Authority::new(at);
    authority.issue("first", "own");
    let mut server = serve(at, &["--listen", "127.0.0.1:0"]);
    let port = server.address.rsplit(':').next().expect("a port").to_owned();
    let url = format!("https://localhost:{port}/healthz");
    let (is_over, asked) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|threads| {
        let client = threads.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let run = curl(at, &["--fail", &url]);
                assert!(run.status.success(), "{}", text(&run.stderr));
                asked.fetch_add(1, Ordering::Relaxed);
            }
        });
        let mut said = String::new();
        let mut is_shown = |name: &str| {
            said = s_client(&server.address, &[]).1;
            said.contains(&format!("CN={name}")) || said.contains(&format!("CN = {name}"))
        };
        let is_replaced = ["second", "third"].iter().all(|name| {
            authority.issue(name, "own");
            let begun = Instant::now();
            while !is_shown(name) {
                if begun.elapsed() > Duration::from_secs(20) {
                    return false;
                }
            }
            true
        });
        is_over.store(true, Ordering::Relaxed);
        client.join().expect("no request fails");
        assert!(is_replaced, "the certificate stays what it was: {said}");
    });
    assert!(asked.load(Ordering::Relaxed) > 0);
    // A certificate that cannot be used changes nothing.
    std::fs::write(at.join("own.pem"), "no certificate").expect("it can be written");
    let log = BufReader::new(server.child.stderr.take().expect("it is piped"));
    let mut lines = log.lines().map(|line| line.expect("text"));
    assert!(lines.any(|line| line.contains("new certificates cannot be used")));
    assert!(curl(at, &["--fail", &url]).status.success());
    assert_eq!(server.terminate(), Some(0));
    let wrong = ducat(at, &["serve", "--store", "sqlite:tls.db", "--tls-cert", "own.pem", "--tls-key", "own.key"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("own.pem is no certificate in PEM"), "{}", text(&wrong.stderr));
}

/// Nodes show each other certificates, send what is for another node over TLS, and refuse to send their secret in the
/// clear.
#[test]
fn nodes_speak_tls_to_each_other() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let authority = Authority::new(at);
    authority.issue("a node", "own");
    authority.issue("client", "client");
    let database = ducat_test_postgres::database();
    let tls = ["--tls-cert", "own.pem", "--tls-key", "own.key", "--tls-client-ca", "ca.pem"];
    let nodes: Vec<Server> = addresses(3)
        .iter()
        .map(|address| {
            let base = ["serve", "--log", "error", "--store", &database, "--listen", address];
            Server::spawn(Command::new(DUCAT).current_dir(at).args([&base[..], &tls].concat()))
        })
        .collect();
    let post = |node: &Server, path: &str, body: &str| {
        let url = format!("https://{}{path}", node.address);
        let shown = ["--cert", "client.pem", "--key", "client.key", "--write-out", " %{http_code}"];
        let run = curl(at, &[&shown[..], &["--json", body, &url]].concat());
        assert!(run.status.success(), "{}", text(&run.stderr));
        text(&run.stdout)
    };
    let ledger = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;
    assert!(post(&nodes[0], "/v1/ledgers", ledger).ends_with(" 201"));
    // One of them has the lease; the others send on.
    for node in &nodes {
        let transfer = r#"{"postings":[{"source":"world","destination":"a","amount":5}]}"#;
        let made = post(node, "/v1/ledgers/shop/transactions", transfer);
        assert!(made.ends_with(" 201"), "{made}");
    }
    for node in nodes {
        assert_eq!(node.terminate(), Some(0));
    }
    let open = ["serve", "--store", &database, "--listen", "127.0.0.1:0", "--advertise", "http://10.0.0.1:8000"];
    let refused = ducat(at, &open);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("--insecure cluster"), "{}", text(&refused.stderr));
}

/// A client of HTTP/2 can leave responses untaken without ever blocking its socket. It is let go all the same.
#[test]
fn a_client_that_takes_no_response_is_let_go() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = folder.path();
    let authority = Authority::new(at);
    authority.issue("server", "own");
    authority.issue("client", "client");
    let server = serve(at, &["--listen", "127.0.0.1:0", "--write-timeout-s", "2"]);
    let mut config = ClientConfig::clone(&authority.client("client"));
    config.alpn_protocols = vec![b"h2".to_vec()];
    let name = rustls::pki_types::ServerName::try_from("localhost").expect("a name");
    let tls = rustls::ClientConnection::new(Arc::new(config), name).expect("a connection");
    let socket = std::net::TcpStream::connect(&server.address).expect("it listens");
    socket.set_read_timeout(Some(Duration::from_secs(30))).expect("a limit");
    let mut wire = rustls::StreamOwned::new(tls, socket);
    // RFC 9113: a length of 24 bits, a type, flags, a stream. HPACK (RFC 7541) by its static table.
    let frame = |kind: u8, flags: u8, stream: u8, payload: &[u8]| {
        let length = u8::try_from(payload.len()).expect("it is short");
        [&[0, 0, length, kind, flags, 0, 0, 0, stream][..], payload].concat()
    };
    let path = b"/openapi.json";
    let head =
        [&[0x82, 0x87, 0x01, 9][..], b"localhost", &[0x04, u8::try_from(path.len()).expect("it is short")], path];
    let mut sent = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    // No byte of any response may be sent.
    sent.extend(frame(0x4, 0, 0, &[0, 4, 0, 0, 0, 0]));
    for stream in [1, 3, 5] {
        sent.extend(frame(0x1, 0x5, stream, &head.concat()));
    }
    wire.write_all(&sent).expect("it is sent");
    let begun = Instant::now();
    let mut ended = Vec::new();
    // However the connection ends, it ends.
    drop(wire.read_to_end(&mut ended));
    assert!(begun.elapsed() < Duration::from_secs(20), "it is held for {:?}", begun.elapsed());
    assert!(ended.len() < 4_096, "{} bytes came", ended.len());
    assert!(curl(at, &["--fail", &format!("https://{}/healthz", server.address)]).status.success());
    assert_eq!(server.terminate(), Some(0));
}
