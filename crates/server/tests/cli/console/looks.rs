//! How every page looks, in both themes and at every width: only what the design allows, and nothing that anyone is shut
//! out by.

use std::collections::BTreeSet;

use serde_json::Value;

use super::browser::{Browser, ENTER, Script};
use super::{drive, world};

/// Every page, by the name of its pictures.
const PAGES: [(&str, &str); 27] = [
    ("overview", "/l/market"),
    ("overview-of-advances", "/l/advances"),
    ("overview-then", "/l/market?as_of=2025-12-31"),
    ("ledgers", "/ledgers"),
    ("accounts", "/l/market/accounts"),
    ("accounts-by-segment", "/l/market/accounts?prefix=shops:"),
    ("account", "/l/market/accounts/shops:cafe-lumen:sales"),
    ("account-then", "/l/market/accounts/shops:cafe-lumen:sales?as_of=2025-12-31"),
    ("account-of-the-world", "/l/market/accounts/world"),
    ("transactions", "/l/market/transactions"),
    ("holds", "/l/market/holds"),
    ("holds-of-advances", "/l/advances/holds"),
    ("points", "/l/rewards/points"),
    ("member", "/l/rewards/points/m-00001"),
    ("advances", "/l/advances/advances"),
    ("exceptions", "/l/advances/advances/exceptions?settled=yes"),
    ("runs", "/l/advances/advances/runs"),
    ("transfer", "/l/market/do/transfer"),
    ("search", "/l/market/search?q=shops"),
    ("bank", "/bank"),
    ("webhooks", "/l/market/webhooks"),
    ("streams", "/streams"),
    ("jobs", "/jobs"),
    ("nodes", "/nodes"),
    ("verify", "/verify"),
    ("keys", "/keys"),
    ("audit", "/audit"),
];

/// Links that lead to pages whose address is not known before: the page, and what is clicked there.
const BEHIND: [(&str, &str, &str); 4] = [
    ("transaction", "/l/market/transactions", "tbody td:last-child a"),
    ("advance", "/l/advances/advances?status=collecting", "tbody td a"),
    ("run", "/l/advances/advances/runs", "tbody td a"),
    ("review", "/l/market/transactions?status=posted", "tbody td:last-child a"),
];

/// The design's tokens, as a browser computes them: light, then dark.
const COLOURS: [&str; 31] = [
    "#07161a", "#f6f7f9", "#ffffff", "#eef1f5", "#101828", "#465468", "#5f6c80", "#0b5f73", "#0b6b45", "#8a4b00",
    "#fff3dc", "#b42318", "#fdecea", "#7c8898", "#e1e5eb", "#b8860b", "#0c1118", "#131a24", "#0a0e14", "#e8edf3",
    "#b0bccb", "#8d9bad", "#63c3d6", "#63ce9b", "#f0b550", "#2e220c", "#ff8f85", "#331715", "#6b7a8d", "#263040",
    "#d9b44a",
];

