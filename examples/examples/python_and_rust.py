"""A thermometer: `python_and_rust.py IN OUT`. It ends with its standard input."""
import asyncio
import sys

from mreventloop import Peer, connect, emits, has_event_loop, slot

@has_event_loop('event_loop')
@emits('events', ['measured'])
class Thermometer:
    @slot
    def on_asked(self, room):
        self.events.measured(room, {'hall': 20.5, 'cellar': 11.0}[room])

async def main(heard_at, sent_to):
    peer, thermometer = Peer(heard_at, sent_to, ['asked'], ['measured']), Thermometer()
    connect(peer, 'asked', thermometer, 'on_asked')
    connect(thermometer, 'measured', peer.publish, 'measured')
    async with peer, thermometer.event_loop:
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

asyncio.run(main(*sys.argv[1:]))
