//! How many requests a second a key may make at this node.
//!
//! Requests of a key are spread evenly (GCRA): after a pause as many come at once as there are in a second. Each response
//! says what is left (draft-ietf-httpapi-ratelimit-headers-10), so that a client can slow down before it is refused.

use std::num::NonZeroU32;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use ducat_engine::keys::token::KeyId;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use serde_json::json;

use crate::problem::Problem;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// What keys have left.
pub(crate) struct Rate {
    per_second: NonZeroU32,
    limiter: RateLimiter<KeyId, DashMapStateStore<KeyId>, DefaultClock, StateInformationMiddleware>,
}

/// What a key has left in this second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Left {
    per_second: NonZeroU32,
    requests: u32,
}

impl Rate {
    /// A rate that each key has to itself.
    pub fn new(per_second: NonZeroU32) -> Rate {
        let limiter = RateLimiter::dashmap(Quota::per_second(per_second));
        Rate { per_second, limiter: limiter.with_middleware() }
    }

    /// Takes one request of a key.
    ///
    /// # Errors
    /// When there is none left: 429, with the seconds to wait.
    pub fn take(&self, key: KeyId) -> Result<Left, Problem> {
        match self.limiter.check_key(&key) {
            Ok(left) => Ok(Left { per_second: self.per_second, requests: left.remaining_burst_capacity() }),
            Err(refused) => {
                let wait = refused.wait_time_from(DefaultClock::default().now());
                let detail = format!(
                    "this key makes more than {} requests a second; nothing was done; retry the request after a while",
                    self.per_second
                );
                let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail);
                Err(problem.with("retry_after_ms", json!(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1))))
            }
        }
    }
}

impl Left {
    /// Says so.
    pub fn write(self, headers: &mut HeaderMap) {
        let (limit, left) = (self.per_second, self.requests);
        for (name, text) in [(POLICY, format!(r#""key";q={limit};w=1"#)), (LEFT, format!(r#""key";r={left};t=1"#))] {
            headers.extend(HeaderValue::try_from(text).ok().map(|value| (name, value)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_own_rate() {
        let rate = Rate::new(NonZeroU32::new(3).expect("it is not zero"));
        let (one, other) = (KeyId(1), KeyId(2));
        let left: Vec<u32> = (0..3).map(|_| rate.take(one).expect("there is one left").requests).collect();
        assert_eq!(left, [2, 1, 0]);
        let refused = rate.take(one).expect_err("there is none left");
        assert_eq!((refused.status(), refused.code()), (429, "rate_limited"));
        let left = rate.take(other).expect("it has its own");
        let mut headers = HeaderMap::new();
        left.write(&mut headers);
        assert_eq!(headers[POLICY], r#""key";q=3;w=1"#);
        assert_eq!(headers[LEFT], r#""key";r=2;t=1"#);
    }
}
