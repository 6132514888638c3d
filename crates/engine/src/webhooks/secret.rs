//! Secrets of endpoints, and what they sign: Standard Webhooks 1.0 (<https://www.standardwebhooks.com>).
//!
//! - A secret is derived from the servers' key, the endpoint's id and a number, so that none is stored anywhere. Whoever
//!   has the key has all of them; whoever has the store has none.
//! - A signature is made over the id of the message, the second at which it is sent, and its bytes.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::hmac;

use super::EndpointId;

/// What secrets are derived for, so that they are no other key's.
const CONTEXT: &str = "Ducat 2026-11-28 secret of a webhook";

/// What a fingerprint is derived for.
const FINGERPRINT: &str = "Ducat 2026-11-28 fingerprint of a key for webhooks";

/// What secrets begin with when they are written.
const PREFIX: &str = "whsec_";

/// Bytes of a secret that someone else made: as many as the standard allows.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// What the secrets of all endpoints are derived from.
#[derive(Clone)]
pub struct SecretKey([u8; 32]);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey")
    }
}

impl SecretKey {
    /// A key of random bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> SecretKey {
        SecretKey(bytes)
    }

    /// What distinguishes it from other keys, and says nothing else of it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let [a, b, c, d, ..] = blake3::derive_key(FINGERPRINT, &self.0);
        format!("{a:02x}{b:02x}{c:02x}{d:02x}")
    }

    /// A secret of an endpoint.
    #[must_use]
    pub fn secret(&self, id: EndpointId, number: u32) -> Secret {
        let key = blake3::derive_key(CONTEXT, &self.0);
        Secret(blake3::keyed_hash(&key, format!("{id} {number}").as_bytes()).as_bytes().to_vec())
    }
}

/// A secret that signs messages.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// A secret as it is written: `whsec_` and base64.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(text: &str) -> Result<Secret, String> {
        let bytes = text.strip_prefix(PREFIX).and_then(|text| BASE64_STANDARD.decode(text).ok());
        let bytes = bytes.filter(|bytes| SECRET_BYTES.contains(&bytes.len()));
        bytes.map(Secret).ok_or_else(|| format!("a secret is {PREFIX} and 24 to 64 bytes in base64"))
    }

    /// As it is written.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", BASE64_STANDARD.encode(&self.0))
    }

    /// The signature of a message, as the header `webhook-signature` has it.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &self.0));
        context.update(format!("{id}.{timestamp}.").as_bytes());
        context.update(body);
        format!("v1,{}", BASE64_STANDARD.encode(context.sign()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the standard's own libraries.
    #[test]
    fn a_signature_is_that_of_the_standard() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let signed = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn secrets_differ() {
        let key = SecretKey::new([1; 32]);
        let id = EndpointId::from_bytes([1; 32]);
        let secret = key.secret(id, 1);
        assert_eq!(Secret::parse(&secret.reveal()), Ok(secret.clone()));
        assert_ne!(secret, key.secret(id, 2));
        assert_ne!(secret, key.secret(EndpointId::from_bytes([2; 32]), 1));
        assert_ne!(secret, SecretKey::new([2; 32]).secret(id, 1));
        for text in ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ", "whsec_!"] {
            assert!(Secret::parse(text).is_err(), "{text}");
        }
    }
}
