import boto3
import requests
from moto import mock_aws
from shop import HEADERS, give_back


@mock_aws
def test_a_refund_goes_into_a_queue(payments_sandbox):
    queue = boto3.resource("sqs", "eu-west-1").create_queue(QueueName="refunds")
    queue.send_message(MessageBody=str(give_back(payments_sandbox.url)))
    refund = {"transaction": "fixture-success", "amount": 100}
    answer = requests.post(f"{payments_sandbox.url}/refund", json=refund, headers=HEADERS)
    queue.send_message(MessageBody=str(answer.json()["data"]["id"]))
    payments_sandbox.clock.advance(days=1)
    assert [each.body for each in queue.receive_messages(MaxNumberOfMessages=10)]
    payments_sandbox.requests.assert_called("POST", "/refund", times=2)
