//! The v0.4 payload: a MessagePack array of chunks, each an array of spans, each a map.

use serde::Deserialize;

use super::Span;

/// Decodes a payload; the error says what is wrong with it.
pub(super) fn decode(body: &[u8]) -> Result<Vec<Vec<Span>>, String> {
    let mut decoder = rmp_serde::Deserializer::new(body);
    let mut chunks =
        Vec::<Vec<Span>>::deserialize(&mut decoder).map_err(|error| error.to_string())?;
    let rest = decoder.get_ref().len();
    if rest > 0 {
        return Err(format!("{rest} bytes follow the payload"));
    }
    for chunk in &mut chunks {
        spread_high_bits(chunk)?;
    }
    Ok(chunks)
}

/// A chunk names the upper half of its trace id once, in `_dd.p.tid`; this gives it to each span.
fn spread_high_bits(chunk: &mut [Span]) -> Result<(), String> {
    let Some(tid) = chunk.iter().find_map(|span| span.meta.get("_dd.p.tid")) else {
        return Ok(());
    };
    let high = u64::from_str_radix(tid, 16)
        .ok()
        .filter(|_| tid.len() == 16)
        .ok_or_else(|| format!("`_dd.p.tid` is `{tid}`; write 16 hexadecimal digits"))?;
    for span in chunk {
        span.trace_id_high = high;
    }
    Ok(())
}
