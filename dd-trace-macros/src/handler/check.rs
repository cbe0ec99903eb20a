//! The rules on a handler's signature, and what emitting needs to know when they hold.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{
    Attribute, Error, FnArg, GenericArgument, Lifetime, PatType, PathArguments, ReturnType, Safety,
    Type, TypeFnPtr, TypeImplTrait, TypeReference,
};

use super::generics;
use super::item::HandlerFn;
use crate::diag::Diag;

/// What the wrapper is made from.
pub(crate) struct Shape<'a> {
    /// All parameters, in the order they are written.
    pub(crate) params: Vec<&'a PatType>,
    /// Which of them is the event.
    pub(crate) event: usize,
    pub(crate) event_type: &'a Type,
    pub(crate) output: Output<'a>,
}

/// How the types of response and error are told apart.
pub(crate) enum Output<'a> {
    /// By asking a trait: aliases such as `anyhow::Result<T>` work.
    Asked(&'a Type),
    /// By reading `Result<impl Trait, E>`: a type with `impl Trait` inside can't be asked anything.
    Read { response: &'a Type, error: &'a Type },
}

impl Output<'_> {
    /// Where rustc's complaints about the return type belong.
    pub(crate) fn ends(&self) -> (Span, Span) {
        match self {
            Self::Asked(ty) | Self::Read { response: ty, .. } => ends(ty),
        }
    }

    /// The same for what is a single token.
    pub(crate) fn span(&self) -> Span {
        self.ends().0
    }
}

/// The places of the first and the last token: stable rustc doesn't join them.
pub(super) fn ends(ty: &Type) -> (Span, Span) {
    let last = ty.to_token_stream().into_iter().last();
    let end = last.map_or_else(|| ty.span(), |token| token.span());
    (ty.span(), end)
}

/// `None` if a rule failed.
pub(crate) fn shape<'a>(function: &'a HandlerFn, diag: &mut Diag) -> Option<Shape<'a>> {
    let before = diag.count();
    if !is_handler(function, diag) {
        return None;
    }
    is_async(function, diag);
    is_plainly_qualified(function, diag);
    has_unconditional_parameters(function, diag);
    let params = parameters(function);
    let event = takes_event(function, &params, diag);
    let output = returns_result(function, diag);
    let (event, event_type) = event?;
    let output = output?;
    (diag.count() == before).then_some(Shape {
        params,
        event,
        event_type,
        output,
    })
}

/// Whether the other rules are worth asking.
fn is_handler(function: &HandlerFn, diag: &mut Diag) -> bool {
    let name = &function.sig.ident;
    if name == "main" {
        diag.at(
            name,
            "`main` is not the handler; put `#[traced_handler]` on the function that takes the event",
        );
        return false;
    }
    if !function.has_body {
        diag.at(
            name,
            format!("`{name}` has no body; a traced handler is a free function"),
        );
        return false;
    }
    let again = |attr: &&Attribute| {
        let last = attr.path().segments.last();
        last.is_some_and(|segment| segment.ident == "traced_handler")
    };
    if let Some(again) = function.attrs.iter().find(again) {
        diag.at(again, "`#[traced_handler]` is given twice; keep one");
        return false;
    }
    is_free(function, diag)
}

fn is_async(function: &HandlerFn, diag: &mut Diag) {
    if function.sig.asyncness.is_none() {
        diag.at(
            function.sig.fn_token,
            "a traced handler must be async; write `async fn`",
        );
    }
}

fn is_plainly_qualified(function: &HandlerFn, diag: &mut Diag) {
    let sig = &function.sig;
    if let Some(token) = sig.constness {
        diag.at(token, "a traced handler cannot be `const`; remove it");
    }
    if let Safety::Unsafe(token) = sig.safety {
        diag.at(
            token,
            "a traced handler cannot be `unsafe`; write the `unsafe` block inside it",
        );
    }
    if let Some(abi) = &sig.abi {
        diag.at(abi, "a traced handler cannot be `extern`; remove the ABI");
    }
    if let Some(variadic) = &sig.variadic {
        diag.at(
            variadic,
            "a traced handler cannot be variadic; remove `...`",
        );
    }
}

/// A method has no room for the function that the wrapper is made of, which knows neither `self` nor `Self`.
fn is_free(function: &HandlerFn, diag: &mut Diag) -> bool {
    if let Some(receiver) = function.sig.receiver() {
        diag.at(
            receiver,
            "a traced handler cannot take `self`; put the attribute on a free function that calls this method",
        );
        return false;
    }
    if let Some(of_impl) = first_self_type(function) {
        diag.at(
            of_impl,
            "a traced handler cannot name `Self`; put the attribute on a free function that calls this one",
        );
        return false;
    }
    true
}

