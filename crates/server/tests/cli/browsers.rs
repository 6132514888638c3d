//! A real browser on a page of another origin: it cannot move money on a server that asks for no key.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::http::Client;
use crate::{DUCAT, Server};

const LEDGER: &str = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;

/// What a page can make a browser send to another origin, in every way that needs no leave of it, and some that do.
const PAGE: &str = r#"<!doctype html><title>a page</title><iframe name="hidden"></iframe>
<form id="form" target="hidden" method="post" enctype="text/plain" action="TARGET/v1/ledgers/shop/transactions">
<input name='{"postings":[{"source":"world","destination":"thief","amount":1}],"description":"' value='"}'></form>
<script>
const body = JSON.stringify({ postings: [{ source: "world", destination: "thief", amount: 1 }] });
const url = "TARGET/v1/ledgers/shop/transactions";
const send = (mode, type) => fetch(url, { method: "POST", mode, headers: { "Content-Type": type }, body });
const tries = [send("no-cors", "text/plain"), send("cors", "application/json"), fetch(url), fetch("TARGET/v1/keys", { mode: "no-cors" })];
for (const type of ["text/plain", "application/json"]) {
  try { navigator.sendBeacon(url, new Blob([body], { type })); } catch {}
}
const framed = new Promise(done => document.querySelector("iframe").addEventListener("load", done));
document.getElementById("form").submit();
const read = tries.map(one => one.then(async answer => answer.type === "opaque" ? "" : await answer.text(), () => ""));
Promise.all([...read, framed]).then(([...texts]) => fetch("/done?" + encodeURIComponent(texts.slice(0, 4).join(""))));
</script>"#;

/// Serves the page under any name, and tells what it reports when it is done.
fn serve_page(target: &str) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it listens").to_string();
    let page = PAGE.replace("TARGET", target);
    let (done, reported) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (page, done) = (page.clone(), done.clone());
            std::thread::spawn(move || {
                if let Some(report) = answer(stream, &page) {
                    // Who waits for it may have gone.
                    drop(done.send(report));
                }
            });
        }
    });
    (address, reported)
}

/// Answers one request; gives what was reported with it.
fn answer(mut stream: TcpStream, page: &str) -> Option<String> {
    let mut line = String::new();
    BufReader::new(&mut stream).read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?;
    let (status, body) = if path == "/" { ("200 OK", page) } else { ("404 Not Found", "") };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).ok()?;
    drop(stream.read(&mut [0]));
    path.strip_prefix("/done?").map(str::to_owned)
}

/// A browser that is ended with the test.
struct Browser(Child);

impl Browser {
    fn open(url: &str) -> Browser {
        let profile = tempfile::tempdir().expect("a temporary folder").keep();
        let rules = "--host-resolver-rules=MAP evil.example 127.0.0.1";
        let flags =
            ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", rules];
        let profile = format!("--user-data-dir={}", profile.display());
        let mut command = Command::new("chromium");
        command.args(flags).arg(profile).arg(url).stdout(Stdio::null()).stderr(Stdio::null());
        Browser(command.spawn().expect("chromium runs"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn a_page_of_another_origin_moves_no_money() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(DUCAT);
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--log", "ducat::access=info", "--store", "sqlite:page.db"];
    let mut server = Server::spawn(command.current_dir(folder.path()).args(arguments).stderr(Stdio::piped()));
    let mut client = Client::connect(&server.address).expect("it listens");
    assert_eq!(client.call("POST", "/v1/ledgers", LEDGER).expect("it responds").0, 201);
    let (page, reported) = serve_page(&format!("http://{}", server.address));
    let port = page.rsplit(':').next().expect("a port");
    // The same machine under its own name, under one that browsers keep local, and under a name that was pointed at it.
    for host in ["127.0.0.1", "thief.localhost", "evil.example"] {
        let _browser = Browser::open(&format!("http://{host}:{port}/"));
        let read = reported.recv_timeout(Duration::from_secs(60)).expect("the page comes to its end");
        assert_eq!(read, "", "{host} reads what is in a ledger");
    }
    // A name that was pointed at the server itself: the page asks its own origin, and is not served.
    let own = server.address.rsplit(':').next().expect("a port");
    let (pointed, at_own) = serve_page(&format!("http://evil.example:{own}"));
    let port = pointed.rsplit(':').next().expect("a port");
    let _browser = Browser::open(&format!("http://evil.example:{port}/"));
    let read = at_own.recv_timeout(Duration::from_secs(60)).expect("the page comes to its end");
    assert_eq!(read, "", "a name that was pointed at the server reads what is in a ledger");
    let (status, events) = client.call("GET", "/v1/ledgers/shop/events", "").expect("it responds");
    assert!(status == 200 && !events.contains("thief"), "{events}");
    // It is the door that refused, and not the browser that did not ask.
    let log = BufReader::new(server.child.stderr.take().expect("it is piped"));
    assert_eq!(server.terminate(), Some(0));
    let refused = log.lines().map_while(Result::ok).filter(|line| line.contains("status=403")).count();
    assert!(refused >= 9, "{refused} requests were refused");
}
