//! A real browser, driven as a person drives it: keys, looks and pictures.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// Names a folder with packages of npm.
const NODE: &str = "DUCAT_TEST_NPM";

/// How long a browser may take for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// Keys that have no character (WebDriver, section 17.4.2).
pub const ENTER: char = '\u{e007}';
pub const TAB: char = '\u{e004}';

/// Whether pages may run scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    On,
    Off,
}

/// A browser of its own, with a profile of its own.
pub struct Browser {
    driver: Child,
    pub page: Client,
    /// Where the server is.
    origin: String,
    _profile: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}

/// A command of the driver that the standard does not have.
#[derive(Debug)]
struct Extended {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extended {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

impl Browser {
    /// Opens one for a server.
    pub async fn open(address: &str, script: Script) -> Browser {
        // It takes the same port for both versions of the protocol, of which another may have one.
        let (driver, port) = (0..10).find_map(|_| drive()).expect("chromedriver finds a port");
        let profile = tempfile::tempdir().expect("a temporary folder");
        let flags = json!([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            format!("--user-data-dir={}", profile.path().display())
        ]);
        let scripts = if script == Script::Off { 2 } else { 1 };
        let options = json!({
            "browserName": "chrome",
            "goog:chromeOptions": {
                "args": flags,
                "prefs": {"profile.managed_default_content_settings.javascript": scripts},
                "perfLoggingPrefs": {"enableNetwork": true}
            },
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}
        });
        let Value::Object(options) = options else { unreachable!("it is an object") };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let page = builder.capabilities(options).connect(&format!("http://127.0.0.1:{port}")).await;
        let page = page.expect("the driver opens a browser");
        Browser { driver, page, origin: format!("http://{address}"), _profile: profile }
    }

    /// Opens a page of the console.
    pub async fn go(&self, path: &str) {
        self.page.goto(&format!("{}/console{path}", self.origin)).await.expect("the page loads");
    }

    /// Presses keys, one after another, wherever the focus is.
    pub async fn press(&self, keys: &str) {
        let mut actions = KeyActions::new("keys".to_owned());
        for key in keys.chars() {
            actions = actions.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        }
        self.page.perform_actions(actions).await.expect("keys are pressed");
    }

    /// Moves the focus to what says this, by Tab alone.
    pub async fn tab_to(&self, said: &str) {
        for _ in 0..200 {
            self.press(&TAB.to_string()).await;
            let focused = self
                .value("const one = document.activeElement; return (one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent || '').trim()")
                .await;
            if focused.as_str().is_some_and(|text| text.starts_with(said)) {
                return;
            }
        }
        panic!("Tab does not lead to {said:?} on {}", self.text("main").await);
    }

    /// What a script on the page gives.
    pub async fn value(&self, script: &str) -> Value {
        self.page.execute(script, Vec::new()).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// The text of an element, which is waited for.
    pub async fn text(&self, selector: &str) -> String {
        let found = self.page.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await;
        found.unwrap_or_else(|error| panic!("{selector}: {error}")).text().await.unwrap_or_default()
    }

    /// Waits until an element says something.
    pub async fn wait_for(&self, selector: &str, said: &str) {
        let begun = Instant::now();
        let script =
            format!("return [...document.querySelectorAll({selector:?})].map(one => one.innerText).join('\\n')");
        loop {
            // A page that is being left cannot be asked.
            let text = self.page.execute(&script, Vec::new()).await.unwrap_or_default();
            let text = text.as_str().unwrap_or_default().to_owned();
            if text.contains(said) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{selector} never says {said:?}; it says {text:?}");
            tokio::task::yield_now().await;
        }
    }

    /// A command of the browser's own protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        self.page.issue_cmd(Extended { path: "goog/cdp/execute", body }).await.expect("the browser takes it")
    }

    /// Light or dark.
    pub async fn prefer(&self, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// As wide as a phone, or a screen.
    pub async fn resize(&self, width: u32, height: u32) {
        let is_phone = width < 600;
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// A picture of the whole page, up to three screens of it.
    pub async fn picture(&self, name: &str) {
        let picture = self.page.screenshot().await.expect("a picture");
        std::fs::write(pictures().join(format!("{name}.png")), picture).expect("it is kept");
    }

    /// What axe-core finds wrong. It is injected by the driver, so the page's policy is as strict as for anyone.
    pub async fn axe(&self) -> Vec<String> {
        let path = node().join("node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        self.value(&axe).await;
        let script = "const done = arguments[arguments.length - 1]; axe.run(document, {resultTypes: ['violations']}).then(found => done(found.violations.map(one => one.id + ': ' + one.nodes.map(node => node.html.slice(0, 160) + ' ' + (node.any[0]?.message ?? '')).join(' | '))))";
        let found = self.page.execute_async(script, Vec::new()).await.expect("axe runs");
        serde_json::from_value(found).expect("a list")
    }

    /// What the browser complained of since it was last asked, and which other hosts it asked.
    pub async fn complaints(&self) -> Vec<String> {
        let log = async |kind: &str| {
            let found = self.page.issue_cmd(Extended { path: "se/log", body: json!({ "type": kind }) }).await;
            found.expect("a log").as_array().cloned().unwrap_or_default()
        };
        let said = |entry: &Value| entry["message"].as_str().unwrap_or_default().to_owned();
        let mut complaints: Vec<String> = log("browser").await.iter().map(said).collect();
        for entry in log("performance").await {
            let event: Value = serde_json::from_str(&said(&entry)).unwrap_or_default();
            let event = &event["message"];
            if event["method"] != "Network.requestWillBeSent" {
                continue;
            }
            let url = event["params"]["request"]["url"].as_str().unwrap_or_default();
            if !url.starts_with(&self.origin) && !url.starts_with("data:") && !url.starts_with("chrome") {
                complaints.push(format!("asks {url}"));
            }
        }
        complaints
    }

    /// Ends it in good order.
    pub async fn close(self) {
        drop(self.page.clone().close().await);
    }
}

/// Starts a driver; gives its port, if it found one.
fn drive() -> Option<(Child, String)> {
    let mut command = Command::new("chromedriver");
    let command = command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null());
    let mut driver = command.spawn().expect("chromedriver runs; it is in the package chromium-driver");
    let mut lines = BufReader::new(driver.stdout.take().expect("it has an output")).lines().map_while(Result::ok);
    let said = lines
        .find_map(|line| Some(line.split_once("started successfully on port ")?.1.trim_end_matches('.').to_owned()));
    let Some(port) = said else {
        drop(driver.wait());
        return None;
    };
    // Whatever else it says must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    Some((driver, port))
}

/// The folder with packages of npm.
pub fn node() -> PathBuf {
    let named = std::env::var_os(NODE);
    named.unwrap_or_else(|| panic!("{NODE} names a folder with packages; cargo xtask test sets it")).into()
}

/// Where pictures are kept.
fn pictures() -> PathBuf {
    let target = Path::new(env!("CARGO_BIN_EXE_ducat")).ancestors().nth(2).expect("the build's folder").to_owned();
    let folder = target.join("screenshots");
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}
