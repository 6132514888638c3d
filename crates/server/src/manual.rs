//! `ducat completions` and `ducat man`: made of the arguments as they are declared, so that they cannot say anything else.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Command};
use clap_complete::Shell;

/// For which shell.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Where to.
#[derive(Debug, Args)]
pub struct ManArguments {
    /// A folder that is there: ducat.1, ducat-serve.1 and so on are written into it.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
}

/// Prints completions.
pub fn completions(arguments: &CompletionsArguments, command: &mut Command) -> anyhow::Result<ExitCode> {
    clap_complete::generate(arguments.shell, command, "ducat", &mut std::io::stdout());
    Ok(ExitCode::SUCCESS)
}

/// Writes the pages.
pub fn pages(arguments: &ManArguments, command: Command) -> anyhow::Result<ExitCode> {
    // The footer of a page has room for a release, and not for all that `--version` says.
    let command = command.version(env!("CARGO_PKG_VERSION")).propagate_version(true);
    clap_mangen::generate_to(command, &arguments.to)
        .with_context(|| format!("pages cannot be written into {}", arguments.to.display()))?;
    Ok(ExitCode::SUCCESS)
}
