//! When an event that was not accepted is sent again: as Standard Webhooks recommends.

use std::time::Duration;

/// The waits after the first failure and those that follow, in seconds: three days in all.
const WAITS_S: [u64; 9] = [5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 14 * 3_600, 20 * 3_600, 24 * 3_600];

/// The part of a wait by which it may be longer or shorter: receivers that failed together are not all asked together.
const JITTER: f64 = 0.1;

/// How long to wait after so many failures; none when there were enough of them.
pub fn wait_after(failures: u32) -> Option<Duration> {
    let index = usize::try_from(failures).ok()?.checked_sub(1)?;
    let wait = Duration::from_secs(*WAITS_S.get(index)?);
    Some(wait.mul_f64(1.0 - JITTER + 2.0 * JITTER * fastrand::f64()))
}

/// Whether there were as many failures as there may be.
pub fn is_over(failures: u32) -> bool {
    wait_after(failures.max(1)).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits() {
        for (failures, seconds) in
            [(1, Some(5)), (2, Some(300)), (9, Some(86_400)), (10, None), (0, None), (u32::MAX, None)]
        {
            let wait = wait_after(failures).map(|wait| wait.as_secs_f64());
            let near = |wait: f64, seconds: u64| {
                (wait / Duration::from_secs(seconds).as_secs_f64() - 1.0).abs() <= JITTER + 1e-6
            };
            assert_eq!(wait.is_some(), seconds.is_some(), "{failures}");
            assert!(wait.zip(seconds).is_none_or(|(wait, seconds)| near(wait, seconds)), "{failures}: {wait:?}");
        }
        assert!(!is_over(0) && !is_over(9) && is_over(10));
    }
}
