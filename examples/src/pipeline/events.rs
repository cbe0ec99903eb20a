//! The event that starts the pipeline.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

/// An order, as the event of an API Gateway HTTP API (payload format 2.0) from a caller without trace headers.
///
/// Its shape: <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>.
pub(super) fn order_request() -> String {
    let body = json!({ "orderId": "o-1001", "amount": 42 });
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis();
    json!({
        "version": "2.0",
        "routeKey": "POST /orders",
        "rawPath": "/orders",
        "rawQueryString": "",
        "headers": {
            "accept": "*/*",
            "content-length": body.to_string().len().to_string(),
            "content-type": "application/json",
            "host": "shop.execute-api.us-east-1.amazonaws.com",
            "user-agent": "curl/8.5.0",
            "x-forwarded-for": "192.0.2.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "shop",
            "domainName": "shop.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "shop",
            "http": {
                "method": "POST",
                "path": "/orders",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "curl/8.5.0",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "POST /orders",
            "stage": "$default",
            // The gateway's span begins here.
            "timeEpoch": u64::try_from(now).unwrap_or_default(),
        },
        "body": body.to_string(),
        "isBase64Encoded": false,
    })
    .to_string()
}
