use super::*;

type Pairs<'a> = &'a [(&'static str, &'a str)];

fn headers(pairs: Pairs<'_>) -> HeaderMap {
    let pairs = pairs.iter().map(|(name, value)| {
        let value = HeaderValue::from_str(value).unwrap();
        (http::HeaderName::from_static(name), value)
    });
    pairs.collect()
}

#[test]
fn the_content_type_says_what_a_grpc_call_is() {
    let cases = [
        ("application/grpc", true),
        ("application/grpc+proto", true),
        ("application/grpc;charset=utf-8", true),
        ("application/grpc-web", false),
        ("application/grpc-web+proto", false),
        ("application/grpcx", false),
        ("application/json", false),
        ("", false),
    ];
    for (content_type, expected) in cases {
        let headers = headers(&[("content-type", content_type)]);
        assert_eq!(is_call(&headers), expected, "{content_type}");
    }
    assert!(!is_call(&HeaderMap::new()));
}

#[test]
fn a_path_names_package_service_and_method() {
    let cases = [
        (
            "/shop.v1.Orders/Place",
            Some(["shop.v1.Orders", "shop.v1", "Orders", "Place"]),
        ),
        ("/Orders/Place", Some(["Orders", "", "Orders", "Place"])),
        ("/a/b.C/D", Some(["a/b.C", "a/b", "C", "D"])),
        ("/Place", None),
        ("*", None),
        ("", None),
    ];
    for (path, expected) in cases {
        let method = Method::of_path(path);
        let parts = method.map(|it| [it.package_service, it.package, it.service, it.name]);
        assert_eq!(parts, expected, "{path}");
    }
}

#[test]
fn headers_say_the_status_and_its_message() {
    let cases: [(Pairs<'_>, Option<(i64, &str)>); 7] = [
        (&[("grpc-status", "0")], Some((0, ""))),
        (
            &[("grpc-status", "5"), ("grpc-message", "no order 7")],
            Some((5, "no order 7")),
        ),
        (
            &[
                ("grpc-status", "13"),
                ("grpc-message", "caf%C3%A9 100%25 %zz"),
            ],
            Some((13, "café 100% %zz")),
        ),
        (&[("grpc-status", "17")], Some((2, ""))),
        (&[("grpc-status", "-1")], Some((2, ""))),
        (&[("grpc-status", "OK")], Some((2, ""))),
        (&[("grpc-message", "alone")], None),
    ];
    for (pairs, expected) in cases {
        let headers = headers(pairs);
        let status = GrpcStatus::of_head(StatusCode::OK, &headers);
        let told = status.as_ref().map(|it| (it.code, it.message.as_ref()));
        assert_eq!(told, expected, "{pairs:?}");
    }
}

#[test]
fn an_answer_that_is_not_grpc_s_has_the_status_that_grpc_gives_it() {
    let cases = [
        (400, "INTERNAL"),
        (401, "UNAUTHENTICATED"),
        (403, "PERMISSION_DENIED"),
        (404, "UNIMPLEMENTED"),
        (429, "UNAVAILABLE"),
        (500, "UNKNOWN"),
        (502, "UNAVAILABLE"),
        (503, "UNAVAILABLE"),
        (504, "UNAVAILABLE"),
        (302, "UNKNOWN"),
    ];
    for (status, expected) in cases {
        let status = StatusCode::from_u16(status).unwrap();
        let headers = HeaderMap::new();
        let told = GrpcStatus::of_head(status, &headers).unwrap();
        let error = told.error().unwrap();
        assert_eq!(
            (&*error.kind, error.message),
            (expected, status.to_string())
        );
    }
    assert_eq!(GrpcStatus::of_head(StatusCode::OK, &HeaderMap::new()), None);
}

#[test]
fn a_response_that_ends_without_a_status_is_an_error() {
    for trailers in [None, Some(HeaderMap::new())] {
        let status = GrpcStatus::of_trailers(trailers.as_ref());
        assert_eq!((status.code(), name(status.code())), (2, "UNKNOWN"));
        assert!(status.error().is_some());
    }
    let trailers = headers(&[("grpc-status", "0")]);
    assert_eq!(
        GrpcStatus::of_trailers(Some(&trailers))
            .error()
            .map(|it| it.kind),
        None
    );
}
