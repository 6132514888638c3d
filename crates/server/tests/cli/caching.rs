//! Tags over three nodes: the same on each, and never of what was true before.

use crate::Server;
use crate::http::Client;
use crate::nodes::addresses;

#[test]
fn what_a_client_knows_is_known_at_every_node() {
    let store = ducat_test_postgres::database();
    let nodes: Vec<Server> = addresses(3).iter().map(|at| Server::start_at(&store, at)).collect();
    let mut clients: Vec<Client> = nodes.iter().map(|node| Client::connect(&node.address).expect("a node")).collect();
    let ledger = r#"{"name":"shop","assets":[{"code":"USD","scale":2}],"implicit_accounts":true}"#;
    let transfer = r#"{"postings":[{"source":"world","destination":"a","amount":100}]}"#;
    let mut post = |path: &str, body: &str| clients[0].call("POST", path, body).expect("it is answered").0;
    assert_eq!(post("/v1/ledgers", ledger), 201);
    assert_eq!(post("/v1/ledgers/shop/transactions", transfer), 201);
    for path in ["/v1/ledgers/shop/accounts/a", "/v1/ledgers/shop/accounts/a/balance", "/v1/ledgers/shop/transactions"]
    {
        clients[0].call("GET", path, "").expect("it is answered");
        let known = format!("If-None-Match: {}\r\n", clients[0].tag);
        for client in &mut clients {
            assert_eq!(client.call_with(&known, "GET", path, "").expect("it is answered").0, 304, "{path}");
        }
        // What one node acknowledges, no other node takes for what was known.
        let status = clients[1].call("POST", "/v1/ledgers/shop/transactions", transfer).expect("it is answered").0;
        assert_eq!(status, 201);
        for client in &mut clients {
            assert_eq!(client.call_with(&known, "GET", path, "").expect("it is answered").0, 200, "{path}");
        }
    }
    assert!(nodes.into_iter().all(|node| node.terminate() == Some(0)));
}
