//! One kept connection to the agent.

use std::io;
use std::time::Duration;

use memchr::memmem::find;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The most that a send may take.
const LIMIT: Duration = Duration::from_millis(100);

/// Writes a request and reads its answer. Returns the connection for the next one.
pub async fn send(kept: Option<TcpStream>, agent: &str, request: &[u8]) -> Option<TcpStream> {
    timeout(LIMIT, exchange(kept, agent, request))
        .await
        .ok()?
        .ok()
}

async fn exchange(kept: Option<TcpStream>, agent: &str, request: &[u8]) -> io::Result<TcpStream> {
    let mut stream = match kept {
        Some(stream) => stream,
        None => {
            let stream = TcpStream::connect(agent).await?;
            stream.set_nodelay(true)?;
            stream
        }
    };
    stream.write_all(request).await?;
    let mut answer = [0; 1024];
    let mut length = 0;
    while !is_whole(&answer[..length]) {
        match stream.read(&mut answer[length..]).await? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => length += read,
        }
    }
    Ok(stream)
}

/// Whether the head has ended, and as many bytes follow as it says.
fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = find(answer, b"\r\n\r\n") else {
        return false;
    };
    let (head, body) = answer.split_at(end);
    let head = std::str::from_utf8(head).unwrap_or_default();
    let mut headers = head.lines().filter_map(|line| line.split_once(':'));
    let length = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|(_, length)| length.trim().parse::<usize>().ok());
    body.len() >= length.unwrap_or_default() + 4
}
