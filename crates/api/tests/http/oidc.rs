//! Tokens of a provider: which are taken, which are not, and what those that are allow.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use ducat_api::door::oidc::{Oidc, OidcOptions};
use ducat_domain::names::Name;
use ducat_domain::numbers::Seq;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::{Answer, Server};

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;

/// What the clock of a story shows when it begins, in seconds: 2026-11-01.
const NOW_S: u64 = 1_793_491_200;

/// A provider on this machine, with a key of each kind.
struct Provider {
    issuer: String,
    keys: Vec<(Algorithm, &'static str, EncodingKey)>,
}

fn openssl(arguments: &[&str]) -> Vec<u8> {
    let made = std::process::Command::new("openssl").args(arguments).output().expect("openssl runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    made.stdout
}

/// A private key, made by OpenSSL, in the form that these arguments ask for.
fn private_key(of: &[&str], form: &[&str]) -> Vec<u8> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), openssl(&[&["genpkey"], of].concat())).expect("it can be written");
    let path = file.path().to_str().expect("text");
    openssl(&[form, &["-in", path, "-outform", "DER"]].concat())
}

impl Provider {
    async fn start() -> Provider {
        let ec = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
        let rsa = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
        let ed = ["-algorithm", "ED25519"];
        // PKCS #8, but for RSA, of which PKCS #1 is read.
        let (modern, traditional) = (["pkcs8", "-topk8", "-nocrypt"], ["rsa", "-traditional"]);
        let keys = vec![
            (Algorithm::ES256, "ec", EncodingKey::from_ec_der(&private_key(&ec, &modern))),
            (Algorithm::RS256, "rsa", EncodingKey::from_rsa_der(&private_key(&rsa, &traditional))),
            (Algorithm::EdDSA, "ed", EncodingKey::from_ed_der(&private_key(&ed, &modern))),
        ];
        let jwks: Vec<Value> = keys
            .iter()
            .map(|(algorithm, kid, key)| {
                let mut jwk = json!(Jwk::from_encoding_key(key, *algorithm).expect("it has a public half"));
                jwk["kid"] = json!(kid);
                jwk
            })
            .collect();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let issuer = format!("http://{}", listener.local_addr().expect("it listens"));
        let discovery = json!({ "issuer": issuer, "jwks_uri": format!("{issuer}/keys") }).to_string();
        let keys_of = json!({ "keys": jwks }).to_string();
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(move || std::future::ready(discovery.clone())))
            .route("/keys", get(move || std::future::ready(keys_of.clone())));
        tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Provider { issuer, keys }
    }

    /// A token with these claims instead of the usual ones, and with another header.
    fn token(&self, kid: &str, scope: &str, claims: Value, change: impl FnOnce(&mut Header)) -> String {
        let (algorithm, _, key) = self.keys.iter().find(|(_, known, _)| *known == kid).expect("a key");
        let mut header = Header::new(*algorithm);
        (header.kid, header.typ) = (Some(kid.to_owned()), Some("at+jwt".to_owned()));
        change(&mut header);
        let now = NOW_S;
        let mut all =
            json!({ "iss": self.issuer, "aud": "ledger", "sub": "ada", "iat": now, "exp": now + 600, "scope": scope });
        for (name, value) in claims.as_object().expect("claims") {
            all[name] = value.clone();
        }
        encode(&header, &all, key).expect("it is signed")
    }
}

async fn call(server: &Server, token: &str, line: &str, body: &str) -> Answer {
    server.call(line, &[("Authorization", &format!("Bearer {token}"))], body).await
}

