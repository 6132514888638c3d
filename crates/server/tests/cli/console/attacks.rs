//! What the console refuses: forms of others, ledgers of others, and links that would do something.

use std::io::{Read as _, Write as _};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::http::Client;
use crate::{DUCAT, Server, ducat, text};

const LEDGER: &str = r#"{"name":"NAME","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;

/// A server with two ledgers, and keys for all of it and for one.
struct Bank {
    server: Server,
    admin: String,
    clerk: String,
    _folder: tempfile::TempDir,
}

fn bank() -> Bank {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let key = |name: &str, scope: &str, ledger: &str| {
        let arguments =
            ["keys", "create", "--name", name, "--scope", scope, "--ledger", ledger, "--store", "sqlite:a.db"];
        let made = ducat(folder.path(), &arguments);
        text(&made.stdout).split_whitespace().find(|word| word.starts_with("ducat_")).expect("a key").to_owned()
    };
    let (admin, clerk) = (key("root", "admin", "*"), key("clerk", "write", "shop"));
    let mut command = Command::new(DUCAT);
    command.args(["serve", "--listen", "127.0.0.1:0", "--log", "error", "--store", "sqlite:a.db"]);
    let server = Server::spawn(command.current_dir(folder.path()));
    let mut client = Client::connect(&server.address).expect("it listens");
    for name in ["shop", "vault"] {
        let body = LEDGER.replace("NAME", name);
        let header = format!("Authorization: Bearer {admin}\r\n");
        assert_eq!(client.call_with(&header, "POST", "/v1/ledgers", &body).expect("it responds").0, 201);
    }
    Bank { server, admin, clerk, _folder: folder }
}

/// Someone who is signed in.
struct Person {
    client: Client,
    cookie: String,
    token: String,
}

