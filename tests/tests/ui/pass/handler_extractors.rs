use dd_trace_runtime::{Carrier, RawEvent, traced_handler};
use lambda_runtime::{Error, LambdaEvent};

mod extractors {
    use super::{Carrier, RawEvent};

    pub fn one(_: &RawEvent) -> Carrier {
        Carrier::default()
    }

    pub fn two(_: &RawEvent) -> Carrier {
        Carrier::default()
    }
}

#[traced_handler(extractor = extractors::one)]
async fn bare(event: LambdaEvent<String>) -> Result<String, Error> {
    Ok(event.payload)
}

#[traced_handler(extractor = "self::extractors::one", resource = "quoted")]
async fn quoted(event: LambdaEvent<String>) -> Result<String, Error> {
    Ok(event.payload)
}

#[traced_handler(extractors(extractors::one, "extractors::two"))]
async fn several(event: LambdaEvent<String>) -> Result<String, Error> {
    Ok(event.payload)
}

fn main() {
    let _ = (bare, quoted, several);
}
