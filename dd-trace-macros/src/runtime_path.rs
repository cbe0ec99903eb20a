//! The path of the runtime crate in generated code: `crate = "..."`, or `::dd_trace_runtime`.

use darling::FromMeta;
use darling::ast::NestedMeta;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Expr, Lit, Path};

use crate::diag::Diag;
use crate::value::peel;

/// The path through which generated code names items of the runtime crate.
///
/// A path that starts in the user's scope could resolve to one of the user's modules with the same name, so
/// [`RuntimePath::check`] accepts only paths that start at a crate.
#[derive(Default)]
pub(crate) struct RuntimePath {
    given: Option<Path>,
}

impl RuntimePath {
    /// Reads the path when other keys have mistakes.
    pub(crate) fn among(metas: &[NestedMeta]) -> Self {
        #[derive(FromMeta)]
        #[darling(allow_unknown_fields)]
        struct Key {
            #[darling(rename = "crate")]
            runtime: Option<RuntimePath>,
        }
        let key = Key::from_list(metas).ok();
        key.and_then(|key| key.runtime).unwrap_or_default()
    }

    pub(crate) fn check(&self, diag: &mut Diag) {
        if let Some(given) = self.given.as_ref().filter(|given| !is_absolute(given)) {
            let path = given.to_token_stream();
            diag.at(
                given,
                format!(
                    "`{path}` depends on what is in scope; write `::{path}`, `crate::{path}` or `$crate`"
                ),
            );
        }
    }

    /// The path, with the span of a user's token. rustc reports an error about what follows the path under that
    /// token only if every token around it has that span.
    pub(crate) fn at(&self, span: Span) -> TokenStream {
        self.between((span, span))
    }

    /// The same for several of the user's tokens: what follows the path has the span of the last.
    pub(crate) fn between(&self, (first, last): (Span, Span)) -> TokenStream {
        self.given.as_ref().map_or_else(
            || {
                let start = quote_spanned!(first=> ::);
                quote_spanned!(last=> #start dd_trace_runtime)
            },
            ToTokens::to_token_stream,
        )
    }
}

fn is_absolute(path: &Path) -> bool {
    let first = path.segments.first();
    path.leading_colon.is_some()
        || first.is_some_and(|first| first.ident == "crate" || first.ident == "$crate")
}

impl FromMeta for RuntimePath {
    fn from_word() -> darling::Result<Self> {
        Err(needs_path())
    }

    fn from_list(_: &[NestedMeta]) -> darling::Result<Self> {
        Err(needs_path())
    }

    fn from_expr(expr: &Expr) -> darling::Result<Self> {
        let path = match peel(expr) {
            Expr::Path(path) if path.qself.is_none() => path.path.clone(),
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => text
                    .parse_with(Path::parse_mod_style)
                    .map_err(|_| needs_path().with_span(text))?,
                other => return Err(needs_path().with_span(other)),
            },
            other => return Err(needs_path().with_span(other)),
        };
        Ok(Self { given: Some(path) })
    }
}

fn needs_path() -> darling::Error {
    darling::Error::custom(
        "`crate` needs the path of the runtime crate: `crate = \"::dd_trace_runtime\"`",
    )
}

impl ToTokens for RuntimePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.at(Span::call_site()).to_tokens(tokens);
    }
}
