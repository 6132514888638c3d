//! A backup in a bucket: Amazon's S3, or whatever speaks its protocol and has conditional writes.
//!
//! - The manifest is put on the condition that the one of before is there. So of two writers one is refused, and no lock is
//!   left behind by one that was killed.
//! - Everything is said in the variables that other programs for S3 read: `AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL`, …
//! - A slow bucket is waited for by the backup, and by nothing else.

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, anyhow, bail, ensure};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{ClientConfigKey, HttpClient, HttpConnector};
use object_store::path::Path;
use object_store::{
    ClientOptions, Error, ObjectStore as _, ObjectStoreExt as _, PutMode, PutPayload, RetryConfig, UpdateVersion,
};
use tokio::runtime::{Builder, Runtime};

use super::{Deposed, ENDINGS, File, LEDGERS, MANIFEST, Repository, check_name};

/// Requests under way at a time: what a bucket far away takes long for is done at once.
const REQUESTS_AT_ONCE: usize = 16;

/// How long a request may take, a large segment by a slow line included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(120);

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How often a request is sent again, and for how long, before it is an error.
const RETRIES: usize = 4;
const RETRY_TIMEOUT: Duration = Duration::from_secs(30);

/// A bucket, and the prefix of a backup in it.
pub struct Bucket {
    runtime: Runtime,
    objects: AmazonS3,
    name: String,
    prefix: Path,
    /// The manifest that was read or put last: the next one is put in place of it.
    version: Mutex<Option<UpdateVersion>>,
    /// Whether it was seen to keep the conditions of writes.
    keeps_conditions: AtomicBool,
}

impl Bucket {
    /// To write to.
    pub fn create(bucket: &str, prefix: &str) -> anyhow::Result<Bucket> {
        let bucket = Bucket::open(bucket, prefix)?;
        let prefix = Some(&bucket.prefix).filter(|prefix| !prefix.as_ref().is_empty());
        let found =
            bucket.wait(bucket.objects.list_with_delimiter(prefix)).map_err(|error| bucket.unreadable(error))?;
        // A prefix with something else in it was named by mistake.
        let manifest = bucket.path(MANIFEST)?;
        let is_new = found.objects.is_empty() && found.common_prefixes.is_empty();
        ensure!(
            is_new || found.objects.iter().any(|object| object.location == manifest),
            "{bucket} holds something else, or a backup without its manifest; name another prefix, as in s3://BUCKET/PREFIX"
        );
        Ok(bucket)
    }

