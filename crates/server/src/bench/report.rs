//! What was measured, as a table and as JSON.

use comfy_table::Table;
use serde_json::{Value, json};

use super::Ceilings;

/// One phase of the load.
#[derive(Debug, Clone, Copy, Default)]
pub struct Phase {
    /// Transfers a second.
    pub transfers_per_s: f64,
    /// Requests a second.
    pub requests_per_s: f64,
    /// Half of the requests took less.
    pub p50_ms: f64,
    /// All but one in a hundred took less.
    pub p99_ms: f64,
    /// All but one in a thousand took less.
    pub p999_ms: f64,
    /// None took more.
    pub max_ms: f64,
}

/// All that was measured.
#[derive(Debug)]
pub struct Report {
    mode: &'static str,
    ceilings: Ceilings,
    phases: Vec<(&'static str, Phase)>,
    /// The same phases once more is stored.
    later: Vec<(&'static str, Phase)>,
    /// Transfers made in the measured phase, for what is counted a transfer.
    pub made: u64,
    /// Transfers in the store at the end.
    pub stored: u64,
    /// CPU seconds of the server in the measured phases.
    pub server_cpu_s: Option<f64>,
    /// The most memory of the server.
    pub server_peak_mb: Option<f64>,
    /// The size of the store, a transfer.
    pub bytes_per_transfer: Option<f64>,
    /// The most that the log beside the file was.
    pub log_peak_mb: Option<f64>,
    /// How many transfers were made, and how many a second since the line before.
    pub growth: Vec<(u64, f64)>,
}

impl Report {
    /// Nothing measured but the ceiling.
    pub fn new(mode: &'static str, ceilings: Ceilings) -> Report {
        Report {
            mode,
            ceilings,
            phases: Vec::new(),
            later: Vec::new(),
            made: 0,
            stored: 0,
            server_cpu_s: None,
            server_peak_mb: None,
            bytes_per_transfer: None,
            log_peak_mb: None,
            growth: Vec::new(),
        }
    }

    /// Adds a phase.
    pub fn add(&mut self, name: &'static str, (phase, made): (Phase, u64)) {
        self.made += made;
        self.phases.push((name, phase));
    }

    /// Adds a phase that was there before, measured once more is stored.
    pub fn add_later(&mut self, name: &'static str, phase: Phase) {
        self.later.push((name, phase));
    }

    /// What half of the requests take, and all but one in a hundred, as multiples of what they took with less stored.
    fn growth(&self, name: &str) -> Option<(Phase, f64, f64)> {
        let of = |phases: &[(&'static str, Phase)]| phases.iter().find(|(known, _)| *known == name).map(|(_, p)| *p);
        let (before, after) = (of(&self.phases)?, of(&self.later)?);
        Some((after, after.p50_ms / before.p50_ms.max(1e-3), after.p99_ms / before.p99_ms.max(1e-3)))
    }

    fn first(&self) -> Phase {
        self.phases.first().map(|(_, phase)| *phase).unwrap_or_default()
    }

    /// What the first phase made a second: transfers, or requests where none were made.
    pub fn per_second(&self) -> f64 {
        let first = self.first();
        if first.transfers_per_s > 0.0 { first.transfers_per_s } else { first.requests_per_s }
    }

    fn share_of_ceiling(&self) -> f64 {
        self.first().transfers_per_s / self.ceilings.rows.max(1.0)
    }

    /// How often the first thing is read, as a share of how often nothing is.
    fn share_of_nothing(&self) -> Option<f64> {
        let (_, nothing) = self.phases.iter().find(|(name, _)| name.starts_with("nothing"))?;
        Some(self.first().requests_per_s / nothing.requests_per_s.max(1.0))
    }

    /// One object.
    pub fn json(&self) -> Value {
        let first = self.first();
        let round = |number: f64| (number * 1_000.0).round() / 1_000.0;
        let mut object = json!({
            "mode": self.mode,
            "transfers_per_s": first.transfers_per_s.round(),
            "requests_per_s": first.requests_per_s.round(),
            "p50_ms": round(first.p50_ms),
            "p99_ms": round(first.p99_ms),
            "p999_ms": round(first.p999_ms),
            "max_ms": round(first.max_ms),
            "server_cpu_s": self.server_cpu_s.map(round),
            "server_peak_mb": self.server_peak_mb.map(round),
            "bytes_per_transfer": self.bytes_per_transfer.map(round),
            "log_peak_mb": self.log_peak_mb.map(round),
            "ceiling_rows_per_s": self.ceilings.rows.round(),
            "ceiling_segments_per_s": self.ceilings.segments.round(),
            "share_of_ceiling": round(self.share_of_ceiling()),
        });
        if let Some(share) = self.share_of_nothing() {
            object["share_of_nothing"] = json!(round(share));
        }
        if !self.growth.is_empty() {
            let growth = self.growth.iter().map(|(made, per_s)| json!([made, per_s.round()]));
            object["growth"] = growth.collect();
        }
        for (name, phase) in self.phases.iter().skip(1) {
            let key = name.replace(',', "").replace(' ', "_");
            object[&key] = json!({
                "requests_per_s": phase.requests_per_s.round(),
                "p50_ms": round(phase.p50_ms),
                "p99_ms": round(phase.p99_ms),
                "max_ms": round(phase.max_ms),
            });
            if let Some((after, p50, p99)) = self.growth(name) {
                object[&key]["with_more_stored"] = json!({
                    "requests_per_s": after.requests_per_s.round(),
                    "p50_ms": round(after.p50_ms),
                    "p99_ms": round(after.p99_ms),
                    "p50_ratio": round(p50),
                    "p99_ratio": round(p99),
                });
            }
        }
        object
    }

    /// A table for people.
    pub fn table(&self) -> String {
        let mut table = Table::new();
        table.set_header(["", "transfers/s", "requests/s", "p50 ms", "p99 ms", "p99.9 ms", "max ms"]);
        let grown = self.later.iter().map(|(name, phase)| {
            let (p50, p99) = self.growth(name).map_or((0.0, 0.0), |(_, p50, p99)| (p50, p99));
            (format!("{name}, more stored: p50 x {p50:.2}, p99 x {p99:.2}"), phase)
        });
        for (name, phase) in self.phases.iter().map(|(name, phase)| ((*name).to_owned(), phase)).chain(grown) {
            table.add_row([
                name,
                format!("{:.0}", phase.transfers_per_s),
                format!("{:.0}", phase.requests_per_s),
                format!("{:.2}", phase.p50_ms),
                format!("{:.2}", phase.p99_ms),
                format!("{:.2}", phase.p999_ms),
                format!("{:.2}", phase.max_ms),
            ]);
        }
        let of_nothing = self
            .share_of_nothing()
            .map_or_else(String::new, |share| format!("\na balance is read {share:.2} times as often as nothing"));
        let known = |number: Option<f64>, unit: &str| {
            number.map_or("not known".to_owned(), |number| format!("{number:.1} {unit}"))
        };
        format!(
            "{table}\nserver: {} of CPU, {} at most, {} a transfer, log {} at most\n\
             row ceiling {:.0}/s, share of it {:.3}; segment ceiling {:.0}/s{of_nothing}",
            known(self.server_cpu_s, "s"),
            known(self.server_peak_mb, "MB"),
            known(self.bytes_per_transfer, "bytes"),
            known(self.log_peak_mb, "MB"),
            self.ceilings.rows,
            self.share_of_ceiling(),
            self.ceilings.segments,
        )
    }
}
