//! X-Ray's trace header: `Root=1-<8 hex digits>-<24>;Parent=<16>;Sampled=<0|1>`.

use crate::context::trace_context::TraceContext;

/// The fields of a header, in any order; others are ignored.
struct Header<'a> {
    /// The 24 digits of the root's last part.
    root: &'a str,
    parent: &'a str,
    sampled: Option<&'a str>,
}

impl<'a> Header<'a> {
    fn parse(header: &'a str) -> Option<Self> {
        let field = |name: &str| {
            let fields = header
                .split(';')
                .filter_map(|field| field.trim().split_once('='));
            fields
                .filter(|(key, _)| *key == name)
                .map(|(_, value)| value.trim())
                .next()
        };
        let mut root = field("Root")?.split('-');
        let (_version, _time) = (root.next()?, root.next()?);
        let root = root.next()?;
        let parent = field("Parent")?;
        (root.len() == 24 && parent.len() == 16).then_some(Self {
            root,
            parent,
            sampled: field("Sampled"),
        })
    }

    /// The last 16 digits of the root, and the parent.
    fn ids(&self) -> Option<(u64, u64)> {
        let low = self.root.get(8..)?;
        Some((
            u64::from_str_radix(low, 16).ok()?,
            u64::from_str_radix(self.parent, 16).ok()?,
        ))
    }
}

/// The ids that Datadog's Java tracer plants in the header of an SQS message. The digits before them are then
/// zeros. Any other header is X-Ray's own and isn't a parent of ours.
pub(super) fn planted(header: &str) -> Option<TraceContext> {
    let header = Header::parse(header)?;
    if !header.root.starts_with("00000000") {
        return None;
    }
    let (trace_id, parent_id) = header.ids()?;
    let priority = match header.sampled {
        Some("0") => 0,
        _ => 1,
    };
    let context = TraceContext::new(u128::from(trace_id), parent_id, Some(priority));
    context.is_usable().then_some(context)
}

/// The function's own X-Ray trace as a Datadog trace: 63 bits of its id.
pub(super) fn context(header: &str) -> Option<TraceContext> {
    const TRACE_ID_BITS: u64 = u64::MAX >> 1;

    let header = Header::parse(header)?;
    let (trace_id, parent_id) = header.ids()?;
    let priority = if header.sampled == Some("1") { 2 } else { -1 };
    let trace_id = u128::from(trace_id & TRACE_ID_BITS);
    let context = TraceContext::new(trace_id, parent_id, Some(priority));
    context.is_usable().then_some(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(context: Option<TraceContext>) -> Option<(u128, u64, Option<i8>)> {
        let context = context?;
        Some((
            context.trace_id(),
            context.parent_id(),
            context.sampling_priority(),
        ))
    }

    /// Vectors of Datadog's libraries for Python and Node.
    #[test]
    fn the_last_63_bits_of_the_root_are_the_trace_id() {
        for (root, parent, trace_id, parent_id) in [
            (
                "8c398be037738dc042009320",
                "94ae789b969f1cc5",
                3_995_693_151_288_333_088,
                10_713_633_173_203_262_661,
            ),
            (
                "2c779014b90ce44db5e03875",
                "0b11cc4230d3e09e",
                4_110_911_582_297_405_557,
                797_643_193_680_388_254,
            ),
            (
                "ffffffffffffffffffffffff",
                "ffffffffffffffff",
                9_223_372_036_854_775_807,
                u64::MAX,
            ),
        ] {
            for (sampled, priority) in [
                (";Sampled=1", 2),
                (";Sampled=0", -1),
                (";Sampled=?", -1),
                ("", -1),
            ] {
                let header = format!("Root=1-5e272390-{root};Parent={parent}{sampled}");
                assert_eq!(
                    ids(context(&header)),
                    Some((trace_id, parent_id, Some(priority))),
                    "{header}"
                );
            }
        }
    }

    #[test]
    fn the_fields_may_come_in_any_order_among_others() {
        let header = "Self=1-2-3; Sampled=1;Lineage=a:0;Parent=94ae789b969f1cc5;Root=1-5e272390-8c398be037738dc042009320";
        assert!(context(header).is_some());
    }

    #[test]
    fn only_ids_after_zeros_are_planted() {
        let planted_at = |root: &str| {
            planted(&format!(
                "Root=1-68029e8a-{root};Parent=76c040bdc454a7ac;Sampled=1"
            ))
        };
        assert_eq!(
            ids(planted_at("0000000035578e774943fd9d")),
            Some((
                3_843_697_449_965_452_701,
                8_556_910_475_790_821_292,
                Some(1)
            ))
        );
        assert_eq!(
            ids(planted_at("00000000e1be46a994272793")),
            Some((
                16_266_516_598_257_821_587,
                8_556_910_475_790_821_292,
                Some(1)
            ))
        );
        assert_eq!(planted_at("8c398be037738dc042009320"), None);
    }

    #[test]
    fn a_header_that_is_cut_or_broken_is_none() {
        for header in [
            "",
            "Root",
            "Root=",
            "Root=1",
            "Root=1-2",
            "Root=1-5e272390-",
            "Root=1-5e272390-8c398be037738dc0",
            "Root=1-5e272390-8c398be037738dc042009320",
            "Root=1-5e272390-8c398be037738dc042009320;Parent=1",
            "Root=1-5e272390-0000000000000000000000zz;Parent=94ae789b969f1cc5",
            "Root=1-5e272390-000000000000000000000000;Parent=0000000000000000",
            "Root=1-5e272390-ééééééééééééé;Parent=94ae789b969f1cc5",
        ] {
            assert_eq!(context(header), None, "{header}");
            assert_eq!(planted(header), None, "{header}");
        }
    }
}
