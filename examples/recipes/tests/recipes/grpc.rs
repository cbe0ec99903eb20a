//! `grpc`: a client of tonic against a server of tonic.

use std::sync::{Arc, Mutex};

use emulator::{Outcome, Span};
use serde_json::json;
use tokio::net::TcpListener;
use tonic::codegen::{BoxStream, tokio_stream};
use tonic::metadata::MetadataMap;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use crate::function::{Invoked, TRACE_ID, invoke};

/// A server that knows the service `shop`, and keeps the metadata of its last call.
#[derive(Clone, Default)]
struct Clinic(Arc<Mutex<MetadataMap>>);

impl Clinic {
    async fn start() -> (String, Self) {
        let clinic = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = Server::builder().add_service(HealthServer::new(clinic.clone()));
        tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
        (url, clinic)
    }

    /// The name of the service that a call asks about.
    fn admit(&self, request: Request<HealthCheckRequest>) -> String {
        *self.0.lock().unwrap() = request.metadata().clone();
        request.into_inner().service
    }
}

fn serving() -> HealthCheckResponse {
    let status = ServingStatus::Serving.into();
    HealthCheckResponse { status }
}

#[tonic::async_trait]
impl Health for Clinic {
    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        match self.admit(request).as_str() {
            "shop" => Ok(Response::new(serving())),
            "bank" => Err(Status::unavailable("closed: 100 %")),
            other => Err(Status::not_found(format!("no service {other}"))),
        }
    }

    type WatchStream = BoxStream<HealthCheckResponse>;

    /// Two answers, and for all but `shop` an error behind them.
    async fn watch(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        let mut answers = vec![Ok(serving()), Ok(serving())];
        if self.admit(request) != "shop" {
            answers.push(Err(Status::unavailable("closed: 100 %")));
        }
        Ok(Response::new(Box::pin(tokio_stream::iter(answers))))
    }
}

async fn ask(url: &str, service: &str, watch: bool) -> Invoked {
    let program = env!("CARGO_BIN_EXE_grpc");
    let event = json!({"service": service, "watch": watch});
    invoke(program, &[("HEALTH_URL", url.to_owned())], &event).await
}

/// The type and message of a span's error.
fn error(span: &Span) -> Option<(&str, &str)> {
    let meta = |tag| span.meta.get(tag).map(String::as_str);
    let error = meta("error.type").zip(meta("error.message"));
    assert_eq!(span.error, i32::from(error.is_some()));
    error
}

#[tokio::test]
async fn a_call_is_a_span_whose_id_its_metadata_carry() {
    let (url, clinic) = Clinic::start().await;
    for (watch, answers, method) in [(false, json!([1]), "Check"), (true, json!([1, 1]), "Watch")] {
        let invoked = ask(&url, "shop", watch).await;
        assert_eq!(invoked.response(), answers);
        let span = invoked.below_the_function("grpc.client");
        let path = format!("/grpc.health.v1.Health/{method}");
        assert_eq!(
            (&span.resource, span.metrics["grpc.status.code"]),
            (&path, 0.0)
        );
        assert_eq!(error(span), None);
        for (tag, value) in [
            ("grpc.method.path", path.as_str()),
            ("grpc.method.package", "grpc.health.v1"),
            ("grpc.method.service", "Health"),
            ("grpc.method.name", method),
            ("rpc.service", "grpc.health.v1.Health"),
            ("out.host", "127.0.0.1"),
            ("span.kind", "client"),
        ] {
            assert_eq!(span.meta[tag], value, "{tag}");
        }
        let port = format!("{}", span.metrics["network.destination.port"]);
        assert!(url.ends_with(&port), "{url} {port}");
        let seen = clinic.0.lock().unwrap();
        let seen = |name| seen.get(name).unwrap().to_str().unwrap();
        assert_eq!(seen("x-datadog-trace-id"), TRACE_ID.to_string());
        assert_eq!(seen("x-datadog-parent-id"), span.span_id.to_string());
        assert!(seen("traceparent").contains(&format!("{:016x}", span.span_id)));
    }
}

#[tokio::test]
async fn a_status_is_an_error_of_the_span_wherever_it_stands() {
    let (url, _) = Clinic::start().await;
    // tonic sends an error without a message in the head, and an error behind messages in trailers.
    for (service, watch, code, expected) in [
        ("cafe", false, 5.0, ("NOT_FOUND", "no service cafe")),
        ("bank", false, 14.0, ("UNAVAILABLE", "closed: 100 %")),
        ("bank", true, 14.0, ("UNAVAILABLE", "closed: 100 %")),
    ] {
        let invoked = ask(&url, service, watch).await;
        assert!(
            matches!(invoked.outcome, Outcome::Error { .. }),
            "{}",
            invoked.outcome
        );
        let span = invoked.below_the_function("grpc.client");
        assert_eq!(
            (span.metrics["grpc.status.code"], error(span)),
            (code, Some(expected))
        );
        assert_eq!(invoked.span("aws.lambda").error, 1);
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_an_error_without_a_status() {
    let invoked = ask("http://127.0.0.1:1", "shop", false).await;
    let span = invoked.below_the_function("grpc.client");
    assert_eq!(
        error(span).map(|(_, message)| message),
        Some("transport error")
    );
    assert!(!span.metrics.contains_key("grpc.status.code"));
}
