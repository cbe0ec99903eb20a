//! The agent's answer, parsed from the bytes received so far.

use httparse::{EMPTY_HEADER, Header, Response, Status};

/// How many bytes of an answer are kept. The agent's usual one has less than a hundred.
pub(super) const MAX_ANSWER: usize = 64 * 1024;
/// More headers than agents and proxies send. An answer with more is parsed again, with room for [`MAX_HEADERS`].
const USUAL_HEADERS: usize = 32;
const MAX_HEADERS: usize = 1_024;
/// The one status below 200 after which no other answer follows (RFC 9110, 15.2.2).
const SWITCHING_PROTOCOLS: u16 = 101;

/// An answer that was read to its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The connection can carry another request.
    pub(crate) is_reusable: bool,
    pub(crate) body: Vec<u8>,
}

/// Whether more bytes may follow, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// More bytes may follow.
    Open,
    /// The agent closed the connection.
    Closed,
    /// [`MAX_ANSWER`] is reached.
    Full,
}

/// What is wrong with bytes that aren't an answer.
pub(crate) type Malformed = &'static str;

/// How the end of the body is found.
enum Framing {
    None,
    Length(usize),
    Chunked,
    UntilClosed,
}

/// Reads an answer; `None` if more bytes have to come.
///
/// Interim answers are skipped, as RFC 9110 (15.2) requires of a client.
pub(super) fn parse(mut received: &[u8], end: End) -> Result<Option<Answer>, Malformed> {
    loop {
        let mut usual = [EMPTY_HEADER; USUAL_HEADERS];
        let mut many;
        let mut read = parse_one(received, end, &mut usual);
        if matches!(read, Err(Unread::TooManyHeaders)) {
            many = vec![EMPTY_HEADER; MAX_HEADERS];
            read = parse_one(received, end, &mut many);
        }
        match read {
            Ok(answer) => return Ok(answer),
            Err(Unread::Interim(rest)) => received = rest,
            Err(Unread::TooManyHeaders) => return Err("it has too many headers"),
            Err(Unread::Malformed(malformed)) => return Err(malformed),
        }
    }
}

/// Why an answer isn't the final one.
enum Unread<'a> {
    /// An interim answer, with the bytes after it.
    Interim(&'a [u8]),
    TooManyHeaders,
    Malformed(Malformed),
}

impl From<Malformed> for Unread<'_> {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

fn parse_one<'a>(
    received: &'a [u8],
    end: End,
    headers: &mut [Header<'a>],
) -> Result<Option<Answer>, Unread<'a>> {
    let mut response = Response::new(headers);
    let head_len = match response.parse(received) {
        Ok(Status::Complete(len)) => len,
        Ok(Status::Partial) if end == End::Open => return Ok(None),
        Ok(Status::Partial) => return Err("its head doesn't end".into()),
        Err(httparse::Error::TooManyHeaders) => return Err(Unread::TooManyHeaders),
        Err(_) => return Err("it is not HTTP".into()),
    };
    let status = response.code.unwrap_or_default();
    let rest = received.get(head_len..).unwrap_or_default();
    if (100..200).contains(&status) && status != SWITCHING_PROTOCOLS {
        return Err(Unread::Interim(rest));
    }
    if status < 200 {
        return Err("it is another protocol, which nobody asked for".into());
    }
    let framing = framing(status, response.headers)?;
    let has_end = !matches!(framing, Framing::UntilClosed);
    let body = match framing {
        Framing::None => Some((0, Vec::new())),
        Framing::Length(len) => rest.get(..len).map(|body| (len, body.to_vec())),
        Framing::Chunked => dechunked(rest)?,
        Framing::UntilClosed => (end == End::Closed).then(|| (rest.len(), rest.to_vec())),
    };
    match (body, end) {
        (Some((len, body)), _) => Ok(Some(Answer {
            status,
            is_reusable: has_end
                && end == End::Open
                && len == rest.len()
                && response.version == Some(1)
                && !says_close(response.headers),
            body,
        })),
        (None, End::Open) => Ok(None),
        (None, End::Closed) => Err("its body ends too early".into()),
        (None, End::Full) => Ok(Some(Answer {
            status,
            is_reusable: false,
            body: rest.to_vec(),
        })),
    }
}

fn framing(status: u16, headers: &[Header<'_>]) -> Result<Framing, Malformed> {
    if status == 204 || status == 304 {
        return Ok(Framing::None);
    }
    if let Some(coding) = value(headers, "transfer-encoding") {
        return if coding.eq_ignore_ascii_case(b"chunked") {
            Ok(Framing::Chunked)
        } else {
            Err("its transfer encoding is unknown")
        };
    }
    match value(headers, "content-length") {
        None => Ok(Framing::UntilClosed),
        Some(length) => std::str::from_utf8(length)
            .ok()
            .and_then(|length| length.parse().ok())
            .map(Framing::Length)
            .ok_or("its length is no number"),
    }
}

fn value<'a>(headers: &[Header<'a>], name: &str) -> Option<&'a [u8]> {
    headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case(name))
        .map(|header| header.value.trim_ascii())
}

fn says_close(headers: &[Header<'_>]) -> bool {
    value(headers, "connection").is_some_and(|options| {
        options
            .split(|byte| *byte == b',')
            .any(|option| option.trim_ascii().eq_ignore_ascii_case(b"close"))
    })
}

/// How many bytes the chunks in `received` take, and the body in them; `None` while bytes are missing.
fn dechunked(received: &[u8]) -> Result<Option<(usize, Vec<u8>)>, Malformed> {
    const MALFORMED: Malformed = "its chunks are malformed";
    let mut body = Vec::new();
    let mut rest = received;
    loop {
        let Status::Complete((line, size)) =
            httparse::parse_chunk_size(rest).map_err(|_| MALFORMED)?
        else {
            return Ok(None);
        };
        let size = usize::try_from(size).map_err(|_| MALFORMED)?;
        rest = rest.get(line..).unwrap_or_default();
        if size == 0 {
            let trailers = after_trailers(rest)?;
            return Ok(trailers.map(|rest| (received.len() - rest.len(), body)));
        }
        let Some((chunk, after)) = rest.split_at_checked(size) else {
            return Ok(None);
        };
        body.extend_from_slice(chunk);
        rest = match after {
            [b'\r', b'\n', rest @ ..] => rest,
            [] | [b'\r'] => return Ok(None),
            _ => return Err(MALFORMED),
        };
    }
}

/// The bytes after the trailers, of which there are usually none.
fn after_trailers(rest: &[u8]) -> Result<Option<&[u8]>, Malformed> {
    let mut headers = [EMPTY_HEADER; USUAL_HEADERS];
    match httparse::parse_headers(rest, &mut headers) {
        Ok(Status::Complete((len, _))) => Ok(rest.get(len..)),
        Ok(Status::Partial) => Ok(None),
        Err(_) => Err("its trailers are malformed"),
    }
}
