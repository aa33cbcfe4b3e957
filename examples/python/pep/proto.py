"""The generated messages under short names: `pb.Entry`, `pb.Constitution`, …"""

from types import SimpleNamespace

from parcep.v1alpha1 import consent_pb2, document_pb2, membership_pb2, policy_pb2, register_pb2, relay_pb2, welcome_pb2

MODULES = (document_pb2, membership_pb2, welcome_pb2, consent_pb2, register_pb2, policy_pb2, relay_pb2)

pb = SimpleNamespace(**{name: value for module in MODULES for name, value in vars(module).items() if name[0].isupper()})
