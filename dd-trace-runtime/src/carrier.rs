/// Carrier
#[derive(Debug)]
pub struct Carrier;
