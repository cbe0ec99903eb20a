//! What the macro prints, as a person reads it.

// expect-test writes every text with hashes.
#![allow(clippy::needless_raw_string_hashes)]
// A table of what was found in the user's function is long.
#![allow(clippy::too_many_lines)]

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

mod attributes;

use super::expand;
use crate::diag::pretty;

fn expands(args: TokenStream, item: &TokenStream, expected: &Expect) {
    expected.assert_eq(&pretty(expand(args, item)));
}

#[test]
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

#[test]
fn other_parameters_pass_through_and_patterns_stay_inside() {
    expands(
        quote!(
            extractors(orders::json, "orders::mqtt"),
            resource = "ship",
            crate = "::tracing"
        ),
        &quote! {
            async fn handler<'a>(
                mut client: &'a Client,
                (one, two): (u8, u8),
                handler: u8,
                LambdaEvent { payload, .. }: LambdaEvent<Order>,
            ) -> anyhow::Result<&'a str> {
                Ok("")
            }
        },
        &expect![[r#"
            async fn handler<'a>(
                client: &'a Client,
                __arg1: (u8, u8),
                __arg2: u8,
                __event: ::tracing::__private::Incoming,
            ) -> ::core::result::Result<
                <anyhow::Result<&'a str> as ::tracing::__private::HandlerOutput>::Response,
                ::tracing::TracedError<
                    <anyhow::Result<&'a str> as ::tracing::__private::HandlerOutput>::Error,
                >,
            > {
                #[allow(
                    clippy::unused_async,
                    clippy::too_many_arguments,
                    clippy::type_complexity,
                    clippy::fn_params_excessive_bools,
                    clippy::future_not_send
                )]
                async fn handler<'a>(
                    mut client: &'a Client,
                    (one, two): (u8, u8),
                    handler: u8,
                    LambdaEvent { payload, .. }: LambdaEvent<Order>,
                ) -> anyhow::Result<&'a str> {
                    Ok("")
                }
                ::tracing::__private::invoke(
                        const {
                            use ::tracing::__private::{
                                HidesNoError as _, NotAnError as _, NotDebug as _, NotDisplay as _,
                            };
                            let () = ::tracing::__private::AsError::<
                                <anyhow::Result<
                                    &'a str,
                                > as ::tracing::__private::HandlerOutput>::Error,
                            >::__IMPORTED;
                            let () = ::tracing::__private::HidesError::<
                                <anyhow::Result<
                                    &'a str,
                                > as ::tracing::__private::HandlerOutput>::Error,
                            >::__IMPORTED;
                            let () = ::tracing::__private::AsDisplay::<
                                <anyhow::Result<
                                    &'a str,
                                > as ::tracing::__private::HandlerOutput>::Error,
                            >::__IMPORTED;
                            let () = ::tracing::__private::AsDebug::<
                                <anyhow::Result<
                                    &'a str,
                                > as ::tracing::__private::HandlerOutput>::Error,
                            >::__IMPORTED;
                            &::tracing::__private::Site {
                                name: "handler",
                                resource: ::tracing::__private::Some("ship"),
                                extractor: &::tracing::__private::Choice {
                                    extractors: &[
                                        (
                                            "orders::json",
                                            ::tracing::__private::extractor(
                                                &::tracing::__private::Custom(
                                                    orders::json,
                                                    ::tracing::__private::PhantomData,
                                                ),
                                            ),
                                        ),
                                        (
                                            "orders::mqtt",
                                            ::tracing::__private::extractor(
                                                &::tracing::__private::Custom(
                                                    orders::mqtt,
                                                    ::tracing::__private::PhantomData,
                                                ),
                                            ),
                                        ),
                                    ],
                                },
                                decode: <LambdaEvent<
                                    Order,
                                > as ::tracing::__private::HandlerInput>::decode,
                                failure: ::tracing::__private::Failure {
                                    error: ::tracing::__private::AsError::<
                                        <anyhow::Result<
                                            &'a str,
                                        > as ::tracing::__private::HandlerOutput>::Error,
                                    >::__GET,
                                    inner: ::tracing::__private::HidesError::<
                                        <anyhow::Result<
                                            &'a str,
                                        > as ::tracing::__private::HandlerOutput>::Error,
                                    >::__GET,
                                    display: ::tracing::__private::AsDisplay::<
                                        <anyhow::Result<
                                            &'a str,
                                        > as ::tracing::__private::HandlerOutput>::Error,
                                    >::__GET,
                                    debug: ::tracing::__private::AsDebug::<
                                        <anyhow::Result<
                                            &'a str,
                                        > as ::tracing::__private::HandlerOutput>::Error,
                                    >::__GET,
                                },
                            }
                        },
                        __event,
                        move |__event| handler(client, __arg1, __arg2, __event),
                        <anyhow::Result<
                            &'a str,
                        > as ::tracing::__private::HandlerOutput>::into_result,
                        |__response| {
                            use ::tracing::__private::{LookAtOpaque as _, LookAtSerialize as _};
                            let () = ::tracing::__private::Look::<'_, ()>::__IMPORTED;
                            let () = <&::tracing::__private::Look<'_, ()>>::__IMPORTED_TOO;
                            ::tracing::__private::Look(__response).__answer()
                        },
                    )
                    .await
            }
        "#]],
    );
}

#[test]
fn an_opaque_response_is_read_from_the_result() {
    expands(
        quote!(extractor = "orders::json"),
        &quote!(
            async fn handler(event: Event) -> Result<impl Serialize, Error> {}
        ),
        &expect![[r#"
            async fn handler(
                __event: ::dd_trace_runtime::__private::Incoming,
            ) -> ::core::result::Result<impl Serialize, ::dd_trace_runtime::TracedError<Error>> {
                #[allow(
                    clippy::unused_async,
                    clippy::too_many_arguments,
                    clippy::type_complexity,
                    clippy::fn_params_excessive_bools,
                    clippy::future_not_send
                )]
                async fn handler(event: Event) -> Result<impl Serialize, Error> {}
                ::dd_trace_runtime::__private::invoke(
                        const {
                            use ::dd_trace_runtime::__private::{
                                HidesNoError as _, NotAnError as _, NotDebug as _, NotDisplay as _,
                            };
                            let () = ::dd_trace_runtime::__private::AsError::<Error>::__IMPORTED;
                            let () = ::dd_trace_runtime::__private::HidesError::<Error>::__IMPORTED;
                            let () = ::dd_trace_runtime::__private::AsDisplay::<Error>::__IMPORTED;
                            let () = ::dd_trace_runtime::__private::AsDebug::<Error>::__IMPORTED;
                            &::dd_trace_runtime::__private::Site {
                                name: "handler",
                                resource: ::dd_trace_runtime::__private::None,
                                extractor: ::dd_trace_runtime::__private::extractor(
                                    &::dd_trace_runtime::__private::Custom(
                                        orders::json,
                                        ::dd_trace_runtime::__private::PhantomData,
                                    ),
                                ),
                                decode: <Event as ::dd_trace_runtime::__private::HandlerInput>::decode,
                                failure: ::dd_trace_runtime::__private::Failure {
                                    error: ::dd_trace_runtime::__private::AsError::<Error>::__GET,
                                    inner: ::dd_trace_runtime::__private::HidesError::<Error>::__GET,
                                    display: ::dd_trace_runtime::__private::AsDisplay::<
                                        Error,
                                    >::__GET,
                                    debug: ::dd_trace_runtime::__private::AsDebug::<Error>::__GET,
                                },
                            }
                        },
                        __event,
                        move |__event| handler(__event),
                        ::dd_trace_runtime::__private::identity,
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
