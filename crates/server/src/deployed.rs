//! Keys that come with a deployment, in files, since no one is there to make the first one by hand.
//!
//! - A key is made once. What became of it later (rotated, revoked) stays, whatever is in the file.
//! - What a file holds is in no message: it may be a key that was cut off.

use std::path::Path;

use anyhow::Context;
use ducat_engine::Engine;
use ducat_engine::keys::NewKey;
use ducat_engine::keys::access::{Access, Scope};
use ducat_engine::keys::token::Token;

use crate::config::ServeConfig;
use crate::line;

/// Makes the keys in the files that are named, where the store has none of their ids. The admin key is the first.
pub async fn admit(engine: &Engine, config: &ServeConfig) -> anyhow::Result<()> {
    let files =
        [("admin", Scope::Admin, &config.admin_key_file), ("metrics", Scope::Metrics, &config.metrics_key_file)];
    for (name, scope, file) in files {
        if let Some(file) = file {
            let place = || format!("{name}-key-file {}", file.display());
            admit_one(engine, name, scope, file).await.with_context(place)?;
        }
    }
    Ok(())
}

async fn admit_one(engine: &Engine, name: &str, scope: Scope, file: &Path) -> anyhow::Result<()> {
    let line = line::read(file)?;
    let token = Token::parse(&line).context("it holds no key: make one with ducat keys generate")?;
    let of = engine.clone();
    let operator = tokio::task::spawn_blocking(move || of.for_operator()).await??;
    let name = format!("{name} key of the deployment");
    let new = NewKey { name, access: Access { scope, ..Access::all() }, expires_at: None };
    let key = operator.admit_key(new, &token).await?;
    if key.taken_until(&token.hash(), engine.now()).is_none() {
        let file = file.display();
        tracing::warn!(key = %token.id, %file, "this key was revoked or replaced, or has expired; it opens nothing");
    } else if key.record.access.scope != scope {
        let (file, scope) = (file.display(), key.record.access.scope.word());
        tracing::warn!(key = %token.id, %file, scope, "this key was made before, for something else; it stays so");
    }
    Ok(())
}
