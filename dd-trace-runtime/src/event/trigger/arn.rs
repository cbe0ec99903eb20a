//! Amazon resource names.

use std::borrow::Cow;

/// The parts of `arn:partition:service:region:account:resource`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    pub(crate) partition: &'a str,
    pub(crate) region: &'a str,
    pub(crate) account: &'a str,
    /// The rest, which may have colons of its own: `function:checkout:prod`.
    pub(crate) resource: &'a str,
}

impl<'a> Arn<'a> {
    pub(crate) fn parse(arn: &'a str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        if parts.next() != Some("arn") {
            return None;
        }
        let partition = parts.next()?;
        let _service = parts.next()?;
        Some(Self {
            partition,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        })
    }
}

/// The part of a text that `of` finds, without a copy where the text is borrowed.
pub(super) fn part<'a>(
    text: &Cow<'a, str>,
    of: impl Fn(&str) -> Option<&str>,
) -> Option<Cow<'a, str>> {
    match text {
        Cow::Borrowed(text) => of(text).map(Cow::Borrowed),
        Cow::Owned(text) => of(text).map(|part| Cow::Owned(part.to_owned())),
    }
}

/// What follows the last `:` of an ARN: the name of a queue or a topic.
pub(crate) fn last_part(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or(arn)
}

/// The second of the parts that `/` separates: the name of a table, a cluster, a target group.
pub(crate) fn second_part(arn: &str) -> Option<&str> {
    arn.split('/').nth(1).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_has_its_parts_in_every_partition() {
        for partition in ["aws", "aws-cn", "aws-us-gov", "aws-iso-b"] {
            let arn = format!("arn:{partition}:lambda:eu-west-1:123:function:checkout:prod");
            assert_eq!(
                Arn::parse(&arn),
                Some(Arn {
                    partition,
                    region: "eu-west-1",
                    account: "123",
                    resource: "function:checkout:prod",
                })
            );
        }
    }

    #[test]
    fn what_is_no_arn_has_no_parts() {
        for text in [
            "",
            "arn",
            "arn:aws:sqs:a:b",
            "urn:aws:sqs:a:b:c",
            "No header found.",
        ] {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
    }
}
