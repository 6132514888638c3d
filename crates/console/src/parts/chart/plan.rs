//! A plan as a line of marks, one for each installment, with its attempts below it.

use maud::{Markup, html};

use super::{Size, figure, rows};
use crate::parts::state::capital;

/// An installment.
pub struct Mark {
    pub number: String,
    pub due: String,
    pub status: String,
    pub amount: String,
    /// What came of asking for it; nothing where no one asked yet.
    pub attempt: String,
}

/// Marks of a line.
const PER_LINE: [usize; 2] = [3, 6];

const LINE: i64 = 76;

/// The chart; nothing where there is no plan.
pub fn plan(title: &str, marks: &[Mark]) -> Markup {
    if marks.is_empty() {
        return html! {};
    }
    let count = |status: &str| marks.iter().filter(|mark| mark.status == status).count();
    let said = format!("{} of {} paid, {} failed", count("paid"), marks.len(), count("failed"));
    let per_line = |size: &Size| PER_LINE[usize::from(size.width > 600)];
    let height = |size: &Size| LINE * i64::try_from(marks.len().div_ceil(per_line(size))).unwrap_or(1);
    let draw = |size: &Size| {
        let per_line = per_line(size);
        let step = size.width / i64::try_from(per_line).unwrap_or(1);
        html! {
            @for (line, marks) in marks.chunks(per_line).enumerate() {
                @let top = LINE * i64::try_from(line).unwrap_or(0);
                line.grid x1="8" y1=(top + 12) x2=(step * i64::try_from(marks.len()).unwrap_or(1) - step / 2) y2=(top + 12) {}
                @for (mark, x) in marks.iter().zip((0..).map(|place| 8 + place * step)) {
                    (shape(&mark.status, x, top + 12))
                    text.ink x=(x - 8) y=(top + 36) { (mark.number) ". " (mark.due) }
                    text.axis x=(x - 8) y=(top + 52) { (capital(&mark.status.replace('_', " "))) }
                }
            }
        }
    };
    let row = |mark: &Mark| {
        let attempt = if mark.attempt.is_empty() { String::new() } else { format!(", {}", mark.attempt) };
        (format!("{}. due {}", mark.number, mark.due), format!("{} {}{attempt}", mark.amount, mark.status))
    };
    let values: Vec<(String, String)> = marks.iter().map(row).collect();
    figure(title, &said, draw, height, &rows(["Installment", "Amount"], &values))
}

fn shape(status: &str, x: i64, y: i64) -> Markup {
    match status {
        "paid" => html! { circle.left cx=(x) cy=(y) r="7" {} },
        "failed" | "timed_out" | "unresolved" | "refused" => html! {
            circle.wrong cx=(x) cy=(y) r="7" {}
            path.wrong d=(format!("M{} {}L{} {}M{} {}L{} {}", x - 3, y - 3, x + 3, y + 3, x - 3, y + 3, x + 3, y - 3)) {}
        },
        _ => html! { circle.ring cx=(x) cy=(y) r="7" {} },
    }
}
