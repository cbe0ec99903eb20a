//! The error in the response of a service.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use memchr::memmem::find;
use serde::Deserialize;

/// What the SDK reads of an error. Each operation has an error type of its own.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ServiceError {
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
}

/// The protocols are AWS JSON, REST JSON, and Query, which is XML. The names are those that the SDK looks for (`json_errors.rs` of each service).
#[derive(Debug, Default, Deserialize)]
struct Json {
    code: Option<String>,
    #[serde(rename = "__type")]
    kind: Option<String>,
    message: Option<String>,
    #[serde(rename = "Message")]
    capital_message: Option<String>,
    #[serde(rename = "errorMessage")]
    error_message: Option<String>,
}

impl Json {
    fn into_message(self) -> Option<String> {
        self.message.or(self.capital_message).or(self.error_message)
    }
}

impl ServiceError {
    pub(super) fn read(response: &HttpResponse) -> Self {
        let body = response.body().bytes().unwrap_or_default();
        let json: Json = serde_json::from_slice(body).unwrap_or_default();
        let headers = response.headers();
        // `AWS.SimpleQueueService.NonExistentQueue;Sender`, for those who knew the code of an older protocol.
        let of_query = headers.get("x-amzn-query-error");
        let of_query = of_query.and_then(|code| code.split(';').next());
        let code = of_query.or_else(|| {
            let in_body = json.code.as_deref().or(json.kind.as_deref());
            let code = headers.get("x-amzn-errortype").or(in_body)?;
            // `com.amazonaws.sqs#InvalidAddress:http://..`
            let code = code.split(':').next()?;
            code.rsplit('#').next()
        });
        Self {
            code: code
                .map(ToOwned::to_owned)
                .or_else(|| element(body, "Code")),
            message: json.into_message().or_else(|| element(body, "Message")),
        }
    }
}

/// The text of the first element of that name.
fn element(xml: &[u8], name: &str) -> Option<String> {
    let [opening, closing] = [format!("<{name}>"), format!("</{name}>")];
    let text = xml.get(find(xml, opening.as_bytes())? + opening.len()..)?;
    let text = text.get(..find(text, closing.as_bytes())?)?;
    Some(unescape(std::str::from_utf8(text).ok()?))
}

/// The text without XML's escapes. The ampersand is last, so that nothing is unescaped twice.
fn unescape(text: &str) -> String {
    let escapes = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ];
    escapes
        .into_iter()
        .fold(text.to_owned(), |text, (escape, letter)| {
            text.replace(escape, letter)
        })
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn read(header: Option<(&'static str, &'static str)>, body: &'static str) -> ServiceError {
        let mut response = HttpResponse::new(400.try_into().unwrap(), SdkBody::from(body));
        if let Some((name, value)) = header {
            response.headers_mut().insert(name, value);
        }
        ServiceError::read(&response)
    }

    fn service_error(code: &str, message: &str) -> ServiceError {
        ServiceError {
            code: Some(code.to_owned()),
            message: Some(message.to_owned()),
        }
    }

    #[test]
    fn an_error_is_read_in_every_protocol() {
        let json = r#"{"__type":"com.amazonaws.sqs#InvalidAddress","message":"no queue"}"#;
        assert_eq!(
            read(None, json),
            service_error("InvalidAddress", "no queue")
        );
        let query = (
            "x-amzn-query-error",
            "AWS.SimpleQueueService.NonExistentQueue;Sender",
        );
        let code = "AWS.SimpleQueueService.NonExistentQueue";
        assert_eq!(read(Some(query), json), service_error(code, "no queue"));
        let rest = (
            "x-amzn-errortype",
            "ResourceNotFoundException:http://internal/",
        );
        let body = r#"{"Type":"User","Message":"no function"}"#;
        let expected = service_error("ResourceNotFoundException", "no function");
        assert_eq!(read(Some(rest), body), expected);
        let xml = "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code>\
            <Message>no topic</Message></Error></ErrorResponse>";
        assert_eq!(read(None, xml), service_error("NotFound", "no topic"));
    }

    #[test]
    fn a_code_and_a_message_are_read_under_each_name_that_the_sdk_knows() {
        let json = r#"{"__type":"Other","code":"Throttled","errorMessage":"slower"}"#;
        assert_eq!(read(None, json), service_error("Throttled", "slower"));
        let json = r#"{"__type":"Throttled","message":"slower","Message":"SLOWER"}"#;
        assert_eq!(read(None, json), service_error("Throttled", "slower"));
    }

    #[test]
    fn a_message_in_xml_is_read_without_its_escapes() {
        let xml = "<Code>Invalid</Code><Message>&quot;a&quot; &lt; &amp;lt;</Message>";
        assert_eq!(read(None, xml), service_error("Invalid", r#""a" < &lt;"#));
    }

    #[test]
    fn an_answer_that_tells_no_error_has_none() {
        for body in ["", "{}", "[]", "<html>", "<Code>", r#"{"__type":1}"#] {
            assert_eq!(read(None, body), ServiceError::default(), "{body}");
        }
    }
}
