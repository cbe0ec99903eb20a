//! An invocation that is part of a durable execution.

use opentelemetry::KeyValue;

use super::members::{Member, Members};
use crate::json::Reader;

/// What the event says about the execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DurableExecution {
    name: String,
    id: String,
    /// Whether this is the execution's first invocation and not a replay.
    is_first: bool,
}

impl DurableExecution {
    /// The execution that an event is about.
    pub(crate) fn of(event: &Members<'_>) -> Option<Self> {
        let state = event.get(Member::InitialExecutionState);
        Self::read(event.get(Member::DurableExecutionArn)?, state)
    }

    /// Of the event's `DurableExecutionArn`, which ends in `/durable-execution/<name>/<id>`, and its
    /// `InitialExecutionState`.
    fn read(mut arn: Reader<'_>, state: Option<Reader<'_>>) -> Option<Self> {
        let arn = arn.string()?;
        let (_, execution) = arn.rsplit_once("/durable-execution/")?;
        let (name, id) = execution.split_once('/')?;
        if name.is_empty() || id.is_empty() || id.contains('/') {
            return None;
        }
        Some(Self {
            name: name.to_owned(),
            id: id.to_owned(),
            is_first: state.is_some_and(has_one_operation),
        })
    }

    pub(crate) fn tags(&self) -> Vec<KeyValue> {
        let is_first = if self.is_first { "true" } else { "false" };
        vec![
            KeyValue::new("aws.durable.execution_name", self.name.clone()),
            KeyValue::new("aws.durable.execution_id", self.id.clone()),
            KeyValue::new("aws.durable.first_invocation", is_first),
        ]
    }
}

/// The invocation itself is the first operation.
fn has_one_operation(state: Reader<'_>) -> bool {
    let [operations] = state.members([b"Operations"]);
    let Some(mut operations) = operations else {
        return false;
    };
    if let Some(list) = operations.array() {
        return operations.element(list) && !operations.element(list);
    }
    let Some(object) = operations.object() else {
        return false;
    };
    operations.member(object).is_some() && operations.member(object).is_none()
}

/// The tag for the function's answer, which says how far the execution is.
pub(crate) fn status(response: &[u8]) -> Option<KeyValue> {
    let [status] = Reader::new(response).members([b"Status"]);
    let known = ["SUCCEEDED", "FAILED", "PENDING"];
    let status = status?.string()?;
    let status = known.into_iter().find(|known| *known == status)?;
    Some(KeyValue::new("aws.durable.execution_status", status))
}

/// An execution that failed. To Lambda its envelope is still a response.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FailedExecution {
    pub(crate) kind: String,
    pub(crate) message: String,
}

/// The failure in the function's answer, if it has one.
pub(crate) fn failure(response: &[u8]) -> Option<FailedExecution> {
    let [status, error] = Reader::new(response).members([b"Status", b"Error"]);
    status?.string().filter(|status| status == "FAILED")?;
    let [kind, message] = error.map_or([None, None], |error| {
        error.members([b"ErrorType", b"ErrorMessage"])
    });
    let text = |member: Option<Reader<'_>>| Some(member?.string()?.into_owned());
    Some(FailedExecution {
        kind: text(kind).unwrap_or_else(|| "Error".to_owned()),
        message: text(message).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = r#""arn:aws:lambda:eu-west-1:1:function:f:1/durable-execution/order-7/a1b2""#;

    fn read(arn: &str, state: &str) -> Option<(String, String, bool)> {
        let state = Some(Reader::new(state.as_bytes()));
        let execution = DurableExecution::read(Reader::new(arn.as_bytes()), state)?;
        Some((execution.name, execution.id, execution.is_first))
    }

    #[test]
    fn the_first_invocation_is_the_one_with_a_single_operation() {
        for (operations, is_first) in [
            ("[{}]", true),
            (r#"{"1":{}}"#, true),
            ("[{},{}]", false),
            (r#"{"1":{},"2":{}}"#, false),
            ("[]", false),
            ("{}", false),
            ("null", false),
        ] {
            let state = format!(r#"{{"Operations":{operations}}}"#);
            let expected = Some(("order-7".to_owned(), "a1b2".to_owned(), is_first));
            assert_eq!(read(ARN, &state), expected, "{operations}");
        }
    }

    #[test]
    fn an_arn_that_names_no_execution_is_none() {
        for arn in [
            "7",
            "\"\"",
            "\"a/durable-execution/\"",
            "\"a/durable-execution/n\"",
            "\"a/durable-execution/n/i/x\"",
            "\"a/durable-execution//i\"",
        ] {
            assert_eq!(read(arn, "{}"), None, "{arn}");
        }
    }

    #[test]
    fn a_failure_is_told_by_its_type_and_message() {
        let failed = |response: &str| {
            let failure = failure(response.as_bytes())?;
            Some((failure.kind, failure.message))
        };
        let told = |kind: &str, message: &str| Some((kind.to_owned(), message.to_owned()));
        let whole =
            r#"{"Status":"FAILED","Error":{"ErrorType":"NoStock","ErrorMessage":"none left"}}"#;
        assert_eq!(failed(whole), told("NoStock", "none left"));
        assert_eq!(failed(r#"{"Status":"FAILED"}"#), told("Error", ""));
        assert_eq!(
            failed(r#"{"Status":"FAILED","Error":7}"#),
            told("Error", "")
        );
        assert_eq!(failed(r#"{"Status":"SUCCEEDED","Error":{}}"#), None);
        assert_eq!(failed("null"), None);
    }

    #[test]
    fn the_status_is_one_of_three() {
        assert_eq!(
            status(br#"{"Result":{},"Status":"PENDING"}"#),
            Some(KeyValue::new("aws.durable.execution_status", "PENDING"))
        );
        for response in [
            "{}",
            r#"{"Status":"DONE"}"#,
            r#"{"Status":7}"#,
            "null",
            "\"PENDING\"",
        ] {
            assert_eq!(status(response.as_bytes()), None, "{response}");
        }
    }
}
