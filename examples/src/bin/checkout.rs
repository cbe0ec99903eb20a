//! The function `checkout`.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    examples::checkout::run().await
}
