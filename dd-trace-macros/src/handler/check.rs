//! The rules on a handler's signature, and what emitting needs to know when they hold.

use syn::{Attribute, FnArg, PatType, Safety, Type};

use super::elision::borrows_from_nothing;
use super::event;
use super::item::HandlerFn;
use super::output::{self, Output};
use super::self_type::first_self_type;
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

/// `None` if a rule failed, or rustc refuses the signature and a wrapper would only repeat why.
pub(crate) fn shape<'a>(function: &'a HandlerFn, diag: &mut Diag) -> Option<Shape<'a>> {
    let before = diag.count();
    if !is_handler(function, diag) {
        return None;
    }
    is_async(function, diag);
    is_plainly_qualified(function, diag);
    has_unconditional_parameters(function, diag);
    let params = parameters(function);
    let event = event::find(function, &params, diag);
    let output = output::read(function, diag);
    let (event, event_type) = event?;
    let output = output?;
    if borrows_from_nothing(&function.sig) {
        return None;
    }
    (diag.count() == before).then_some(Shape {
        params,
        event,
        event_type,
        output,
    })
}

/// Whether the item can be a handler at all, so that the other rules apply.
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

/// A method can't be wrapped: the function inside the wrapper can use neither `self` nor `Self`.
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
