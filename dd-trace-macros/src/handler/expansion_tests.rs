//! What the macro prints.

// expect-test writes every text with hashes.
#![allow(clippy::needless_raw_string_hashes)]

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

use super::expand;
use crate::diag::{compact, pretty};

fn expands(args: TokenStream, item: &TokenStream, expected: &Expect) {
    expected.assert_eq(&pretty(expand(args, item)));
}

#[test]
#[allow(clippy::too_many_lines, reason = "the expansion is as long as it is")]
fn a_plain_handler_is_a_table_and_a_call() {
    expands(
        quote!(),
        &quote! {
            /// Ships an order.
            #[instrument]
            pub async fn handler(event: LambdaEvent<Order>) -> Result<Receipt, Error> {
                ship(event.payload).await
            }
        },
        &expect![[r#"
            /// Ships an order.
            pub async fn handler(
                __event: ::dd_trace_runtime::__private::Incoming,
            ) -> ::core::result::Result<
                <Result<Receipt, Error> as ::dd_trace_runtime::__private::HandlerOutput>::Response,
                ::dd_trace_runtime::TracedError<
                    <Result<Receipt, Error> as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                >,
            > {
                #[instrument]
                #[allow(
                    clippy::unused_async,
                    clippy::too_many_arguments,
                    clippy::type_complexity,
                    clippy::fn_params_excessive_bools,
                    clippy::future_not_send
                )]
                async fn handler(event: LambdaEvent<Order>) -> Result<Receipt, Error> {
                    ship(event.payload).await
                }
                ::dd_trace_runtime::__private::invoke(
                        const {
                            use ::dd_trace_runtime::__private::{
                                HidesNoError as _, NotAnError as _, NotDebug as _, NotDisplay as _,
                            };
                            let () = ::dd_trace_runtime::__private::AsError::<
                                <Result<
                                    Receipt,
                                    Error,
                                > as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                            >::__IMPORTED;
                            let () = ::dd_trace_runtime::__private::HidesError::<
                                <Result<
                                    Receipt,
                                    Error,
                                > as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                            >::__IMPORTED;
                            let () = ::dd_trace_runtime::__private::AsDisplay::<
                                <Result<
                                    Receipt,
                                    Error,
                                > as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                            >::__IMPORTED;
                            let () = ::dd_trace_runtime::__private::AsDebug::<
                                <Result<
                                    Receipt,
                                    Error,
                                > as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                            >::__IMPORTED;
                            &::dd_trace_runtime::__private::Site {
                                name: "handler",
                                resource: ::dd_trace_runtime::__private::None,
                                extractor: &::dd_trace_runtime::__private::BuiltIn,
                                decode: <LambdaEvent<
                                    Order,
                                > as ::dd_trace_runtime::__private::HandlerInput>::decode,
                                failure: ::dd_trace_runtime::__private::Failure {
                                    error: ::dd_trace_runtime::__private::AsError::<
                                        <Result<
                                            Receipt,
                                            Error,
                                        > as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                                    >::__GET,
                                    inner: ::dd_trace_runtime::__private::HidesError::<
                                        <Result<
                                            Receipt,
                                            Error,
                                        > as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                                    >::__GET,
                                    display: ::dd_trace_runtime::__private::AsDisplay::<
                                        <Result<
                                            Receipt,
                                            Error,
                                        > as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                                    >::__GET,
                                    debug: ::dd_trace_runtime::__private::AsDebug::<
                                        <Result<
                                            Receipt,
                                            Error,
                                        > as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                                    >::__GET,
                                },
                            }
                        },
                        __event,
                        move |__event| handler(__event),
                        <Result<
                            Receipt,
                            Error,
                        > as ::dd_trace_runtime::__private::HandlerOutput>::into_result,
                        |__response| {
                            use ::dd_trace_runtime::__private::{
                                LookAtOpaque as _, LookAtSerialize as _,
                            };
                            let () = ::dd_trace_runtime::__private::Look::<'_, ()>::__IMPORTED;
                            let () = <&::dd_trace_runtime::__private::Look<'_, ()>>::__IMPORTED_TOO;
                            ::dd_trace_runtime::__private::Look(__response).__answer()
                        },
                    )
                    .await
            }
        "#]],
    );
}

fn has_parts(args: TokenStream, item: &TokenStream, parts: &[TokenStream]) {
    let printed = compact(&expand(args, item));
    for part in parts {
        let part = compact(part);
        assert!(printed.contains(&part), "{part}\nis not in\n{printed}");
    }
}

