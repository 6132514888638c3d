//! What stands in the way of work that is tried again by itself: logged once, until it is something else or gone.

use crate::Engine;
use crate::meters::JobMeters;

/// What a job meets.
#[derive(Debug)]
pub struct Obstacle {
    job: &'static str,
    reason: Option<String>,
    meters: JobMeters,
}

impl Obstacle {
    /// Nothing yet. `job` is what is logged as being in the way of.
    #[must_use]
    pub fn of(job: &'static str) -> Obstacle {
        Obstacle { job, reason: None, meters: JobMeters::default() }
    }

    /// The same, of a job of an engine, which shows in its metrics.
    pub(crate) fn of_job(engine: &Engine, job: &'static str) -> Obstacle {
        Obstacle { meters: engine.meters().of_job(job), ..Obstacle::of(job) }
    }

    /// The job could not do its work now.
    pub fn met(&mut self, reason: &dyn std::fmt::Display) {
        let reason = reason.to_string();
        self.meters.failed();
        if self.reason.as_ref() != Some(&reason) {
            tracing::warn!(job = self.job, reason, "waits, and is tried again until it is done");
            self.reason = Some(reason);
        }
    }

    /// The job is another node's for now.
    pub(crate) fn rests(&self) {
        self.meters.passed();
    }

    /// The job did its work.
    pub fn passed(&mut self) {
        if self.reason.take().is_some() {
            self.meters.passed();
            tracing::info!(job = self.job, "goes on");
        }
    }
}
