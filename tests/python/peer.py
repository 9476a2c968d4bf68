"""A process of MrEventLoop: peer.py <broker | producer | consumer> <publishes> <takes>. It ends with its standard input.

What it has to tell stands on its standard output, a line of JSON each.
"""

import asyncio
import json
import sys

from mreventloop import Broker, Peer, connect, emits, has_event_loop, slot


def tell(what):
    print(json.dumps(what), flush=True)


@has_event_loop("event_loop")
@emits("events", ["greeted", "produced"])
class Producer:
    def __init__(self):
        self.counter = 0

    @slot
    def greet(self):
        self.events.greeted("producer")

    @slot
    def produce_a(self):
        self.counter += 1
        self.events.produced(str(self.counter))

    @slot
    def produce_b(self, x, y):
        self.counter += x + y
        self.events.produced(str(self.counter))


@has_event_loop("event_loop")
@emits("events", ["greeted", "request_produce_a", "request_produce_b"])
class Consumer:
    def __init__(self):
        self.content = []

    @slot
    def greet(self):
        self.events.greeted("consumer")

    @slot
    def begin(self):
        for request in [(), (), (), (0, 0), (2, 1), ()]:
            if request:
                self.events.request_produce_b(*request)
            else:
                self.events.request_produce_a()

    @slot
    def produced(self, product):
        self.content.append(product)
        tell(self.content)


async def end_of_input():
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def take_part(there, heard, sent, publishes, takes):
    """Hears these events as slots of the same names, and sends those."""
    peer = Peer(publishes, takes, list(heard), sent)
    for event, slot_name in heard.items():
        connect(peer, event, there, slot_name)
    for event in sent:
        connect(there, event, peer.publish, event)
    async with peer, there.event_loop:
        tell("ready")
        await end_of_input()


async def main(role, publishes, takes):
    if role == "broker":
        async with Broker(publishes, takes):
            tell("ready")
            await end_of_input()
    elif role == "producer":
        heard = {"greet": "greet", "request_produce_a": "produce_a", "request_produce_b": "produce_b"}
        await take_part(Producer(), heard, ["greeted", "produced"], publishes, takes)
    else:
        heard = {"greet": "greet", "begin": "begin", "produced": "produced"}
        sent = ["greeted", "request_produce_a", "request_produce_b"]
        await take_part(Consumer(), heard, sent, publishes, takes)


asyncio.run(main(*sys.argv[1:]))
