//! Which of the user's attributes stand outside and which inside.

use expect_test::expect;
use quote::quote;

use super::expands;

#[test]
fn lint_levels_and_documentation_go_outside_and_everything_else_inside() {
    expands(
        quote!(),
        &quote! {
            #[expect(clippy::too_many_lines)]
            #[cfg_attr(test, allow(dead_code))]
            #[cfg_attr(test, instrument)]
            #[deprecated]
            #[inline]
            async fn handler(event: Event) -> Result<(), Error> {}
        },
        &expect![[r##"
            #[expect(clippy::too_many_lines)]
            #[cfg_attr(test, allow(dead_code))]
            #[deprecated]
            async fn handler(
                __event: ::dd_trace_runtime::__private::Incoming,
            ) -> ::core::result::Result<
                <Result<(), Error> as ::dd_trace_runtime::__private::HandlerOutput>::Response,
                ::dd_trace_runtime::TracedError<
                    <Result<(), Error> as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                >,
            > {
                #[cfg_attr(test, instrument)]
                #[inline]
                #[allow(
                    clippy::unused_async,
                    clippy::too_many_arguments,
                    clippy::type_complexity,
                    clippy::fn_params_excessive_bools,
                    clippy::future_not_send
                )]
                async fn handler(event: Event) -> Result<(), Error> {}
                ::dd_trace_runtime::__private::invoke(
                        const {
                            use ::dd_trace_runtime::__private::{
                                HidesNoError as _, NotAnError as _, NotDebug as _, NotDisplay as _,
                            };
                            let () = ::dd_trace_runtime::__private::AsError::<
                                <Result<
                                    (),
                                    Error,
                                > as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                            >::__IMPORTED;
                            let () = ::dd_trace_runtime::__private::HidesError::<
                                <Result<
                                    (),
                                    Error,
                                > as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                            >::__IMPORTED;
                            let () = ::dd_trace_runtime::__private::AsDisplay::<
                                <Result<
                                    (),
                                    Error,
                                > as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                            >::__IMPORTED;
                            let () = ::dd_trace_runtime::__private::AsDebug::<
                                <Result<
                                    (),
                                    Error,
                                > as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                            >::__IMPORTED;
                            &::dd_trace_runtime::__private::Site {
                                name: "handler",
                                resource: ::dd_trace_runtime::__private::None,
                                extractor: &::dd_trace_runtime::__private::BuiltIn,
                                decode: <Event as ::dd_trace_runtime::__private::HandlerInput>::decode,
                                failure: ::dd_trace_runtime::__private::Failure {
                                    error: ::dd_trace_runtime::__private::AsError::<
                                        <Result<
                                            (),
                                            Error,
                                        > as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                                    >::__GET,
                                    inner: ::dd_trace_runtime::__private::HidesError::<
                                        <Result<
                                            (),
                                            Error,
                                        > as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                                    >::__GET,
                                    display: ::dd_trace_runtime::__private::AsDisplay::<
                                        <Result<
                                            (),
                                            Error,
                                        > as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                                    >::__GET,
                                    debug: ::dd_trace_runtime::__private::AsDebug::<
                                        <Result<
                                            (),
                                            Error,
                                        > as ::dd_trace_runtime::__private::HandlerOutput>::Error,
                                    >::__GET,
                                },
                            }
                        },
                        __event,
                        move |__event| handler(__event),
                        <Result<
                            (),
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
        "##]],
    );
}
