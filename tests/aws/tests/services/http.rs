//! Calls over HTTP: API Gateway and function URLs.

use aws_sdk_lambda::types::FunctionUrlAuthType;
use reqwest::Method;
use serde_json::{Value, json};

use crate::language::Language::Rust;
use crate::local_aws::{LocalAws, REGION, client};
use crate::stage::{CONSUMER, Stage, function_arn};

impl LocalAws {
    async fn api_gateway(&self, method: Method, path: &str, body: Value) -> Value {
        let answer = self.ask(method, path, |request| request.body(body.to_string()));
        serde_json::from_str(&answer.await).unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.api_gateway(Method::POST, path, body).await
    }

    /// Makes an HTTP API (v2) with one route to the function. Returns the URL of the route.
    async fn http_api(&self) -> String {
        let api = self
            .post(
                "/v2/apis",
                json!({ "name": "shop", "protocolType": "HTTP" }),
            )
            .await;
        let id = text(&api["apiId"]);
        let integration = json!({
            "integrationType": "AWS_PROXY",
            "integrationUri": function_arn(),
            "payloadFormatVersion": "2.0",
        });
        let path = format!("/v2/apis/{id}/integrations");
        let integration = self.post(&path, integration).await;
        let target = format!("integrations/{}", text(&integration["integrationId"]));
        let route = json!({ "routeKey": "POST /orders/{id}", "target": target });
        self.post(&format!("/v2/apis/{id}/routes"), route).await;
        let stage = json!({ "stageName": "$default", "autoDeploy": true });
        self.post(&format!("/v2/apis/{id}/stages"), stage).await;
        self.url_of(&id, "/orders/7")
    }

    /// Makes a REST API (v1) with one method that the function answers. Returns its URL.
    async fn rest_api(&self) -> String {
        let api = self.post("/restapis", json!({ "name": "shop" })).await;
        let id = text(&api["id"]);
        let root = text(&api["rootResourceId"]);
        let path = format!("/restapis/{id}/resources/{root}");
        let resource = self.post(&path, json!({ "pathPart": "orders" })).await;
        let resource = text(&resource["id"]);
        let path = format!("/restapis/{id}/resources/{resource}/methods/POST");
        let method = json!({ "authorizationType": "NONE" });
        self.api_gateway(Method::PUT, &path, method).await;
        let function = function_arn();
        let integration = json!({
            "type": "AWS_PROXY",
            "httpMethod": "POST",
            "uri": format!("arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"),
        });
        self.api_gateway(Method::PUT, &format!("{path}/integration"), integration)
            .await;
        let deployment = json!({ "stageName": "prod" });
        self.post(&format!("/restapis/{id}/deployments"), deployment)
            .await;
        self.url_of(&id, "/prod/orders")
    }

    fn url_of(&self, api: &str, path: &str) -> String {
        format!("http://{api}.execute-api.localhost:{}{path}", self.port())
    }

    /// Gives the function a URL, and returns it.
    async fn function_url(&self) -> String {
        let create = client!(aws_sdk_lambda, self.url()).create_function_url_config();
        let create = create.function_name(CONSUMER);
        let create = create.auth_type(FunctionUrlAuthType::None);
        let created = create.send().await.unwrap();
        // An address at AWS. Only its host name says which function is meant.
        let host = host(created.function_url());
        format!("http://{host}:{}/orders", self.port())
    }
}

/// The trace of a caller and a function, with a span of the gateway between them. Its service is its host.
fn through(gateway: &str, url: &str) -> String {
    let host = host(url);
    format!(
        "\
internal  order  [shop]
  {gateway}  [{host}]
    aws.lambda  consumer  [consumer]
      aws.lambda.load  consumer  [consumer]
      internal  work  [consumer]
"
    )
}

/// `ministack` leaves out the domain name of a REST API, which would be its span's service, so there is no such span.
const REST: &str = "\
internal  order  [shop]
  aws.lambda  consumer  [consumer]
    aws.lambda.load  consumer  [consumer]
    internal  work  [consumer]
";

fn host(url: &str) -> String {
    let url = reqwest::Url::parse(url).unwrap();
    url.host_str().unwrap().to_owned()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[tokio::test]
#[ignore = "needs ministack and the APM test agent: .ci/peers"]
async fn a_request_to_an_http_api_is_in_its_caller_s_trace() {
    let stage = Stage::set(Rust).await;
    let url = stage.aws.http_api().await;
    stage.produce(Rust, "http", &url).await;
    stage
        .agent
        .assert_trace(&through("aws.httpapi  POST /orders/{id}", &url))
        .await;
}

#[tokio::test]
#[ignore = "needs ministack and the APM test agent: .ci/peers"]
async fn a_request_to_a_rest_api_is_in_its_caller_s_trace() {
    let stage = Stage::set(Rust).await;
    let url = stage.aws.rest_api().await;
    stage.produce(Rust, "http", &url).await;
    stage.agent.assert_trace(REST).await;
}

#[tokio::test]
#[ignore = "needs ministack and the APM test agent: .ci/peers"]
async fn a_request_to_a_function_url_is_in_its_caller_s_trace() {
    let stage = Stage::set(Rust).await;
    let url = stage.aws.function_url().await;
    stage.produce(Rust, "http", &url).await;
    stage
        .agent
        .assert_trace(&through("aws.lambda.url  POST /orders", &url))
        .await;
}
