"""A peer of aspyx_event 0.9.3 at a broker of AMQP 1.0: hears `order_placed`, and answers each with `order_paid`, which it sends as that package does.

amqp_peer.py PORT SERVER DURABLE LISTENER [PER_PROCESS]: DURABLE and PER_PROCESS are yes or no, LISTENER is what its listener is called.
"""

import sys
import threading
from dataclasses import dataclass

from aspyx.di import Environment, create, module
from aspyx_event.event import EventManager, event, event_listener
from aspyx_event.event_amqp import AMQPProvider

port, server, durable, listener = sys.argv[1:5]
per_process = len(sys.argv) > 5 and sys.argv[5] == "yes"


@dataclass
@event(name="order_placed", durable=durable == "yes")
class OrderPlaced:
    number: int


@dataclass
@event(name="order_paid", durable=durable == "yes")
class OrderPaid:
    number: int
    text: str


managers = []


@event_listener(OrderPlaced, name=listener, per_process=per_process)
class Listener:
    def on(self, placed):
        print("heard", placed.number, flush=True)
        # Its reactor wakes for what another thread schedules.
        answer = OrderPaid(placed.number * 2, "größer: \\")
        threading.Thread(target=managers[0].send_event, args=[answer]).start()


@module()
class Peer:
    @create()
    def create_event_manager(self) -> EventManager:
        provider = AMQPProvider(
            server_name=server, host="127.0.0.1", port=int(port), user="guest", password="guest"
        )
        return EventManager(provider)


environment = Environment(Peer)
managers.append(environment.get(EventManager))
# Until whoever started it closes this.
sys.stdin.read()
environment.destroy()
