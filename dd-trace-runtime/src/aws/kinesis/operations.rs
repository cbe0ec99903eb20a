//! The operations on a stream.

use aws_smithy_runtime_api::client::interceptors::context::Input;

use crate::aws::operations::parameter;

parameter! {
    aws_sdk_kinesis, stream_name:
    put_record PutRecordInput,
    put_records PutRecordsInput,
    get_shard_iterator GetShardIteratorInput,
    list_shards ListShardsInput,
    describe_stream DescribeStreamInput,
    describe_stream_summary DescribeStreamSummaryInput,
    add_tags_to_stream AddTagsToStreamInput,
    create_stream CreateStreamInput,
    decrease_stream_retention_period DecreaseStreamRetentionPeriodInput,
    delete_stream DeleteStreamInput,
    disable_enhanced_monitoring DisableEnhancedMonitoringInput,
    enable_enhanced_monitoring EnableEnhancedMonitoringInput,
    increase_stream_retention_period IncreaseStreamRetentionPeriodInput,
    list_tags_for_stream ListTagsForStreamInput,
    merge_shards MergeShardsInput,
    remove_tags_from_stream RemoveTagsFromStreamInput,
    split_shard SplitShardInput,
    start_stream_encryption StartStreamEncryptionInput,
    stop_stream_encryption StopStreamEncryptionInput,
    update_shard_count UpdateShardCountInput,
    update_stream_warm_throughput UpdateStreamWarmThroughputInput,
}

parameter! {
    aws_sdk_kinesis, stream_arn:
    put_record PutRecordInput,
    put_records PutRecordsInput,
    get_records GetRecordsInput,
    get_shard_iterator GetShardIteratorInput,
    list_shards ListShardsInput,
    describe_stream DescribeStreamInput,
    describe_stream_summary DescribeStreamSummaryInput,
}
