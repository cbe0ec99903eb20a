//! The response to a batch.

use serde::Serialize;

/// The records of a batch that failed, as the response in which Lambda reads them.
///
/// Its JSON is the same as that of `SqsBatchResponse`, `KinesisEventResponse` and `DynamoDbEventResponse` of
/// `aws_lambda_events`: `{"batchItemFailures":[{"itemIdentifier":".."}]}`.
///
/// It is collected from what [`Record::process`](super::Record::process) returned.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use = "Lambda deletes records that failed unless the handler returns the response"]
pub struct BatchResponse {
    /// The records that Lambda has to send again; empty if the whole batch is done.
    pub batch_item_failures: Vec<BatchItemFailure>,
}

/// A record that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchItemFailure {
    /// A message's id, or a record's sequence number.
    pub item_identifier: String,
}

impl Extend<Result<(), BatchItemFailure>> for BatchResponse {
    fn extend<I: IntoIterator<Item = Result<(), BatchItemFailure>>>(&mut self, processed: I) {
        let failures = processed.into_iter().filter_map(Result::err);
        self.batch_item_failures.extend(failures);
    }
}

impl FromIterator<Result<(), BatchItemFailure>> for BatchResponse {
    fn from_iter<I: IntoIterator<Item = Result<(), BatchItemFailure>>>(processed: I) -> Self {
        let mut response = Self::default();
        response.extend(processed);
        response
    }
}
