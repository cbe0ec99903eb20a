//! Step Functions: the ids that are computed, and the shapes of the context object.

use serde_json::{Value, json};

use super::sources::{found, record};

fn execution() -> Value {
    json!({
        "Execution": {"Id": "arn:aws:states:us-east-1:123456789012:execution:sm:ex-1"},
        "State": {"Name": "Invoke", "EnteredTime": "2024-01-01T00:00:01.000Z"},
        "StateMachine": {"Id": "arn", "Name": "sm"}
    })
}

/// Vectors of Datadog's libraries for Python and Node.
const EXECUTION: u128 = 0x5458_aa9b_19a6_eb64_2c48_1974_980e_63a1;
const STATE: u64 = 7_895_769_416_703_879_328;
const ROOT: u128 = 0x1540_953f_490a_b94b_394e_5da6_5750_dea8;

#[test]
fn a_state_s_ids_are_computed_from_the_execution_and_the_state() {
    let expected = Some((EXECUTION, STATE, Some(1)));
    let context = execution();
    for event in [
        context.clone(),
        json!({"Payload": context}),
        json!({"_datadog": context}),
        json!({"Payload": {"_datadog": context}}),
        json!({"id": 1, "headers": {}, "_datadog": context}),
        json!({"detail-type": "t", "detail": {"_datadog": context}}),
        record(
            json!({"messageAttributes": {"_datadog": {"dataType": "String", "stringValue": context.to_string()}}}),
        ),
    ] {
        assert_eq!(found(&event), expected, "{event}");
    }
    let mut without = execution();
    without.as_object_mut().unwrap().remove("StateMachine");
    assert_eq!(found(&without), expected);
}

#[test]
fn retries_and_redrives_are_part_of_the_id_unless_there_were_none() {
    for (retries, redrives, parent_id) in [
        (json!(0), json!(0), STATE),
        (json!("0"), json!("0"), STATE),
        (json!(1), json!(0), 3_782_566_304_063_335_940),
        (json!(0), json!(1), 4_983_882_756_037_981_920),
        (json!("2"), json!(3), 3_412_515_600_636_405_824),
    ] {
        let mut event = execution();
        event["State"]["RetryCount"] = retries;
        event["Execution"]["RedriveCount"] = redrives;
        assert_eq!(found(&event), Some((EXECUTION, parent_id, Some(1))));
    }
}

#[test]
fn an_execution_that_another_started_has_the_root_s_trace() {
    let started_by = json!({"x-datadog-trace-id": "5", "x-datadog-tags": "_dd.p.dm=-0,_dd.p.tid=672a7cb100000000"});
    let id = 0x672a_7cb1_0000_0000_0000_0000_0000_0005;
    let v1 = |more: Value| {
        let mut context = execution();
        let object = context.as_object_mut().unwrap();
        object.insert("serverless-version".into(), "v1".into());
        object.extend(more.as_object().unwrap().clone());
        found(&json!({ "_datadog": context })).unwrap().0
    };
    let root =
        json!({"RootExecutionId": "arn:aws:states:us-east-1:123456789012:execution:root:ex-0"});
    assert_eq!(v1(root.clone()), ROOT);
    assert_eq!(v1(started_by.clone()), id);
    let mut both = root;
    both.as_object_mut()
        .unwrap()
        .extend(started_by.as_object().unwrap().clone());
    assert_eq!(v1(both), id);
    assert_eq!(v1(json!({"x-datadog-trace-id": "5"})), 5);
    assert_eq!(v1(json!({})), EXECUTION);

    let mut legacy = execution();
    legacy["Execution"]["Input"] = json!({ "_datadog": started_by });
    assert_eq!(found(&legacy).unwrap().0, id);
    legacy["Execution"]["Input"] = json!("text");
    assert_eq!(found(&legacy).unwrap().0, EXECUTION);
}
