//! What is set of NATS.

use anyhow::bail;
use ducat_engine::keys::access::Pattern;
use ducat_streams::nats::{NatsSettings, PREFIX_DEFAULT, Prefix, Source, parse_servers};

use super::Settings;

impl Settings {
    /// How NATS is reached, and what is published there; nothing where no NATS is named.
    pub(super) fn nats(&self, file: &Settings) -> anyhow::Result<Option<NatsSettings>> {
        let list = |name: &str, given: &[String], file: &[String]| -> anyhow::Result<Vec<Pattern>> {
            let texts = if given.is_empty() { file } else { given };
            let parse = |text: &String| text.parse().map_err(|reason| anyhow::anyhow!("{name}: {reason}"));
            texts.iter().map(parse).collect()
        };
        let ledgers = list("nats-ledgers", &self.nats_ledgers, &file.nats_ledgers)?;
        let shared = list("nats-shared", &self.nats_shared, &file.nats_shared)?;
        let commands = if self.nats_commands.is_empty() { &file.nats_commands } else { &self.nats_commands };
        let creds = self.nats_creds.clone().or(file.nats_creds.clone());
        let ca = self.nats_ca.clone().or(file.nats_ca.clone());
        let prefix = self.nats_prefix.as_deref().or(file.nats_prefix.as_deref());
        let replicas = self.nats_replicas.or(file.nats_replicas);
        let Some(url) = self.nats_url.as_deref().or(file.nats_url.as_deref()) else {
            let others = [
                ("nats-ledgers", !ledgers.is_empty()),
                ("nats-shared", !shared.is_empty()),
                ("nats-commands", !commands.is_empty()),
                ("nats-creds", creds.is_some()),
                ("nats-ca", ca.is_some()),
                ("nats-prefix", prefix.is_some()),
                ("nats-replicas", replicas.is_some()),
            ];
            if let Some((name, _)) = others.iter().find(|(_, is_given)| *is_given) {
                bail!("{name} says something of NATS, and nothing says where that is; give --nats-url");
            }
            return Ok(None);
        };
        let replicas = replicas.unwrap_or(1);
        if !(1..=5).contains(&replicas) {
            bail!("nats-replicas is {replicas}; a stream has from 1 to 5 copies");
        }
        let parse = |text: &String| text.parse().map_err(|reason| anyhow::anyhow!("nats-commands: {reason}"));
        let commands = commands.iter().map(parse).collect::<anyhow::Result<Vec<Source>>>()?;
        for (at, one) in commands.iter().enumerate() {
            if commands.iter().skip(at + 1).any(|other| one.is_mixed_with(other)) {
                let stream = &one.stream;
                bail!(
                    "nats-commands: two of them read the stream {stream} as the same consumer, and differ otherwise; give one of \
                     them another consumer"
                );
            }
        }
        let prefix = Prefix::parse(prefix.unwrap_or(PREFIX_DEFAULT))
            .map_err(|reason| anyhow::anyhow!("nats-prefix: {reason}"))?;
        if let Some(source) = commands.iter().find(|source| source.is_own(&prefix)) {
            bail!(
                "nats-commands: {} is a stream that this server writes; commands come from another one",
                source.stream
            );
        }
        Ok(Some(NatsSettings {
            servers: parse_servers(url).map_err(|reason| anyhow::anyhow!("nats-url: {reason}"))?,
            creds,
            ca,
            prefix,
            ledgers: if ledgers.is_empty() { vec![Pattern::all()] } else { ledgers },
            shared,
            replicas,
            commands,
        }))
    }
}
