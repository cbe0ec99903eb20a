//! The producer and the consumer of a message, and their trace.

use crate::language::Language::{self, Python, Rust};
use crate::stage::Stage;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) producer: Language,
    pub(crate) consumer: Language,
}

/// Our library at both ends, and Datadog's library for Python at one of them.
pub(crate) const PAIRS: [Pair; 3] = [pair(Rust, Rust), pair(Python, Rust), pair(Rust, Python)];

pub(crate) const fn pair(producer: Language, consumer: Language) -> Pair {
    Pair { producer, consumer }
}

/// The span of the producer's call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    pub(crate) in_rust: &'static str,
    pub(crate) in_python: &'static str,
}

impl Pair {
    /// A stage with the pair's consumer.
    pub(crate) async fn stage(self) -> Stage {
        eprintln!("{self:?}");
        Stage::set(self.consumer).await
    }

    /// The producer's call, the spans of the services `between`, and the consumer, each below the one before:
    ///
    /// ```text
    /// internal  order  [shop]
    ///   sqs.request  SQS.SendMessage  [aws.sqs]
    ///     aws.sqs  orders  [orders]
    ///       aws.lambda  consumer  [consumer]
    ///         aws.lambda.load  consumer  [consumer]
    ///         internal  work  [consumer]
    /// ```
    pub(crate) fn trace(self, call: Call, between: &[&str]) -> String {
        let producer = match self.producer {
            Rust => ["internal  order  [shop]", call.in_rust],
            Python => ["order  order  [shop]", call.in_python],
        };
        let spans = producer.iter().chain(between);
        let spans = spans.chain(&["aws.lambda  consumer  [consumer]"]);
        let mut tree = String::new();
        let mut depth = 0;
        for span in spans {
            tree.push_str(&line(depth, span));
            depth += 1;
        }
        let inside: &[&str] = match self.consumer {
            Rust => &[
                "aws.lambda.load  consumer  [consumer]",
                "internal  work  [consumer]",
            ],
            Python => &["work  work  [consumer]"],
        };
        tree.extend(inside.iter().map(|span| line(depth, span)));
        tree
    }
}

fn line(depth: usize, span: &str) -> String {
    format!("{}{span}\n", "  ".repeat(depth))
}
