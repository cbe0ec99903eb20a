//! The arguments of `#[traced_handler(...)]`.

use darling::ast::NestedMeta;
use darling::util::WithOriginal;
use darling::{Error, FromMeta, Result};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Expr, Lit, LitStr, Meta, Path, Token};

use crate::diag::Diag;
use crate::keys;
use crate::runtime_path::RuntimePath;
use crate::value::{self, peel};

/// The checked arguments.
pub(crate) struct Args {
    pub(crate) extractor: ExtractorArg,
    pub(crate) resource: Option<LitStr>,
    pub(crate) runtime: RuntimePath,
}

/// How the trace context is found.
pub(crate) enum ExtractorArg {
    BuiltIn,
    Custom(Path),
    /// One of these, chosen when the function starts.
    Choice(Vec<Path>),
}

/// The keys as darling reads them.
#[derive(FromMeta)]
struct Keys {
    extractor: Option<WithOriginal<FunctionPath, Meta>>,
    extractors: Option<WithOriginal<FunctionPaths, Meta>>,
    resource: Option<Resource>,
    #[darling(rename = "crate")]
    runtime: Option<RuntimePath>,
}

impl Args {
    /// If the arguments have a mistake, only the path of the runtime crate is kept, so that the code that runs the
    /// handler still compiles.
    pub(crate) fn parse(tokens: TokenStream, diag: &mut Diag) -> Self {
        let metas = keys::parse(tokens, diag).unwrap_or_default();
        let Some(keys) = diag.take(Keys::from_list(&metas)) else {
            return Self {
                extractor: ExtractorArg::BuiltIn,
                resource: None,
                runtime: RuntimePath::among(&metas),
            };
        };
        if let (Some(_), Some(second)) = (&keys.extractor, &keys.extractors) {
            diag.at(
                second.original.path(),
                "`extractor` and `extractors` cannot both be given; write all of them in `extractors(..)`",
            );
        }
        let runtime = keys.runtime.unwrap_or_default();
        runtime.check(diag);
        Self {
            extractor: match (keys.extractor, keys.extractors) {
                (_, Some(several)) => ExtractorArg::Choice(several.parsed.0),
                (Some(one), None) => ExtractorArg::Custom(one.parsed.0),
                (None, None) => ExtractorArg::BuiltIn,
            },
            resource: keys.resource.map(|resource| resource.0),
            runtime,
        }
    }
}

/// The path of a function, in quotes or bare.
struct FunctionPath(Path);

impl FromMeta for FunctionPath {
    fn from_word() -> Result<Self> {
        Err(needs_function())
    }

    fn from_list(_: &[NestedMeta]) -> Result<Self> {
        Err(needs_function())
    }

    fn from_expr(expr: &Expr) -> Result<Self> {
        function_path(expr, "extractor").map(Self)
    }
}

fn needs_function() -> Error {
    Error::custom("`extractor` needs a path to a function: `extractor = \"my_module::my_fn\"`")
}

fn function_path(expr: &Expr, key: &str) -> Result<Path> {
    let needs = || match key {
        "extractors" => needs_functions(),
        _ => needs_function(),
    };
    let mistake = |problem: &str| {
        let message = format!("`{}` {problem}", compact(expr));
        Err(Error::custom(message).with_span(expr))
    };
    let no_path = |separator| {
        let path = compact(expr).replace(separator, "::");
        mistake(&format!("is not a path; write `{path}`"))
    };
    match peel(expr) {
        Expr::Path(path) if path.qself.is_none() => Ok(path.path.clone()),
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => quoted_path(text, key),
            other => Err(needs().with_span(other)),
        },
        Expr::Call(_) => mistake("is a call; name the function without the parentheses"),
        Expr::Reference(_) => mistake("is a reference; name the function without the `&`"),
        // Datadog's documentation names extractors in this way.
        Expr::Field(_) => no_path('.'),
        Expr::Binary(_) => no_path('/'),
        other => Err(needs().with_span(other)),
    }
}

fn quoted_path(text: &LitStr, key: &str) -> Result<Path> {
    let mistake = |message: String| Err(Error::custom(message).with_span(text));
    if text.value().trim().is_empty() {
        return mistake(format!(
            "`{key}` is empty; name a function, such as `\"my_module::my_fn\"`"
        ));
    }
    match text.parse::<Expr>() {
        // Quotes inside quotes are a mistake.
        Ok(Expr::Lit(_)) | Err(_) => mistake(format!(
            "`{}` is not a path to a function; write it as `\"my_module::my_fn\"`",
            text.value()
        )),
        Ok(expr) => function_path(&expr, key),
    }
}

/// The functions that `DD_TRACE_EXTRACTOR` chooses from.
struct FunctionPaths(Vec<Path>);

impl FromMeta for FunctionPaths {
    fn from_meta(item: &Meta) -> Result<Self> {
        let Meta::List(list) = item else {
            return Err(needs_functions().with_span(item.path()));
        };
        let exprs = list.parse_args_with(Punctuated::<Expr, Token![,]>::parse_terminated)?;
        if exprs.is_empty() {
            return Err(needs_functions().with_span(item.path()));
        }
        let mut errors = Error::accumulator();
        let mut paths: Vec<Path> = Vec::new();
        for expr in &exprs {
            let Some(path) = errors.handle(function_path(expr, "extractors")) else {
                continue;
            };
            if paths.contains(&path) {
                let message = format!("`{}` is given twice; keep one", compact(&path));
                errors.push(Error::custom(message).with_span(&path));
            }
            paths.push(path);
        }
        errors.finish_with(Self(paths))
    }
}

fn needs_functions() -> Error {
    Error::custom(
        "`extractors` needs the paths of functions: `extractors(my_module::one, my_module::other)`",
    )
}

/// The name of the operation that the function performs, shown as the span's resource.
struct Resource(LitStr);

impl FromMeta for Resource {
    fn from_word() -> Result<Self> {
        Err(needs_resource())
    }

    fn from_list(_: &[NestedMeta]) -> Result<Self> {
        Err(needs_resource())
    }

    fn from_expr(expr: &Expr) -> Result<Self> {
        value::text(expr, needs_resource).map(Self)
    }
}

fn needs_resource() -> Error {
    Error::custom("`resource` needs a text: `resource = \"process-order\"`")
}

/// The text of a path or a call, without blanks.
pub(crate) fn compact(tokens: impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    text.retain(|letter| !letter.is_whitespace());
    text
}
