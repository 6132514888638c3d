//! The head of a ledger: its last batch and the hash of that, signed, to be kept elsewhere.

use axum::http::StatusCode;
use axum::response::Response;
use ducat_domain::names::Name;
use ducat_domain::numbers::{BatchNo, Seq};
use ducat_engine::heads::{PublicKey, SignedHead, store_id};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ledgers::ledger_not_found;
use crate::problem::Problem;
use crate::query::{NoQuery, UrlPath, path_name};
use crate::values::{hex, parse_time, write_time};
use crate::{Api, body};

/// The head of a ledger. `ducat verify --head` takes it as it stands here.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct HeadBody {
    /// Which store, in hexadecimal: the hash of the first batch of its system ledger. Null where nothing signs.
    pub store: Option<String>,
    /// The ledger.
    pub ledger: String,
    /// Its last batch.
    pub batch: u64,
    /// Its last effect.
    pub seq: u64,
    /// The instant of that effect.
    #[schema(format = DateTime)]
    pub at: String,
    /// The hash of the batch, in hexadecimal, which is chained to all batches before.
    pub hash: String,
    /// The public key of who signs, in hexadecimal (Ed25519); null where nothing signs.
    pub public_key: Option<String>,
    /// The signature, in hexadecimal; null where nothing signs.
    pub signature: Option<String>,
}

/// Bytes in hexadecimal.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let is_hex = text.len().is_multiple_of(2) && text.is_ascii();
    let pairs = (0..text.len()).step_by(2).map(|place| u8::from_str_radix(text.get(place..place + 2)?, 16).ok());
    if is_hex { pairs.collect() } else { None }
}

/// A public key in hexadecimal.
#[must_use]
pub fn public_key(text: &str) -> Option<PublicKey> {
    unhex(text.trim())?.try_into().ok()
}

impl HeadBody {
    /// What was signed, and the signature.
    ///
    /// # Errors
    /// A phrase that says what is wrong with the document.
    pub fn signed(&self) -> Result<(SignedHead, Vec<u8>), String> {
        let hash = |name: &str, text: Option<&String>| -> Result<[u8; 32], String> {
            let bytes = text.and_then(|text| unhex(text)).and_then(|bytes| bytes.try_into().ok());
            bytes.ok_or_else(|| format!("{name}: expected 64 hexadecimal digits"))
        };
        let signature = self.signature.as_ref().ok_or("signature: the head is not signed")?;
        let head = SignedHead {
            store: hash("store", self.store.as_ref())?,
            ledger: Name::parse(&self.ledger).map_err(|error| format!("ledger: {error}"))?,
            batch: BatchNo(self.batch),
            seq: Seq(self.seq),
            at: parse_time(&self.at).map_err(|reason| format!("at: {reason}"))?,
            hash: hash("hash", Some(&self.hash))?,
        };
        Ok((head, unhex(signature).ok_or("signature: expected hexadecimal digits")?))
    }
}

/// Show the head of a ledger: what it is now, signed.
#[utoipa::path(get, path = "/v1/ledgers/{ledger}/head", tag = "events",
    description = "Kept elsewhere, it proves later that the journal still begins with what it is now: \
                   `ducat verify --head FILE --key PUBLIC`.",
    responses((status = 200, description = "The head", body = HeadBody)))]
pub(crate) async fn get_head(api: Api, UrlPath(ledger): UrlPath<String>, _: NoQuery) -> Result<Response, Problem> {
    let ledger = path_name("ledger", &ledger)?;
    let (head, store) = api
        .read(move |snapshot| {
            let head = snapshot.head(&ledger)?.ok_or_else(ledger_not_found)?;
            Ok((head, store_id(snapshot)?))
        })
        .await?;
    let signed = api.signer.as_ref().zip(store).map(|(signer, store)| {
        let (ledger, batch, seq) = (head.ledger.clone(), head.batch, head.seq);
        let signed = SignedHead { store, ledger, batch, seq, at: head.at, hash: head.hash };
        (store, signer.public(), signer.sign(&signed))
    });
    let body = HeadBody {
        store: signed.as_ref().map(|(store, _, _)| hex(store)),
        ledger: head.ledger.to_string(),
        batch: head.batch.0,
        seq: head.seq.0,
        at: write_time(head.at),
        hash: hex(&head.hash),
        public_key: signed.as_ref().map(|(_, public, _)| hex(public)),
        signature: signed.map(|(_, _, signature)| hex(&signature)),
    };
    Ok(body::json(StatusCode::OK, &body))
}
