//! Handlers with type parameters, const parameters and lifetimes that the type of the event doesn't use.

use std::error::Error as StdError;
use std::fmt::{Debug, Display};

use dd_trace_runtime::traced_handler;
use lambda_runtime::{Diagnostic, Error, LambdaEvent};

trait Repo {
    type Row: serde::Serialize + Debug;
    type Error: StdError + Send + Sync + 'static;

    fn row(&self) -> Self::Row;
}

impl Repo for u8 {
    type Row = u8;
    type Error = std::io::Error;

    fn row(&self) -> u8 {
        *self
    }
}

#[derive(Debug)]
struct Failed<E>(E);

impl<E: Display> From<Failed<E>> for Diagnostic {
    fn from(Failed(error): Failed<E>) -> Self {
        Self {
            error_type: "failed".to_owned(),
            error_message: error.to_string(),
        }
    }
}

#[traced_handler]
async fn fails<R: Repo>(repo: &R, _: LambdaEvent<String>) -> Result<R::Row, R::Error>
where
    Diagnostic: From<R::Error>,
{
    Ok(repo.row())
}

#[traced_handler]
async fn fails_within<R: Repo>(repo: &R, _: LambdaEvent<String>) -> Result<(), Failed<R::Error>> {
    let _ = repo.row();
    Ok(())
}

#[traced_handler]
async fn fails_with<E>(lookup: impl Fn() -> Result<u8, E>, _: LambdaEvent<()>) -> Result<u8, E>
where
    E: StdError + Send + Sync + Into<Diagnostic> + 'static,
{
    lookup()
}

#[traced_handler]
async fn borrows<R: Repo>(repo: &R, _: LambdaEvent<String>) -> Result<R::Row, Error> {
    Ok(repo.row())
}

#[traced_handler]
async fn owns<R>(repo: R, _: LambdaEvent<String>) -> Result<R::Row, Error>
where
    R: Repo,
{
    Ok(repo.row())
}

#[traced_handler]
async fn names_its_lifetime<'a, R: Repo>(
    repo: &'a R,
    _: LambdaEvent<String>,
) -> Result<impl serde::Serialize + use<'a, R>, Error> {
    Ok(repo.row())
}

#[traced_handler]
async fn counts<const N: usize>(event: LambdaEvent<String>) -> Result<usize, Error> {
    Ok(event.payload.len() * N)
}

#[traced_handler]
async fn mixes<R: Repo, const N: usize>(
    repo: &R,
    more: &impl Repo,
    _: LambdaEvent<String>,
) -> Result<[usize; 2], Error> {
    let _ = (repo.row(), more.row());
    Ok([N, N])
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let repo = 1_u8;
    let _ = dd_trace_runtime::run(|event| borrows(&repo, event));
    let _ = dd_trace_runtime::run(|event| fails(&repo, event));
    let _ = dd_trace_runtime::run(|event| fails_within(&repo, event));
    let _ = dd_trace_runtime::run(|event| fails_with(|| Ok::<_, std::io::Error>(1), event));
    let _ = dd_trace_runtime::run(|event| owns(repo, event));
    let _ = dd_trace_runtime::run(|event| names_its_lifetime(&repo, event));
    let _ = dd_trace_runtime::run(counts::<1>);
    let _ = dd_trace_runtime::run(|event| mixes::<u8, 2>(&repo, &repo, event));
}
