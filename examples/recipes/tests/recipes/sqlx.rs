//! `sqlx`.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::function::invoke;

/// A server that refuses every client, as a database does with those that aren't in its `pg_hba.conf`:
/// <https://www.postgresql.org/docs/current/protocol-message-formats.html>.
async fn refusing() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let _ = client.read(&mut [0; 1_024]).await;
            let fields = b"SFATAL\0VFATAL\0C28000\0Mno entry for this host\0\0";
            let length = u32::try_from(fields.len() + 4).unwrap().to_be_bytes();
            let _ = client
                .write_all(&[b"E", &length[..], fields].concat())
                .await;
        }
    });
    format!("postgres://shop@{address}/shop?sslmode=disable")
}

#[tokio::test]
async fn a_query_is_a_span_with_its_text_as_the_resource() {
    let variables = [("DATABASE_URL", refusing().await)];
    let invoked = invoke(env!("CARGO_BIN_EXE_sqlx"), &variables, &json!(7)).await;
    let query = invoked.below_the_function("postgresql.query");
    assert_eq!(query.resource, "SELECT total FROM orders WHERE id = $1");
    assert_eq!(query.span_type, "sql");
    assert_eq!(query.meta["span.kind"], "client");
    assert_eq!(query.error, 1);
    let message = &query.meta["error.message"];
    assert!(message.contains("no entry for this host"), "{message}");
}