/// The first `Self` that isn't about an item inside the body.
pub(super) fn first_self_type(function: &HandlerFn) -> Option<Ident> {
    first_self(function.sig.to_token_stream()).or_else(|| first_self(function.body.stream()))
}

fn first_self(tokens: TokenStream) -> Option<Ident> {
    const ITEMS: [&str; 5] = ["impl", "trait", "struct", "enum", "union"];
    let mut is_in_item = false;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if ident == "Self" && !is_in_item => return Some(ident),
            TokenTree::Ident(ident) => is_in_item |= ITEMS.iter().any(|item| ident == item),
            // The body of the item, or its end.
            TokenTree::Group(group) if is_in_item => {
                is_in_item = group.delimiter() != Delimiter::Brace;
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => is_in_item = false,
            TokenTree::Group(group) => {
                if let Some(found) = first_self(group.stream()) {
                    return Some(found);
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    None
}

/// The wrapper passes every parameter on, and a call can't leave one out conditionally.
fn has_unconditional_parameters(function: &HandlerFn, diag: &mut Diag) {
    for param in parameters(function) {
        let conditional =
            |attr: &&Attribute| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr");
        if let Some(attr) = param.attrs.iter().find(conditional) {
            diag.at(
                attr,
                "a parameter of a traced handler cannot be conditional; put the `#[cfg]` on the function",
            );
        }
    }
}

pub(super) fn parameters(function: &HandlerFn) -> Vec<&PatType> {
    fn typed(input: &FnArg) -> Option<&PatType> {
        match input {
            FnArg::Typed(param) => Some(param),
            FnArg::Receiver(_) => None,
        }
    }
    function.sig.inputs.iter().filter_map(typed).collect()
}

/// The event is the only parameter, or the one spelled `LambdaEvent<..>`.
fn takes_event<'a>(
    function: &HandlerFn,
    params: &[&'a PatType],
    diag: &mut Diag,
) -> Option<(usize, &'a Type)> {
    let mut types = (0..).zip(params.iter().map(|param| &*param.ty));
    if let [_] = params {
        return types
            .next()
            .filter(|(_, ty)| is_event_type(function, ty, diag));
    }
    let mut spelled = types.filter(|(_, ty)| is_lambda_event(ty));
    match (spelled.next(), spelled.next()) {
        (Some(event), None) => Some(event).filter(|(_, ty)| is_event_type(function, ty, diag)),
        (_, Some((_, second))) => {
            diag.at(
                second,
                "a traced handler takes one event; keep one `LambdaEvent`",
            );
            None
        }
        (None, None) => {
            reports_no_event(function, params, diag);
            None
        }
    }
}

fn reports_no_event(function: &HandlerFn, params: &[&PatType], diag: &mut Diag) {
    let sig = &function.sig;
    if params.iter().any(|param| is_context(param)) {
        diag.at(
            &sig.inputs,
            "a traced handler takes `event: LambdaEvent<T>`, which brings the context; write `event.context`",
        );
    } else if !params.is_empty() {
        diag.at(
            &sig.inputs,
            "cannot tell which parameter is the event; spell its type `LambdaEvent<T>`",
        );
    } else {
        let message = "a traced handler takes the event; write `event: LambdaEvent<T>`";
        diag.push(Error::new(sig.paren_token.span.join(), message));
    }
}

fn is_event_type(function: &HandlerFn, event: &Type, diag: &mut Diag) -> bool {
    let before = diag.count();
    if let Some(param) = generics::first_use(&function.sig.generics, event) {
        let message = format!(
            "the event of a traced handler cannot be generic; write a concrete type in place of `{param}`, and a parameter of its own for what is generic: `repo: &impl Repo`"
        );
        diag.at(param, message);
        return false;
    }
    if let Some(opaque) = first_impl_trait(event) {
        diag.at(
            opaque,
            "the event of a traced handler cannot be generic; name its type instead of `impl Trait`",
        );
    } else if let Type::Reference(reference) = plain(event) {
        diag.at(
            reference,
            "a traced handler owns its event; write `LambdaEvent<T>` without the `&`",
        );
    } else if let Some(borrowed) = first_borrowed(event) {
        diag.at(
            borrowed,
            "the event cannot borrow from the bytes it is read from; write an owned type, such as `String`",
        );
    }
    diag.count() == before
}

/// `LambdaEvent<..>`, or a reference to one, which is a mistake of its own.
pub(super) fn is_lambda_event(ty: &Type) -> bool {
    match plain(ty) {
        Type::Path(path) => {
            let last = path.path.segments.last();
            last.is_some_and(|segment| segment.ident == "LambdaEvent")
        }
        Type::Reference(reference) => is_lambda_event(&reference.elem),
        _ => false,
    }
}

/// Whether a parameter is spelled `Context`, as the second one in other languages is.
pub(super) fn is_context(param: &PatType) -> bool {
    matches!(plain(&param.ty), Type::Path(path) if path.path.is_ident("Context"))
}

/// A type without what `macro_rules!` and parentheses put around it.
fn plain(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => plain(&group.elem),
        Type::Paren(paren) => plain(&paren.elem),
        _ => ty,
    }
}

fn returns_result<'a>(function: &'a HandlerFn, diag: &mut Diag) -> Option<Output<'a>> {
    let name = &function.sig.ident;
    if function.sig.asyncness.is_none() && returns_future(&function.sig.output) {
        // Said already: with `async fn` the future is gone.
        return None;
    }
    let ReturnType::Type(_, whole) = &function.sig.output else {
        diag.at(
            name,
            format!("`{name}` returns nothing; a traced handler returns a `Result<T, E>`"),
        );
        return None;
    };
    if is_no_result(whole) {
        diag.at(
            whole,
            "a traced handler cannot return this; write `Result<T, E>`",
        );
        return None;
    }
    let Some(opaque) = first_impl_trait(whole) else {
        return Some(Output::Asked(whole));
    };
    let Some((response, error)) = two_arguments(whole) else {
        diag.at(
            opaque,
            "the error type must stand beside `impl Trait`; write `Result<impl Trait, E>`",
        );
        return None;
    };
    if let Some(opaque) = first_impl_trait(error) {
        diag.at(
            opaque,
            "the error of a traced handler needs a name; write its type instead of `impl Trait`",
        );
        return None;
    }
    Some(Output::Read { response, error })
}

