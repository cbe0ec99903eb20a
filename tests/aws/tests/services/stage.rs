//! The stage of a test: AWS with the function under test, and an agent.

use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{Environment, EventSourcePosition, FunctionCode};
use serde_json::Value;

use crate::function::Code;
use crate::language::Language;
use crate::local_aws::{LocalAws, ROLE, arn, client};
use tests_support::TestAgent;

#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) aws: LocalAws,
    pub(crate) agent: TestAgent,
}

/// The name of the function under test, and of its service.
pub(crate) const CONSUMER: &str = "consumer";

impl Stage {
    /// A stage whose function is in that language.
    pub(crate) async fn set(consumer: Language) -> Self {
        let (aws, agent) = tokio::join!(LocalAws::ministack(), TestAgent::start());
        let stage = Self { aws, agent };
        stage.upload(CONSUMER, consumer).await;
        stage
    }

    /// Makes a function, whose service has the function's name.
    pub(crate) async fn upload(&self, name: &str, language: Language) {
        let code = Code::of(language);
        let variables = [
            ("DD_SERVICE", name),
            ("DD_TRACE_AGENT_URL", &self.agent.url()),
            // For a machine that is busy.
            ("DD_TRACE_AGENT_TIMEOUT_SECONDS", "10"),
        ];
        let variables = variables.into_iter().chain(code.environment);
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let environment = Environment::builder().set_variables(Some(variables.collect()));
        let package = FunctionCode::builder().zip_file(Blob::new(code.package));
        let create = client!(aws_sdk_lambda, self.aws.url()).create_function();
        let create = create
            .function_name(name)
            .runtime(code.runtime)
            .handler(code.handler)
            .timeout(30)
            .role(ROLE)
            .environment(environment.build())
            .code(package.build());
        create.send().await.unwrap();
    }

    /// Makes Lambda poll the source for the function.
    pub(crate) async fn map(&self, source: &str) {
        let map = client!(aws_sdk_lambda, self.aws.url()).create_event_source_mapping();
        let map = map.function_name(CONSUMER).event_source_arn(source);
        let map = match source {
            queue if queue.contains(":sqs:") => map,
            _ => map.starting_position(EventSourcePosition::TrimHorizon),
        };
        map.send().await.unwrap();
    }

    /// Invokes the function with an event that the test has made.
    pub(crate) async fn invoke(&self, event: &Value) {
        let invoke = client!(aws_sdk_lambda, self.aws.url()).invoke();
        let payload = Blob::new(event.to_string());
        let invoked = invoke.function_name(CONSUMER).payload(payload).send();
        let answer = invoked.await.unwrap();
        assert!(answer.function_error().is_none(), "{answer:?}");
    }
}

/// The ARN of the function under test.
pub(crate) fn function_arn() -> String {
    arn("lambda", &format!("function:{CONSUMER}"))
}
