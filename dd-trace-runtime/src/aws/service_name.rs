//! The name of a service in spans.

use std::borrow::Cow;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct ServiceName {
    /// Such as `sqs.request`, after the SDK's name in lower case and without blanks.
    pub(super) operation: Cow<'static, str>,
    /// Such as `aws.sqs`.
    pub(super) service: Cow<'static, str>,
    /// The first label of the service's host, where the service is a peer in Datadog's maps: those of ddtrace 4.16
    /// (`_derive_peer_hostname` in `utils_botocore`).
    pub(super) peer: Option<&'static str>,
}

impl ServiceName {
    /// Of the SDK's name, such as `SQS` or `Secrets Manager`.
    pub(super) fn of(service_id: &str) -> Self {
        let (operation, service, peer) = match service_id {
            "DynamoDB" => ("dynamodb.request", "aws.dynamodb", Some("dynamodb")),
            "EventBridge" => ("eventbridge.request", "aws.eventbridge", Some("events")),
            "Kinesis" => ("kinesis.request", "aws.kinesis", Some("kinesis")),
            "Lambda" => ("lambda.request", "aws.lambda", None),
            "S3" => ("s3.request", "aws.s3", Some("s3")),
            "SFN" => ("sfn.request", "aws.sfn", None),
            "SNS" => ("sns.request", "aws.sns", Some("sns")),
            "SQS" => ("sqs.request", "aws.sqs", Some("sqs")),
            other => return Self::of_other(other),
        };
        Self {
            operation: operation.into(),
            service: service.into(),
            peer,
        }
    }

    fn of_other(service_id: &str) -> Self {
        let mut name = service_id.to_ascii_lowercase();
        name.retain(|c| !c.is_ascii_whitespace());
        Self {
            operation: [&name, ".request"].concat().into(),
            service: ["aws.", &name].concat().into(),
            peer: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_has_the_name_of_its_sdk_in_lower_case_and_without_blanks() {
        let names = [
            ("SQS", "sqs"),
            ("DynamoDB", "dynamodb"),
            ("Secrets Manager", "secretsmanager"),
            ("Bedrock Runtime", "bedrockruntime"),
            ("", ""),
        ];
        for (service_id, name) in names {
            let names = ServiceName::of(service_id);
            assert_eq!(names.operation, format!("{name}.request"));
            assert_eq!(names.service, format!("aws.{name}"));
        }
    }
}