/// What a browser computes of a page: sizes, weights and colours of all that is seen, and what does not fit.
const AUDIT: &str = r#"
const sizes = new Set(), weights = new Set(), colours = new Set(), small = [], far = [], clipped = [];
const phone = innerWidth < 600;
for (const one of document.querySelectorAll("body, body *")) {
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  if (!box.width || !box.height || style.visibility === "hidden" || one.closest(".unseen, .skip, dialog:not([open])")) continue;
  const has = [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  if (has) { sizes.add(style.fontSize); weights.add(style.fontWeight); colours.add(one.closest("svg") ? style.fill : style.color); }
  if (style.backgroundColor !== "rgba(0, 0, 0, 0)") colours.add(style.backgroundColor);
  for (const side of ["Top", "Right", "Bottom", "Left"]) if (parseFloat(style["border" + side + "Width"])) colours.add(style["border" + side + "Color"]);
  if (one.matches("a.button, button, input, select, summary, nav a") && one.type !== "checkbox" && !one.closest("dialog")) {
    const least = phone ? 44 : 24;
    if (box.height < least - 0.5) small.push(one.outerHTML.slice(0, 100) + " is " + box.height + " high");
  }
  if (has && one.scrollWidth > one.clientWidth + 1 && style.overflowX === "hidden" && !one.title) clipped.push(one.outerHTML.slice(0, 100));
}
for (const table of document.querySelectorAll("main table")) {
  const rows = [...table.tBodies[0]?.rows ?? []];
  for (let column = 0; column < (rows[0]?.cells.length ?? 0); column++) {
    const points = rows.map(row => row.cells[column]?.querySelector(".frac")).filter(Boolean).map(one => one.getBoundingClientRect().left);
    if (!phone && points.length && Math.max(...points) - Math.min(...points) > 0.5) far.push(`${column}: ${Math.min(...points)} to ${Math.max(...points)}`);
  }
}
return {sizes: [...sizes], weights: [...weights], colours: [...colours], small, far, clipped, wide: document.documentElement.scrollWidth - innerWidth};
"#;

fn texts(value: &Value) -> BTreeSet<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A token, as a browser writes it.
fn computed(token: &str) -> String {
    let part = |at: usize| u8::from_str_radix(&token[at..at + 2], 16).expect("two digits");
    format!("rgb({}, {}, {})", part(1), part(3), part(5))
}

/// What is wrong with the page that is open.
async fn faults(browser: &Browser, page: &str) -> Vec<String> {
    let found = browser.value(AUDIT).await;
    let mut faults = Vec::new();
    let allowed = |known: &[&str]| known.iter().map(|one| (*one).to_owned()).collect::<BTreeSet<String>>();
    let sizes = allowed(&["12px", "13px", "14px", "16px", "20px", "28px"]);
    let weights = allowed(&["400", "500", "600"]);
    let colours: BTreeSet<String> = COLOURS.iter().map(|token| computed(token)).collect();
    for (what, found, allowed) in [
        ("size", texts(&found["sizes"]), sizes),
        ("weight", texts(&found["weights"]), weights),
        ("colour", texts(&found["colours"]), colours),
    ] {
        let others: Vec<&String> = found.difference(&allowed).collect();
        if !others.is_empty() {
            faults.push(format!("{page}: {what} {others:?}"));
        }
    }
    for what in ["small", "far", "clipped"] {
        faults.extend(texts(&found[what]).into_iter().map(|one| format!("{page}: {what}: {one}")));
    }
    if found["wide"].as_i64().unwrap_or_default() > 0 {
        faults.push(format!("{page}: it is {} px wider than its window", found["wide"]));
    }
    faults
}

/// Looks at the page that is open, at every width and in both themes.
async fn look(browser: &Browser, name: &str) -> Vec<String> {
    let mut all = Vec::new();
    for scheme in ["light", "dark"] {
        browser.prefer(scheme).await;
        for width in [1280, 1920, 390] {
            browser.resize(width, 900).await;
            let page = format!("{name}, {scheme}, {width}");
            all.extend(faults(browser, &page).await);
            let height = browser.value("return Math.min(document.documentElement.scrollHeight, 2600)").await;
            let height = height.as_u64().and_then(|height| u32::try_from(height).ok()).unwrap_or(900);
            browser.resize(width, height.max(900)).await;
            browser.picture(&format!("{name}-{width}-{scheme}")).await;
        }
        all.extend(browser.axe().await.into_iter().map(|found| format!("{name}, {scheme}: {found}")));
    }
    browser.resize(320, 900).await;
    let wide = browser.value("return document.documentElement.scrollWidth - innerWidth").await;
    if wide.as_i64().unwrap_or_default() > 0 {
        all.push(format!("{name}: it scrolls sideways at 320 px, by {wide}"));
    }
    browser.resize(1280, 900).await;
    all
}

#[test]
fn every_page_is_as_the_design_says_and_open_to_everyone() {
    let server = world();
    drive(async {
        let browser = Browser::open(&server.address, Script::On).await;
        let mut all = Vec::new();
        for (name, path) in PAGES {
            browser.go(path).await;
            all.extend(look(&browser, name).await);
        }
        for (name, path, link) in BEHIND {
            browser.go(path).await;
            let href = browser.value(&format!("return document.querySelector({link:?}).getAttribute('href')")).await;
            let href = href.as_str().and_then(|href| href.strip_prefix("/console")).expect("a link of the console");
            browser.go(href).await;
            if name == "review" {
                let href = href.replace("/transactions/", "/do/reverse?of=");
                browser.go(&href).await;
            }
            all.extend(look(&browser, name).await);
        }
        all.extend(browser.complaints().await);
        pictures_of_the_readme(&browser, &server.address).await;
        assert!(all.is_empty(), "{}", all.join("\n"));
        browser.close().await;
        without_script(&server.address).await;
    });
}

/// An account's page and a terminal, as the README shows them: `docs/pictures` has copies.
async fn pictures_of_the_readme(browser: &Browser, address: &str) {
    browser.prefer("light").await;
    browser.resize(1120, 700).await;
    browser.go("/l/market/accounts/shops:cafe-lumen:sales?as_of=2026-02-19").await;
    browser.picture("readme-account").await;
    let arguments =
        ["accounts", "statement", "shops:cafe-lumen:sales", "--ledger", "market", "--limit", "12", "--server"];
    let mut command = std::process::Command::new(crate::DUCAT);
    let run = command.args(arguments).arg(format!("http://{address}")).env("DUCAT_PROFILES", "/nowhere/profiles.toml");
    let said = crate::text(&run.output().expect("it runs").stdout);
    let typed = arguments[..7].join(" ");
    let shown = format!("$ ducat {typed}\n{said}").replace('&', "&amp;").replace('<', "&lt;");
    let style = "margin:0;padding:16px;background:#0c1118;color:#e8edf3;font:13px/20px monospace";
    let page = format!("<body style='{style}'><pre>{shown}</pre>");
    let encoded = ducat_console::address::segment(&page);
    browser.page.goto(&format!("data:text/html;charset=utf-8,{encoded}")).await.expect("it is shown");
    browser.resize(1120, 300).await;
    browser.picture("readme-terminal").await;
}

/// With scripts off, every page says what it says, and a form does what it does.
async fn without_script(address: &str) {
    let browser = Browser::open(address, Script::Off).await;
    for (name, path) in PAGES {
        browser.go(path).await;
        let main = browser.text("main").await;
        assert!(main.len() > 40, "{name}: {main}");
    }
    browser.go("/l/market/accounts/shops:cafe-lumen:sales").await;
    assert!(browser.text("main").await.contains("Statement"));
    browser.tab_to("As of").await;
    browser.press(&format!("2025-12-31{ENTER}")).await;
    browser.wait_for(".band", "31 Dec 2025").await;
    browser.close().await;
}
