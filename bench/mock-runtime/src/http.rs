//! As much of an HTTP/1.1 server as the clients of a Lambda function need. Each connection has a thread, so that an
//! answer wakes only the function.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

pub struct Request {
    pub path: String,
    pub body: Vec<u8>,
}

/// Answers the requests on a free port of loopback, and returns the port.
pub fn serve<F>(answer: F) -> io::Result<u16>
where
    F: Fn(&Request, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            // A broken connection is the function's problem and shows in the results.
            thread::spawn(move || serve_connection(connection, &*answer));
        }
    });
    Ok(port)
}

fn serve_connection(
    mut connection: TcpStream,
    answer: &dyn Fn(&Request, &mut TcpStream) -> io::Result<()>,
) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut reader = BufReader::with_capacity(64 * 1024, connection.try_clone()?);
    while let Some(request) = read(&mut reader)? {
        answer(&request, &mut connection)?;
    }
    Ok(())
}

/// Writes an answer; `headers` are whole lines.
pub fn respond(
    connection: &mut TcpStream,
    status: &str,
    headers: &str,
    body: &[u8],
) -> io::Result<()> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    let mut answer = head.into_bytes();
    answer.extend_from_slice(body);
    connection.write_all(&answer)
}

/// The next request; `None` if the client has closed the connection.
fn read(reader: &mut impl BufRead) -> io::Result<Option<Request>> {
    let Some(line) = read_line(reader)? else {
        return Ok(None);
    };
    let path = line
        .split_whitespace()
        .nth(1)
        .unwrap_or_default()
        .to_owned();
    let mut length = 0;
    let mut is_chunked = false;
    while let Some(header) = read_line(reader)?.filter(|line| !line.is_empty()) {
        let (name, value) = header.split_once(':').unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or_default(),
            "transfer-encoding" => is_chunked = value.contains("chunked"),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    if is_chunked {
        read_chunks(reader, &mut body)?;
    }
    Ok(Some(Request { path, body }))
}

fn read_chunks(reader: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<()> {
    while let Some(size) = read_line(reader)? {
        let size = u64::from_str_radix(&size, 16).map_err(io::Error::other)?;
        reader.by_ref().take(size).read_to_end(body)?;
        read_line(reader)?;
        if size == 0 {
            break;
        }
    }
    Ok(())
}

fn read_line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    let read = reader.read_line(&mut line)?;
    Ok((read > 0).then(|| line.trim_end().to_owned()))
}
