"""A member's side of the relay (chapter 8)."""

import ipaddress
import time
import urllib.parse

import grpc
from google.rpc import error_details_pb2, status_pb2
from parcep.v1alpha1 import relay_pb2_grpc

from .proto import pb
from .wire import Refused, transcript

ROUND_SECONDS = 12  # for one round; whoever is told to wait longer (R-ERR-005) comes back another time
MOST_MESSAGE = 4 << 20


class Unreachable(Exception):
    """No relay answered, or none that is the one we know."""


class Relay:
    """One session after another with one relay, for one log."""

    def __init__(self, uri, handle, access, relay_id, roots=None):
        """`relay_id` is the id that may be signed for, or None on a first session without a known key."""
        self.uri, self.handle, self.access, self.relay_id = uri, handle, access, relay_id
        self.channel = open_channel(uri, roots)
        self.stub = relay_pb2_grpc.RelayServiceStub(self.channel)
        self.session = b""
        self.deadline = time.monotonic() + ROUND_SECONDS

    def seconds_left(self):
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Unreachable("too slow")
        return left

    def close(self):
        self.channel.close()

    def open(self):
        """R-RELAY-003, R-RELAY-004, R-RELAY-035: where the log stands."""
        asked = {"handle": self.handle, "access_key": self.access.public}
        challenge = self.call("Challenge", pb.ChallengeRequest(**asked))
        if self.relay_id not in (None, challenge.relay_id):
            raise Unreachable("another relay than the one we know answers")
        self.relay_id = challenge.relay_id
        parts = (challenge.relay_id, self.handle, challenge.nonce, challenge.expires_at)
        opened = self.call(
            "OpenSession",
            pb.OpenSessionRequest(
                **asked, nonce=challenge.nonce, expires_at=challenge.expires_at,
                signature=self.access.sign(transcript("session", *parts)),
            ),
        )
        self.session = opened.session
        return opened.status

    def read(self, from_seq):
        answer = self.in_session("Read", pb.ReadRequest(from_seq=from_seq))
        return answer.entries, answer.status

    def bookmark(self, next_seq, head):
        """R-RELAY-012: the first item of a watch."""
        request = pb.WatchRequest(session=self.session, from_seq=next_seq, from_hash=head)
        watch = self.stub.Watch(request, timeout=self.seconds_left())
        try:
            item = next(watch, None)
        except grpc.RpcError as error:
            raise refusal(error) from None
        finally:
            watch.cancel()
        if item is None:
            raise Unreachable("a watch without an item")
        return item.bookmark if item.WhichOneof("item") == "bookmark" else None

    def register(self, name):
        answer = self.in_session("ReadRegister", pb.ReadRegisterRequest(name=name))
        return answer.register if answer.HasField("register") else None

    def write(self, register):
        return self.in_session("WriteRegister", pb.WriteRegisterRequest(register=register)).version

    def in_session(self, method, request):
        """A session may end at any time; then a new one is opened, once."""
        request.session = self.session
        try:
            return self.call(method, request)
        except Refused as refused:
            if refused.reason != "NO_SESSION":
                raise
        self.open()
        request.session = self.session
        return self.call(method, request)

    def call(self, method, request, again=True):
        try:
            return getattr(self.stub, method)(request, timeout=self.seconds_left())
        except grpc.RpcError as error:
            refused = refusal(error)
        wait = getattr(refused, "wait", None)
        if again and wait is not None and wait < self.seconds_left() / 2:
            time.sleep(wait)
            return self.call(method, request, again=False)
        raise refused


def open_channel(uri, roots):
    """R-RELAY-001: without TLS on loopback addresses only."""
    parts = urllib.parse.urlsplit(uri)
    options = [("grpc.max_receive_message_length", MOST_MESSAGE), ("grpc.enable_http_proxy", 0)]
    if parts.scheme == "http":
        host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname
        try:
            loopback = ipaddress.ip_address(host).is_loopback
        except ValueError:
            loopback = False
        if not loopback:
            raise Unreachable("no TLS")
        return grpc.insecure_channel(parts.netloc, options)
    return grpc.secure_channel(parts.netloc, grpc.ssl_channel_credentials(roots), options)


def refusal(error):
    """R-ERR-001, R-ERR-004: the reason of a refused call, or no relay at all."""
    for name, value in error.trailing_metadata() or ():
        if name == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                info = error_details_pb2.ErrorInfo()
                if detail.Unpack(info) and info.domain == "parcep":
                    return known_refusal(info)
    return Unreachable(error.code().name)


def known_refusal(info):
    if info.reason in ("UNAVAILABLE", "STORAGE", "INTERNAL"):
        refused = Unreachable(info.reason)
    else:
        refused = Refused(info.reason)
    refused.metadata = dict(info.metadata)
    if "retry_after_ms" in info.metadata:
        refused.wait = int(info.metadata["retry_after_ms"]) / 1000
    return refused
