//! Each mistake is one error.

// expect-test writes every text with hashes.
#![allow(clippy::needless_raw_string_hashes)]

use expect_test::expect;

use super::{HandlerFn, wrap};
use crate::diag::messages;

fn mistakes(args: &str, item: &str) -> Vec<String> {
    let function: HandlerFn = syn::parse_str(item).unwrap();
    messages(wrap(args.parse().unwrap(), &function).1)
}

fn mistakes_in_arguments(args: &str) -> Vec<String> {
    mistakes(
        args,
        "async fn handler(event: LambdaEvent<Order>) -> Result<Receipt, Error> {}",
    )
}

#[test]
fn every_key_is_accepted_quoted_and_bare() {
    let accepted = [
        "extractor = orders::json",
        r#"extractor = "orders::json""#,
        r#"extractor = "crate::orders::json::<u8>""#,
        r#"extractors("orders::json", orders::mqtt,)"#,
        r#"resource = "ship", crate = ::tracing"#,
        "crate = crate::tracing",
    ];
    for args in accepted {
        assert_eq!(mistakes_in_arguments(args), Vec::<String>::new(), "{args}");
    }
}

#[test]
fn several_mistakes_are_one_error_each() {
    let mistakes = mistakes(
        r#"extracter = "a::b", resource = "", resource = "x", crate = dd"#,
        r#"const unsafe extern "C" fn handler<T>(event: impl Event) {}"#,
    );
    expect![[r#"
        unknown key `extracter`; did you mean `extractor`?
        `resource` needs a text: `resource = "process-order"`
        `resource` is given twice; keep one
        a traced handler must be async; write `async fn`
        a traced handler cannot be `const`; remove it
        a traced handler cannot be `unsafe`; write the `unsafe` block inside it
        a traced handler cannot be `extern`; remove the ABI
        the event of a traced handler cannot be generic; name its type instead of `impl Trait`
        `handler` returns nothing; a traced handler returns a `Result<T, E>`"#]]
    .assert_eq(&mistakes.join("\n"));
}

#[test]
fn one_mistake_in_the_arguments_is_one_error() {
    let mistaken = [
        "extractor",
        "extractor(orders::json)",
        r#"extractor = """#,
        r#"extractor = "orders::json()""#,
        "extractor = orders::json()",
        r#"extractor = "\"orders::json\"""#,
        r#"extractor = "not a path""#,
        "extractor = 7",
        "extractor = |event| event",
        "extractor = &orders::json",
        "extractor = orders.json",
        r#"extractor = "orders.json""#,
        r#"extractor = "orders/json""#,
        "extractor: orders::json",
        "extractor orders::json",
        "extractor =",
        r#"extractor = a resource = "b""#,
        r#""orders::json""#,
        "orders::json",
        "extractor = a, extractor = b",
        "extractor = a, extractors(b)",
        "extractors()",
        "extractors",
        "extractors = a",
        "extractors(json = a)",
        r#"extractors("")"#,
        "extractors(a, b, a)",
        "extractors(a, b())",
        "resource",
        r#"resource = " ""#,
        "resource = RESOURCE",
        "crate",
        "crate(::dd)",
        r#"crate = "dd""#,
        r#"crate = "a path""#,
        r#"colour = "blue""#,
    ];
    let mut lines = Vec::new();
    for args in mistaken {
        let found = mistakes_in_arguments(args);
        assert_eq!(found.len(), 1, "{args}: {found:?}");
        lines.push(format!("{args} => {}", found.concat()));
    }
    expect![[r#"
        extractor => `extractor` needs a path to a function: `extractor = "my_module::my_fn"`
        extractor(orders::json) => `extractor` needs a path to a function: `extractor = "my_module::my_fn"`
        extractor = "" => `extractor` is empty; name a function, such as `"my_module::my_fn"`
        extractor = "orders::json()" => `orders::json()` is a call; name the function without the parentheses
        extractor = orders::json() => `orders::json()` is a call; name the function without the parentheses
        extractor = "\"orders::json\"" => `"orders::json"` is not a path to a function; write it as `"my_module::my_fn"`
        extractor = "not a path" => `not a path` is not a path to a function; write it as `"my_module::my_fn"`
        extractor = 7 => `extractor` needs a path to a function: `extractor = "my_module::my_fn"`
        extractor = |event| event => `extractor` needs a path to a function: `extractor = "my_module::my_fn"`
        extractor = &orders::json => `&orders::json` is a reference; name the function without the `&`
        extractor = orders.json => `orders.json` is not a path; write `orders::json`
        extractor = "orders.json" => `orders.json` is not a path; write `orders::json`
        extractor = "orders/json" => `orders/json` is not a path; write `orders::json`
        extractor: orders::json => unexpected; write `key = value`, with a comma between two of them
        extractor orders::json => unexpected; write `key = value`, with a comma between two of them
        extractor = => no value that can be read; write `key = value`, with a comma between two of them
        extractor = a resource = "b" => unexpected; write `key = value`, with a comma between two of them
        "orders::json" => a value without its key; write `key = value`
        orders::json => unknown key `orders::json`; the keys are `crate`, `extractor`, `extractors`, `resource`
        extractor = a, extractor = b => `extractor` is given twice; keep one
        extractor = a, extractors(b) => `extractor` and `extractors` cannot both be given; write all of them in `extractors(..)`
        extractors() => `extractors` needs the paths of functions: `extractors(my_module::one, my_module::other)`
        extractors => `extractors` needs the paths of functions: `extractors(my_module::one, my_module::other)`
        extractors = a => `extractors` needs the paths of functions: `extractors(my_module::one, my_module::other)`
        extractors(json = a) => `extractors` needs the paths of functions: `extractors(my_module::one, my_module::other)`
        extractors("") => `extractors` is empty; name a function, such as `"my_module::my_fn"`
        extractors(a, b, a) => `a` is given twice; keep one
        extractors(a, b()) => `b()` is a call; name the function without the parentheses
        resource => `resource` needs a text: `resource = "process-order"`
        resource = " " => `resource` needs a text: `resource = "process-order"`
        resource = RESOURCE => `resource` needs a text: `resource = "process-order"`
        crate => `crate` needs the path of the runtime crate: `crate = "::dd_trace_runtime"`
        crate(::dd) => `crate` needs the path of the runtime crate: `crate = "::dd_trace_runtime"`
        crate = "dd" => `dd` depends on what is in scope; write `::dd`, `crate::dd` or `$crate`
        crate = "a path" => `crate` needs the path of the runtime crate: `crate = "::dd_trace_runtime"`
        colour = "blue" => unknown key `colour`; the keys are `crate`, `extractor`, `extractors`, `resource`"#]].assert_eq(&lines.join("\n"));
}

#[test]
fn one_mistake_in_the_signature_is_one_error() {
    let mistaken = [
        "fn handler(event: Event) -> Outcome {}",
        "const async fn handler(event: Event) -> Outcome {}",
        "async unsafe fn handler(event: Event) -> Outcome {}",
        r#"async extern "C" fn handler(event: Event) -> Outcome {}"#,
        "async fn handler(event: Event, _: ...) -> Outcome {}",
        "async fn handler(&self, event: Event) -> Outcome {}",
        "async fn handler(self) -> Outcome {}",
        "fn handler<'a>(&'a self, event: Event) -> Pin<Box<dyn Future<Output = Outcome> + 'a>> {}",
        "async fn handler(event: LambdaEvent<Self>) -> Outcome {}",
        "async fn handler(event: LambdaEvent<Order>) -> Outcome { if true { Self::ship(event) } }",
        "async fn handler<T>(event: LambdaEvent<T>) -> Outcome {}",
        "async fn handler<T>(client: &T, event: LambdaEvent<Vec<T>>) -> Outcome {}",
        "async fn handler<const N: usize>(event: [u8; N]) -> Outcome {}",
        "async fn handler(event: impl Event) -> Outcome {}",
        "async fn handler(event: LambdaEvent<impl Event>) -> Outcome {}",
        "async fn handler() -> Outcome {}",
        "async fn handler(one: Event, two: Event) -> Outcome {}",
        "async fn handler(one: LambdaEvent<A>, two: lambda_runtime::LambdaEvent<B>) -> Outcome {}",
        "async fn handler(#[cfg(test)] client: Client, event: LambdaEvent<A>) -> Outcome {}",
        "async fn handler(event: Event);",
        "async fn main(event: Event) -> Outcome {}",
        "#[other::traced_handler] async fn handler(event: Event) -> Outcome {}",
        "async fn handler(event: &LambdaEvent<A>) -> Outcome {}",
        "async fn handler(client: &Client, event: &LambdaEvent<A>) -> Outcome {}",
        "async fn handler(event: LambdaEvent<&str>) -> Outcome {}",
        "async fn handler<'a>(event: LambdaEvent<Order<'a>>) -> Outcome {}",
        "async fn handler(event: Value, context: Context) -> Outcome {}",
        "fn handler(event: Event) -> impl Future<Output = Outcome> {}",
        "async fn handler(event: Event) -> () {}",
        "async fn handler(event: Event) -> (Receipt, u8) {}",
        "async fn handler(event: Event) {}",
        "async fn handler(event: Event) -> impl Sized {}",
        "async fn handler(event: Event) -> Outcome<impl Sized> {}",
        "async fn handler(event: Event) -> Result<(), impl Sized> {}",
    ];
    let mut lines = Vec::new();
    for item in mistaken {
        let found = mistakes("", item);
        assert_eq!(found.len(), 1, "{item}: {found:?}");
        lines.extend(found);
    }
    expect![[r#"
        a traced handler must be async; write `async fn`
        a traced handler cannot be `const`; remove it
        a traced handler cannot be `unsafe`; write the `unsafe` block inside it
        a traced handler cannot be `extern`; remove the ABI
        a traced handler cannot be variadic; remove `...`
        a traced handler cannot take `self`; put the attribute on a free function that calls this method
        a traced handler cannot take `self`; put the attribute on a free function that calls this method
        a traced handler cannot take `self`; put the attribute on a free function that calls this method
        a traced handler cannot name `Self`; put the attribute on a free function that calls this one
        a traced handler cannot name `Self`; put the attribute on a free function that calls this one
        the event of a traced handler cannot be generic; write a concrete type in place of `T`, and a parameter of its own for what is generic: `repo: &impl Repo`
        the event of a traced handler cannot be generic; write a concrete type in place of `T`, and a parameter of its own for what is generic: `repo: &impl Repo`
        the event of a traced handler cannot be generic; write a concrete type in place of `N`, and a parameter of its own for what is generic: `repo: &impl Repo`
        the event of a traced handler cannot be generic; name its type instead of `impl Trait`
        the event of a traced handler cannot be generic; name its type instead of `impl Trait`
        a traced handler takes the event; write `event: LambdaEvent<T>`
        cannot tell which parameter is the event; spell its type `LambdaEvent<T>`
        a traced handler takes one event; keep one `LambdaEvent`
        a parameter of a traced handler cannot be conditional; put the `#[cfg]` on the function
        `handler` has no body; a traced handler is a free function
        `main` is not the handler; put `#[traced_handler]` on the function that takes the event
        `#[traced_handler]` is given twice; keep one
        a traced handler owns its event; write `LambdaEvent<T>` without the `&`
        a traced handler owns its event; write `LambdaEvent<T>` without the `&`
        the event cannot borrow from the bytes it is read from; write an owned type, such as `String`
        the event cannot borrow from the bytes it is read from; write an owned type, such as `String`
        a traced handler takes `event: LambdaEvent<T>`, which brings the context; write `event.context`
        a traced handler must be async; write `async fn`
        a traced handler cannot return this; write `Result<T, E>`
        a traced handler cannot return this; write `Result<T, E>`
        `handler` returns nothing; a traced handler returns a `Result<T, E>`
        the error type must stand beside `impl Trait`; write `Result<impl Trait, E>`
        the error type must stand beside `impl Trait`; write `Result<impl Trait, E>`
        the error of a traced handler needs a name; write its type instead of `impl Trait`"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn parameters_that_the_event_does_not_use_are_accepted() {
    let accepted = [
        "async fn handler<R: Repo>(repo: &R, event: LambdaEvent<Order>) -> Outcome {}",
        "async fn handler<R>(repo: R, event: LambdaEvent<Order>) -> Outcome where R: Repo {}",
        "async fn handler<'a, R: Repo + 'a>(repo: &'a R, event: LambdaEvent<Order>) -> Outcome {}",
        "async fn handler<const N: usize>(event: LambdaEvent<Order>) -> Outcome {}",
        "async fn handler<R: Repo>(repo: &R, event: LambdaEvent<orders::R>) -> Outcome {}",
        "async fn handler<R: Repo>(repo: &R, log: &impl Log, event: LambdaEvent<Order>) -> Outcome {}",
        "async fn handler(event: LambdaEvent<Order>) -> Outcome { struct A(u8); impl A { fn new() -> Self { Self(1) } } }",
    ];
    for item in accepted {
        assert_eq!(mistakes("", item), Vec::<String>::new(), "{item}");
    }
}

#[test]
fn what_is_no_function_is_refused() {
    let parse = |item| messages(syn::parse_str::<HandlerFn>(item));
    for item in [
        "pub struct Handler;",
        "const HANDLER: u8 = 1;",
        "extern crate handler;",
    ] {
        assert_eq!(parse(item), ["`#[traced_handler]` goes on an `async fn`"]);
    }
}
