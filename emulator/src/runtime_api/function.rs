//! The configuration of the function.

use std::net::SocketAddr;
use std::time::Duration;

/// A function's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// The function's name.
    pub name: String,
    /// The region it is deployed to.
    pub region: String,
    /// The account it belongs to: twelve digits.
    pub account: String,
    /// How long an invocation may take.
    pub timeout: Duration,
    /// The memory it has, in MB.
    pub memory_mb: u32,
    /// If there is more than one, the process is told to take that many invocations at once (managed
    /// instances).
    pub concurrency: u32,
}

impl Function {
    /// A function with the settings that Lambda gives a new one: 3 seconds, 128 MB, one invocation at a time.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            region: "us-east-1".to_owned(),
            account: "123456789012".to_owned(),
            timeout: Duration::from_secs(3),
            memory_mb: 128,
            concurrency: 1,
        }
    }

    /// The function's ARN, without a version.
    #[must_use]
    pub fn arn(&self) -> String {
        let Self {
            name,
            region,
            account,
            ..
        } = self;
        format!("arn:aws:lambda:{region}:{account}:function:{name}")
    }

    /// See <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>.
    pub(super) fn environment(&self, api: SocketAddr) -> Vec<(String, String)> {
        let concurrent = self.concurrency > 1;
        let kind = if concurrent {
            "lambda-managed-instances"
        } else {
            "on-demand"
        };
        let mut environment = vec![
            ("AWS_LAMBDA_RUNTIME_API", api.to_string()),
            ("AWS_LAMBDA_FUNCTION_NAME", self.name.clone()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
            (
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                self.memory_mb.to_string(),
            ),
            (
                "AWS_LAMBDA_LOG_GROUP_NAME",
                format!("/aws/lambda/{}", self.name),
            ),
            (
                "AWS_LAMBDA_LOG_STREAM_NAME",
                format!("{}[$LATEST]", self.name),
            ),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", kind.to_owned()),
            ("AWS_REGION", self.region.clone()),
            ("AWS_DEFAULT_REGION", self.region.clone()),
            ("_HANDLER", "bootstrap".to_owned()),
            ("LAMBDA_TASK_ROOT", "/var/task".to_owned()),
            ("TZ", ":UTC".to_owned()),
        ];
        if concurrent {
            environment.push(("AWS_LAMBDA_MAX_CONCURRENCY", self.concurrency.to_string()));
        }
        environment
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}
