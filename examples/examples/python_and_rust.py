"""A sensor in Python, with MrEventLoop: measures when it is asked to, and again when the heating has changed."""

import asyncio
import sys

from mreventloop import Peer, connect, emits, has_event_loop, slot


@has_event_loop("event_loop")
@emits("events", ["measured"])
class Sensor:
    def __init__(self):
        self.degrees = iter([18.5, 22.0])
        self.done = asyncio.Event()
        self.has_begun = False

    @slot
    def begin(self):
        if not self.has_begun:
            self.has_begun = True
            self.events.measured(next(self.degrees))

    @slot
    def heated(self, is_on):
        print("python: the heating is", "on" if is_on else "off", flush=True)
        if is_on:
            self.events.measured(next(self.degrees))
        else:
            self.done.set()


async def main(publishes, takes):
    sensor = Sensor()
    peer = Peer(publishes, takes, ["begin", "heated"], ["measured"])
    connect(peer, "begin", sensor, "begin")
    connect(peer, "heated", sensor, "heated")
    connect(sensor, "measured", peer.publish, "measured")
    async with peer, sensor.event_loop:
        await sensor.done.wait()


asyncio.run(main(*sys.argv[1:]))