/// Whether the type can't be a `Result` by its shape, whatever names mean.
pub(super) fn is_no_result(ty: &Type) -> bool {
    !matches!(
        plain(ty),
        Type::Path(_) | Type::Macro(_) | Type::ImplTrait(_) | Type::Verbatim(_)
    )
}

/// Whether the return type is `impl Future<..>` or the like.
fn returns_future(output: &ReturnType) -> bool {
    matches!(output, ReturnType::Type(_, ty) if matches!(plain(ty), Type::ImplTrait(_)))
}

/// `T` and `E` of `Result<T, E>`.
fn two_arguments(ty: &Type) -> Option<(&Type, &Type)> {
    let Type::Path(path) = plain(ty) else {
        return None;
    };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    let mut arguments = arguments.args.iter();
    match (arguments.next(), arguments.next(), arguments.next()) {
        (Some(GenericArgument::Type(response)), Some(GenericArgument::Type(error)), None) => {
            Some((response, error))
        }
        _ => None,
    }
}

/// The first `impl Trait` anywhere in `ty`.
pub(super) fn first_impl_trait(ty: &Type) -> Option<&TypeImplTrait> {
    struct Finder<'a>(Option<&'a TypeImplTrait>);
    impl<'a> Visit<'a> for Finder<'a> {
        fn visit_type_impl_trait(&mut self, opaque: &'a TypeImplTrait) {
            self.0.get_or_insert(opaque);
        }
    }
    let mut finder = Finder(None);
    finder.visit_type(ty);
    finder.0
}

/// The first reference or lifetime in `ty`, other than `'static` ones.
fn first_borrowed(ty: &Type) -> Option<TokenStream> {
    struct Finder(Option<TokenStream>);
    impl<'a> Visit<'a> for Finder {
        fn visit_type_reference(&mut self, reference: &'a TypeReference) {
            self.0.get_or_insert_with(|| reference.to_token_stream());
        }
        fn visit_lifetime(&mut self, lifetime: &'a Lifetime) {
            if lifetime.ident != "static" {
                self.0.get_or_insert_with(|| lifetime.to_token_stream());
            }
        }
        // Their lifetimes are their own.
        fn visit_type_fn_ptr(&mut self, _: &'a TypeFnPtr) {}
    }
    let mut finder = Finder(None);
    finder.visit_type(ty);
    finder.0
}
