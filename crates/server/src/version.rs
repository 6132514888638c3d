//! What this binary is: its release, the commit that it was made of, and the schemas that it writes.

use std::sync::LazyLock;

use ducat_api::metrics::Build;

/// The commit; `unknown` where it was built outside a repository and no one said.
const COMMIT: &str = env!("DUCAT_COMMIT");

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let (release, sqlite, postgres) =
        (env!("CARGO_PKG_VERSION"), ducat_store::sqlite::schema(), ducat_store::postgres::schema());
    format!("{release} (commit {COMMIT}, schema: SQLite {sqlite}, PostgreSQL {postgres})")
});

/// The release and the commit.
pub fn build() -> Build {
    Build { version: env!("CARGO_PKG_VERSION"), commit: COMMIT }
}

/// All of it in one line.
pub fn version() -> &'static str {
    VERSION.as_str()
}
