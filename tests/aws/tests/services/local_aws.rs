//! Stand-ins for AWS.

use std::process::Command;

use reqwest::{Client, Method, RequestBuilder};

use tests_support::Peer;

/// The account of every caller.
pub(crate) const ACCOUNT: &str = "000000000000";
pub(crate) const REGION: &str = "eu-west-1";
/// The role of everything that is made here; nothing checks it.
pub(crate) const ROLE: &str = "arn:aws:iam::000000000000:role/test";

#[derive(Debug)]
pub(crate) struct LocalAws(Peer);

/// An untraced client of one of the services.
macro_rules! client {
    ($sdk:ident, $url:expr) => {
        $sdk::Client::from_conf(tests_aws::config!($sdk, $url).build())
    };
}
pub(crate) use client;

impl LocalAws {
    /// `ministack`, which can run functions.
    pub(crate) async fn ministack() -> Self {
        let tell = |command: &mut Command, port: u16| {
            command
                // Without this it listens on all addresses of the machine, and there at a fixed port for MQTT.
                .env("BIND_HOST", "127.0.0.1")
                .env("IOT_MTLS_ENABLED", "false")
                .env("GATEWAY_PORT", port.to_string())
                .env("MINISTACK_REGION", REGION)
                .env("MINISTACK_ACCOUNT_ID", ACCOUNT);
        };
        Self(Peer::start("ministack", "/_ministack/health", tell).await)
    }

    /// `moto`, which can't run functions, but keeps the attributes of type `Binary` that `ministack` empties.
    pub(crate) async fn moto() -> Self {
        let tell = |command: &mut Command, port: u16| {
            command
                .args(["--host", "127.0.0.1", "--port", &port.to_string()])
                .env("MOTO_ACCOUNT_ID", ACCOUNT);
        };
        Self(Peer::start("moto_server", "/moto-api/", tell).await)
    }

    pub(crate) fn url(&self) -> String {
        self.0.url("")
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.port()
    }

    /// The answer to a request for which no client of the SDK is built: the crates of more services would take long to
    /// build for a handful of requests.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        change: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> String {
        let request = Client::new().request(method, self.0.url(path));
        let answer = change(request).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        text
    }
}

/// The ARN of something in the account and region.
pub(crate) fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}")
}
