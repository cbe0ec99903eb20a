use super::*;

fn input<T: std::fmt::Debug + Send + Sync + 'static>(input: T) -> Input {
    Input::erase(input)
}

fn pointers(input: &Input, output: &Output) -> Vec<SpanPointer> {
    let telemetry = Telemetry::new(crate::config::Config::from_vars(|_| None));
    S3::writes(input, &telemetry).map_or_else(Vec::new, |writes| writes.pointers(output))
}

#[test]
fn each_operation_that_writes_an_object_points_at_it() {
    let put = PutObjectInput::builder()
        .bucket("mybucket")
        .key("mykey")
        .build();
    let put_output = PutObjectOutput::builder().e_tag("\"123abc\"").build();
    let copy = CopyObjectInput::builder()
        .bucket("mybucket")
        .key("mykey")
        .copy_source("a/b")
        .build();
    let copied = aws_sdk_s3::types::CopyObjectResult::builder()
        .e_tag("\"123abc\"")
        .build();
    let copy_output = CopyObjectOutput::builder()
        .copy_object_result(copied)
        .build();
    let complete = CompleteMultipartUploadInput::builder()
        .bucket("mybucket")
        .key("mykey")
        .build();
    let complete_output = CompleteMultipartUploadOutput::builder()
        .e_tag("123abc")
        .build();
    let calls = [
        (input(put.unwrap()), Output::erase(put_output)),
        (input(copy.unwrap()), Output::erase(copy_output)),
        (input(complete.unwrap()), Output::erase(complete_output)),
    ];
    for (input, output) in calls {
        let [pointer] = &pointers(&input, &output)[..] else {
            panic!("not one pointer: {input:?}");
        };
        assert_eq!(pointer.hash, "8d49f5b0b742484159d4cd572bae1ce5");
    }
}

#[test]
fn without_an_etag_there_is_no_pointer() {
    let put = PutObjectInput::builder()
        .bucket("mybucket")
        .key("mykey")
        .build();
    let output = Output::erase(PutObjectOutput::builder().build());
    assert_eq!(pointers(&input(put.unwrap()), &output), []);
}
