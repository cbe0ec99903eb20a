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
        let ("arn", rest) = split_at(b':', arn)? else {
            return None;
        };
        let (partition, rest) = split_at(b':', rest)?;
        let (_service, rest) = split_at(b':', rest)?;
        let (region, rest) = split_at(b':', rest)?;
        let (account, resource) = split_at(b':', rest)?;
        Some(Self {
            partition,
            region,
            account,
            resource,
        })
    }
}

/// What stands before and after the first `separator`, of ASCII. For texts of a few dozen bytes this takes a
/// fraction of what `split_once` does.
fn split_at(separator: u8, text: &str) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == separator)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// What stands after the last `separator`, of ASCII; all of the text if there is none.
pub(super) fn after_last(separator: u8, text: &str) -> &str {
    let at = text.bytes().rposition(|byte| byte == separator);
    at.and_then(|at| text.get(at + 1..)).unwrap_or(text)
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
    after_last(b':', arn)
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
