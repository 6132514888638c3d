//! What is kept beside the journals of a file, as readers see it.

use ducat_domain::names::Name;

use super::reader::SqliteReader;
use crate::beside::ReadBeside;
use crate::sinks::{Delivery, Progress};
use crate::sqlite::{open_reader, sinks, uses};
use crate::{Fault, Use};

impl ReadBeside for SqliteReader {
    fn uses(&self) -> Result<Vec<Use>, Fault> {
        uses::read(&open_reader(&self.path)?)
    }

    fn progress(&self, of: &[Name]) -> Result<Vec<Progress>, Fault> {
        sinks::progress(&open_reader(&self.path)?, of)
    }

    fn deliveries(&self, sink: &Name, before: u64, limit: usize) -> Result<Vec<Delivery>, Fault> {
        sinks::deliveries(&open_reader(&self.path)?, sink, before, limit)
    }
}
