//! The name of a service in spans.

use std::borrow::Cow;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct ServiceName<'a> {
    /// Such as `sqs`: the SDK's name in lower case, without blanks.
    pub(super) name: Cow<'a, str>,
    /// The first label of the service's host, where the service is a peer in Datadog's maps: those of ddtrace 4.16
    /// (`_derive_peer_hostname` in `utils_botocore`).
    pub(super) peer: Option<&'static str>,
}

impl<'a> ServiceName<'a> {
    /// Of the SDK's name, such as `SQS` or `Secrets Manager`.
    pub(super) fn of(service_id: &'a str) -> Self {
        let (name, peer) = match service_id {
            "DynamoDB" => ("dynamodb", Some("dynamodb")),
            "EventBridge" => ("eventbridge", Some("events")),
            "Kinesis" => ("kinesis", Some("kinesis")),
            "Lambda" => ("lambda", None),
            "S3" => ("s3", Some("s3")),
            "SFN" => ("sfn", None),
            "SNS" => ("sns", Some("sns")),
            "SQS" => ("sqs", Some("sqs")),
            other => return Self::of_other(other),
        };
        Self {
            name: Cow::Borrowed(name),
            peer,
        }
    }

    fn of_other(service_id: &str) -> Self {
        let mut name = service_id.to_ascii_lowercase();
        name.retain(|c| !c.is_ascii_whitespace());
        Self {
            name: Cow::Owned(name),
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
            assert_eq!(ServiceName::of(service_id).name, name);
        }
    }
}
