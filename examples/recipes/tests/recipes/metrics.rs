//! `metrics`.

use std::net::UdpSocket;

use serde_json::json;

use crate::function::{LIMIT, PARENT_ID, invoke};

#[tokio::test]
async fn a_distribution_reaches_the_extension_beside_the_trace() {
    let extension = UdpSocket::bind("127.0.0.1:0").unwrap();
    extension.set_read_timeout(Some(LIMIT)).unwrap();
    let port = extension.local_addr().unwrap().port().to_string();
    let variables = [("DD_DOGSTATSD_PORT", port)];
    let invoked = invoke(env!("CARGO_BIN_EXE_metrics"), &variables, &json!("order")).await;
    assert_eq!(invoked.response(), "order");
    assert_eq!(invoked.span("aws.lambda").parent_id, PARENT_ID);
    let mut packet = [0; 512];
    let length = extension.recv(&mut packet).unwrap();
    let packet = String::from_utf8_lossy(&packet[..length]);
    assert_eq!(packet, "shop.order.total:129|d|#env:prod,currency:EUR");
}
