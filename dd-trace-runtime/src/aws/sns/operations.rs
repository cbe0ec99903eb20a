//! The operations on a topic.

use aws_smithy_runtime_api::client::interceptors::context::Input;

use crate::aws::operations::parameter;

parameter! {
    aws_sdk_sns, topic_arn:
    publish PublishInput,
    publish_batch PublishBatchInput,
    add_permission AddPermissionInput,
    confirm_subscription ConfirmSubscriptionInput,
    delete_topic DeleteTopicInput,
    get_topic_attributes GetTopicAttributesInput,
    list_subscriptions_by_topic ListSubscriptionsByTopicInput,
    remove_permission RemovePermissionInput,
    set_topic_attributes SetTopicAttributesInput,
    subscribe SubscribeInput,
}
