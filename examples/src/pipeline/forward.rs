//! Sends the functions' requests to another agent.

use emulator::AgentRequest;

/// Sends the requests unchanged to the agent at `url`. The error names the first that it didn't take.
pub(super) async fn to_agent(url: &str, requests: &[AgentRequest]) -> Result<(), String> {
    let client = reqwest::Client::new();
    for request in requests.iter().filter(|request| request.traces.is_ok()) {
        let url = format!("{}{}", url.trim_end_matches('/'), request.path);
        let sent = client
            .request(request.method.clone(), &url)
            .headers(request.headers.clone())
            .body(request.body.clone())
            .send()
            .await
            .and_then(reqwest::Response::error_for_status);
        sent.map_err(|error| format!("the agent at {url} did not take the spans: {error}"))?;
    }
    Ok(())
}
