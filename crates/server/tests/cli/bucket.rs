//! An object store: S3's protocol over a folder, which can be made to refuse, to be away, and to be slow.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::runtime::Runtime;
use tower_service::Service;

/// What clients must show.
const KEY: (&str, &str) = ("someone", "of the tests");

/// The only bucket.
pub const BUCKET: &str = "ledgers";

/// A server of buckets.
pub struct Buckets {
    address: String,
    folder: PathBuf,
    shared: Arc<Shared>,
    _runtime: Runtime,
}

#[derive(Debug)]
struct Shared {
    /// Requests that are still served.
    left: AtomicI64,
    /// What the others get.
    refusal: Mutex<StatusCode>,
    /// Whether requests wait, and who waits for that to end.
    held: (Mutex<bool>, Condvar),
    /// An object that is changed right after it is read next.
    contended: Mutex<Option<PathBuf>>,
}

impl Buckets {
    /// One that keeps everything in a folder.
    pub fn start(folder: &Path) -> Buckets {
        let folder = folder.join("buckets");
        std::fs::create_dir_all(folder.join(BUCKET)).expect("a folder");
        let mut builder = S3ServiceBuilder::new(FileSystem::new(&folder).expect("a file system"));
        builder.set_auth(SimpleAuth::from_single(KEY.0, KEY.1));
        let shared = Arc::new(Shared {
            left: AtomicI64::new(i64::MAX),
            refusal: Mutex::new(StatusCode::FORBIDDEN),
            held: (Mutex::new(false), Condvar::new()),
            contended: Mutex::new(None),
        });
        let (service, of_requests) = (builder.build(), Arc::clone(&shared));
        let serve = move |request: Request| {
            let (service, shared) = (service.clone(), Arc::clone(&of_requests));
            async move { Ok::<_, Infallible>(respond(service, &shared, request).await) }
        };
        let runtime = Runtime::new().expect("a runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = listener.local_addr().expect("it listens").to_string();
        runtime.spawn(async move {
            axum::serve(listener, Router::new().fallback(async move |request: Request| serve(request).await)).await
        });
        Buckets { address, folder, shared, _runtime: runtime }
    }

    /// The variables by which a client finds it.
    pub fn variables(&self) -> [(&'static str, String); 5] {
        [
            ("AWS_ENDPOINT_URL", format!("http://{}", self.address)),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
            ("AWS_ACCESS_KEY_ID", KEY.0.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", KEY.1.to_owned()),
            ("AWS_REGION", "eu-central-1".to_owned()),
        ]
    }

    /// Lets a command find it.
    pub fn show<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.envs(self.variables())
    }

    /// Where the objects of a bucket are.
    pub fn objects(&self) -> PathBuf {
        self.folder.join(BUCKET)
    }

    /// Serves so many more requests, and answers all others with a status.
    pub fn refuse_after(&self, requests: i64, status: StatusCode) {
        *self.shared.refusal.lock().expect("no thread panicked") = status;
        self.shared.left.store(requests, Ordering::SeqCst);
    }

    /// Whether requests were refused since.
    pub fn has_refused(&self) -> bool {
        self.shared.left.load(Ordering::SeqCst) < 0
    }

    /// Serves all requests again.
    pub fn serve_all(&self) {
        self.shared.left.store(i64::MAX, Ordering::SeqCst);
    }

    /// Has another writer put an object right after it is read next: what is in it stays, and its version changes.
    pub fn contend_for(&self, object: &str) {
        *self.shared.contended.lock().expect("no thread panicked") = Some(self.objects().join(object));
    }

    /// Keeps requests waiting, or lets them go on.
    pub fn hold(&self, holds: bool) {
        let (held, changed) = &self.shared.held;
        *held.lock().expect("no thread panicked") = holds;
        changed.notify_all();
    }
}

async fn respond(mut service: S3Service, shared: &Arc<Shared>, request: Request) -> Response {
    let waiting = Arc::clone(shared);
    let waited = tokio::task::spawn_blocking(move || {
        let (held, changed) = &waiting.held;
        drop(changed.wait_while(held.lock().expect("no thread panicked"), |held| *held));
    });
    waited.await.expect("no thread panicked");
    if shared.left.fetch_sub(1, Ordering::SeqCst) <= 0 {
        return shared.refusal.lock().expect("no thread panicked").into_response();
    }
    let path = request.uri().path().strip_prefix(&format!("/{BUCKET}/")).map(str::to_owned);
    let read = path.filter(|_| request.method() == Method::GET);
    let Ok(response) = Service::call(&mut service, request).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let (head, body) = response.into_parts();
    let bytes = axum::body::to_bytes(Body::new(body), usize::MAX).await.expect("an object");
    let mut contended = shared.contended.lock().expect("no thread panicked");
    if let Some(object) = contended.take_if(|object| read.is_some_and(|path| object.ends_with(path))) {
        let mut put = std::fs::read(&object).expect("it is there");
        put.push(b'\n');
        let part = object.with_extension("part");
        std::fs::write(&part, put).expect("it can be written");
        std::fs::rename(part, object).expect("it can be put");
    }
    Response::from_parts(head, Body::from(bytes))
}
