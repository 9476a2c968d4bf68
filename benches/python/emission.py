"""One emission to 0, 1, 10 and 1000 listeners in the Python systems, until all have handled it: CPU time of the process.

    python3 -m venv venv && venv/bin/pip install mreventloop==0.7.1 aioevt==2.2.1 looselycoupled==0.6.1
    venv/bin/python benches/python/emission.py

Prints name,metric,median,unit,min,max,reps, as the benchmarks of the other peers do.
"""

import asyncio
import logging
import statistics
import time

from aioevt.manager import Manager
from mreventloop import Events

REPETITIONS = 5
LISTENERS = [0, 1, 10, 1000]

logging.disable(logging.CRITICAL)


def events_for(listeners):
    return max(10, 20_000 // max(1, listeners))


def mreventloop(listeners):
    """Listeners are called at once."""
    heard = 0

    def listen(value):
        nonlocal heard
        heard += 1

    events = Events(["tick"])
    for _ in range(listeners):
        events.tick.addListener(listen)
    count = events_for(listeners)
    begun = time.process_time()
    for number in range(count):
        events.tick(number)
    taken = time.process_time() - begun
    assert heard == count * listeners
    return taken / count


def aioevt(listeners):
    """Listeners are called by the loop, which has its turn after eight emissions."""

    async def run():
        heard = 0

        def listen(value):
            nonlocal heard
            heard += 1

        manager = Manager()
        for _ in range(listeners):
            manager.register("tick", listen)
        count = events_for(listeners)
        begun = time.process_time()
        for number in range(count):
            manager.emit("tick", args=(number,))
            if number % 8 == 7:
                await asyncio.sleep(0)
        while heard < count * listeners:
            await asyncio.sleep(0)
        return (time.process_time() - begun) / count

    return asyncio.run(run())


def main():
    rows = {}
    for _ in range(REPETITIONS):
        for listeners in LISTENERS:
            for peer in (mreventloop, aioevt):
                rows.setdefault((peer.__name__, listeners), []).append(peer(listeners) * 1e9)
    print("name,metric,median,unit,min,max,reps")
    for (name, listeners), taken in rows.items():
        figures = f"{statistics.median(taken):.0f},ns,{min(taken):.0f},{max(taken):.0f},{len(taken)}"
        print(f"{name},emission-{listeners},{figures}")


main()
