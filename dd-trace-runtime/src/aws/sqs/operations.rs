//! The operations on a queue.

use aws_smithy_runtime_api::client::interceptors::context::Input;

use crate::aws::operations::parameter;

parameter! {
    aws_sdk_sqs, queue_url:
    send_message SendMessageInput,
    send_message_batch SendMessageBatchInput,
    receive_message ReceiveMessageInput,
    delete_message DeleteMessageInput,
    delete_message_batch DeleteMessageBatchInput,
    change_message_visibility ChangeMessageVisibilityInput,
    change_message_visibility_batch ChangeMessageVisibilityBatchInput,
    add_permission AddPermissionInput,
    delete_queue DeleteQueueInput,
    get_queue_attributes GetQueueAttributesInput,
    list_dead_letter_source_queues ListDeadLetterSourceQueuesInput,
    list_queue_tags ListQueueTagsInput,
    purge_queue PurgeQueueInput,
    remove_permission RemovePermissionInput,
    set_queue_attributes SetQueueAttributesInput,
    tag_queue TagQueueInput,
    untag_queue UntagQueueInput,
}

parameter! {
    aws_sdk_sqs, queue_name:
    create_queue CreateQueueInput,
    get_queue_url GetQueueUrlInput,
}
