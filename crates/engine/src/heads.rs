//! Signed heads: what a ledger's journal was at an instant, in a form that proves it later.
//!
//! - A head names the last batch and its hash, which is chained to all batches before. Whoever keeps a signed head
//!   elsewhere can show that a journal still begins with what was signed: a tail that was cut off and a journal that was
//!   written anew, with good hashes, are both found.
//! - The key is a file outside the store, so who steals the database cannot sign. Its public half is journaled in the
//!   name of an account of the system ledger, where no one can erase it.
//! - What is signed names the store and the ledger, and is nothing else that anyone signs.
//!
//! Ed25519 is RFC 8032; key files are PKCS #8 (RFC 8410), as `openssl genpkey -algorithm ed25519` writes them.

use std::fmt;

use ducat_domain::codec::Encoder;
use ducat_domain::ledger::terms::Metadata;
use ducat_domain::names::Name;
use ducat_domain::numbers::{BatchNo, Seq, Timestamp};
use ducat_store::{Fault, Snapshot};
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

use crate::Engine;
use crate::ask::fixed_name;
use crate::system::SystemError;

/// What the names of signers' accounts begin with; the public key follows, in hexadecimal.
pub const SIGNERS: &str = "signer:";

/// What is signed begins with this, so that it is no other signature's content.
const CONTEXT: &str = "Ducat 2026-11-27 head of a ledger";

/// A public key.
pub type PublicKey = [u8; 32];

/// What is signed of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHead {
    /// Which store: the hash of the first batch of its system ledger.
    pub store: [u8; 32],
    /// Which ledger.
    pub ledger: Name,
    /// Its last batch.
    pub batch: BatchNo,
    /// Its last effect.
    pub seq: Seq,
    /// The instant of that effect.
    pub at: Timestamp,
    /// The hash of the batch.
    pub hash: [u8; 32],
}

impl SignedHead {
    fn bytes(&self) -> Vec<u8> {
        let mut e = Encoder::new();
        e.text(CONTEXT);
        e.fixed(&self.store);
        e.text(self.ledger.as_str());
        e.number(self.batch.0);
        e.number(self.seq.0);
        e.instant(self.at);
        e.fixed(&self.hash);
        e.into_bytes()
    }

    /// Whether this was signed with the private half of a key.
    #[must_use]
    pub fn is_signed(&self, signature: &[u8], key: &PublicKey) -> bool {
        UnparsedPublicKey::new(&ED25519, key).verify(&self.bytes(), signature).is_ok()
    }
}

/// Signs heads.
pub struct Signer {
    pair: Ed25519KeyPair,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({:02x?})", self.public())
    }
}

impl Signer {
    /// A new key, as PKCS #8.
    ///
    /// # Panics
    /// When the system gives no random bytes.
    #[must_use]
    pub fn generate() -> Vec<u8> {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
        made.expect("the system gives random bytes").as_ref().to_vec()
    }

    /// A key from PKCS #8; `None` where it is no key for Ed25519.
    #[must_use]
    pub fn read(pkcs8: &[u8]) -> Option<Signer> {
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).ok().map(|pair| Signer { pair })
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        let mut public = [0; 32];
        public.copy_from_slice(self.pair.public_key().as_ref());
        public
    }

    /// The signature of a head, in 64 bytes.
    #[must_use]
    pub fn sign(&self, head: &SignedHead) -> Vec<u8> {
        self.pair.sign(&head.bytes()).as_ref().to_vec()
    }
}

/// What a store is called in signed heads; `None` before it has a system ledger.
///
/// # Errors
/// When the store cannot be read.
pub fn store_id(snapshot: &dyn Snapshot) -> Result<Option<[u8; 32]>, Fault> {
    Ok(snapshot.batches(&Name::system(), BatchNo(0), 1)?.first().map(|batch| batch.hash))
}

impl Engine {
    /// Journals the public half of a signer, once.
    ///
    /// # Errors
    /// When there is no reply.
    pub async fn announce(&self, signer: &Signer) -> Result<(), SystemError> {
        let public = blake3::Hash::from_bytes(signer.public()).to_hex();
        self.open_in_system(fixed_name(&format!("{SIGNERS}{public}"))?, Metadata::default()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_of_one_head_and_one_key() {
        let signer = Signer::read(&Signer::generate()).expect("it was made just now");
        let head = SignedHead {
            store: [1; 32],
            ledger: Name::parse("shop").expect("a name"),
            batch: BatchNo(2),
            seq: Seq(3),
            at: Timestamp(4),
            hash: [5; 32],
        };
        let signature = signer.sign(&head);
        assert!(head.is_signed(&signature, &signer.public()));
        for other in [
            SignedHead { store: [2; 32], ..head.clone() },
            SignedHead { ledger: Name::parse("shop-2").expect("a name"), ..head.clone() },
            SignedHead { batch: BatchNo(3), ..head.clone() },
            SignedHead { seq: Seq(4), ..head.clone() },
            SignedHead { at: Timestamp(5), ..head.clone() },
            SignedHead { hash: [6; 32], ..head.clone() },
        ] {
            assert!(!other.is_signed(&signature, &signer.public()), "{other:?}");
        }
        let stranger = Signer::read(&Signer::generate()).expect("it was made just now");
        assert!(!head.is_signed(&signature, &stranger.public()));
        assert!(!head.is_signed(&signature[..63], &signer.public()));
        assert!(Signer::read(b"no key").is_none());
    }
}
