//! Services for settings of the environment. The expected names are those of `determine_service_name` in
//! `datadog-lambda` 8.130.0 for Python.

use super::*;
use crate::test_log::Log;

fn names(vars: &[(&str, &str)]) -> ServiceNames {
    let var = |name: &str| {
        vars.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    };
    ServiceNames::from_vars(&var, var("DD_SERVICE"))
}

const SERVICE: (&str, &str) = ("DD_SERVICE", "shop");
const FUNCTION: (&str, &str) = ("AWS_LAMBDA_FUNCTION_NAME", "orders");
const NOT_AFTER_RESOURCES: (&str, &str) = ("DD_TRACE_AWS_SERVICE_REPRESENTATION_ENABLED", "0");
const ONE_SERVICE: (&str, &str) = ("DD_TRACE_REMOVE_INTEGRATION_SERVICE_NAMES_ENABLED", "true");

#[test]
fn the_function_s_service_is_dd_service_else_the_function_s_name_else_aws_lambda() {
    for (vars, own) in [
        (&[FUNCTION, SERVICE][..], "shop"),
        (&[FUNCTION], "orders"),
        (&[FUNCTION, NOT_AFTER_RESOURCES], "aws.lambda"),
        (&[FUNCTION, NOT_AFTER_RESOURCES, SERVICE], "shop"),
        (&[], "unnamed-rust-service"),
        (&[SERVICE], "shop"),
    ] {
        assert_eq!(names(vars).own(), own, "{vars:?}");
    }
}

#[test]
fn a_resource_s_service_is_its_name_unless_that_is_switched_off_or_blank() {
    let on = names(&[SERVICE]);
    assert_eq!(on.resolve("queue", "lambda_sqs", "queue", "sqs"), "queue");
    assert_eq!(on.resolve("queue", "lambda_sqs", " queue ", "sqs"), "queue");
    assert_eq!(on.resolve("", "lambda_sqs", " ", "sqs"), "sqs");
    let off = names(&[SERVICE, NOT_AFTER_RESOURCES]);
    assert_eq!(off.resolve("queue", "lambda_sqs", "queue", "sqs"), "sqs");
}

#[test]
fn dd_service_replaces_the_names_of_resources_if_a_setting_asks_for_it() {
    let resolve = |vars: &[(&str, &str)]| {
        let names = names(vars);
        names.resolve("q", "lambda_sqs", "q", "sqs").to_owned()
    };
    assert_eq!(resolve(&[ONE_SERVICE, SERVICE]), "shop");
    assert_eq!(
        resolve(&[ONE_SERVICE, SERVICE, NOT_AFTER_RESOURCES]),
        "shop"
    );
    assert_eq!(resolve(&[ONE_SERVICE]), "q", "there is no DD_SERVICE");
    assert_eq!(resolve(&[ONE_SERVICE, FUNCTION]), "q");
}

#[test]
fn a_mapping_comes_first_and_the_resource_s_before_its_kind_s() {
    let mapping = ("DD_SERVICE_MAPPING", "lambda_sqs:queues, orders : billing ");
    let names = names(&[mapping, SERVICE, ONE_SERVICE, NOT_AFTER_RESOURCES]);
    let resolve = |queue| names.resolve(queue, "lambda_sqs", queue, "sqs");
    assert_eq!(resolve("orders"), "billing");
    assert_eq!(resolve("returns"), "queues");
    assert_eq!(names.resolve("t", "lambda_sns", "t", "sns"), "shop");
}

#[test]
fn a_malformed_mapping_is_left_out_and_the_last_of_two_counts() {
    for (mapping, service, lines) in [
        ("a:b", "b", 0),
        ("a:b,a:c", "c", 0),
        ("a:b,,", "b", 0),
        ("a:a", "a", 0),
        ("a", "a", 1),
        ("a:", "a", 1),
        (":b", "a", 1),
        ("a:b:c", "a", 1),
        ("a:b:c,a,a:d", "d", 1),
        ("A:b", "a", 0),
        (",", "a", 0),
    ] {
        let log = Log::capture();
        let names = names(&[("DD_SERVICE_MAPPING", mapping)]);
        assert_eq!(names.resolve("a", "kind", "a", "f"), service, "{mapping}");
        assert_eq!(log.take().len(), lines, "{mapping}");
    }
}
