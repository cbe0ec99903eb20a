//! Shared by the tests of the AWS SDK and the programs that they run.

/// The config builder of one of the SDK's services, whose requests go to `$endpoint` on this machine.
#[cfg(feature = "sdk")]
#[macro_export]
macro_rules! config {
    ($sdk:ident, $endpoint:expr) => {{
        use $sdk::config::{BehaviorVersion, Builder, Credentials, Region};

        Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
            .endpoint_url($endpoint)
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .retry_config($sdk::config::retry::RetryConfig::disabled())
    }};
}
