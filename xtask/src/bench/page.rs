//! The table of docs/performance.md, made of results.

use std::fmt::Write as _;

use anyhow::Context;
use serde_json::Value;

use super::works::{Line, Share, all};

/// Between these marks nothing is written by hand.
const BEGIN: &str = "<!-- measured: begin -->";
const END: &str = "<!-- measured: end -->";

/// The page with new results in the place of the old ones.
pub fn with_results(page: &str, results: &[Value]) -> anyhow::Result<String> {
    let (before, rest) = page.split_once(BEGIN).context("docs/performance.md has no place for results")?;
    let (_, after) = rest.split_once(END).context("docs/performance.md has no end of results")?;
    Ok(format!("{before}{BEGIN}\n{}{END}{after}", measured(results)))
}

fn measured(results: &[Value]) -> String {
    let ceilings = |name: &str| -> (f64, f64) {
        let all = results.iter().filter_map(|result| result["measured"][name].as_f64());
        all.fold((f64::MAX, 0.0), |(least, most), one| (least.min(one), most.max(one)))
    };
    let (rows, segments) = (ceilings("ceiling_rows_per_s"), ceilings("ceiling_segments_per_s"));
    let is_long = |result: &Value| result["is_long"] == true;
    let command = match (results.iter().all(is_long), results.iter().any(is_long)) {
        (true, _) => "cargo xtask bench --long",
        (false, true) => "cargo xtask bench`, in part with `--long",
        (false, false) => "cargo xtask bench",
    };
    let mut text = format!(
        "Measured by `{command}` on {}. The row ceiling was {} to {}/s in these runs, the segment ceiling {} to {}/s.\n\n",
        machine(),
        thousands(rows.0),
        thousands(rows.1),
        thousands(segments.0),
        thousands(segments.1)
    );
    text.push_str("| work | `ducat bench` | measured | share | p50 / p99 / max ms | memory, disk, log |\n");
    text.push_str("|---|---|---|---|---|---|\n");
    // All works that there are, in the order of the long ones.
    for work in all(true) {
        let Some(result) = results.iter().find(|result| result["name"] == *work.name) else { continue };
        let arguments = result["arguments"].as_str().unwrap_or_default();
        for line in &work.lines {
            // A String takes everything.
            let _ = writeln!(text, "{}", row(line, arguments, &result["measured"]));
        }
    }
    text
}

fn row(line: &Line, arguments: &str, measured: &Value) -> String {
    let phase = if line.phase.is_empty() { measured } else { &measured[line.phase] };
    let (figure, unit) = line.figure;
    let found = phase[figure].as_f64().unwrap_or_default();
    let nothing = measured["nothing_(/healthz)"]["requests_per_s"].as_f64();
    let share = match line.share {
        Share::Rows => measured["ceiling_rows_per_s"].as_f64().map(|of| (found / of, "of the row ceiling")),
        Share::Nothing => nothing.map(|of| (found / of, "of nothing")),
        Share::Sqlite => measured["sqlite_transfers_per_s"].as_f64().map(|of| (found / of, "of SQLite")),
        Share::None => None,
    };
    let share = share.map_or_else(String::new, |(share, of)| format!("{share:.2} {of}"));
    let ms = |name: &str| phase[name].as_f64().map_or_else(|| "?".to_owned(), |ms| format!("{ms:.1}"));
    let of_server = |name: &str, unit: &str| {
        measured[name].as_f64().map(|number| format!("{number:.0} {unit}")).filter(|_| line.phase.is_empty())
    };
    let server: Vec<String> = [
        of_server("server_peak_mb", "MB"),
        of_server("bytes_per_transfer", "bytes each"),
        of_server("log_peak_mb", "MB"),
    ]
    .into_iter()
    .flatten()
    .collect();
    format!(
        "| {} | `{arguments}` | {} {unit} | {share} | {} / {} / {} | {} |",
        line.what,
        thousands(found),
        ms("p50_ms"),
        ms("p99_ms"),
        ms("max_ms"),
        server.join(", ")
    )
}

fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let value = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let processor = value(&read("/proc/cpuinfo"), "model name");
    let memory = value(&read("/proc/meminfo"), "MemTotal");
    let kib: f64 = memory.split_whitespace().next().and_then(|kib| kib.parse().ok()).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let kernel = read("/proc/sys/kernel/osrelease");
    format!("{cores} cores ({processor}), {:.0} GiB, Linux {}", kib / 1_048_576.0, kernel.trim())
}

/// A number as people read it.
pub fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn results_replace_what_was_between_the_marks_and_nothing_else() {
        let results = [json!({ "name": "bulk", "arguments": "--transfers 3000000", "measured": {
            "transfers_per_s": 150_000.0, "ceiling_rows_per_s": 200_000.0, "ceiling_segments_per_s": 400_000.0,
            "p50_ms": 1.0, "p99_ms": 2.0, "max_ms": 30.25, "server_peak_mb": 250.4, "log_peak_mb": 134.2,
        } })];
        let page = format!("# Before\n{BEGIN}\nold\n{END}\nafter");
        let made = with_results(&page, &results).expect("it has marks");
        assert!(made.starts_with("# Before\n") && made.ends_with("\nafter") && !made.contains("old"), "{made}");
        let line = "| full batches, ids in order of time | `--transfers 3000000` | 150,000 transfers/s | 0.75 of the row \
                    ceiling | 1.0 / 2.0 / 30.2 | 250 MB, 134 MB |";
        assert!(made.contains(line), "{made}");
        assert!(with_results("no marks", &results).is_err());
    }

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in [(0.0, "0"), (999.4, "999"), (1_000.0, "1,000"), (1_234_567.0, "1,234,567")] {
            assert_eq!(thousands(number), text);
        }
    }
}
