//! The plots beside the table: throughput by size of batch and by clients, latencies, and growth, as SVG.

use std::path::Path;

use plotters::prelude::*;
use serde_json::Value;

use super::page::thousands;
use super::works::{BATCHES, CLIENTS};

/// Width and height.
const SIZE: (u32, u32) = (760, 400);

const COLORS: [RGBColor; 4] =
    [RGBColor(31, 119, 180), RGBColor(214, 39, 40), RGBColor(44, 160, 44), RGBColor(148, 103, 189)];

const FONT: (&str, i32) = ("sans-serif", 14);

/// A line of a plot.
struct Series {
    name: &'static str,
    points: Vec<(f64, f64)>,
}

/// What a plot is called, and its axes.
struct Labels {
    title: &'static str,
    x: &'static str,
    y: &'static str,
}

/// How the x axis is written.
type Tick = fn(&f64) -> String;

/// Draws all plots into a folder.
pub fn draw(results: &[Value], folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    let measured = |name: &str| results.iter().find(|one| one["name"] == *name).map(|one| &one["measured"]);
    let rate = |name: String| measured(&name).and_then(|one| one["transfers_per_s"].as_f64());
    let by = |sizes: &[u64], kind: &str| -> Vec<(f64, f64)> {
        let points = sizes.iter().filter_map(|size| Some((*size as f64, rate(format!("{kind} {size}"))?)));
        points.collect()
    };
    let number: Tick = |number| thousands(*number);
    plot(
        &folder.join("batches.svg"),
        &Labels {
            title: "Throughput by size of batch, 32 clients (8190: 8 clients)",
            x: "transfers in a request",
            y: "transfers/s",
        },
        &[Series { name: "transfers/s", points: by(&BATCHES, "batch") }],
        number,
    )?;
    plot(
        &folder.join("clients.svg"),
        &Labels { title: "Throughput by clients, one transfer a request", x: "clients", y: "transfers/s" },
        &[Series { name: "transfers/s", points: by(&CLIENTS, "clients") }],
        number,
    )?;
    // Percentiles by how rare what is slower is: one request in 2, 100, 1,000.
    let latencies = |name: &'static str, work: &str| {
        let of = |(rarity, key): (f64, &str)| Some((rarity, measured(work)?[key].as_f64()?));
        let points = [(2.0, "p50_ms"), (100.0, "p99_ms"), (1_000.0, "p999_ms")];
        Series { name, points: points.into_iter().filter_map(of).collect() }
    };
    plot(
        &folder.join("latencies.svg"),
        &Labels { title: "Latency", x: "all but one request in", y: "ms at most" },
        &[
            latencies("one transfer, 64 clients", "clients 64"),
            latencies("batches of 10, 32 clients", "batch 10"),
            latencies("batches of 100, 32 clients", "batch 100"),
            latencies("full batches, 2 clients", "bulk"),
        ],
        number,
    )?;
    let growth = |name: &'static str, works: [&str; 2]| {
        let of = works.iter().find_map(|work| measured(work)?["growth"].as_array());
        let point = |one: &Value| Some((one[0].as_f64()?, one[1].as_f64()?));
        Series { name, points: of.into_iter().flatten().filter_map(point).collect() }
    };
    plot(
        &folder.join("growth.svg"),
        &Labels { title: "Throughput as the file grows, full batches", x: "transfers stored", y: "transfers/s" },
        &[growth("ids in order", ["growth", "bulk"]), growth("random ids", ["growth, random ids", "bulk, random ids"])],
        number,
    )
}

fn plot(path: &Path, labels: &Labels, series: &[Series], tick: Tick) -> anyhow::Result<()> {
    let all = || series.iter().flat_map(|one| &one.points);
    if all().next().is_none() {
        return Ok(());
    }
    let least = all().map(|point| point.0).fold(f64::MAX, f64::min);
    let most = all().map(|point| point.0).fold(0.0, f64::max);
    let top = all().map(|point| point.1).fold(0.0, f64::max) * 1.1;
    let area = SVGBackend::new(path, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(labels.title, ("sans-serif", 18))
        .margin(12)
        .margin_right(30)
        .x_label_area_size(44)
        .y_label_area_size(80)
        .build_cartesian_2d((least..most * 1.01).log_scale(), 0.0..top)?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .x_desc(labels.x)
        .y_desc(labels.y)
        .x_label_formatter(&tick)
        .y_label_formatter(&|number| thousands(*number))
        .label_style(FONT)
        .draw()?;
    for (one, color) in series.iter().zip(COLORS) {
        let line = LineSeries::new(one.points.iter().copied(), color.stroke_width(2)).point_size(3);
        let drawn = chart.draw_series(line)?;
        if series.len() > 1 {
            drawn.label(one.name).legend(move |(x, y)| Rectangle::new([(x, y - 4), (x + 12, y + 4)], color.filled()));
        }
    }
    if series.len() > 1 {
        chart.configure_series_labels().background_style(WHITE).border_style(BLACK.mix(0.3)).label_font(FONT).draw()?;
    }
    area.present()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_measured_is_drawn_and_what_was_not_is_left_out() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let growth = json!([[10_000, 150_000.0], [1_000_000, 140_000.0]]);
        let results = [json!({ "name": "bulk", "measured": { "p50_ms": 1.0, "growth": growth } })];
        draw(&results, folder.path()).expect("it can be drawn");
        let svg = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap_or_default();
        assert!(svg("growth.svg").contains("ids in order"));
        assert!(svg("latencies.svg").contains("ms at most"));
        assert_eq!(svg("clients.svg"), "");
    }
}
