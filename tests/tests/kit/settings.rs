//! Settings of one test, which no other test sees.

use dd_trace_runtime::testing::Invocation;
use dd_trace_runtime::{Carrier, TracedPayload, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::trace::{Span, Tracer};
use opentelemetry::{KeyValue, global};
use serde_json::{Value, json};

use crate::{echo, producer};

#[tokio::test]
async fn service_environment_and_version_are_the_test_s() {
    let one = Invocation::raw("1")
        .env("DD_SERVICE", "shop")
        .env("DD_ENV", "staging")
        .env("DD_VERSION", "1.2")
        .run(echo);
    let (one, other) = tokio::join!(one, Invocation::raw("2").run(echo));
    assert_eq!(one.root().service, "shop");
    assert_eq!(one.root().meta["env"], "staging");
    assert_eq!(one.root().meta["version"], "1.2");
    assert_eq!(other.root().service, "test-function");
    assert!(!other.root().meta.contains_key("env"));
}

#[tokio::test]
async fn dd_tags_are_on_every_span_and_git_s_on_the_first() {
    #[traced_handler]
    async fn busy(_: LambdaEvent<()>) -> Result<(), Error> {
        let mut span = global::tracer("shop").start("work");
        span.set_attribute(KeyValue::new("team", "mine"));
        span.end();
        Ok(())
    }
    let outcome = Invocation::of(&())
        .env(
            "DD_TAGS",
            "team:a:b,service:shop,span.kind:x,request_id:x,empty",
        )
        .env(
            "DD_GIT_REPOSITORY_URL",
            "https://me:secret@example.com/shop",
        )
        .env("DD_GIT_COMMIT_SHA", "c0ffee")
        .lambda_context(|context| context.tenant_id = Some("blue".to_owned()))
        .run(busy)
        .await;
    let (root, work) = (outcome.root(), outcome.span("work"));
    let request_id = &root.meta["request_id"];
    for (span, key, value) in [
        (root, "team", "a:b"),
        (work, "team", "mine"),
        (root, "empty", ""),
        (work, "empty", ""),
        (root, "span.kind", "server"),
        (root, "tenant_id", "blue"),
        (root, "_dd.git.repository_url", "https://example.com/shop"),
        (root, "_dd.git.commit.sha", "c0ffee"),
    ] {
        assert_eq!(span.meta[key], value, "{key}");
    }
    assert_ne!(request_id, "x");
    assert_eq!((&*root.service, &*work.service), ("shop", "shop"));
    assert!(!root.meta.contains_key("service"));
    assert!(!work.meta.contains_key("_dd.git.commit.sha"));
}

#[tokio::test]
async fn a_sampling_rule_sees_dd_tags() {
    for (team, priority) in [("a", "-1"), ("b", "1")] {
        let outcome = Invocation::raw("1")
            .env("DD_TAGS", &format!("team:{team}"))
            .env(
                "DD_TRACE_SAMPLING_RULES",
                r#"[{"tags":{"team":"a"},"sample_rate":0}]"#,
            )
            .run(echo)
            .await;
        let metrics = &outcome.root().metrics;
        assert_eq!(
            metrics["_sampling_priority_v1"].to_string(),
            priority,
            "{team}"
        );
    }
}

#[tokio::test]
async fn a_sample_rate_decides_for_child_spans_too() {
    #[traced_handler]
    async fn busy(_: LambdaEvent<()>) -> Result<(), Error> {
        global::tracer("shop").in_span("work", |_| ());
        Ok(())
    }
    let outcome = Invocation::of(&())
        .env("DD_TRACE_SAMPLE_RATE", "0")
        .run(busy)
        .await;
    assert_eq!(
        outcome.root().metrics["_sampling_priority_v1"].to_string(),
        "-1"
    );
    for span in outcome.spans() {
        assert_eq!(span.trace_context().sampling_priority(), Some(-1));
    }
    assert_eq!(outcome.spans().len(), 2);
}

#[tokio::test]
async fn without_tracing_there_are_no_spans_and_the_handler_runs() {
    #[derive(TracedPayload)]
    struct Payload {
        id: u8,
    }
    #[traced_handler]
    async fn publish(_: LambdaEvent<()>) -> Result<String, Error> {
        Ok(serde_json::to_string(&Payload { id: 1 })?)
    }
    let outcome = Invocation::of(&())
        .from_producer(&producer())
        .env("DD_TRACE_ENABLED", "false")
        .run(publish)
        .await;
    assert_eq!((outcome.spans().len(), outcome.parent()), (0, None));
    assert_eq!(outcome.result.unwrap(), r#"{"id":1}"#);
}

mod extractors {
    use super::{Carrier, Value};

    fn member(event: &Value, name: &str) -> Option<Carrier> {
        serde_json::from_value(event[name].clone()).ok()
    }

    pub(super) fn json(event: &Value) -> Option<Carrier> {
        member(event, "json")
    }

    pub(super) fn mqtt(event: &Value) -> Option<Carrier> {
        member(event, "mqtt")
    }
}

#[tokio::test]
async fn the_extractor_of_a_set_is_chosen_by_the_test() {
    #[traced_handler(extractors(extractors::json, extractors::mqtt))]
    async fn handler(_: LambdaEvent<Value>) -> Result<(), Error> {
        Ok(())
    }
    let headers = |id: &str| json!({"x-datadog-trace-id": id, "x-datadog-parent-id": "1"});
    let event = json!({"json": headers("3"), "mqtt": headers("4")});
    for (name, trace_id) in [
        ("extractors.json", 3),
        ("extractors.mqtt", 4),
        ("extractors.none", 3),
    ] {
        let outcome = Invocation::of(&event)
            .env("DD_TRACE_EXTRACTOR", name)
            .run(handler)
            .await;
        assert_eq!(outcome.root().trace_id, trace_id, "{name}");
    }
}

#[tokio::test]
async fn the_handler_s_resource_is_the_span_s() {
    #[traced_handler(resource = "orders")]
    async fn named(_: LambdaEvent<()>) -> Result<(), Error> {
        Ok(())
    }
    let outcome = Invocation::of(&()).function_name("Shop").run(named).await;
    assert_eq!(outcome.tree(), "aws.lambda  orders  [Shop]\n");
}

#[tokio::test]
async fn a_restarted_trace_is_linked_to_its_producer_s() {
    let outcome = Invocation::of(&json!({}))
        .from_producer(&producer())
        .env("DD_TRACE_PROPAGATION_BEHAVIOR_EXTRACT", "restart")
        .run(echo)
        .await;
    assert_eq!(outcome.parent(), None);
    let root = outcome.root();
    assert_ne!(root.trace_context().trace_id(), producer().trace_id());
    let [link] = &root.span_links[..] else {
        panic!("{:?}", root.span_links);
    };
    assert_eq!(link.span_id, producer().parent_id());
    assert_eq!(link.attributes["reason"], "propagation_behavior_extract");
}

#[tokio::test]
async fn an_ignored_trace_leaves_no_link() {
    let outcome = Invocation::of(&json!({}))
        .from_producer(&producer())
        .env("DD_TRACE_PROPAGATION_BEHAVIOR_EXTRACT", "ignore")
        .run(echo)
        .await;
    assert_eq!(outcome.parent(), None);
    assert!(outcome.root().span_links.is_empty());
}
