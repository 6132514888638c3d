//! Signed heads on the command line: the key that signs them, and the heads that `ducat verify` holds against a store.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use clap::Args;
use ducat_api::v1::ledger::head::{HeadBody, public_key};
use ducat_domain::numbers::BatchNo;
use ducat_engine::heads::{PublicKey, SignedHead, Signer, store_id};
use ducat_store::Reader;
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject as _;

use crate::private_file::make_private;

/// Heads that a journal must still begin with.
#[derive(Debug, Clone, Default, Args)]
pub struct HeadArguments {
    /// A signed head, as GET /v1/ledgers/{ledger}/head gave it: the journal must still begin with it. It may be given
    /// several times.
    #[arg(long = "head", value_name = "FILE", requires = "key")]
    heads: Vec<PathBuf>,
    /// A folder of such files, which end in .json.
    #[arg(long = "heads", value_name = "FOLDER", requires = "key")]
    folder: Option<PathBuf>,
    /// The public key of who signed them: 64 hexadecimal digits, or a file with them.
    #[arg(long, value_name = "PUBLIC")]
    key: Option<String>,
}

/// Reads the key that signs heads, or makes it: a file of mode 0600.
pub fn signer(path: &Path) -> anyhow::Result<Signer> {
    if !path.exists() {
        let encoded = BASE64_STANDARD.encode(Signer::generate());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{encoded}\n-----END PRIVATE KEY-----\n");
        make_private(path, &pem)?;
    }
    let read = PrivatePkcs8KeyDer::from_pem_file(path);
    let read = read.with_context(|| format!("{} is no private key in PEM (PKCS #8)", path.display()))?;
    let signer = Signer::read(read.secret_pkcs8_der());
    signer.with_context(|| format!("{} is no key for Ed25519", path.display()))
}

impl HeadArguments {
    /// Whether a store begins with all of them. Says of each that it does not hold.
    pub fn hold(&self, reader: &dyn Reader) -> anyhow::Result<bool> {
        let Some(key) = &self.key else { return Ok(true) };
        let key = match public_key(key) {
            Some(key) => key,
            None => {
                let text = std::fs::read_to_string(key);
                let text = text.with_context(|| format!("{key} is no public key, and no file with one"))?;
                public_key(&text).with_context(|| format!("{key} has no 64 hexadecimal digits in it"))?
            }
        };
        let mut files = self.heads.clone();
        if let Some(folder) = &self.folder {
            let listed = std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
            for entry in listed {
                files.push(entry?.path());
            }
            files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        }
        files.sort();
        ensure!(!files.is_empty(), "there is no head to hold against the store; give --head FILE or --heads FOLDER");
        let mut wrong = 0;
        for file in &files {
            if let Err(what) = hold(reader, file, &key)? {
                wrong += 1;
                println!("head {}: {what}", file.display());
            }
        }
        println!("{} signed heads, {wrong} of which do not hold", files.len());
        Ok(wrong == 0)
    }
}

/// Whether a store begins with a head, or why not.
fn hold(reader: &dyn Reader, file: &Path, key: &PublicKey) -> anyhow::Result<Result<(), String>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let signed = serde_json::from_str::<HeadBody>(&text).map_err(|error| error.to_string());
    let (head, signature) = match signed.and_then(|body| body.signed()) {
        Ok(signed) => signed,
        Err(reason) => return Ok(Err(format!("it is no signed head: {reason}"))),
    };
    if !head.is_signed(&signature, key) {
        return Ok(Err("it was not signed with this key, or was changed since".to_owned()));
    }
    begins_with(reader, &head)
}

fn begins_with(reader: &dyn Reader, head: &SignedHead) -> anyhow::Result<Result<(), String>> {
    let snapshot = reader.snapshot()?;
    let ledger = &head.ledger;
    if store_id(snapshot.as_ref())? != Some(head.store) {
        return Ok(Err(format!(
            "it is of another store, or the system ledger of this one was written anew ({ledger})"
        )));
    }
    let Some(now) = snapshot.head(ledger)? else {
        return Ok(Err(format!("ledger {ledger} is not there; batch {} was signed", head.batch)));
    };
    if now.batch < head.batch {
        return Ok(Err(format!(
            "ledger {ledger} ends at batch {}, and batch {} was signed: what came after was cut off",
            now.batch, head.batch
        )));
    }
    let before = BatchNo(head.batch.0.saturating_sub(1));
    let found = snapshot.batches(ledger, before, 1)?;
    let is_same = match (found.first(), head.batch) {
        (_, BatchNo(0)) => true,
        (Some(row), _) => (row.batch, row.hash, row.last, row.at) == (head.batch, head.hash, head.seq, head.at),
        (None, _) => false,
    };
    Ok(if is_same {
        Ok(())
    } else {
        Err(format!(
            "batch {} of ledger {ledger} is not the one that was signed: the journal was written anew",
            head.batch
        ))
    })
}
