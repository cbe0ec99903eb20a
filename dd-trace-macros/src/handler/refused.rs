//! What rustc has already refused before it calls the macro. An error of ours would be a second one.
//!
//! rustc parses what is under an attribute, reports a mistake, and may still call the macro. It also refuses an
//! attribute of this kind on a statement and on an expression.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Token};

/// Whether the tokens are a statement, an expression, or a function with a signature that no version of Rust allows.
pub(crate) fn by_rustc(item: &TokenStream) -> bool {
    let parts = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        let is_statement = is_statement(input);
        Ok((is_statement, input.parse::<TokenStream>()?))
    };
    let parts = parts.parse2(item.clone());
    parts.is_ok_and(|(is_statement, tokens)| is_statement || is_signature_refused(tokens))
}

/// Whether a `let` or a closure starts here.
fn is_statement(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    while ahead.peek(Token![static]) || ahead.peek(Token![async]) || ahead.peek(Token![move]) {
        if ahead.parse::<TokenTree>().is_err() {
            return false;
        }
    }
    ahead.peek(Token![let]) || ahead.peek(Token![|]) || ahead.peek(Token![||])
}

fn is_signature_refused(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter();
    let qualifiers: Vec<TokenTree> = tokens
        .by_ref()
        .take_while(|token| !is_ident(token, "fn"))
        .collect();
    let mut outside = Outside::default();
    let parameters = tokens.by_ref().find_map(|token| {
        let is_outside = outside.is_here(&token);
        match token {
            TokenTree::Group(group) if is_outside => Some(group),
            _ => None,
        }
    });
    let Some(parameters) = parameters else {
        return false;
    };
    let next: String = tokens.take(2).map(|token| token.to_string()).collect();
    parameters.delimiter() != Delimiter::Parenthesis
        || is_order_refused(&qualifiers)
        || are_parameters_refused(&parameters)
        || next.starts_with(':')
        || next == "=>"
}

/// Whether `async` stands behind one of the qualifiers that follow it.
fn is_order_refused(qualifiers: &[TokenTree]) -> bool {
    let rank = |token: &TokenTree| {
        ["const", "async", "unsafe", "extern"]
            .iter()
            .position(|name| is_ident(token, name))
    };
    let ranks: Vec<usize> = qualifiers.iter().filter_map(rank).collect();
    !ranks.is_sorted()
}

fn are_parameters_refused(parameters: &Group) -> bool {
    let mut outside = Outside::default();
    // Only what is outside of `<` and `>`.
    let tokens: Vec<TokenTree> = parameters
        .stream()
        .into_iter()
        .filter(|token| outside.is_here(token))
        .collect();
    let parameters: Vec<&[TokenTree]> = tokens.split(|token| is_punct(token, ',')).collect();
    let last = parameters.len().saturating_sub(1);
    parameters
        .iter()
        .enumerate()
        .any(|(index, parameter)| match parameter {
            // Nothing need follow the last comma, and nothing need be between the parentheses.
            [] => index != last,
            _ => is_parameter_refused(parameter, index == 0),
        })
}

fn is_parameter_refused(parameter: &[TokenTree], is_first: bool) -> bool {
    if parameter.iter().any(|token| is_ident(token, "self")) {
        return !is_first;
    }
    // Without paths, whose colons are two.
    let text: String = parameter
        .iter()
        .map(|token| match token {
            TokenTree::Group(_) => "()".to_owned(),
            token => format!("{token} "),
        })
        .collect();
    let text = text.replace(": : ", "");
    let Some((_, ty)) = text.split_once(": ") else {
        return true;
    };
    // Another colon is that of a parameter behind a missing comma.
    ty.is_empty() || ty.starts_with("mut ") || ty.contains([':', '=', ';'])
}

/// Tells the tokens that are outside of `<` and `>`.
#[derive(Default)]
struct Outside {
    depth: usize,
    is_behind_minus: bool,
}

impl Outside {
    fn is_here(&mut self, token: &TokenTree) -> bool {
        let is_arrow = self.is_behind_minus && is_punct(token, '>');
        self.is_behind_minus = is_punct(token, '-');
        if is_punct(token, '<') {
            self.depth += 1;
        } else if is_punct(token, '>') && !is_arrow {
            self.depth = self.depth.saturating_sub(1);
        } else {
            return self.depth == 0;
        }
        false
    }
}

fn is_ident(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == name)
}

fn is_punct(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(item: &str) -> bool {
        by_rustc(&item.parse().unwrap())
    }

    #[test]
    fn a_function_that_some_version_of_rust_may_allow_is_not_refused() {
        for signature in [
            "async fn f()",
            "pub(crate) async fn f(event: LambdaEvent<Value>,) -> Result<Value, Error>",
            "#[doc = \"a: b\"] async fn f(#[cfg(a)] event: LambdaEvent<BTreeMap<u8, Vec<u8>>>)",
            "async fn f(Event { a: b, .. }: e::Event, &x: &'a mut [u8; 1 + 2]) -> u8",
            "async fn f<F: Fn(u8) -> u8, const N: usize>(f: impl Fn(u8) -> Vec<u8>, e: E<N>) where F: Sized",
            "const async unsafe extern \"C\" fn f(self: Pin<&mut Self>, x: <A as B>::C)",
            "async fn f(&'a mut self, x: dyn for<'b> Fn(&'b u8) + 'a)",
            "async fn f(x: impl use<'a> new Syntax)",
            "fn r#fn(x: u8, _: ())",
        ] {
            assert!(!is_refused(&format!("{signature} {{}}")), "{signature}");
        }
        for item in [
            "struct Order { id: u8 }",
            "impl Order { fn f(x) {} }",
            "static X: u8 = 1;",
            "move_it!();",
        ] {
            assert!(!is_refused(item), "{item}");
        }
    }

    #[test]
    fn a_mistake_in_the_parameters_or_behind_them_is_refused() {
        for signature in [
            "async fn f(event)",
            "async fn f(event LambdaEvent<Value>)",
            "async fn f(mut event LambdaEvent<Value>, x: u8)",
            "async fn f(LambdaEvent<Value> event)",
            "async fn f(event: )",
            "async fn f(event: mut LambdaEvent<Value>)",
            "async fn f(event: LambdaEvent<Value>,, x: u8)",
            "async fn f(event: LambdaEvent<Value>; x: u8)",
            "async fn f(event: LambdaEvent<Value> x: u8)",
            "async fn f(event: LambdaEvent<Value> = Default::default())",
            "async fn f(event: LambdaEvent<Value>, self)",
            "async fn f(event: LambdaEvent<Value>, _)",
            "async fn f(event: LambdaEvent<Value>, ..)",
            "async fn f(event: LambdaEvent<Value>): Result<Value, Error>",
            "async fn f(event: LambdaEvent<Value>) => Result<Value, Error>",
            "async fn f[event: LambdaEvent<Value>]",
            "unsafe async fn f(event: LambdaEvent<Value>)",
        ] {
            assert!(is_refused(&format!("{signature} {{}}")), "{signature}");
        }
    }

    #[test]
    fn a_closure_and_a_statement_are_refused() {
        for tokens in [
            "|event| async {}",
            "|| {}",
            "async move |event: LambdaEvent<Value>| -> u8 { 1 }",
            "#[allow(unused)] let handler = async |event| event;",
        ] {
            assert!(is_refused(tokens), "{tokens}");
        }
    }
}
