//! Lives through simulated histories: `cargo xtask sim --seeds N [--seed S]`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).filter_map(|argument| argument.parse::<u64>().ok());
    let (first, count) = (arguments.next().unwrap_or(0), arguments.next().unwrap_or(1));
    let mut answered = 0;
    for seed in first..first.saturating_add(count) {
        match ducat_simulation::run(seed) {
            Ok(tally) => answered += tally.answered,
            Err(difference) => {
                eprintln!("seed {seed}: {difference}\nagain: cargo xtask sim --seed {seed}");
                return ExitCode::FAILURE;
            }
        }
    }
    println!("{count} histories from seed {first}, {answered} commands with the outcomes of the model");
    ExitCode::SUCCESS
}