#[test]
fn each_part_of_the_user_s_function_is_where_it_belongs() {
    for (item, parts) in [
        (
            quote!(
                async fn handler<'a, R: Repo>(
                    mut client: &'a R,
                    (one, two): (u8, u8),
                    handler: u8,
                    client: u8,
                    LambdaEvent { payload, .. }: LambdaEvent<Order>,
                ) -> anyhow::Result<&'a str> {
                }
            ),
            &[
                // A pattern, and a name that would be ambiguous, is replaced.
                quote!(async fn handler<'a, R: Repo>(
                    client: &'a R, __arg1: (u8, u8), __arg2: u8, __arg3: u8, __event: Incoming
                )),
                quote!(move |__event| handler::<R>(client, __arg1, __arg2, __arg3, __event)),
                quote!(AsError::<<anyhow::Result<&'a str> as HandlerOutput>::Error>::__GET),
            ][..],
        ),
        (
            // With `impl Trait` the types are read from the tokens.
            quote!(
                async fn handler(event: Event) -> Result<impl Serialize, Error> {}
            ),
            &[
                quote!(
                    ::core::result::Result<impl Serialize, ::dd_trace_runtime::TracedError<Error>>
                ),
                quote!(AsError::<Error>::__GET),
                quote!(move |__event| handler(__event), identity,),
            ],
        ),
        (
            // Documentation and lint levels stay with the wrapper.
            quote!(
                #[expect(clippy::too_many_lines)]
                #[cfg_attr(test, allow(dead_code))]
                #[cfg_attr(test, instrument)]
                #[deprecated]
                #[inline]
                async fn handler(event: Event) -> Result<(), Error> {}
            ),
            &[
                quote!(#[expect(clippy::too_many_lines)] #[cfg_attr(test, allow(dead_code))]
                    #[deprecated] async fn handler(__event: Incoming)),
                quote!(
                    #[cfg_attr(test, instrument)]
                    #[inline]
                ),
            ],
        ),
    ] {
        has_parts(quote!(), &item, parts);
    }
}

#[test]
fn each_argument_is_in_the_table() {
    let json = quote!(extractor(&Custom(orders::json, PhantomData)));
    let mqtt = quote!(extractor(&Custom(orders::mqtt, PhantomData)));
    for (args, part) in [
        (quote!(), quote!(resource: None, extractor: &BuiltIn,)),
        (quote!(resource = "ship"), quote!(resource: Some("ship"),)),
        (
            quote!(extractor = "orders::json"),
            quote!(extractor: #json,),
        ),
        (
            quote!(extractors(orders::json, "orders::mqtt")),
            quote!(extractor: &Choice {
                extractors: &[("orders::json", #json), ("orders::mqtt", #mqtt)]
            },),
        ),
    ] {
        let item = quote!(
            async fn handler(event: Event) -> Result<(), Error> {}
        );
        has_parts(args, &item, &[part]);
    }
}

#[test]
fn a_mistake_leaves_a_function_that_runs_as_well() {
    expands(
        quote!(),
        &quote!(
            const fn handler(event: Event) -> Result<(), Error> {}
        ),
        &expect![[r#"
            ::core::compile_error! {
                "a traced handler must be async; write `async fn`"
            }
            ::core::compile_error! {
                "a traced handler cannot be `const`; remove it"
            }
            #[allow(dead_code, unused_variables, clippy::unused_async)]
            async fn handler(
                __event: ::dd_trace_runtime::__private::Incoming,
            ) -> ::core::result::Result<
                <Result<(), Error> as ::dd_trace_runtime::__private::HandlerOutput>::Response,
                ::dd_trace_runtime::TracedError<
                    <Result<(), Error> as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                >,
            > {
                fn handler(event: Event) -> Result<(), Error> {}
                ::core::unreachable!()
            }
        "#]],
    );
}

#[test]
fn what_the_documentation_shows_of_each_key_is_what_is_printed() {
    for (args, lines) in [
        (
            quote!(extractor = from_order),
            &[
                "extractor: ::dd_trace_runtime::__private::extractor(",
                "&::dd_trace_runtime::__private::Custom(",
            ][..],
        ),
        (
            quote!(extractors(extractors::json, extractors::mqtt)),
            &["extractor: &::dd_trace_runtime::__private::Choice {"],
        ),
        (
            quote!(resource = "process-order"),
            &[r#"resource: ::dd_trace_runtime::__private::Some("process-order"),"#],
        ),
        (
            quote!(crate = ::my_library::tracing),
            &["extractor: &::my_library::tracing::__private::BuiltIn,"],
        ),
    ] {
        let handler = quote! {
            async fn handler(event: LambdaEvent<Order>) -> Result<Receipt, Error> {}
        };
        let expansion = pretty(expand(args, &handler));
        for line in lines {
            assert!(expansion.contains(line), "{line} is not in\n{expansion}");
            assert!(include_str!("../lib.rs").contains(line), "{line}");
        }
    }
}