#[tokio::test]
async fn which_tokens_are_taken_and_what_they_allow() {
    let provider = Provider::start().await;
    let options = OidcOptions { issuer: provider.issuer.clone(), audience: "ledger".to_owned() };
    let oidc = Arc::new(Oidc::new(options).expect("it is on this machine"));
    let server = Server::on_sqlite();
    assert_eq!(server.post("/v1/ledgers", LEDGER).await.status, 201);
    let server = Server { service: server.service.clone().with_oidc(Arc::clone(&oidc)), ..server };
    let plain = |header: &mut Header| drop(header.typ.take());
    let write = "openid ledger:write:shop ledger:read:*";
    // There is a door, though there are no keys; and nothing is taken before the provider's keys are known.
    assert_eq!(server.get("/v1/ledgers").await.status, 401);
    assert_eq!(server.get("/readyz").await.body, r#"{"status":"ready"}"#, "who shows nothing learns no more");
    assert_eq!(call(&server, &provider.token("ec", write, json!({}), |_| {}), "GET /v1/ledgers", "").await.status, 401);
    oidc.refresh().await.expect("the provider responds");
    let now = NOW_S;
    for (what, token, status) in [
        ("ES256", provider.token("ec", write, json!({}), |_| {}), 200),
        ("RS256", provider.token("rsa", write, json!({}), |_| {}), 200),
        ("EdDSA", provider.token("ed", write, json!({}), |_| {}), 200),
        ("several audiences", provider.token("ec", write, json!({ "aud": ["other", "ledger"] }), |_| {}), 200),
        ("no typ", provider.token("ec", write, json!({}), plain), 200),
        ("an ID token", provider.token("ec", write, json!({ "nonce": "n" }), plain), 401),
        ("an ID token by its claim", provider.token("ec", write, json!({ "typ": "ID" }), plain), 401),
        ("another typ", provider.token("ec", write, json!({}), |header| header.typ = Some("logout+jwt".into())), 401),
        ("another audience", provider.token("ec", write, json!({ "aud": "other" }), |_| {}), 401),
        ("another issuer", provider.token("ec", write, json!({ "iss": "https://evil.example" }), |_| {}), 401),
        ("expired", provider.token("ec", write, json!({ "iat": now - 900, "exp": now - 300 }), |_| {}), 401),
        ("not yet", provider.token("ec", write, json!({ "nbf": now + 300 }), |_| {}), 401),
        ("from the future", provider.token("ec", write, json!({ "iat": now + 300 }), |_| {}), 401),
        ("for a week", provider.token("ec", write, json!({ "exp": now + 604_800 }), |_| {}), 401),
        ("an unknown key", provider.token("ec", write, json!({}), |header| header.kid = Some("none".into())), 401),
        ("no key", provider.token("ec", write, json!({}), |header| header.kid = None), 401),
        (
            "a key of another kind",
            provider.token("ec", write, json!({}), |header| header.kid = Some("rsa".into())),
            401,
        ),
        ("no scope of ours", provider.token("ec", "openid profile", json!({}), |_| {}), 403),
        ("a wrong scope", provider.token("ec", "ledger:root:shop ledger:read:$system", json!({}), |_| {}), 403),
        ("100 kB", "a.".repeat(50_000), 401),
        ("nothing", String::new(), 401),
    ] {
        let answer = call(&server, &token, "GET /v1/ledgers/shop", "").await;
        assert_eq!(answer.status, status, "{what}: {}", answer.body);
    }
    // Signed by no one, and by whoever knows the public key.
    let good = provider.token("ec", write, json!({}), |_| {});
    let (signed, _) = good.rsplit_once('.').expect("it has three parts");
    let (_, claims) = signed.split_once('.').expect("it has three parts");
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0Iiwia2lkIjoiZWMifQ";
    let mut symmetric = Header::new(Algorithm::HS256);
    (symmetric.kid, symmetric.typ) = (Some("rsa".to_owned()), Some("at+jwt".to_owned()));
    let forged =
        encode(&symmetric, &json!({ "sub": "ada" }), &EncodingKey::from_secret(b"a public key")).expect("it is signed");
    for forged in [format!("{none}.{claims}."), format!("{none}.{claims}"), format!("{signed}.AAAA"), forged] {
        assert_eq!(call(&server, &forged, "GET /v1/ledgers/shop", "").await.status, 401, "{forged}");
    }
    // Each of several grants counts where it is for.
    let transfer = r#"{"postings":[{"source":"world","destination":"a","amount":5}]}"#;
    for (line, body, status) in [
        ("POST /v1/ledgers/shop/transactions", transfer, 201),
        ("POST /v1/ledgers/bank/transactions", transfer, 403),
        ("GET /v1/ledgers/none", "", 404),
        ("GET /v1/ledgers", "", 200),
        ("GET /metrics", "", 200),
        ("GET /v1/keys", "", 403),
        ("PATCH /v1/ledgers/shop", r#"{"archived":true}"#, 403),
        ("PATCH /v1/ledgers/shop/accounts/a", r#"{"frozen":true}"#, 403),
        ("POST /v1/ledgers", r#"{"name":"shop","assets":[]}"#, 403),
    ] {
        let answer = call(&server, &good, line, body).await;
        assert_eq!(answer.status, status, "{line}: {}", answer.body);
    }
    let events = call(&server, &good, "GET /v1/ledgers/shop/events", "").await.json();
    let by = events["data"].as_array().and_then(|events| events.last()?["by"].as_str().map(str::to_owned));
    assert!(by.as_ref().is_some_and(|by| by.starts_with("subject:")), "{by:?}");
    // The same subject is the same actor, whatever the token.
    let again = provider.token("rsa", write, json!({}), |_| {});
    let made = call(&server, &again, "POST /v1/ledgers/shop/transactions", transfer).await;
    assert_eq!(made.json()["by"].as_str().map(str::to_owned), by);
    let other = provider.token("ec", write, json!({ "sub": "bob" }), |_| {});
    let made = call(&server, &other, "POST /v1/ledgers/shop/transactions", transfer).await;
    assert_ne!(made.json()["by"].as_str().map(str::to_owned), by);
    // Who he was is erased; that it was he stays, and he signs in as before.
    let admin = provider.token("ec", "ledger:admin:*", json!({ "sub": "root" }), |_| {});
    let erase = json!({ "actor": by, "reason": "he left" }).to_string();
    let erased = call(&server, &admin, "POST /v1/redactions", &erase).await;
    assert_eq!((erased.status, erased.json()["redacted"].as_array().map(Vec::len)), (200, Some(1)), "{}", erased.body);
    let stored =
        server.engine.reader().snapshot().and_then(|s| s.effects(&Name::system(), Seq(0), 100)).expect("effects");
    let stored = format!("{stored:?}");
    assert!(!stored.contains("\"ada\"") && stored.contains("\"bob\""), "{stored}");
    let made = call(&server, &again, "POST /v1/ledgers/shop/transactions", transfer).await;
    assert_eq!((made.status, made.json()["by"].as_str().map(str::to_owned)), (201, by));
    server.finish().await;
}
