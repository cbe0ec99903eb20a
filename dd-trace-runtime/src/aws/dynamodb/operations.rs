//! The operations on a table.

use aws_smithy_runtime_api::client::interceptors::context::Input;

use crate::aws::operations::parameter;

parameter! {
    aws_sdk_dynamodb, table_name:
    create_backup CreateBackupInput,
    create_table CreateTableInput,
    delete_item DeleteItemInput,
    delete_table DeleteTableInput,
    describe_continuous_backups DescribeContinuousBackupsInput,
    describe_contributor_insights DescribeContributorInsightsInput,
    describe_kinesis_streaming_destination DescribeKinesisStreamingDestinationInput,
    describe_table DescribeTableInput,
    describe_table_replica_auto_scaling DescribeTableReplicaAutoScalingInput,
    describe_time_to_live DescribeTimeToLiveInput,
    disable_kinesis_streaming_destination DisableKinesisStreamingDestinationInput,
    enable_kinesis_streaming_destination EnableKinesisStreamingDestinationInput,
    get_item GetItemInput,
    list_backups ListBackupsInput,
    list_contributor_insights ListContributorInsightsInput,
    put_item PutItemInput,
    query QueryInput,
    scan ScanInput,
    update_continuous_backups UpdateContinuousBackupsInput,
    update_contributor_insights UpdateContributorInsightsInput,
    update_item UpdateItemInput,
    update_kinesis_streaming_destination UpdateKinesisStreamingDestinationInput,
    update_table UpdateTableInput,
    update_table_replica_auto_scaling UpdateTableReplicaAutoScalingInput,
    update_time_to_live UpdateTimeToLiveInput,
}
