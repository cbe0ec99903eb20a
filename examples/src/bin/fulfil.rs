//! The function `fulfil`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    examples::fulfil::run().await
}
