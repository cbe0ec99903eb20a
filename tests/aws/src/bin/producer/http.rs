//! A call over HTTP, with the headers of the active trace.

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};

use reqwest::{Client, Url};

/// Posts to `url`. Every host name stands for this machine.
pub(super) async fn post(url: &str) -> Result<(), Box<dyn Error>> {
    let url = Url::parse(url)?;
    let host = url.host_str().ok_or("there is no host in the URL")?;
    // The port comes from the URL.
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let client = Client::builder().resolve(host, here).build()?;
    let mut request = client.post(url).body("{}");
    for (name, value) in &dd_trace_runtime::trace_headers() {
        request = request.header(name, value);
    }
    request.send().await?.error_for_status()?;
    Ok(())
}
