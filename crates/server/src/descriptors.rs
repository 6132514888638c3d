//! The process's limit of open files, and how many connections fit below it.

use anyhow::bail;
use ducat_api::connections::{ConnectionLimits, REFUSALS_MAX};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors that everything but connections needs: the store with its readers, the runtime, standard streams, a log.
const RESERVE: usize = 40;

/// Raises the limit of open files as far as it may be, and lowers that of connections below it.
///
/// # Errors
/// When there is no room for a single connection.
pub fn bounded(limits: ConnectionLimits, processor_connections: usize) -> anyhow::Result<ConnectionLimits> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // It fails where the system allows less than it says; then the limit stays what it is.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let Some(descriptors) = getrlimit(Resource::Nofile).current else { return Ok(limits) };
    let descriptors = usize::try_from(descriptors).unwrap_or(usize::MAX);
    let taken = RESERVE.saturating_add(REFUSALS_MAX.min(descriptors / 8));
    // Connections to a processor come and go; half of a small limit is never theirs.
    let taken = taken.saturating_add(processor_connections.min(descriptors / 16));
    let connections_max = limits.connections_max.min(descriptors.saturating_sub(taken));
    if connections_max == 0 {
        bail!("the limit of open files is {descriptors}, which leaves none for connections; raise it (ulimit -n)");
    }
    if connections_max < limits.connections_max {
        tracing::info!(
            connections_max,
            descriptors,
            "fewer connections are taken than allowed: the limit of open files"
        );
    }
    Ok(ConnectionLimits { connections_max, ..limits })
}
