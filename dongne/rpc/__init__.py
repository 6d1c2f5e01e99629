"""JSON-RPC to the nodes of one chain: what an answer means, what is repeated, which node is asked."""

from dongne.rpc.answers import ELSEWHERE, PASSING
from dongne.rpc.nodes import RETRY_SECONDS, Nodes, Provider, Request
from dongne.rpc.patience import patiently

__all__ = ["ELSEWHERE", "PASSING", "RETRY_SECONDS", "Nodes", "Provider", "Request", "patiently"]
