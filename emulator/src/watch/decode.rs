//! The payloads of the tracers: v0.3 and v0.4, as MessagePack or JSON, and v0.5.

use serde::Deserialize;

use super::span::{AnySpan, TableSpan, Text};
use crate::agent::Span;

/// How a payload is encoded, according to its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    MessagePack,
    Json,
    /// v0.5: MessagePack with a table of texts.
    Table,
}

/// The chunks of a payload; the error says what can't be read.
pub(super) fn decode(body: &[u8], format: Format) -> Result<Vec<Span>, String> {
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let chunks = match format {
        Format::MessagePack => whole(message_pack::<Vec<Vec<AnySpan>>>(body)?),
        Format::Json => whole(serde_json::from_slice(body).map_err(|error| error.to_string())?),
        Format::Table => {
            let (table, chunks): (Vec<Text>, Vec<Vec<TableSpan>>) = message_pack(body)?;
            let chunks = chunks.into_iter().map(|chunk| {
                let spans = chunk.into_iter().map(|span| span.with(&table));
                spans.collect()
            });
            chunks.collect()
        }
    };
    Ok(chunks.into_iter().flat_map(spread_high_bits).collect())
}

fn message_pack<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, String> {
    rmp_serde::from_slice(body).map_err(|error| error.to_string())
}

fn whole(chunks: Vec<Vec<AnySpan>>) -> Vec<Vec<Span>> {
    let chunks = chunks.into_iter();
    chunks
        .map(|chunk| chunk.into_iter().map(Span::from).collect())
        .collect()
}

/// A chunk names the upper half of its trace id once; this gives it to each of its spans.
fn spread_high_bits(mut chunk: Vec<Span>) -> Vec<Span> {
    let tid = chunk.iter().find_map(|span| span.meta.get("_dd.p.tid"));
    let high = tid
        .and_then(|tid| u64::from_str_radix(tid, 16).ok())
        .unwrap_or_default();
    for span in &mut chunk {
        span.trace_id_high = high;
    }
    chunk
}