impl Person {
    fn sign_in(bank: &Bank, key: &str) -> Person {
        let mut client = Client::connect(&bank.server.address).expect("it listens");
        let header = "Content-Type: application/x-www-form-urlencoded\r\n";
        let (status, _) = client.send(header, "POST", "/console/login", &format!("key={key}")).expect("it responds");
        assert_eq!(status, 303);
        let cookie = client.cookie.clone();
        assert!(
            cookie.starts_with("__Host-ducat-session=") && cookie.contains("HttpOnly") && cookie.contains("Secure"),
            "{cookie}"
        );
        let cookie = cookie.split(';').next().expect("a cookie").to_owned();
        let mut person = Person { client, cookie, token: String::new() };
        let (_, page) = person.get("/console/l/shop/do/transfer");
        person.token = page
            .split("name=\"token\" value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .unwrap_or_default()
            .to_owned();
        person
    }

    fn get(&mut self, path: &str) -> (u16, String) {
        self.client.send(&format!("Cookie: {}\r\n", self.cookie), "GET", path, "").expect("it responds")
    }

    fn post(&mut self, path: &str, form: &str) -> (u16, String) {
        let headers = format!("Cookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n", self.cookie);
        self.client.send(&headers, "POST", path, form).expect("it responds")
    }

    /// A field of a page's form.
    fn field(page: &str, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        page.split(&start).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
    }
}

#[test]
fn the_console_does_only_what_its_own_forms_ask_for() {
    let bank = bank();
    let mut admin = Person::sign_in(&bank, &bank.admin);
    let mut clerk = Person::sign_in(&bank, &bank.clerk);
    // A ledger that is not for a key is not shown as another one, and nothing is done in another one.
    assert_eq!(clerk.get("/console/l/vault/accounts").0, 403);
    let transfer = "source=world&destination=a&amount=1&asset=USD&id=01900000-0000-7000-8000-000000000001";
    let token = clerk.token.clone();
    assert_eq!(clerk.post("/console/l/vault/do/transfer", &format!("token={token}&step=review&{transfer}")).0, 403);
    // A form of another session, without a token, or sent as a link does nothing.
    for token in [String::new(), admin.token.clone(), "x".to_owned()] {
        assert_eq!(clerk.post("/console/l/shop/do/transfer", &format!("token={token}&step=do&{transfer}")).0, 403);
    }
    assert_eq!(clerk.get(&format!("/console/l/shop/do/transfer?step=do&{transfer}")).0, 200);
    // An id that a link chose is not the form's, so no one else can ask what came of it.
    let (_, page) = admin.get("/console/do/rotate-key?of=0123456789abcdef&id=01900000-0000-7000-8000-00000000dead");
    assert!(!page.contains("dead"), "{page}");
    // A review that was not seen is shown, and not done.
    let token = clerk.token.clone();
    let (status, page) =
        clerk.post("/console/l/shop/do/transfer", &format!("token={token}&step=do&seen=x&moves=x&{transfer}"));
    assert!(status == 200 && page.contains("Nothing was done"), "{page}");
    // Seen, it is done; what is typed otherwise under the same id is another form, and the ledger knows the id.
    let (_, page) = clerk.post("/console/l/shop/do/transfer", &format!("token={token}&step=review&{transfer}"));
    let seen = format!("seen={}&moves={}", Person::field(&page, "seen"), Person::field(&page, "moves"));
    let confirm = format!("token={token}&step=do&{seen}&{transfer}");
    assert_eq!(clerk.post("/console/l/shop/do/transfer", &confirm).0, 303);
    assert_eq!(clerk.post("/console/l/shop/do/transfer", &confirm).0, 303);
    let other = transfer.replace("amount=1", "amount=2");
    let (_, page) = clerk.post("/console/l/shop/do/transfer", &format!("token={token}&step=review&{other}"));
    let seen = format!("seen={}&moves={}", Person::field(&page, "seen"), Person::field(&page, "moves"));
    let (status, page) = clerk.post("/console/l/shop/do/transfer", &format!("token={token}&step=do&{seen}&{other}"));
    assert!(status == 200 && page.contains("Nothing was done"), "{page}");
    let header = format!("Authorization: Bearer {}\r\n", bank.admin);
    let mut client = Client::connect(&bank.server.address).expect("it listens");
    let (_, balance) =
        client.call_with(&header, "GET", "/v1/ledgers/shop/accounts/a/balance", "").expect("it responds");
    assert!(balance.contains("\"posted\":100,"), "{balance}");
    // What an address claims to be done is not said.
    let (_, page) = clerk.get("/console/l/shop/accounts/a?done=Transfer+9,000,000.00");
    assert!(!page.contains("9,000,000"), "{page}");
    // One goes back to the console after signing in, and nowhere else; nothing of a page is kept by a cache.
    for back in ["https://evil.example", "//evil.example", "/console/../x", "/consolex//evil.example", "/console\\evil"]
    {
        let (_, page) = clerk.get(&format!("/console/login?back={back}"));
        assert!(!page.contains("evil"), "{back}: {page}");
    }
    // Other methods do nothing, and who is signed out is signed out.
    let headers = format!("Cookie: {}\r\n", clerk.cookie);
    assert_eq!(clerk.client.send(&headers, "DELETE", "/console/keys", "").expect("it responds").0, 401);
    assert_eq!(clerk.post("/console/logout", &format!("token={token}")).0, 303);
    assert_eq!(clerk.get("/console/l/shop").0, 303);
    // A page that is live holds up no server that stops.
    let mut live = std::net::TcpStream::connect(&bank.server.address).expect("it listens");
    let asked = format!("GET /console/l/shop/live HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n\r\n", admin.cookie);
    live.write_all(asked.as_bytes()).expect("it is sent");
    let mut first = [0; 12];
    live.read_exact(&mut first).expect("it responds");
    assert_eq!(&first, b"HTTP/1.1 200");
    let begun = Instant::now();
    assert_eq!(bank.server.terminate(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(20), "it waited {:?} for a live page", begun.elapsed());
}