    /// To read from.
    pub fn open(bucket: &str, prefix: &str) -> anyhow::Result<Bucket> {
        let retry = RetryConfig { max_retries: RETRIES, retry_timeout: RETRY_TIMEOUT, ..RetryConfig::default() };
        let builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retry);
        let objects = builder.with_http_connector(Connector).build();
        let name = if prefix.is_empty() { format!("s3://{bucket}") } else { format!("s3://{bucket}/{prefix}") };
        let objects = objects.map_err(|error| anyhow!("{name} cannot be opened: {}", sentence(&error)))?;
        let prefix = Path::parse(prefix).with_context(|| format!("{prefix:?} is no prefix of a bucket"))?;
        // A thread of its own keeps connections alive between requests.
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        Ok(Bucket {
            runtime,
            objects,
            name,
            prefix,
            version: Mutex::new(None),
            keeps_conditions: AtomicBool::new(false),
        })
    }

    fn wait<T>(&self, request: impl Future<Output = T>) -> T {
        self.runtime.block_on(request)
    }

    fn path(&self, name: &str) -> anyhow::Result<Path> {
        check_name(name)?;
        let whole = if self.prefix.as_ref().is_empty() { name.to_owned() } else { format!("{}/{name}", self.prefix) };
        Path::parse(&whole).with_context(|| format!("{name:?} is no file of a backup"))
    }

    fn unreadable(&self, error: Error) -> anyhow::Error {
        anyhow!("{self} cannot be read: {}", sentence(&error))
    }

    fn unwritable(&self, error: Error) -> anyhow::Error {
        match error {
            Error::NotImplemented { .. } | Error::NotSupported { .. } => self.unconditional(),
            error => anyhow!("{self} cannot be written: {}", sentence(&error)),
        }
    }

    fn unconditional(&self) -> anyhow::Error {
        anyhow!(
            "{self} takes no conditional writes, by which two writers are told apart; use an object store that does"
        )
    }

    /// Holds the object store to its conditions, once: some take no notice of them. What it should refuse is the manifest that is
    /// there.
    fn check_conditions(&self, path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
        if self.keeps_conditions.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let another = UpdateVersion { e_tag: Some("\"another\"".to_owned()), version: None };
        for mode in [PutMode::Create, PutMode::Update(another)] {
            match self.wait(self.objects.put_opts(path, PutPayload::from(bytes.to_vec()), mode.into())) {
                Ok(_) => return Err(self.unconditional()),
                Err(Error::Precondition { .. } | Error::AlreadyExists { .. } | Error::NotModified { .. }) => {}
                Err(error) => return Err(self.unwritable(error)),
            }
        }
        Ok(())
    }

    /// The bytes of an object and its version.
    fn read(&self, name: &str) -> anyhow::Result<Option<(Vec<u8>, UpdateVersion)>> {
        let path = self.path(name)?;
        let read = async {
            let found = self.objects.get(&path).await?;
            let version = UpdateVersion { e_tag: found.meta.e_tag.clone(), version: found.meta.version.clone() };
            Ok((found.bytes().await?.to_vec(), version))
        };
        match self.wait(read) {
            Ok(found) => Ok(Some(found)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.unreadable(error)),
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Option<UpdateVersion>> {
        self.version.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Repository for Bucket {
    fn manifest(&self) -> anyhow::Result<Option<Vec<u8>>> {
        let found = self.read(MANIFEST)?;
        let (bytes, version) = found.unzip();
        *self.known() = version;
        Ok(bytes)
    }

    fn put_manifest(&self, bytes: Vec<u8>) -> anyhow::Result<()> {
        let path = self.path(MANIFEST)?;
        let mode = self.known().clone().map_or(PutMode::Create, PutMode::Update);
        let put = self.objects.put_opts(&path, PutPayload::from(bytes.clone()), mode.into());
        match self.wait(put) {
            Ok(put) => {
                *self.known() = Some(UpdateVersion { e_tag: put.e_tag, version: put.version });
                self.check_conditions(&path, &bytes)
            }
            // It may be there by a request of which no response was seen.
            Err(Error::Precondition { .. } | Error::AlreadyExists { .. } | Error::NotModified { .. }) => {
                match self.manifest()? {
                    Some(there) if there == bytes => Ok(()),
                    _ => Err(Deposed::Another(self.name.clone()).into()),
                }
            }
            Err(error) => Err(self.unwritable(error)),
        }
    }

    fn check_in_place(&self) -> anyhow::Result<()> {
        // The next manifest is put on the condition that it is.
        Ok(())
    }

    fn put(&self, files: Vec<File>) -> anyhow::Result<()> {
        let mut named = Vec::with_capacity(files.len());
        for (name, bytes) in files {
            named.push((self.path(&name)?, bytes));
        }
        let puts = named
            .into_iter()
            .map(|(path, bytes)| async move { self.objects.put(&path, PutPayload::from(bytes)).await.map(drop) });
        let all = stream::iter(puts).buffer_unordered(REQUESTS_AT_ONCE).try_collect::<()>();
        self.wait(all).map_err(|error| self.unwritable(error))
    }

    fn get(&self, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        Ok(self.read(name)?.map(|(bytes, _)| bytes))
    }

    fn remove(&self, names: &[String]) -> anyhow::Result<()> {
        let paths = names.iter().map(|name| self.path(name)).collect::<anyhow::Result<Vec<_>>>()?;
        let removals = paths.iter().map(|path| self.objects.delete(path));
        let all = stream::iter(removals).buffer_unordered(REQUESTS_AT_ONCE);
        let mut refused = None;
        for removed in self.wait(all.collect::<Vec<_>>()) {
            match removed {
                Ok(()) | Err(Error::NotFound { .. }) => {}
                Err(error) => refused = Some(error),
            }
        }
        match refused {
            None => Ok(()),
            Some(error) => bail!("what {self} no longer needs cannot be removed from it: {}", sentence(&error)),
        }
    }

    fn files(&self) -> anyhow::Result<Vec<String>> {
        let ledgers = self.path(LEDGERS)?;
        let listed = self.objects.list(Some(&ledgers)).map_ok(|object| object.location.to_string()).try_collect();
        let all: Vec<String> = self.wait(listed).map_err(|error| self.unreadable(error))?;
        let start = if self.prefix.as_ref().is_empty() { 0 } else { self.prefix.as_ref().len() + 1 };
        let names = all.iter().filter_map(|location| location.get(start..));
        Ok(names.filter(|name| ENDINGS.iter().any(|end| name.ends_with(end))).map(str::to_owned).collect())
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Makes the client for a bucket: it trusts whom everything else here trusts.
#[derive(Debug)]
struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let allows_http = options.get_config_value(&ClientConfigKey::AllowHttp).is_some_and(|value| value == "true");
        let client = reqwest::Client::builder().tls_backend_preconfigured(ducat_trust::client_config());
        let client = client.https_only(!allows_http).timeout(REQUEST_TIMEOUT).connect_timeout(CONNECT_TIMEOUT).build();
        let client = client.map_err(|error| Error::Generic { store: "S3", source: Box::new(error) })?;
        Ok(HttpClient::new(client))
    }
}

/// What an object store says, in one line: the cause that lies deepest, and of a page of XML the code in it.
fn sentence(error: &Error) -> String {
    let chain = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    let deepest = chain.last().map(ToString::to_string).unwrap_or_default();
    if deepest.contains("scheme is not allowed") {
        return "its address is http; set AWS_ALLOW_HTTP=true if that is meant".to_owned();
    }
    let code = deepest.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    let status = deepest.split_once("status code: ").and_then(|(_, rest)| rest.split_once(':'));
    match (code, status) {
        (Some((code, _)), Some((status, _))) => format!("it responds {status}, {code}"),
        _ => deepest.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}
