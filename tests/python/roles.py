"""What a program with MrEventLoop would be at a broker: `roles.py ROLE IN OUT`.

It says what it hears and sends as any such program would. It ends with its standard input.
"""

import asyncio
import sys

from mreventloop import Broker, Peer, connect, emits, has_event_loop, slot


@has_event_loop('event_loop')
@emits('events', ['here_i_am'])
class Doorkeeper:
    """Says that somebody is there, to whoever asks."""

    def __init__(self, role):
        self.role = role

    @slot
    def answer(self):
        self.events.here_i_am(self.role)


@has_event_loop('event_loop')
@emits('events', ['answered'])
class Parrot:
    @slot
    def repeat(self, *args, **kwargs):
        self.events.answered(*args, *kwargs.values())


@has_event_loop('event_loop')
@emits('events', ['produced'])
class Producer:
    def __init__(self):
        self.counter = 0

    @slot
    def produce_a(self):
        self.counter += 1
        self.events.produced(str(self.counter))

    @slot
    def produce_b(self, x, y):
        self.counter += x + y
        self.events.produced(str(self.counter))


@has_event_loop('event_loop')
@emits('events', ['request_produce_a', 'request_produce_b', 'collected'])
class Consumer:
    def __init__(self):
        self.content = []

    @slot
    async def begin(self):
        self.events.request_produce_a()
        self.events.request_produce_a()
        self.events.request_produce_a()
        self.events.request_produce_b(0, 0)
        self.events.request_produce_b(2, 1)
        self.events.request_produce_a()

    @slot
    def on_produced(self, product):
        self.content.append(product)
        if len(self.content) == 6:
            self.events.collected(self.content)


# For each role who does it, what it hears and which of its slots hears that, and what it sends.
ROLES = {
    'parrot': (Parrot, {'asked': 'repeat'}, ['answered']),
    'producer': (Producer, {'request_produce_a': 'produce_a', 'request_produce_b': 'produce_b'}, ['produced']),
    'producer_a': (Producer, {'request_produce_a': 'produce_a'}, ['produced']),
    'producer_b': (Producer, {'request_produce_b': 'produce_b'}, ['produced']),
    'consumer': (
        Consumer,
        {'begin': 'begin', 'produced': 'on_produced'},
        ['request_produce_a', 'request_produce_b', 'collected'],
    ),
}


async def end_of_input():
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def main(role, heard_at, sent_to):
    if role == 'broker':
        async with Broker(heard_at, sent_to):
            await end_of_input()
        return
    make, hears, sends = ROLES[role]
    peer = Peer(heard_at, sent_to, ['are_you_there', *hears], ['here_i_am', *sends])
    doorkeeper, worker = Doorkeeper(role), make()
    connect(peer, 'are_you_there', doorkeeper, 'answer')
    connect(doorkeeper, 'here_i_am', peer.publish, 'here_i_am')
    for event, method in hears.items():
        connect(peer, event, worker, method)
    for event in sends:
        connect(worker, event, peer.publish, event)
    async with peer, doorkeeper.event_loop, worker.event_loop:
        await end_of_input()


asyncio.run(main(*sys.argv[1:]))
