//! The last hour of this server: rates, latencies and what waits, read from its own metrics every ten seconds.
//!
//! An hour is kept and no more, so a console that is open for a year holds as much as one that was opened now.

use std::collections::VecDeque;

use jiff::Timestamp;
use parking_lot::RwLock;

/// Samples of an hour, at one in ten seconds.
const SAMPLES: usize = 361;

/// What the metrics said at an instant, and what followed from the sample before.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    /// When.
    pub at: Timestamp,
    /// Commands committed since the server began.
    commands: f64,
    /// Commits by how long they took: an upper bound in seconds, and how many took no longer.
    buckets: Vec<(f64, f64)>,
    /// Commands a second since the sample before.
    pub commands_per_second: f64,
    /// How long the slowest of a hundred commits took, in milliseconds.
    pub p99_ms: Option<f64>,
    /// Postings that wait for their turn.
    pub queue_postings: f64,
    /// Everything else that is asked for by name.
    pub values: Vec<(String, f64)>,
}

/// The samples of an hour.
#[derive(Debug, Default)]
pub struct Figures(RwLock<VecDeque<Sample>>);

impl Figures {
    /// Takes what `/metrics` said.
    pub fn take(&self, text: &str, at: Timestamp) {
        let mut sample = Sample::read(text, at);
        let mut samples = self.0.write();
        if let Some(before) = samples.back() {
            let seconds = (at.as_millisecond() - before.at.as_millisecond()) as f64 / 1_000.0;
            if seconds > 0.0 {
                sample.commands_per_second = (sample.commands - before.commands).max(0.0) / seconds;
            }
            sample.p99_ms = percentile(&before.buckets, &sample.buckets, 0.99);
        }
        if samples.len() == SAMPLES {
            samples.pop_front();
        }
        samples.push_back(sample);
    }

    /// The newest sample.
    pub fn last(&self) -> Sample {
        self.0.read().back().cloned().unwrap_or_default()
    }

    /// The commands a second of each sample, oldest first.
    pub fn rates(&self) -> Vec<f64> {
        self.0.read().iter().skip(1).map(|sample| sample.commands_per_second).collect()
    }
}

impl Sample {
    fn read(text: &str, at: Timestamp) -> Sample {
        let mut sample = Sample { at, ..Sample::default() };
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some((name, value)) = line.rsplit_once(' ') else { continue };
            let Ok(value) = value.parse::<f64>() else { continue };
            if let Some(bound) = name.strip_prefix("ducat_commit_duration_seconds_bucket{le=\"") {
                let bound = bound.trim_end_matches("\"}");
                sample.buckets.push((bound.parse().unwrap_or(f64::INFINITY), value));
            }
            match name {
                "ducat_commit_commands_sum" => sample.commands = value,
                "ducat_queue_postings" => sample.queue_postings = value,
                _ => {}
            }
            if name.starts_with("ducat_") && !name.contains("_bucket{") {
                sample.values.push((name.to_owned(), value));
            }
        }
        sample
    }

    /// The value of a metric.
    pub fn value(&self, name: &str) -> Option<f64> {
        self.values.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }

    /// The values of a metric by one of its labels.
    pub fn by_label(&self, name: &str, label: &str) -> Vec<(String, f64)> {
        let start = format!("{name}{{{label}=\"");
        let of = |(known, value): &(String, f64)| {
            let rest = known.strip_prefix(&start)?;
            Some((rest.split('"').next()?.to_owned(), *value))
        };
        self.values.iter().filter_map(of).collect()
    }
}

/// The upper bound of the bucket in which this share of what came between two samples is, in milliseconds.
fn percentile(before: &[(f64, f64)], after: &[(f64, f64)], share: f64) -> Option<f64> {
    let came = |bound: f64, count: f64| {
        let earlier = before.iter().find(|(known, _)| *known == bound).map_or(0.0, |(_, count)| *count);
        count - earlier
    };
    let all = after.last().map(|(bound, count)| came(*bound, *count)).filter(|all| *all > 0.0)?;
    let found = after.iter().find(|(bound, count)| came(*bound, *count) >= all * share)?;
    Some(found.0 * 1_000.0).filter(|bound| bound.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_follow_from_two_samples() {
        let figures = Figures::default();
        let text = |commands: u32, fast: u32, all: u32| {
            format!(
                "# HELP x\nducat_commit_commands_sum {commands}\nducat_commit_duration_seconds_bucket{{le=\"0.001\"}} {fast}\n\
                 ducat_commit_duration_seconds_bucket{{le=\"+Inf\"}} {all}\nducat_background_blocked{{task=\"a b\"}} 1\n"
            )
        };
        figures.take(&text(100, 10, 10), Timestamp::from_second(100).expect("an instant"));
        figures.take(&text(300, 209, 210), Timestamp::from_second(110).expect("an instant"));
        let last = figures.last();
        assert_eq!((last.commands_per_second, last.p99_ms), (20.0, Some(1.0)));
        assert_eq!(last.by_label("ducat_background_blocked", "task"), [("a b".to_owned(), 1.0)]);
        assert_eq!(figures.rates(), [20.0]);
        for second in 0..1_000 {
            figures.take("", Timestamp::from_second(200 + second).expect("an instant"));
        }
        assert_eq!(figures.rates().len(), SAMPLES - 1);
    }
}
