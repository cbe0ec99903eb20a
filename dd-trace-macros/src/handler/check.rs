//! The rules on a handler's signature, and what emitting needs to know when they hold.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{
    Error, FnArg, GenericArgument, GenericParam, PatType, PathArguments, ReturnType, Safety, Type,
    TypeImplTrait,
};

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
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Asked(ty) | Self::Read { response: ty, .. } => ty.span(),
        }
    }
}

pub(crate) fn shape<'a>(function: &'a HandlerFn, diag: &mut Diag) -> Option<Shape<'a>> {
    is_async(function, diag);
    is_plainly_qualified(function, diag);
    is_free(function, diag);
    is_concrete(function, diag);
    has_unconditional_parameters(function, diag);
    let params = parameters(function);
    let event = takes_event(function, &params, diag);
    let output = returns_result(function, diag);
    let (event, event_type) = event?;
    Some(Shape {
        params,
        event,
        event_type,
        output: output?,
    })
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

fn is_free(function: &HandlerFn, diag: &mut Diag) {
    if let Some(receiver) = function.sig.receiver() {
        diag.at(
            receiver,
            "a traced handler cannot take `self`; make it a free function and call the method from there",
        );
    }
}

/// Lifetimes are fine: the wrapper repeats them.
fn is_concrete(function: &HandlerFn, diag: &mut Diag) {
    let generics = &function.sig.generics;
    let is_lifetime = |param: &GenericParam| matches!(param, GenericParam::Lifetime(_));
    if !generics.params.iter().all(is_lifetime) {
        diag.at(
            generics,
            "a traced handler cannot be generic; Lambda calls it with one concrete event type",
        );
    }
}

/// The wrapper passes every parameter on, and a call can't leave one out conditionally.
fn has_unconditional_parameters(function: &HandlerFn, diag: &mut Diag) {
    for param in parameters(function) {
        let conditional = |attr: &&syn::Attribute| {
            attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr")
        };
        if let Some(attr) = param.attrs.iter().find(conditional) {
            diag.at(
                attr,
                "a parameter of a traced handler cannot be conditional; put the `#[cfg]` on the function",
            );
        }
    }
}

fn parameters(function: &HandlerFn) -> Vec<&PatType> {
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
        return types.next().filter(|(_, ty)| is_named_type(ty, diag));
    }
    let mut spelled = types.filter(|(_, ty)| is_lambda_event(ty));
    match (spelled.next(), spelled.next()) {
        (Some(event), None) => Some(event).filter(|(_, ty)| is_named_type(ty, diag)),
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
    if !params.is_empty() {
        diag.at(
            &sig.inputs,
            "cannot tell which parameter is the event; spell its type `LambdaEvent<T>`",
        );
    } else if sig.receiver().is_none() {
        let message = "a traced handler takes the event; write `event: LambdaEvent<T>`";
        diag.push(Error::new(sig.paren_token.span.join(), message));
    }
}

fn is_named_type(event: &Type, diag: &mut Diag) -> bool {
    let opaque = first_impl_trait(event);
    if let Some(opaque) = opaque {
        diag.at(
            opaque,
            "a traced handler cannot be generic; name the event type instead of `impl Trait`",
        );
    }
    opaque.is_none()
}

fn is_lambda_event(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => {
            let last = path.path.segments.last();
            last.is_some_and(|segment| segment.ident == "LambdaEvent")
        }
        Type::Group(group) => is_lambda_event(&group.elem),
        Type::Paren(paren) => is_lambda_event(&paren.elem),
        _ => false,
    }
}

fn returns_result<'a>(function: &'a HandlerFn, diag: &mut Diag) -> Option<Output<'a>> {
    let name = &function.sig.ident;
    let ReturnType::Type(_, whole) = &function.sig.output else {
        diag.at(
            name,
            format!("`{name}` returns nothing; a traced handler returns a `Result<T, E>`"),
        );
        return None;
    };
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

/// `T` and `E` of `Result<T, E>`.
fn two_arguments(ty: &Type) -> Option<(&Type, &Type)> {
    let path = match ty {
        Type::Path(path) => path,
        Type::Group(group) => return two_arguments(&group.elem),
        Type::Paren(paren) => return two_arguments(&paren.elem),
        _ => return None,
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
fn first_impl_trait(ty: &Type) -> Option<&TypeImplTrait> {
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
