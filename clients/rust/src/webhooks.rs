//! Webhooks as <https://www.standardwebhooks.com> describes them (1.0.0): an HMAC-SHA256 over id, time and body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

/// How old a message may be, in seconds.
const TOLERANCE_S: u64 = 300;

/// A message that was not sent by who has the secret, or not lately.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// The secret is none.
    #[error("the secret is no base64 after whsec_")]
    Secret,
    /// The time is too far off.
    #[error("the time of the message is too far off")]
    Time,
    /// No signature fits.
    #[error("no signature fits: the secret is another, or the body was changed")]
    Signature,
}

/// Checks that a message was sent by who has the secret, and lately: its body as it arrived, the headers `webhook-id`,
/// `webhook-timestamp` and `webhook-signature`, the secret of the endpoint, and the time in seconds since 1970.
///
/// # Errors
/// When it was not.
pub fn verify_webhook(
    body: &[u8],
    (id, time, signatures): (&str, &str, &str),
    secret: &str,
    now_s: u64,
) -> Result<(), WebhookError> {
    let sent: u64 = time.parse().map_err(|_| WebhookError::Time)?;
    if now_s.abs_diff(sent) > TOLERANCE_S {
        return Err(WebhookError::Time);
    }
    let secret = STANDARD.decode(secret.strip_prefix("whsec_").unwrap_or(secret)).map_err(|_| WebhookError::Secret)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
    let message = [format!("{id}.{time}.").as_bytes(), body].concat();
    let given = signatures.split(' ').filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok());
    let mut all = given.map(|signature| hmac::verify(&key, &message, &signature).is_ok());
    if all.any(|fits| fits) { Ok(()) } else { Err(WebhookError::Signature) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const HEADERS: (&str, &str, &str) =
        ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    #[test]
    fn signatures_are_compared() {
        let (id, time, signature) = HEADERS;
        assert_eq!(verify_webhook(BODY, HEADERS, SECRET, 1_614_265_330), Ok(()));
        let two = format!("v1,AAAA v2,x {signature}");
        assert_eq!(verify_webhook(BODY, (id, time, &two), SECRET, 1_614_265_629), Ok(()));
        assert_eq!(verify_webhook(b"{}", HEADERS, SECRET, 1_614_265_330), Err(WebhookError::Signature));
        assert_eq!(
            verify_webhook(BODY, ("msg_x", time, signature), SECRET, 1_614_265_330),
            Err(WebhookError::Signature)
        );
        assert_eq!(verify_webhook(BODY, HEADERS, SECRET, 1_614_265_631), Err(WebhookError::Time));
        assert_eq!(verify_webhook(BODY, HEADERS, "whsec_?", 1_614_265_330), Err(WebhookError::Secret));
    }
}
